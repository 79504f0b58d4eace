"""The native stack while it runs: who may do what, and what listens where."""

import psutil
import pytest

from demo.rest import RestError

pytestmark = pytest.mark.e2e


def test_an_analyst_cannot_change_what_runs(stack):
    slots = stack.rest.get("/pools/submit")["slots"]
    with pytest.raises(RestError, match="403"):
        stack.rest_as("analyst").set_pool("submit", 0)
    stack.rest.set_pool("submit", 0)
    assert stack.rest.get("/pools/submit")["slots"] == 0
    stack.rest.set_pool("submit", slots)


def test_the_stack_has_the_buckets_for_evidence_and_rounds(stack):
    assert {bucket["Name"] for bucket in stack.s3.list_buckets()["Buckets"]} == {"evidence", "representment"}


def test_only_the_owner_can_read_the_passwords(stack):
    assert oct((stack.airflow.home / "passwords.json").stat().st_mode)[-3:] == "600"


def test_the_stack_is_not_reachable_from_another_machine(stack):
    leaders = [psutil.Process(child.process.pid) for child in [stack.database.child, *stack._children]]
    members = [member for leader in leaders for member in [leader, *leader.children(recursive=True)]]
    assert {address for member in members for address in listening(member)} == {"127.0.0.1"}


def listening(process: psutil.Process) -> set[str]:
    try:
        connections = process.net_connections("inet")
    except psutil.NoSuchProcess:  # a task's process has ended since it was listed
        return set()
    return {connection.laddr.ip for connection in connections if connection.status == psutil.CONN_LISTEN}

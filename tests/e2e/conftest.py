"""One Airflow for all tests of this folder; each test takes disputes that no other has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.e2e.rehearsal import Rehearsal, Run
from tests.integration.representment.seeds_folder import SeedsFolder

from demo.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS = {
    # A task whose supervisor is dead is tried again after seconds instead of minutes.
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "5",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "1",
    # How often questions whose time has run out are looked for.
    "AIRFLOW__SCHEDULER__TRIGGER_TIMEOUT_CHECK_INTERVAL": "1",
}
UNSEEN = "@-130d"
"""Disputes so old that neither intake nor sweep looks back to them: only their test starts their run."""
LAST_MOMENT = "@+12h3m"
"""The playbook gives a person until 12 hours before this: 3 minutes from the loading of the seeds."""


def fill(root: Path) -> None:
    """Write the seeds."""
    seeds = SeedsFolder(root)
    seeds.put("account.json", {"id": "acct_1"})
    seeds.put("stripe/customers/cus_ann.json", {"created": "@-90d", "email": "ann@example.com", "name": "Ann Lee"})
    seeds.put("bucket/policies/refund_policy/v1.txt", b"Refunds within 30 days.\n")
    for number in range(20):
        seeds.plain(f"plain{number:03d}", created=UNSEEN)
    for number in range(4):
        seeds.parcel(f"parcel{number:03d}", created=UNSEEN)
    for number in range(6):
        seeds.dispute(f"asked{number:03d}", code="11.3", reason="general", created=UNSEEN)
    seeds.dispute("late000", code="11.3", reason="general", created=UNSEEN, details={"due_by": LAST_MOMENT})
    seeds.plain("won000", created=UNSEEN, script={"bank": "won", "after": 0})
    for number in range(2):
        seeds.undisputed(f"warned{number:03d}")
    seeds.plain("new000")
    seeds.plain("novel000", reason="never_heard_of", code="99.9")
    (root / "script.yaml").write_text(yaml.safe_dump(seeds.script))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Airflow and the sandbox, with every `respond_*` DAG running."""
    seeds = tmp_path_factory.mktemp("seeds")
    fill(seeds)
    with Stack(tmp_path_factory.mktemp("stack"), settings=SETTINGS, seeds=seeds, environ=_environment()) as stack:
        stack.wait_for_dags()
        for dag_id in stack.dag_ids():
            if dag_id.startswith("respond_"):
                stack.rest.unpause(dag_id)
        yield stack


@pytest.fixture(scope="session")
def rehearsal(stack: Stack) -> Rehearsal:
    """What tests do with the stack."""
    return Rehearsal(stack)


@pytest.fixture(scope="session")
def late_run(rehearsal: Rehearsal) -> Run:
    """A run whose question nobody answers; its time runs out while other tests run."""
    run = rehearsal.start("late", "respond_general")
    rehearsal.wait_for_task(run, "approve", "awaiting_input")
    return run


@pytest.fixture
def _clean(rehearsal: Rehearsal, late_run: Run) -> Iterator[None]:
    """No fault of one test meets the next."""
    yield
    rehearsal.control("DELETE", "faults")
    rehearsal.runs.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Show what Airflow's tasks said when a test fails."""
    report = yield
    rehearsal = getattr(item, "funcargs", {}).get("rehearsal")
    if report.failed and rehearsal:
        report.sections.append(("Airflow's tasks", rehearsal.story()))
    return report


def _environment() -> dict[str, str]:
    """The environment without connections and variables of ours: these tests bring their own Stripe and bucket."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW_CONN_", "AIRFLOW_VAR_"))}

"""One Airflow for the files in this folder; each test uses disputes that no other test uses.

The tests in its folders start Airflows of their own. They run first, so that the shared one is not running meanwhile.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.e2e.rehearsal import Rehearsal, Run
from tests.integration.representment.receivers import http_receiver, webhook
from tests.integration.representment.seeds_folder import BOUGHT, DOCUMENTS, READ, SeedsFolder

import disputes
from demo.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SETTINGS = {
    # A task whose supervisor is dead is tried again after seconds instead of minutes.
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "5",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "1",
    # How often Airflow looks for questions whose time has run out.
    "AIRFLOW__SCHEDULER__TRIGGER_TIMEOUT_CHECK_INTERVAL": "1",
}
UNSEEN = "@-410d"
"""Disputes so old that neither intake nor sweep looks back to them: only their test starts their run."""
EARLIER = {"@-37d": "@-447d", "@-39d": "@-449d", "@-40d": "@-450d"}
"""What such a dispute is about: bought and sent before it was opened, else a person would be asked."""
LAST_MOMENT = "@+12h5m"
"""The playbook gives a person until 12 hours before this: 5 minutes from the loading of the seeds."""
AT_DEADLINE = {"general": "submit_if_complete", "credit_not_processed": "submit"}
"""What an unanswered question of these claims ends in here; as shipped it is `leave`."""
LATE = {
    "late": "respond_general",
    "late_complete": "respond_general",
    "late_whatever": "respond_credit_not_processed",
    "late_asked": "respond_product_not_received",
}
"""Disputes whose question nobody answers."""


def date_back(seeds: SeedsFolder) -> None:
    """Date the charges and facts of the unseen disputes earlier."""
    for dispute in seeds.root.glob("stripe/disputes/*.json"):
        seed = json.loads(dispute.read_text())
        about = (f"stripe/charges/{seed['charge']}.json", f"bucket/charges/{seed['charge']}/facts.json")
        for path in (seeds.root / name for name in about if seed["created"] == UNSEEN):
            if path.exists():
                path.write_text(re.sub("|".join(EARLIER), lambda day: EARLIER[day[0]], path.read_text()))


def fill(root: Path) -> None:
    """Write the seeds."""
    seeds = SeedsFolder(root)
    seeds.put("account.json", {"id": "acct_1"})
    seeds.put("stripe/customers/cus_ann.json", {"created": "@-500d", "email": "ann@example.com", "name": "Ann Lee"})
    seeds.put("bucket/policies/refund_policy/v1.txt", b"Refunds within 30 days.\n")
    for number in range(20):
        seeds.plain(f"plain{number:03d}", created=UNSEEN)
    for number in range(4):
        seeds.parcel(f"parcel{number:03d}", created=UNSEEN)
    for number in range(6):
        seeds.dispute(f"asked{number:03d}", code="11.3", reason="general", created=UNSEEN)
    for number in range(2):
        won = {"bank": "won", "after": 0}
        seeds.dispute(f"seen{number:03d}", code="11.3", reason="general", created=UNSEEN, script=won)
    for number in range(30):
        seeds.dispute(f"clicked{number:03d}", code="11.3", reason="general", created=UNSEEN)
    late = {"created": UNSEEN, "details": {"due_by": LAST_MOMENT}}
    seeds.dispute("late000", code="11.3", reason="general", **late)
    seeds.dispute("late_complete000", code="11.3", reason="general", **late)
    seeds.facts("late_complete000", "digital_product_or_service", BOUGHT, READ)
    seeds.put("bucket/charges/ch_late_complete000/documents/order_receipt.txt", DOCUMENTS["order_receipt.txt"])
    seeds.dispute("late_whatever000", code="13.6", reason="credit_not_processed", **late)
    seeds.plain("late_asked000", amount=9900, **late)
    seeds.plain("won000", created=UNSEEN, script={"bank": "won", "after": 0})
    for number in range(2):
        seeds.undisputed(f"warned{number:03d}")
    seeds.plain("new000")
    seeds.plain("novel000", reason="never_heard_of", code="99.9")
    date_back(seeds)
    (root / "script.yaml").write_text(yaml.safe_dump(seeds.script))


def change_policies(folder: Path) -> None:
    """Copy the domain with other policies, for Airflow to import instead of the shipped one."""
    domain = folder / "disputes"
    shutil.copytree(Path(disputes.__file__).parent, domain, ignore=shutil.ignore_patterns("__pycache__"))
    for claim, end in AT_DEADLINE.items():
        playbook = domain / "rules" / "playbooks" / f"{claim}.yaml"
        changed = playbook.read_text().replace("at_deadline: leave", f"at_deadline: {end}")
        assert changed != playbook.read_text()
        playbook.write_text(changed)


@pytest.fixture(scope="session")
def posted() -> Iterator[tuple[dict[str, str], list[Any]]]:
    """The environment that lists a plain webhook as the only notifier, and the messages that it receives."""
    environ: dict[str, str] = {}
    with http_receiver() as (port, heard):
        entry = webhook(SimpleNamespace(setenv=environ.__setitem__), "desk", port)
        yield environ | {"AIRFLOW_VAR_REPRESENTMENT_NOTIFIERS": json.dumps([entry])}, heard


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, posted: tuple[dict[str, str], list[Any]]) -> Iterator[Stack]:
    """Airflow and the sandbox, with every `respond_*` DAG running."""
    seeds = tmp_path_factory.mktemp("seeds")
    fill(seeds)
    domain = tmp_path_factory.mktemp("domain")
    change_policies(domain)
    settings = SETTINGS | {"PYTHONPATH": str(domain)}
    environ = _environment() | posted[0]
    with Stack(tmp_path_factory.mktemp("stack"), settings=settings, seeds=seeds, environ=environ) as stack:
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
def late_runs(rehearsal: Rehearsal) -> dict[str, Run]:
    """Runs whose question nobody answers; their time runs out while other tests run."""
    runs = {kind: rehearsal.start(kind, dag_id) for kind, dag_id in LATE.items()}
    for run in runs.values():
        rehearsal.wait_for_task(run, "approve", "awaiting_input")
    return runs


@pytest.fixture
def _clean(rehearsal: Rehearsal, late_runs: dict[str, Run]) -> Iterator[None]:
    """No fault ordered by one test reaches the next."""
    yield
    rehearsal.control("DELETE", "faults")
    rehearsal.runs.clear()


@pytest.fixture
def triggered(rehearsal: Rehearsal) -> Iterator[Callable[..., None]]:
    """Start runs of a scheduled DAG and wait for their success; it is paused again afterwards."""
    rest, unpaused = rehearsal.stack.rest, set()

    def trigger(dag_id: str, times: int = 1) -> None:
        rest.unpause(dag_id)
        unpaused.add(dag_id)
        started = [rest.trigger(dag_id) for _ in range(times)]
        assert {rest.wait_for_run(dag_id, run_id, seconds=240)["state"] for run_id in started} == {"success"}

    yield trigger
    for dag_id in unpaused:
        rest.patch(f"/dags/{dag_id}", {"is_paused": True})


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

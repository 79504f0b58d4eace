"""On Celery, a worker, a scheduler and Redis are killed and PostgreSQL is restarted: every dispute is answered once.

`DISPUTES=200 pytest -m e2e tests/e2e/celery` runs more of them.
"""

from __future__ import annotations

import logging
import os
import time
from functools import partial
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.faults.broken_stack import BrokenStack
from tests.faults.traffic import Traffic
from tests.integration.representment.seeds_folder import SeedsFolder

from demo.executors import CeleryExecutor
from demo.redis_server import find_program
from demo.rehearsal import INTAKE
from demo.responses import Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from demo.process import Child

log = logging.getLogger(__name__)

DISPUTES = int(os.environ.get("DISPUTES", "8"))
RESPOND = "respond_product_not_received"
BLOWS = ("worker-1", "scheduler-1", "redis", "postgres")
"""What is killed, each once so many more tasks are done: a few disputes may all be submitted at the same moment."""
TASKS = 6
"""Of an automatic response."""
WITHIN = 30 * 60.0
"""Seconds: two cores answer some fifteen disputes a minute on Celery."""
SETTINGS = {
    # What Redis has lost is queued again after this, as shipped after ten minutes.
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "5",
}

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(2 * WITHIN),
    pytest.mark.skipif(find_program() is None, reason="there is no Redis on this machine"),
]


class CeleryStack(BrokenStack):
    """A stack that restarts whatever part of it ends, Redis too."""

    def check(self) -> None:
        """Start again what has ended; raise `StackError` where it is the sandbox."""
        for child in list(self._children):
            if child.process.poll() is not None:
                if child.name == "sandbox":
                    child.check()
                self.restarts.append(child.name)
                self._replace(child)

    def strike(self, name: str) -> None:
        """Kill a part, or restart the database."""
        if name == "postgres":
            self.restart_database()
        else:
            self.kill(name)

    def _replace(self, child: Child) -> None:
        child.log.replace(child.log.with_suffix(f".{len(self.restarts)}.log"))
        self._children.remove(child)
        self._add(self._starter(child.name)())

    def _starter(self, name: str) -> Callable[[], Child]:
        kind, _, number = name.partition("-")
        if name == "redis":
            return self.executor.start  # type: ignore[return-value]
        if kind in ("scheduler", "worker") and number:
            return partial({"scheduler": self.airflow.scheduler, "worker": self.airflow.celery_worker}[kind], name)
        return getattr(self.airflow, name.replace("-", "_"))  # type: ignore[no-any-return]


@pytest.fixture
def stack(tmp_path: Path):
    seeds = SeedsFolder(tmp_path / "seeds")
    seeds.put("account.json", {"id": "acct_1"})
    seeds.put("stripe/customers/cus_ann.json", {"created": "@-500d", "email": "ann@example.com", "name": "Ann Lee"})
    seeds.put("bucket/policies/refund_policy/v1.txt", b"Refunds within 30 days.\n")
    for number in range(DISPUTES):
        seeds.plain(f"plain{number:03d}")
    root = tmp_path / "stack"
    made = CeleryStack(
        root,
        traffic=Traffic(),
        seeds=seeds.root,
        executor=CeleryExecutor.in_folder(root),
        settings=SETTINGS,
    )
    with made as running:
        yield running


def test_every_dispute_is_answered_once_whichever_process_is_killed(stack):
    stack.wait_for_dags()
    for dag_id in (INTAKE, RESPOND):  # what else runs only takes time
        stack.rest.unpause(dag_id)
    stack.rest.trigger(INTAKE)
    blows, began = list(BLOWS), time.monotonic()
    while (answered := len(submissions(stack))) < DISPUTES:
        assert time.monotonic() - began < WITHIN, f"{answered} of {DISPUTES} are answered"
        if blows and tasks_done(stack) >= TASKS * DISPUTES * (len(BLOWS) - len(blows) + 1) // (len(BLOWS) + 2):
            stack.strike(blows.pop(0))
        time.sleep(2)
        stack.check()
    assert not blows, "everything was over before all blows had fallen"
    assert set(submissions(stack).values()) == {1}
    assert {"worker-1", "scheduler-1", "redis"} <= set(stack.restarts)
    stack.wait_until_healthy()
    ended = {run.dispute: run.state for run in Watch(stack.rest).read()}
    log.info("%d disputes in %.0f s; started again: %s", DISPUTES, time.monotonic() - began, ", ".join(stack.restarts))
    assert len(ended) == DISPUTES


def tasks_done(stack: CeleryStack) -> int:
    """How many tasks of all DAGs have succeeded."""
    found = stack.rest.get("/dags/~/dagRuns/~/taskInstances", state="success", limit=1)
    return int(found["total_entries"])


def submissions(stack: CeleryStack) -> dict[str, int]:
    """How often each dispute was submitted according to Stripe; those that were not are left out."""
    sandbox, found, cursor = stack.sandbox, {}, {}
    assert sandbox
    while True:
        query = {"limit": "100"} | cursor
        page = httpx.get(f"{sandbox.api_base}/v1/disputes", params=query, auth=(sandbox.secret_key, "")).json()
        found |= {one["id"]: one["evidence_details"]["submission_count"] for one in page["data"]}
        if not page["has_more"]:
            return {dispute: count for dispute, count in found.items() if count}
        cursor = {"starting_after": page["data"][-1]["id"]}

"""Three hundred runs that wait for a person, with a real scheduler: they delay no other run."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

import pytest
from tests.e2e.conftest import _environment
from tests.e2e.rehearsal import Rehearsal, Run
from tests.integration.representment.seeds_folder import SeedsFolder

from demo.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(2400)]

WAITING = 300
LEFT_ALONE = 40
"""Seconds after which a run that waits is no longer examined."""
SLOWER = 10.0
"""Seconds more that one dispute may take. With each of 300 examined in turn it took 20 s more."""
GENERAL = "respond_general"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """A separate stack: the runs that wait here would disturb the other tests."""
    root = tmp_path_factory.mktemp("seeds")
    seeds = SeedsFolder(root)
    seeds.put("account.json", {"id": "acct_1"})
    seeds.put("stripe/customers/cus_ann.json", {"created": "@-90d", "email": "ann@example.com", "name": "Ann Lee"})
    for number in range(WAITING + 1):
        seeds.dispute(f"asked{number:03d}", code="11.3", reason="general")
    for number in range(20):
        seeds.plain(f"plain{number:03d}")
    with Stack(tmp_path_factory.mktemp("stack"), seeds=root, environ=_environment()) as stack:
        stack.wait_for_dags()
        for dag_id in (GENERAL, Run.dag_id):
            stack.rest.unpause(dag_id)
        yield Rehearsal(stack)


def seconds_of_one(many: Rehearsal) -> float:
    """Median from the trigger of a dispute to its end."""

    def once() -> float:
        begin = time.monotonic()
        assert many.wait_for_end(many.start("plain")) == "success"
        return time.monotonic() - begin

    return median(once() for _ in range(3))


def test_disputes_and_answers_are_as_fast_with_300_runs_waiting_as_with_none(many):
    assert many.wait_for_end(many.start("plain")) == "success"
    alone = seconds_of_one(many)
    waiting = [many.start("asked", GENERAL) for _ in range(WAITING)]
    many.wait(lambda: len(many.stack.rest.questions(GENERAL)) == WAITING, "all ask", seconds=1500)
    time.sleep(LEFT_ALONE)
    assert seconds_of_one(many) < alone + SLOWER

    answered, cleared, marked, *others = waiting
    question = many.question(answered)
    begin = time.monotonic()
    many.send(question, "Approve")
    assert many.wait_for_end(answered) == "success"
    assert time.monotonic() - begin < alone + SLOWER
    assert many.submissions(answered) == 1

    before = many.attempt(cleared, "approve")["try_number"]
    many.stack.rest.clear(GENERAL, cleared.run_id, ["approve"])

    def asked_again() -> bool:
        now = many.attempt(cleared, "approve")
        return now["state"] == "awaiting_input" and now["try_number"] > before

    many.wait(asked_again, "the question is asked again")
    many.answer(cleared, "Leave to a person")
    many.wait(lambda: many.stack.rest.run(GENERAL, cleared.run_id)["state"] != "running", "it goes on")

    many.stack.rest.patch(f"/dags/{GENERAL}/dagRuns/{marked.run_id}", {"state": "failed"}, update_mask=["state"])
    many.wait(lambda: many.tasks(marked)["approve"] != "awaiting_input", "it waits no longer")

    many.stack._add(many.stack.airflow.scheduler("scheduler-2"))
    time.sleep(LEFT_ALONE)
    assert seconds_of_one(many) < alone + SLOWER
    assert len(many.stack.rest.questions(GENERAL)) == len(others)

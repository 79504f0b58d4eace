"""Every row of the table in `docs/clicks.md`, clicked in a real Airflow; a few of them in `make test`."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.rehearsal import Run

from demo.connections import sandbox_aws

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1800)]

GENERAL = "respond_general"
TABLE = Path(__file__).parents[2] / "docs" / "clicks.md"
ANSWERS = {
    "braked": "Approve",
    "submitted": "Approve",
    "left": "Leave to a person",
    "sent back": "Send back",
    "accepted": "Accept the loss",
}
"""Where the round is -> the answer that brought it there."""
ALWAYS = {
    ("waiting", "approve", "mark success"),
    ("submitted", "stage", "clear with downstream"),
    ("left", "leave", "mark success"),
    ("sent back", "approve", "clear with downstream"),
}
"""The rows that are not left to `make test-long`: one for each way in which a click is held."""
SUBMISSIONS = {"submitted": 1}
STATUS = {"submitted": "under_review", "accepted": "lost"}


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    stands: str
    task: str
    click: str
    ends: str


def rows():
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in TABLE.read_text().splitlines()
        if line.startswith("| ") and not line.startswith(("| where", "| ---"))
    ]
    found = [Row(*row[:4]) for row in cells]
    long = pytest.mark.long
    return [one if (one.stands, one.task, one.click) in ALWAYS else pytest.param(one, marks=long) for one in found]


@pytest.fixture(scope="module")
def clicked(rehearsal, request):
    """All rows at once: each has its own run, which is brought to its state and then clicked."""
    asked_for = [item.callspec.params["row"] for item in request.session.items if "clicked" in item.fixturenames]
    runs = {row: Run(rehearsal.take("clicked"), GENERAL) for row in asked_for}
    failing = [run for row, run in runs.items() if row.stands == "staging"]
    for run in failing:
        path = f"/v1/disputes/{run.dispute}"
        rehearsal.control(
            "POST", "faults", {"kind": "500", "when": "before", "path": path, "method": "POST", "count": 99}
        )
    for run in runs.values():
        rehearsal.trigger(run)
    for row, run in runs.items():
        if row.stands == "staging":
            rehearsal.wait_for_task(run, "stage", "up_for_retry")
        else:
            rehearsal.question(run)
    answer(rehearsal, {row: run for row, run in runs.items() if row.stands not in ("waiting", "staging", "braked")})
    rehearsal.stack.rest.set_pool("submit", 0)
    try:
        answer(rehearsal, {row: run for row, run in runs.items() if row.stands == "braked"})
        for row, run in runs.items():
            click(rehearsal, row, run)
    finally:
        rehearsal.stack.rest.set_pool("submit", 16)
        rehearsal.control("DELETE", "faults")
    return {row: (run, end(rehearsal, row, run)) for row, run in runs.items()}


def answer(rehearsal, runs):
    rehearsal.answer_all({run: ANSWERS[row.stands] for row, run in runs.items()})
    for row, run in runs.items():
        if row.stands == "braked":
            rehearsal.wait_for_task(run, "submit", "scheduled")
        else:
            rehearsal.wait_for_end(run)


def click(rehearsal, row, run):
    """Click, as the UI's own requests do."""
    rest, instance = rehearsal.stack.rest, f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/{row.task}"
    if row.click.startswith("mark "):
        rest.patch(instance, {"new_state": row.click.removeprefix("mark ")})
        return
    body = {"dry_run": False, "dag_run_id": run.run_id, "task_ids": [row.task], "only_failed": False}
    downstream = row.click == "clear with downstream"
    rest.post(f"/dags/{run.dag_id}/clearTaskInstances", body | {"include_downstream": downstream})


def end(rehearsal, row, run):
    """How the run continues: `asks`, `green` or `red`."""
    rest = rehearsal.stack.rest

    def found():
        state = rest.run(run.dag_id, run.run_id)["state"]
        if row.ends == "asks" and rehearsal.tasks(run)["approve"] == "awaiting_input":
            return "asks"
        return {"success": "green", "failed": "red"}.get(state)

    return rehearsal.wait(found, f"{run.run_id} ends after {row}")


@pytest.mark.parametrize("row", rows(), ids=lambda row: re.sub(r"\W+", "-", f"{row.stands} {row.task} {row.click}"))
def test_a_click_has_the_effect_listed_in_the_table(rehearsal, clicked, row):
    run, ends = clicked[row]
    rehearsal.runs[:] = [run]
    assert ends == row.ends
    dispute = rehearsal.dispute(run)
    assert dispute["evidence_details"]["submission_count"] == SUBMISSIONS.get(row.stands, 0)
    assert dispute["status"] == STATUS.get(row.stands, "needs_response")
    following = {run.run_id for run in (Run(run.dispute, GENERAL, 2), Run(run.dispute, GENERAL, 3))}
    started = following & {
        one["dag_run_id"] for one in rehearsal.stack.rest.runs(GENERAL, dag_run_id_pattern=run.dispute)
    }
    assert started == ({f"{run.dispute}__chargeback__2"} if row.stands == "sent back" else set())


def connect(rehearsal, aws):
    body = {"connection_id": "aws_default"} | aws.as_json()
    rehearsal.stack.rest.patch("/connections/aws_default", body)


def test_an_answer_that_s3_failed_to_store_is_not_asked_for_again(rehearsal):
    run = rehearsal.start("clicked", GENERAL)
    question = rehearsal.question(run)
    connect(rehearsal, sandbox_aws("http://127.0.0.1:9"))
    try:
        rehearsal.send(question, "Approve", "")
        rehearsal.wait_for_task(run, "approve", "up_for_retry")
    finally:
        connect(rehearsal, rehearsal.stack.aws)
    assert rehearsal.wait_for_end(run) == "success"
    assert rehearsal.submissions(run) == 1

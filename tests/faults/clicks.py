"""Clicks in Airflow's UI at the wrong place or time, by the API that the UI uses."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.faults.field import APPROVE, Trial

from demo.rest import RestError

if TYPE_CHECKING:
    from tests.e2e.rehearsal import Run
    from tests.faults.field import Field, Row

ACCEPT = "Accept the loss"


def older_revision(field: Field) -> list[Row]:
    """A second revision waits; somebody answers the first one's question, and then the second's with `Approve`."""
    rows = []
    for option in (ACCEPT, APPROVE):
        first = field.disputes("asked", field.number(4))
        field.start(first)
        field.settle(first, answer=None)
        second = [replace(run, revision=2) for run in first]
        field.start(second)
        field.settle(second, answer=None)
        struck = time.time()
        for run in first:
            _answer_late(field, run, option)
        field.until(lambda first=first: _all_ended(field, first), 300)  # type: ignore[misc]
        field.settle(first)
        lost = [run.dispute for run in first if field.rehearsal.dispute(run)["status"] == "lost"]
        trial = Trial(f"{option} on an older revision while a newer one waits", first, struck)
        row = field.row(trial)
        # A person's answer about an old packet ends nothing: if it accepted the loss, the dispute counts as lost.
        rows.append(replace(row, lost=row.lost + len(lost)))
    return rows


def approve_marked(field: Field) -> list[Row]:
    """`approve` is marked success or failed, and nobody has decided."""
    return [_marked(field, "approve", state) for state in ("success", "failed")]


def stage_marked(field: Field) -> list[Row]:
    """`stage` is marked success while a question is open."""
    return [_marked(field, "stage", "success")]


def cleared_after_submit(field: Field) -> list[Row]:
    """The whole run, `approve` alone, or `stage` with what comes after it is cleared after the submit."""
    rows = []
    for what, tasks, downstream in (
        ("the whole run", ["gather"], True),
        ("approve alone", ["approve"], False),
        ("stage with downstream", ["stage"], True),
        ("submit", ["submit"], False),
    ):
        runs = [*field.disputes("plain", field.number(4)), *field.disputes("asked", field.number(4))]
        field.start(runs)
        field.settle(runs)
        struck = time.time()
        for run in runs:
            body = {"dry_run": False, "dag_run_id": run.run_id, "task_ids": tasks, "only_failed": False}
            field.stack.rest.post(f"/dags/{run.dag_id}/clearTaskInstances", body | {"include_downstream": downstream})
        time.sleep(3)
        field.settle(runs)
        rows.append(field.row(Trial(f"{what} cleared after the submit", runs, struck)))
    return rows


def _marked(field: Field, task: str, state: str) -> Row:
    runs = field.disputes("asked", field.number(4))
    field.start(runs)
    field.settle(runs, answer=None)
    struck = time.time()
    for run in runs:
        path = f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/{task}"
        field.stack.rest.patch(path, {"new_state": state})
    time.sleep(3)
    field.settle(runs)
    return field.row(Trial(f"{task} marked {state} while it asks", runs, struck))


def _answer_late(field: Field, run: Run, option: str) -> None:
    """Answer a question unless it is no longer asked."""
    for question in field.stack.rest.questions(run.dag_id, run.run_id):
        try:
            field.rehearsal.send(question, option)
        except RestError as error:
            if error.status not in (404, 409):
                raise


def _all_ended(field: Field, runs: list[Run]) -> bool:
    return all(field.stack.rest.run(run.dag_id, run.run_id)["state"] in ("success", "failed") for run in runs)

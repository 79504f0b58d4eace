"""The note of a response's run: its first line says where the dispute stands, for whoever reads the list of runs.

A listener of Airflow's, called where a run's state changes: in the scheduler, and in the API server when a person
marks a run. What the note said before, a remark for instance, stays below that line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.listeners import hookimpl

from representment.airflow_internals.runs import read_task_states, write_note
from representment.task_ids import RESPONSES, Task

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

UNDER_WAY = "Being answered."
ENDS: dict[str, str] = {
    Task.SUBMIT: "Submitted to the bank.",
    Task.SEND_BACK: "Sent back: the next revision answers.",
    Task.ACCEPT: "Accepted: the dispute is closed as lost.",
    Task.REFUND: "Refunded in full.",
    Task.NOTHING_TO_ANSWER: "No answer needed: the task nothing_to_answer says why.",
    Task.STAGE: "Staged, not submitted: the connection's mode is stage.",
    Task.RENDER: "Packet made, nothing written to Stripe: the connection's mode is shadow.",
}
"""Task that succeeded -> what that means; the first of them counts."""
LEFT = "Left to a person: the task leave says why."
STOPPED = "Stopped in the task "


@hookimpl
def on_dag_run_running(dag_run: DagRun) -> None:
    """A run has started, perhaps after it was cleared."""
    if _is_response(dag_run):
        _write_first_line(dag_run, UNDER_WAY)


@hookimpl
def on_dag_run_success(dag_run: DagRun) -> None:
    """A run has ended green."""
    if _is_response(dag_run):
        states = read_task_states(dag_run)
        _write_first_line(dag_run, next((line for task, line in ENDS.items() if states.get(task) == "success"), ""))


@hookimpl
def on_dag_run_failed(dag_run: DagRun) -> None:
    """A run has ended red."""
    if _is_response(dag_run):
        states = read_task_states(dag_run)
        failed = [task for task in Task if states.get(task) == "failed"]
        stopped = f"{STOPPED}{failed[0]}: its log says why." if failed else ""
        _write_first_line(dag_run, LEFT if Task.LEAVE in failed else stopped)


def _write_first_line(dag_run: DagRun, line: str) -> None:
    """Put this line in the place of an earlier one of ours, else before all that the note says."""
    before = dag_run.note or ""
    first, _, rest = before.partition("\n\n")
    is_ours = first in (UNDER_WAY, LEFT, *ENDS.values()) or first.startswith(STOPPED)
    note = "\n\n".join(filter(None, (line, rest if is_ours else before)))
    if note != before:
        write_note(dag_run, note)


def _is_response(dag_run: DagRun) -> bool:
    return dag_run.dag_id.startswith(RESPONSES)

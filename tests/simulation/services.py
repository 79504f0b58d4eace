"""The tasks that look at all disputes, outside any response: intake, sweep, outcomes, audit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.simulation.running import ROUNDS_URI
from tests.unit.representment.airflow_parts import Assets

from representment.open_rounds import DISPUTE_LOOKBACK
from representment.operators.audit import AuditSubmissionsOperator
from representment.operators.intake import StartResponsesOperator
from representment.operators.outcomes import FollowOutcomesOperator
from representment.operators.sweep import SweepOperator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _once(operator: Any, dag_id: str) -> Any:
    """One try; the error it ended with, or what it returned."""
    context = Assets(dag_id=dag_id, run_type="scheduled", polled=False).context()
    try:
        return operator.execute(context)
    except Exception as error:  # noqa: BLE001 - the task fails, and the next run follows
        return error


def _intake() -> Callable[[], Any]:
    operator = StartResponsesOperator(
        task_id="start_responses",
        rounds_uri=ROUNDS_URI,
        lookback=DISPUTE_LOOKBACK,
        poll_every=timedelta(minutes=5),
    )
    return lambda: _once(operator, "dispute_intake")


def _follow() -> Callable[[], Any]:
    operator = FollowOutcomesOperator(task_id="follow_outcomes", rounds_uri=ROUNDS_URI)
    return lambda: _once(operator, "dispute_outcomes")


def _audit() -> Callable[[], Any]:
    operator = AuditSubmissionsOperator(task_id="audit_submissions", rounds_uri=ROUNDS_URI)
    return lambda: _once(operator, "dispute_outcomes")


def _sweep() -> Callable[[], Any]:
    operator = SweepOperator(task_id="sweep_open_disputes", rounds_uri=ROUNDS_URI)
    return lambda: _once(operator, "dispute_outcomes")


SERVICES: Mapping[str, Callable[[], Callable[[], Any]]] = {
    "intake": _intake,
    "sweep": _sweep,
    "follow": _follow,
    "audit": _audit,
}

"""Start runs of other DAGs from inside a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import ErrorResponse, TriggerDagRun

from disputes.rounds import RunId, round_of

if TYPE_CHECKING:
    from disputes.dispute import Dispute
    from disputes.rounds import Round

GENERAL = "respond_general"
BANK_DEBITS = frozenset(
    {
        "bank_cannot_process",
        "check_returned",
        "customer_initiated",
        "debit_not_authorized",
        "incorrect_account_details",
        "insufficient_funds",
    }
)
"""Reasons of bank debits: one DAG, `respond_bank_debits`, takes them all."""


class UnknownDagError(Exception):
    """Airflow has no DAG of that id."""


def start_run(dag_id: str, run_id: str, conf: dict[str, Any], *, note: str | None = None) -> bool:
    """Start a run; False when one of that id exists already.

    The channel that `TriggerDagRunOperator` uses inside, since a task may start many runs and has no database.
    It is no documented interface, hence all of it stands here.

    :param conf: the run's parameters
    :param note: text on the new run
    :raises UnknownDagError: there is no such DAG
    """
    message = TriggerDagRun(dag_id=dag_id, run_id=run_id, conf=conf, note=note, logical_date=None)
    try:
        answer = task_runner.SUPERVISOR_COMMS.send(message)
    except AirflowRuntimeError as error:
        if (error.error.detail or {}).get("status_code") == 404:
            raise UnknownDagError(dag_id) from error
        raise
    if isinstance(answer, ErrorResponse):
        if answer.error is ErrorType.DAGRUN_ALREADY_EXISTS:
            return False
        raise AirflowRuntimeError(answer)
    return True


def conf_of(run: RunId) -> dict[str, Any]:
    """The parameters of a response run."""
    return {"dispute": run.dispute, "round": str(run.round), "revision": run.revision}


def first_run(dispute: Dispute) -> RunId:
    """The run that answers the round which is open now; only an open dispute has one."""
    return RunId(dispute.id, cast("Round", round_of(dispute.status)))


def start_response(dispute: Dispute) -> bool:
    """Start a dispute's first run: in the reason's own DAG, or in the one that takes every other reason."""
    run = first_run(dispute)
    own = "bank_debits" if dispute.reason in BANK_DEBITS else dispute.reason
    try:
        return start_run(f"respond_{own}", str(run), conf_of(run))
    except UnknownDagError:
        return start_run(GENERAL, str(run), conf_of(run))

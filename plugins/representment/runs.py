"""Start runs of other DAGs from inside a task."""

from __future__ import annotations

from typing import Any

from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import ErrorResponse, TriggerDagRun

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


def start_response(reason: str, run_id: str, conf: dict[str, Any]) -> bool:
    """Start the run that answers a dispute: in the reason's own DAG, or in the one that takes every other reason."""
    try:
        return start_run(f"respond_{'bank_debits' if reason in BANK_DEBITS else reason}", run_id, conf)
    except UnknownDagError:
        return start_run(GENERAL, run_id, conf)

"""Start runs of other DAGs from inside a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import ErrorResponse, TriggerDagRun

from disputes.rounds import RunId, round_of
from disputes.rules.reasons import dags_of
from representment.settings import DEFAULT_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from disputes.dispute import Dispute
    from disputes.rounds import Round


class UnstartableDagError(Exception):
    """Airflow answers, and starts no run of that DAG: its file cannot be imported, for instance.

    :param dag_id: the DAG
    :param status: of Airflow's answer
    """

    def __init__(self, dag_id: str, status: int) -> None:
        super().__init__(f"{dag_id}: Airflow starts no run of it (status {status})")
        self.dag_id = dag_id


class UnknownDagError(UnstartableDagError):
    """Airflow has no DAG of that id."""


def start_run(dag_id: str, run_id: str, conf: dict[str, Any], *, note: str | None = None) -> bool:
    """Start a run; False when one of that id exists already.

    The channel that `TriggerDagRunOperator` uses inside, since a task may start many runs and has no database.
    It is no documented interface, hence all of it stands here.

    :param conf: the run's parameters
    :param note: text on the new run
    :raises UnstartableDagError: this DAG cannot be started; `UnknownDagError` where there is no such DAG
    """
    message = TriggerDagRun(dag_id=dag_id, run_id=run_id, conf=conf, note=note, logical_date=None)
    try:
        answer = task_runner.SUPERVISOR_COMMS.send(message)
    except AirflowRuntimeError as error:
        status = (error.error.detail or {}).get("status_code")
        if status is None:
            raise
        kind = UnknownDagError if status == 404 else UnstartableDagError
        raise kind(dag_id, status) from error
    if isinstance(answer, ErrorResponse):
        if answer.error is ErrorType.DAGRUN_ALREADY_EXISTS:
            return False
        raise AirflowRuntimeError(answer)
    return True


def existing_runs(dag_id: str, run_ids: Sequence[str]) -> set[str]:
    """Which of these runs a DAG has; one request.

    :param run_ids: a hundred at the most: they stand in an address
    """
    states = task_runner.RuntimeTaskInstance.get_task_states(dag_id, task_ids=["gather"], run_ids=list(run_ids))
    return set(states)


def conf_of(run: RunId, account: str = DEFAULT_ACCOUNT) -> dict[str, Any]:
    """The parameters of a response run.

    :param account: connection of the Stripe account that the dispute is on
    """
    return {"dispute": run.dispute, "round": str(run.round), "revision": run.revision, "account": account}


def first_run(dispute: Dispute) -> RunId:
    """The run that answers the round which is open now; only an open dispute has one."""
    return RunId(dispute.id, cast("Round", round_of(dispute.status)))


def start_response(run: RunId, reason: str, account: str = DEFAULT_ACCOUNT) -> bool:
    """Start a round's first run in the first DAG that there is for its reason: see :mod:`disputes.rules.reasons`.

    One whose DAG cannot be started waits for it: the general one asks a person about what this one may decide.

    :param account: connection of the Stripe account that the dispute is on; noted on the run where it is another one
    :raises UnknownDagError: there is none of these DAGs
    :raises UnstartableDagError: there is one, and it cannot be started
    """
    note = None if account == DEFAULT_ACCOUNT else f"Stripe account {account}"
    *own, general = dags_of(reason)
    for dag_id in own:
        try:
            return start_run(dag_id, str(run), conf_of(run, account), note=note)
        except UnknownDagError:
            continue
    return start_run(general, str(run), conf_of(run, account), note=note)

"""Everything of Airflow's that we use and that is not public, read in 3.3.2.

Each with the reason, and with what takes its place once Airflow offers it. A release that changes one of them fails
`tests/unit/representment/test_airflow_internals.py`, which says what would break. Each is imported where it is called:
the scheduler's policy, DAG files, tasks and the API server all load this module, and each needs another one.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from airflow.models.dagrun import DagRun
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import ORMExecuteState, Session

log = logging.getLogger(__name__)

NOTE_LENGTH = 1000
"""Characters that Airflow's table of notes takes; it refuses a run with a longer one."""


class UnstartableDagError(Exception):
    """Airflow cannot start a run of that DAG: its file cannot be imported, for instance.

    :param dag_id: the DAG
    :param status: of Airflow's answer
    """

    def __init__(self, dag_id: str, status: int) -> None:
        super().__init__(f"{dag_id}: Airflow could not start a run of it (status {status})")
        self.dag_id = dag_id


class UnknownDagError(UnstartableDagError):
    """Airflow has no DAG of that id."""


def start_run(dag_id: str, run_id: str, conf: dict[str, Any], *, note: str | None = None) -> bool:
    """Start a run from inside a task; False when one of that id exists already.

    Private: the channel to the task's supervisor. `TriggerDagRunOperator` is public and starts one run a task; an
    intake starts hundreds. In its place: a call of the task SDK that triggers a run, once there is one.

    :param conf: the run's parameters
    :param note: text on the new run, cut to `NOTE_LENGTH`
    :raises UnstartableDagError: this DAG cannot be started; `UnknownDagError` when Airflow does not know it
    """
    from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.comms import ErrorResponse, TriggerDagRun

    note = note and note[:NOTE_LENGTH]
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


def pool_names(dag_run: DagRun) -> frozenset[str] | None:
    """The pools that there are, read by the session that a run belongs to; None where it belongs to none.

    Private: the table of pools, and the session. A cluster policy is public, yet is given neither. In its place: a
    policy that may name a pool that does not exist, or that is told which do.
    """
    from airflow.models.pool import Pool
    from sqlalchemy import select
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    return None if session is None else frozenset(session.scalars(select(Pool.pool)))


def store_asset_events(events: Sequence[tuple[tuple[str, str], Mapping[str, Any]]]) -> bool:
    """Store events of assets, all together, from inside the API server; what `POST /api/v2/assets/events` does.

    Private: the asset manager and Airflow's session. The REST API is public and needs a token of its own. In its place:
    a call for plugins of the API server that stores an asset event.

    :param events: each asset's name and URI, with what the event carries
    :returns: False when no DAG that knows the assets has been parsed yet
    :raises SQLAlchemyError: nothing was stored
    """
    from airflow.assets.manager import asset_manager
    from airflow.serialization.definitions.assets import SerializedAssetUniqueKey
    from airflow.utils.session import create_session

    with create_session() as session:
        return all(
            asset_manager.register_asset_change(
                asset=SerializedAssetUniqueKey(*asset), extra=dict(extra), session=session
            )
            is not None
            for asset, extra in events
        )


def narrow_examined_runs(condition: Callable[[Any, Any], ColumnElement[bool]]) -> None:
    """Have the scheduler of this process examine only those running runs that fulfil a condition, too.

    Private: the query that the scheduler's loop takes its runs from. In its place: an Airflow that examines a run when
    something has changed. Only reads; whatever goes wrong with the condition, the runs of the stock query are examined.

    :param condition: takes the classes of Airflow's runs and task instances; in PostgreSQL's words
    """
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance

    stock = DagRun.get_running_dag_runs_to_examine
    if getattr(stock, "is_narrowed", False):
        return

    def narrowed(session: Session, *args: Any, **kwargs: Any) -> Any:
        if session.get_bind().dialect.name != "postgresql":
            return stock(session, *args, **kwargs)
        # Not the session's own: Airflow lets nobody commit there, and a failed statement must not end its transaction.
        savepoint = session.connection().begin_nested()
        try:
            with _where(session, condition(DagRun, TaskInstance)):
                runs = stock(session, *args, **kwargs)
            savepoint.commit()
        except Exception:
            if savepoint.is_active:
                savepoint.rollback()
            log.exception("Runs that wait for a person could not be told from others; all are examined")
            return stock(session, *args, **kwargs)
        return runs

    narrowed.is_narrowed = True  # type: ignore[attr-defined]
    DagRun.get_running_dag_runs_to_examine = narrowed  # type: ignore[method-assign]
    log.info("Runs that only wait for a person are examined when something has changed, and every ten minutes")


@contextmanager
def _where(session: Session, condition: ColumnElement[bool]) -> Iterator[None]:
    """Add a condition to what a session selects."""
    from sqlalchemy import event

    def add(executed: ORMExecuteState) -> None:
        if executed.is_select:
            executed.statement = executed.statement.where(condition)  # type: ignore[attr-defined]

    event.listen(session, "do_orm_execute", add)
    try:
        yield
    finally:
        event.remove(session, "do_orm_execute", add)


@dataclass(frozen=True)
class Question:
    """What Airflow asks a person in a run, and the answer that counts.

    :param options: to choose from
    :param asked_at: Unix seconds
    :param form: the form's fields with their first values
    :param assigned: the only users who may answer; empty: everybody with the right
    :param by: who answered; None while it is open, and where the time ran out
    :param chosen: empty while it is open
    """

    options: tuple[str, ...]
    asked_at: float
    form: Mapping[str, Any]
    assigned: tuple[str, ...]
    by: str | None
    chosen: tuple[str, ...]
    answered_at: float | None


def read_question(dag_id: str, run_id: str, task_id: str) -> Question | None:
    """What a run asks a person; None where it does not, or not yet.

    Private: the table of questions. `GET …/hitlDetails` is public and needs a token of its own. In its place: a call
    for plugins of the API server that reads it.
    """
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select

    wanted = (TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id, TaskInstance.task_id == task_id)
    with create_session() as session:
        found = session.scalar(
            select(HITLDetail).join(TaskInstance, HITLDetail.ti_id == TaskInstance.id).where(*wanted)
        )
        if found is None:
            return None
        return Question(
            options=tuple(found.options),
            asked_at=found.created_at.timestamp(),
            form=found.params or {},
            assigned=tuple(user["id"] for user in found.assignees or ()),
            by=(found.responded_by or {}).get("name"),
            chosen=tuple(found.chosen_options or ()),
            answered_at=found.responded_at.timestamp() if found.responded_at else None,
        )


def read_run_states(prefix: str) -> dict[str, tuple[str, str]]:
    """Run id -> DAG and state, of every run of the DAGs whose id begins so; one question, whatever their number.

    Private: the table of runs. The REST API is public, gives 100 a request and needs a token of its own. In its place:
    a call for plugins of the API server that reads them.
    """
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        rows = session.execute(
            select(DagRun.run_id, DagRun.dag_id, DagRun.state).where(DagRun.dag_id.startswith(prefix, autoescape=True))
        )
        return {run_id: (dag_id, str(state)) for run_id, dag_id, state in rows}


def read_run_state(dag_id: str, run_id: str) -> str | None:
    """How a run stands; None where Airflow has none of that id."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        state = session.scalar(select(DagRun.state).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))
        return None if state is None else str(state)


def read_waiting_runs(prefix: str) -> frozenset[str]:
    """Ids of the runs that ask a person now, of the DAGs whose id begins so.

    Private: the table of questions, as in :func:`read_question`.
    """
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from airflow.utils.state import TaskInstanceState
    from sqlalchemy import select

    with create_session() as session:
        return frozenset(
            session.scalars(
                select(TaskInstance.run_id)
                .join(HITLDetail, HITLDetail.ti_id == TaskInstance.id)
                .where(
                    TaskInstance.dag_id.startswith(prefix, autoescape=True),
                    TaskInstance.state == TaskInstanceState.AWAITING_INPUT,
                    HITLDetail.responded_at.is_(None),
                )
            )
        )


def read_failed_tasks(dag_id: str, run_id: str) -> tuple[tuple[str, int], ...]:
    """The failed tasks of a run with their last try.

    Private: the table of task instances. In its place: as for :func:`read_run_states`.
    """
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from airflow.utils.state import TaskInstanceState
    from sqlalchemy import select

    with create_session() as session:
        rows = session.execute(
            select(TaskInstance.task_id, TaskInstance.try_number).where(
                TaskInstance.dag_id == dag_id,
                TaskInstance.run_id == run_id,
                TaskInstance.state == TaskInstanceState.FAILED,
            )
        )
        return tuple((task_id, number) for task_id, number in rows)

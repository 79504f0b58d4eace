"""Starts a run from inside a task; reads and writes the run that a listener is given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

NOTE_LENGTH = 1000
"""Longest note that Airflow's table takes; it refuses a run with a longer one."""


class UnstartableDagError(Exception):
    """Airflow cannot start a run of that DAG: its file cannot be imported, for instance.

    :param dag_id: the DAG
    :param status: of Airflow's answer
    """

    def __init__(self, dag_id: str, status: int) -> None:
        super().__init__(f"{dag_id}: Airflow could not start a run of this DAG (status {status})")
        self.dag_id = dag_id


class UnknownDagError(UnstartableDagError):
    """Airflow has no DAG with that id."""


def start_run(dag_id: str, run_id: str, conf: dict[str, Any], *, note: str | None = None) -> bool:
    """Start a run from inside a task; False if one with that id already exists.

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


def read_task_states(dag_run: DagRun) -> dict[str, str]:
    """Task id -> state, of the run that a listener was given.

    Private: the table of task instances. In its place: a listener that is told them.
    """
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import select
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    if session is None:
        return {}
    of_run = (TaskInstance.dag_id == dag_run.dag_id, TaskInstance.run_id == dag_run.run_id)
    rows = session.execute(select(TaskInstance.task_id, TaskInstance.state).where(*of_run))
    return {task_id: str(state) for task_id, state in rows}


def write_note(dag_run: DagRun, note: str) -> None:
    """Set the note of the run that a listener was given, cut to `NOTE_LENGTH`; on PostgreSQL and SQLite only.

    One statement that cannot conflict with a note that a person writes at the same moment: the scheduler's own changes
    are in the same transaction, in which Airflow allows no savepoint.

    Private: the run's session and the table of notes. In its place: a call for listeners and tasks that sets a note.
    """
    from airflow.models.dagrun import DagRunNote
    from sqlalchemy.dialects import postgresql, sqlite
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    inserts: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
    if session is None or (insert := inserts.get(session.get_bind().dialect.name)) is None:
        return
    content = note[:NOTE_LENGTH]
    session.flush()
    session.execute(
        insert(DagRunNote)
        .values(dag_run_id=dag_run.id, content=content)
        .on_conflict_do_update(
            index_elements=["dag_run_id"], set_={"content": content, "updated_at": datetime.now(UTC)}
        )
    )
    session.expire(dag_run, ["dag_run_note"])  # whoever writes a note next must see that there is one

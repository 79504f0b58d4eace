"""Airflow's own tables: runs and questions for the desk, and what `erase` deletes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Question:
    """The question that a run asks a person, and the answer that counts.

    :param options: to choose from
    :param asked_at: Unix seconds
    :param form: the form's fields with their first values
    :param assigned: the only users who may answer; empty: everybody with the permission
    :param by: who answered; None while it is open, and after the time ran out
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
    """The question of a run; None if it asks nothing, or not yet.

    Private: the table of questions. `GET …/hitlDetails` is public and needs its own token. In its place: a call
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
    """Run id -> DAG and state, for every run of the DAGs whose ids begin with a prefix; one query for all.

    Private: the table of runs. The REST API is public, gives 100 a request and needs its own token. In its place:
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
    """A run's state; None if Airflow has no run with that id."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        state = session.scalar(select(DagRun.state).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))
        return None if state is None else str(state)


def read_waiting_runs(prefix: str) -> dict[str, tuple[str, ...]]:
    """The runs that now ask a person, of the DAGs whose ids begin with a prefix: id -> the only users who may answer.

    Private: the table of questions, as in :func:`read_question`.
    """
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from airflow.utils.state import TaskInstanceState
    from sqlalchemy import select

    with create_session() as session:
        rows = session.execute(
            select(TaskInstance.run_id, HITLDetail.assignees)
            .join(HITLDetail, HITLDetail.ti_id == TaskInstance.id)
            .where(
                TaskInstance.dag_id.startswith(prefix, autoescape=True),
                TaskInstance.state == TaskInstanceState.AWAITING_INPUT,
                HITLDetail.responded_at.is_(None),
            )
        )
        return {run_id: tuple(user["id"] for user in assignees or ()) for run_id, assignees in rows}


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


def read_all_secrets() -> None:
    """Let our own program read connections and variables from Airflow's database too, as `airflow connections` does.

    Private: the environment variable. Without it only secrets backends and the environment are asked. In its
    place: a public way to say that a program runs beside the scheduler.
    """
    os.environ["_AIRFLOW_PROCESS_CONTEXT"] = "server"


def delete_runs(objects: Sequence[str]) -> int:
    """Delete the runs of disputes and early fraud warnings, with all of Airflow's rows about them; the number of runs.

    Private: Airflow's tables. The REST API is public and deletes a run, yet leaves its rows in the audit
    log, where an answer's remark is. In its place: a route that deletes both.
    """
    from airflow.models.dagrun import DagRun
    from airflow.models.log import Log
    from airflow.utils.session import create_session
    from sqlalchemy import delete, or_

    def theirs(column: Any) -> Any:
        responses = (column.startswith(f"{one}__", autoescape=True) for one in objects)
        return or_(column.in_(objects), *responses)

    if not objects:
        return 0
    with create_session() as session:
        session.execute(delete(Log).where(theirs(Log.run_id)))
        runs = session.scalars(delete(DagRun).where(theirs(DagRun.run_id)).returning(DagRun.id)).all()
        return len(runs)

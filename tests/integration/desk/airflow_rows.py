"""Airflow's own tables, and rows in them as a scheduler would have written them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from airflow import settings
from airflow.models import import_all_models
from airflow.models.base import Base
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun
from airflow.models.hitl import HITLDetail
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import delete, insert, update

from representment.branches import TASK_OF_ANSWER

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

NEEDED = {
    "max_active_tasks": 64,
    "max_consecutive_failed_dag_runs": 0,
    "has_task_concurrency_limits": False,
    "is_stale": False,
}
ASKED = datetime.now(UTC) - timedelta(minutes=5)
OPTIONS = [one for one in TASK_OF_ANSWER if "fee" not in one and "Refund" not in one]


def make_tables(file: Path, environment: pytest.MonkeyPatch) -> None:
    """An empty database of Airflow's, which this process uses from here on."""
    environment.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", f"sqlite:///{file}")
    settings.configure_vars()
    settings.configure_orm()
    import_all_models()
    Base.metadata.create_all(settings.engine)


def add_dags(*dag_ids: str) -> None:
    """DAGs that were parsed."""
    with create_session() as session:
        session.execute(insert(DagBundleModel.__table__).values(name="ours"))
        for dag_id in dag_ids:
            session.execute(insert(DagModel.__table__).values(dag_id=dag_id, bundle_name="ours", **NEEDED))


def add_run(dag_id: str, run_id: str, state: str = "running") -> None:
    """A run of a DAG."""
    add_runs(dag_id, [run_id], state)


def add_runs(dag_id: str, run_ids: list[str], state: str = "running") -> None:
    """Runs of a DAG."""
    of_all = {"dag_id": dag_id, "run_type": "manual", "state": state, "run_after": ASKED}
    with create_session() as session:
        session.execute(insert(DagRun.__table__), [of_all | {"run_id": run_id} for run_id in run_ids])


def add_task(dag_id: str, run_id: str, task_id: str, state: str) -> Any:
    """A task of a run; its id."""
    key = uuid4()
    with create_session() as session:
        row = {
            "id": key,
            "dag_id": dag_id,
            "run_id": run_id,
            "task_id": task_id,
            "state": state,
            "pool": "default_pool",
        }
        session.execute(insert(TaskInstance.__table__).values(**row, map_index=-1, try_number=1, pool_slots=1))
    return key


def ask(dag_id: str, run_id: str, *, options: list[str] = OPTIONS, assigned: tuple[str, ...] = ()) -> None:
    """Airflow asks a person in this run."""
    key = add_task(dag_id, run_id, "approve", "awaiting_input")
    with create_session() as session:
        session.execute(
            insert(HITLDetail.__table__).values(
                ti_id=key,
                options=options,
                subject="",
                params={"remark": ""},
                assignees=[{"id": name, "name": name} for name in assigned],
                created_at=ASKED,
                params_input={},
            )
        )


def answer(choice: str, by: str | None) -> None:
    """Somebody answers what is asked, or nobody does in time."""
    user = {"id": by, "name": by} if by else None
    with create_session() as session:
        session.execute(
            update(HITLDetail.__table__).values(
                chosen_options=[choice], responded_by=user, responded_at=datetime.now(UTC)
            )
        )


def forget_rows() -> None:
    """Nothing has run."""
    with create_session() as session:
        for table in (HITLDetail, TaskInstance, DagRun, DagModel, DagBundleModel):
            session.execute(delete(table.__table__))


def use_configured_database() -> None:
    """Go back to the database that Airflow's configuration names."""
    settings.dispose_orm()
    settings.configure_vars()
    settings.configure_orm()

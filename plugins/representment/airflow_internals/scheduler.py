"""The scheduler: which pools exist, and which runs it examines."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow.models.dagrun import DagRun
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import ORMExecuteState, Session

log = logging.getLogger(__name__)


def pool_names(dag_run: DagRun) -> frozenset[str] | None:
    """The existing pools, read with the run's session; None if it has no session.

    Private: the table of pools, and the session. A cluster policy is public, but is given neither. In its place: a
    policy that may name a pool that does not exist, or that is told which do.
    """
    from airflow.models.pool import Pool
    from sqlalchemy import select
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    return None if session is None else frozenset(session.scalars(select(Pool.pool)))


def narrow_examined_runs(condition: Callable[[Any, Any], ColumnElement[bool]]) -> None:
    """Make this process's scheduler examine only those running runs that also fulfil a condition.

    Private: the query that the scheduler's loop takes its runs from. In its place: an Airflow that examines a run when
    something has changed. Only reads; if the condition fails, the runs of the stock query are examined.

    :param condition: takes the classes of Airflow's runs and task instances, and returns PostgreSQL's SQL
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
            log.exception("Runs that wait for a person could not be found; all runs are examined")
            return stock(session, *args, **kwargs)
        return runs

    narrowed.is_narrowed = True  # type: ignore[attr-defined]
    DagRun.get_running_dag_runs_to_examine = narrowed  # type: ignore[method-assign]
    log.info("Runs that only wait for a person are examined when one of their tasks has changed, and every ten minutes")


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

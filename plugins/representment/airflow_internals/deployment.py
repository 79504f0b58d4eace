"""A deployment's pools, and which of our DAGs Airflow knows, runs or cannot load."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

TAG = "representment"
"""The tag of all our DAGs."""


def read_pools() -> dict[str, int]:
    """Each pool's slots, by its name.

    Private: the table of pools. The REST API is public and needs a token. In its place: a client for programs
    on the same machine.
    """
    from airflow.models.pool import Pool
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        return {str(name): slots for name, slots in session.execute(select(Pool.pool, Pool.slots))}


def read_dags() -> dict[str, bool]:
    """Whether each of our DAGs is paused, by its id; those whose file is gone are left out.

    Private: the tables of DAGs and tags. In its place: as for :func:`read_pools`.
    """
    from airflow.models.dag import DagModel, DagTag
    from airflow.utils.session import create_session
    from sqlalchemy import select

    ours = select(DagModel.dag_id, DagModel.is_paused).join(DagTag, DagTag.dag_id == DagModel.dag_id)
    with create_session() as session:
        rows = session.execute(ours.where(DagTag.name == TAG, DagModel.is_stale.is_(False)).order_by(DagModel.dag_id))
        return {dag_id: bool(is_paused) for dag_id, is_paused in rows}


def read_import_errors() -> dict[str, str]:
    """The traceback of each file that Airflow could not load, by the file.

    Private: the table of import errors. In its place: as for :func:`read_pools`.
    """
    from airflow.models.errors import ParseImportError
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        rows = session.execute(select(ParseImportError.filename, ParseImportError.stacktrace))
        return {str(file): str(trace) for file, trace in rows}


def unpause(dag_ids: Iterable[str]) -> None:
    """Let Airflow schedule these DAGs.

    Private: the table of DAGs. `airflow dags unpause` is public, but takes one DAG at a time, and each call takes as
    long as starting Airflow. In its place: a command that takes several.
    """
    from airflow.models.dag import DagModel
    from airflow.utils.session import create_session
    from sqlalchemy import update

    with create_session() as session:
        session.execute(update(DagModel).where(DagModel.dag_id.in_(list(dag_ids))).values(is_paused=False))

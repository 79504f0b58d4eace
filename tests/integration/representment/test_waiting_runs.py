"""Which running runs the scheduler examines, asked of a real PostgreSQL with Airflow's own tables and query."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from airflow.models import import_all_models
from airflow.models.base import Base
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from sqlalchemy import create_engine, delete, insert, text
from sqlalchemy.orm import Session

from demo.postgres import Postgres
from representment import waiting_runs
from representment.airflow_internals.scheduler import narrow_examined_runs
from representment.plugin import RepresentmentPlugin
from representment.waiting_runs import AGAIN, BUSY, MARGIN, PORTIONS, SETTING, may_go_on

DAG = "respond_general"
METHOD = "get_running_dag_runs_to_examine"
WAITING = ("awaiting_input", -60)
DONE = ("success", -90)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    server = Postgres(tmp_path_factory.mktemp("postgres"))
    server.start()
    try:
        made = create_engine(server.uri)
        import_all_models()
        Base.metadata.create_all(made)
        with made.begin() as connection:
            connection.execute(insert(DagBundleModel.__table__).values(name="b"))
            dag = {"dag_id": DAG, "bundle_name": "b", "is_paused": False, "is_stale": False, "max_active_tasks": 9}
            dag |= {"has_task_concurrency_limits": False}
            connection.execute(insert(DagModel.__table__).values(max_consecutive_failed_dag_runs=0, **dag))
        yield made
        made.dispose()
    finally:
        server.stop()


@pytest.fixture
def narrowed(monkeypatch):
    monkeypatch.setattr(DagRun, METHOD, DagRun.__dict__[METHOD])
    narrow_examined_runs(may_go_on)


@pytest.fixture
def session(engine):
    with Session(engine) as opened:
        yield opened
        opened.rollback()
        opened.execute(delete(TaskInstance.__table__))
        opened.execute(delete(DagRun.__table__))
        opened.commit()


def add(session, run_id, *tasks, decided=10):
    """Add a running run, examined so many seconds ago, with its tasks' states and when each changed, relative to it."""
    now = datetime.now(UTC)
    last = None if decided is None else now - timedelta(seconds=decided)
    row = {"dag_id": DAG, "run_id": run_id, "state": "running", "run_type": "manual", "run_after": now}
    run = {**row, "run_after": now - timedelta(hours=1), "last_scheduling_decision": last, "triggered_by": "TEST"}
    session.execute(insert(DagRun.__table__).values(clear_number=0, log_template_id=None, **run))
    for number, (state, changed) in enumerate(tasks):
        at = (last or now) + timedelta(seconds=changed)
        of = {"task_id": f"t{number}", "dag_id": DAG, "run_id": run_id, "pool": "default_pool", "pool_slots": 1}
        session.execute(insert(TaskInstance.__table__).values(id=uuid4(), state=state, updated_at=at, **of))
    session.commit()


def examined(session):
    return {run.run_id for run in DagRun.get_running_dag_runs_to_examine(session=session)}


@pytest.mark.parametrize(
    ("tasks", "decided", "expected"),
    [
        ([DONE, WAITING], 10, False),
        ([DONE, WAITING, (None, -90)], 10, False),
        ([DONE, DONE], 10, True),
        ([], 10, True),
        ([DONE, WAITING], None, True),
        ([DONE, WAITING], AGAIN.total_seconds() + 1, True),
        ([DONE, WAITING], AGAIN.total_seconds() * 0.79, False),
        ([("failed", 1), WAITING], 10, True),  # marked by hand, or ended since
        ([(None, 5), WAITING], 10, True),  # cleared
        ([DONE, ("awaiting_input", -MARGIN.total_seconds() + 1)], 10, True),  # has just begun to wait
        *[([WAITING, (state, -90)], 10, True) for state in BUSY],
    ],
)
def test_a_run_is_left_alone_only_while_it_waits_and_nothing_has_changed(session, narrowed, tasks, decided, expected):
    add(session, "it", *tasks, decided=decided)
    assert examined(session) == ({"it"} if expected else set())


def test_other_runs_continue_while_many_wait(session, narrowed):
    for number in range(300):
        add(session, f"waits{number}", DONE, WAITING, decided=400)
    add(session, "goes on", DONE, ("running", -1), decided=1)
    assert examined(session) == {"goes on"}


def test_waiting_runs_are_examined_in_portions(session, narrowed):
    for number in range(3 * PORTIONS):
        add(session, f"waits{number}", DONE, WAITING, decided=AGAIN.total_seconds() * 0.9)
    assert 0 < len(examined(session)) < 3 * PORTIONS


def test_two_schedulers_share_the_runs(engine, session, narrowed):
    add(session, "it", DONE, ("running", 0))
    assert examined(session) == {"it"}
    with Session(engine) as other:
        assert examined(other) == set()  # the first one holds its lock
    session.rollback()
    with Session(engine) as other:
        assert examined(other) == {"it"}
        other.rollback()


def test_after_a_failing_condition_the_stock_query_runs_in_a_usable_transaction(session, monkeypatch, caplog):
    monkeypatch.setattr(DagRun, METHOD, DagRun.__dict__[METHOD])
    narrow_examined_runs(lambda run, task: text("no_such_column = 1"))
    add(session, "it", DONE, WAITING)
    with caplog.at_level(logging.ERROR):
        assert examined(session) == {"it"}
    assert "all runs are examined" in caplog.text
    assert session.scalar(text("select 1")) == 1


def test_other_databases_use_the_stock_query(narrowed):
    engine = create_engine("sqlite://")
    import_all_models()
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        assert examined(session) == set()


@pytest.mark.parametrize(
    ("program", "version", "setting", "installed"),
    [
        ("scheduler", "3.3.2", None, True),
        ("scheduler", "3.3.2", "true", False),
        ("scheduler", "3.4.0", None, False),
        ("api-server", "3.3.2", None, False),
        ("celery", "3.3.2", None, False),
    ],
)
def test_the_change_is_installed_once_and_only_in_a_scheduler_of_a_tried_release(
    monkeypatch, program, version, setting, installed
):
    monkeypatch.setattr(DagRun, METHOD, DagRun.__dict__[METHOD])
    monkeypatch.setattr(sys, "argv", ["airflow", program])
    monkeypatch.setattr("airflow.__version__", version)
    monkeypatch.delenv(SETTING, raising=False)
    if setting:
        monkeypatch.setenv(SETTING, setting)
    stock = DagRun.get_running_dag_runs_to_examine
    RepresentmentPlugin.on_load()
    first = DagRun.get_running_dag_runs_to_examine
    assert (first != stock) is installed
    RepresentmentPlugin.on_load()
    assert DagRun.get_running_dag_runs_to_examine == first


def test_the_release_that_the_tests_run_is_one_of_those_tried():
    from airflow import __version__

    assert __version__ in waiting_runs.TRIED

"""Which pool the tasks of a run wait in, and which dispute comes first."""

import time
from types import SimpleNamespace

import pytest
from airflow.models.dagrun import DagRun
from airflow.models.pool import Pool
from airflow.policies import local_settings_hookspec
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete
from sqlalchemy.orm import Session

from representment import pools
from representment.pools import BEFORE_ALL_RESPONSES, LIMITER, priority, task_instance_mutation_hook
from representment.response_dag import LIMITER as LIMITER_OF_THE_DAG

DAY = 86_400
NOW = 1_800_000_000


@pytest.fixture
def session(monkeypatch):
    engine = create_engine("sqlite://")
    Pool.metadata.create_all(engine, tables=[Pool.__table__])
    monkeypatch.setattr(pools, "_POOLS", pools._Pools())
    with Session(engine, autoflush=False) as session:
        create(session, "default_pool", "submit", "stripe", "stripe_stripe_second")
        yield session


def create(session, *names):
    session.add_all(Pool(pool=name, slots=1, include_deferred=False) for name in names)
    session.commit()


def pool_of(session, conf, pool="stripe"):
    run = DagRun(dag_id="respond_general", run_id="du_1__chargeback__1", conf=conf)
    session.add(run)
    task = SimpleNamespace(pool=pool, priority_weight=1)
    task_instance_mutation_hook(task, run)
    session.expunge(run)
    return task.pool


def test_an_account_with_its_own_pool_has_its_own_slots(session):
    assert pool_of(session, {"account": "stripe_second"}) == "stripe_stripe_second"


@pytest.mark.parametrize("conf", [{"account": "stripe_default"}, {"account": None}, {}, None])
def test_all_others_share_the_slots_of_one_pool(session, conf):
    assert pool_of(session, conf) == "stripe"


def test_no_other_pool_is_changed(session):
    assert pool_of(session, {"account": "stripe_second"}, pool="submit") == "submit"


def test_tasks_that_open_documents_use_the_documents_pool_if_it_exists(session):
    assert pool_of(session, {"account": "stripe_second"}, pool="documents") == "default_pool"
    create(session, "documents")
    pools._POOLS._at = float("-inf")
    assert pool_of(session, {"account": "stripe_second"}, pool="documents") == "documents"


def test_without_its_pool_the_task_runs_in_the_default_one(session):
    session.execute(delete(Pool).where(Pool.pool == "stripe"))
    assert pool_of(session, {"account": "stripe_default"}) == "default_pool"


def test_pool_names_are_read_at_most_twice_a_minute_and_a_new_pool_is_then_used(session, monkeypatch):
    assert pool_of(session, {"account": "new"}) == "stripe"
    create(session, "stripe_new")
    assert pool_of(session, {"account": "new"}) == "stripe"
    monkeypatch.setattr(pools.time, "monotonic", lambda at=pools.time.monotonic() + 31: at)  # noqa: B008 - now
    assert pool_of(session, {"account": "new"}) == "stripe_new"


def test_a_task_without_its_run_keeps_its_pool(session):
    task = SimpleNamespace(pool="stripe", priority_weight=1)
    task_instance_mutation_hook(task, None)
    task_instance_mutation_hook(task, DagRun(dag_id="respond_general"))
    assert task.pool == "stripe"


def weight_of(conf, weight=1):
    task = SimpleNamespace(pool="default_pool", priority_weight=weight)
    task_instance_mutation_hook(task, DagRun(dag_id="respond_general", run_id="du_1__chargeback__1", conf=conf))
    return task.priority_weight


def test_a_new_urgent_dispute_goes_ahead_of_a_backlog_already_started():
    now = int(time.time())
    last_task_of_the_backlog = weight_of({"due_by": now + 9 * DAY}, weight=12)
    assert weight_of({"due_by": now + 3 * 3600}) > last_task_of_the_backlog
    assert weight_of({"due_by": now + 9 * DAY}) > weight_of({"due_by": None})
    assert weight_of({"due_by": now - 60}) == weight_of({}) == weight_of(None) == 1


def test_watching_tasks_have_priority_over_all_responses_within_the_databases_limit():
    most_urgent = weight_of({"due_by": int(time.time()) + 60}, weight=31)
    assert most_urgent < BEFORE_ALL_RESPONSES
    assert 4 * BEFORE_ALL_RESPONSES < 2**31, "Airflow adds up the weights of the tasks before it"


@given(st.integers(1, 31), st.integers(NOW + 1, NOW + 400 * DAY), st.integers(NOW + 1, NOW + 400 * DAY))
def test_the_nearer_deadline_never_has_lower_priority_and_asking_twice_changes_nothing(weight, near, far):
    near, far = sorted((near, far))
    first, second = (priority(weight, due_by, now=NOW) for due_by in (near, far))
    assert first >= second
    assert first > second or far - near < 3600
    assert priority(first, near, now=NOW) == first


@given(st.integers(1, 30), st.integers(NOW + 1, NOW + 400 * DAY))
def test_within_a_run_the_later_task_has_priority(weight, due_by):
    assert priority(weight + 1, due_by, now=NOW) > priority(weight, due_by, now=NOW)


def test_airflow_recognises_the_policy_and_the_dags_use_that_pool():
    assert local_settings_hookspec.project_name == "airflow.policy"
    assert hasattr(task_instance_mutation_hook, "airflow.policy_impl")
    assert LIMITER == LIMITER_OF_THE_DAG

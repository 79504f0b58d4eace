"""The DAG files as Airflow's own loader sees them."""

from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import TriggerRule

from disputes.rules.reasons import REASONS, SHARED_DAGS, dags_of
from representment.pools import BEFORE_ALL_RESPONSES
from representment.retry import UNTIL_DEADLINE

DAGS = Path(__file__).parents[3] / "dags"
RESPONSES = {path.stem for path in DAGS.glob("respond_*.py")}
FOLLOWERS = {
    "answer_early_fraud_warning",
    "dispute_deadlines",
    "dispute_intake",
    "dispute_outcomes",
    "dispute_report",
    "early_fraud_warnings",
    "submit_brake",
    "unhandled_events",
}
WATCHERS = FOLLOWERS - {"answer_early_fraud_warning", "submit_brake"}
NOT_OF_AN_ACCOUNT = {"accounts", "hourly_accounts", "all_followed", "announce", "mark_announced"}


@pytest.fixture(scope="module")
def dagbag():
    return DagBag(DAGS, safe_mode=True, collect_dags=True)


def test_each_file_defines_exactly_its_dag(dagbag):
    files = {path.stem for path in DAGS.glob("*.py")}
    assert dagbag.import_errors == {}
    assert files == set(dagbag.dags), (
        "each file in dags/ makes one DAG, named like the file; "
        "the last line of a response is: dag = response_dag(<reason>, doc=__doc__)"
    )
    others = files - RESPONSES - FOLLOWERS
    assert not others, f"dags/ holds {others}: a response is called respond_<reason>; name any other in FOLLOWERS here"


@pytest.mark.parametrize("dag_id", sorted(RESPONSES))
def test_every_response_dag_gets_disputes(dag_id):
    """A file `respond_<reason>.py` is all that a DAG for a reason takes; nothing has to be listed here."""
    assert dag_id in {name for reason in REASONS for name in dags_of(reason)}, (
        f"dags/{dag_id}.py answers no dispute: Stripe has no such reason. Call it respond_<reason>.py after one of "
        f"{', '.join(REASONS)}; a reason that is new at Stripe goes into include/disputes/rules/reasons.py first"
    )


def test_every_reason_is_answered_by_its_own_dag_or_by_a_shared_one():
    assert set(SHARED_DAGS) <= RESPONSES, "without these, disputes of a reason without its own DAG have none"
    assert len(REASONS) == len(set(REASONS)) == 15


@pytest.mark.parametrize("dag_id", sorted(RESPONSES))
def test_a_response_has_all_its_tasks_in_order(dagbag, dag_id):
    dag = dagbag.dags[dag_id]
    edges = {task.task_id: task.downstream_task_ids for task in dag.tasks}
    assert edges == {
        "gather": {"collect", "leave", "nothing_to_answer"},
        "collect": {"render"},
        "render": {"upload", "accept", "refund", "leave", "nothing_to_answer", "confirm"},
        "upload": {"stage"},
        "stage": {"approve", "submit", "accept", "refund", "leave", "nothing_to_answer", "confirm"},
        "approve": {"submit", "send_back", "accept", "refund", "leave"},
        "submit": {"confirm"},
        "send_back": {"confirm"},
        "accept": {"confirm"},
        "refund": {"confirm"},
        "leave": {"confirm"},
        "nothing_to_answer": {"confirm"},
        "confirm": set(),
    }


@pytest.mark.parametrize("dag_id", sorted(RESPONSES | {"answer_early_fraud_warning"}))
def test_waiting_for_people_does_not_block_the_next_dispute(dagbag, dag_id):
    assert dagbag.dags[dag_id].max_active_runs >= 10_000


def test_only_the_submit_task_is_in_the_brakes_pool(dagbag):
    for dag_id in RESPONSES:
        pools = {task.task_id: task.pool for task in dagbag.dags[dag_id].tasks}
        assert pools.pop("submit") == "submit"
        assert {task for task, pool in pools.items() if pool == "stripe"} == {"gather", "upload", "stage"}
        assert set(pools.values()) == {"default_pool", "documents", "stripe"}


def test_watching_tasks_time_out_and_run_ahead_of_any_backlog(dagbag):
    tasks = [task for dag_id in WATCHERS for task in dagbag.dags[dag_id].tasks]
    assert all(timedelta(minutes=10) <= task.execution_timeout <= timedelta(minutes=30) for task in tasks)
    assert {task.priority_weight for task in tasks} == {BEFORE_ALL_RESPONSES}
    assert all(task.retries <= 8 for task in tasks)


def test_a_response_is_retried_as_long_as_its_deadline_allows(dagbag):
    tasks = [task for dag_id in RESPONSES for task in dagbag.dags[dag_id].tasks]
    assert {task.retries for task in tasks} == {UNTIL_DEADLINE}


def test_every_dag_explains_itself_in_the_ui(dagbag):
    for dag in dagbag.dags.values():
        assert dag.doc_md.startswith("# ")


def test_parsing_again_gives_the_same_dags(dagbag):
    from airflow.serialization.serialized_objects import DagSerialization

    again = DagBag(DAGS, safe_mode=True, collect_dags=True)
    for dag_id, dag in dagbag.dags.items():
        assert DagSerialization.to_dict(dag) == DagSerialization.to_dict(again.dags[dag_id])


def test_every_task_fails_at_once_on_a_final_error(dagbag):
    from representment.retry import DisputeRetryPolicy

    for dag in dagbag.dags.values():
        for task in dag.tasks:
            assert isinstance(task.retry_policy, DisputeRetryPolicy), f"{dag.dag_id}.{task.task_id}"
            assert task.retries >= 5


@pytest.mark.parametrize("dag_id", sorted(WATCHERS))
def test_a_failed_task_fails_its_run(dagbag, dag_id):
    """Airflow judges a run by its last tasks only: one of them must not run if this one has failed."""

    def is_seen(task):
        after = [one for one in task.downstream_list if one.trigger_rule != TriggerRule.ALL_DONE]
        return not task.downstream_task_ids or any(map(is_seen, after))

    assert [task.task_id for task in dagbag.dags[dag_id].tasks if not is_seen(task)] == []


@pytest.mark.parametrize("dag_id", ["dispute_deadlines", "dispute_outcomes", "early_fraud_warnings"])
def test_each_account_is_followed_by_its_own_task(dagbag, dag_id):
    tasks = dagbag.dags[dag_id].tasks
    followers = [task for task in tasks if task.task_id not in NOT_OF_AN_ACCOUNT]
    assert followers
    assert all(task.is_mapped and task.upstream_task_ids for task in followers)
    assert all((task.map_index_template is not None) == task.is_mapped for task in tasks)


@pytest.mark.parametrize(
    ("dag_id", "topic"),
    [
        ("dispute_intake", "dispute"),
        ("dispute_outcomes", "dispute_ended"),
        ("early_fraud_warnings", "early_fraud_warning"),
    ],
)
def test_stripes_events_trigger_the_dags_they_concern(dagbag, dag_id, topic):
    assets = dagbag.dags[dag_id].timetable.asset_condition.objects
    assert {asset.name for asset in assets} == {f"stripe_{topic}", "stripe_queue"}


def test_a_refund_of_a_warned_charge_follows_a_decision(dagbag):
    edges = {task.task_id: task.downstream_task_ids for task in dagbag.dags["answer_early_fraud_warning"].tasks}
    assert edges == {"assess": {"ask", "refund", "keep"}, "ask": {"refund", "keep"}, "refund": set(), "keep": set()}


@pytest.mark.parametrize(
    ("dag_id", "task_id"),
    [
        ("dispute_intake", "start_responses"),
        ("dispute_outcomes", "follow_outcomes"),
        ("early_fraud_warnings", "find_warnings"),
        ("unhandled_events", "unhandled_events"),
    ],
)
def test_a_task_that_reads_hints_has_them_as_inlets(dagbag, dag_id, task_id):
    """Of a mapped task, Airflow looks at its arguments, before it makes the operator."""
    inlets = dagbag.dags[dag_id].get_task(task_id).inlets
    assert sorted(asset.name for asset in inlets) == ["stripe_queue", "stripe_webhook"]

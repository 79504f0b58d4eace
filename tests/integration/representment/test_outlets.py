"""Other people's DAGs hear what is over, and nothing about a person."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.execution_time.context import OutletEventAccessors
from airflow.sdk.execution_time.task_runner import _serialize_outlet_events
from tests.integration.representment.telling import told

from disputes.errors import PersonNeededError
from representment.operators.announce import ENDS, AnnounceEndsOperator
from representment.operators.outcomes import FollowOutcomesOperator
from representment.outlets import OUTLET, ROUND_LOST

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def running(running_few):
    return running_few


def heard(events):
    """Asset -> what its events say, as they go to Airflow's server."""
    found = {}
    for event in _serialize_outlet_events(events):
        if "dest_asset_extra" in event:
            assert event["source_alias_name"] == OUTLET.name
            found.setdefault(event["dest_asset_key"]["name"], []).append(event["extra"])
    return found


def ended(world, how, *, fails=False):
    """Follow a dispute to its end; what the next task announces."""
    response = world.staged()
    response.do("submit")
    world.control("POST", f"disputes/{response.run.dispute}/{how}")
    context = told(("charge.dispute.closed", response.run.dispute))
    xcoms = {}
    context["ti"].xcom_push = lambda key, value: xcoms.update({key: value})
    operator = FollowOutcomesOperator(task_id="follow_outcomes", rounds_uri=world.rounds_uri)
    if fails:
        operator.problems.append("another round cannot be read")
        with pytest.raises(PersonNeededError):
            operator.execute(context)
    else:
        operator.execute(context)
    return response, xcoms


def announced(*of_accounts):
    events = OutletEventAccessors()
    instance = SimpleNamespace(xcom_pull=lambda **wanted: list(of_accounts))
    count = AnnounceEndsOperator(task_id="it", source="follow_outcomes").execute(
        {"ti": instance, "outlet_events": events}
    )
    return count, heard(events)


def test_no_task_of_a_response_can_fail_over_an_event():
    for dag in DagBag(PROJECT / "dags", safe_mode=True, collect_dags=True).dags.values():
        if dag.dag_id.startswith("respond_"):
            assert [task.task_id for task in dag.tasks if task.outlets] == []


@pytest.mark.parametrize("fails", [False, True])
def test_a_loss_is_told_also_where_another_round_fails_the_task(world, fails):
    response, xcoms = ended(world, "lose", fails=fails)
    count, said = announced(xcoms[ENDS], [])
    assert count == 1
    assert set(said) == {"round_ended", "round_lost", "outcome_table"}
    (event,) = said["round_lost"]
    assert said["round_ended"] == [event]
    assert event | {"amount": 0, "reason": ""} == {
        "response": str(response.run),
        "account": "stripe_default",
        "reason": "",
        "amount": 0,
        "currency": "usd",
        "outcome": "lost",
        "late_win": False,
    }
    assert said["outcome_table"] == [{"rows": 1}]
    assert "Lee" not in json.dumps(said)


def test_a_win_wakes_nobody_who_waits_for_losses(world):
    _, xcoms = ended(world, "win")
    assert set(announced(xcoms[ENDS])[1]) == {"round_ended", "outcome_table"}


def test_nothing_is_told_where_nothing_has_ended():
    assert announced([], []) == (0, {})


def test_the_example_is_scheduled_on_losses():
    bag = DagBag(PROJECT / "docs" / "examples" / "answer_losses.py", safe_mode=True, collect_dags=True)
    assert bag.import_errors == {}
    asset = bag.dags["answer_losses"].timetable.asset_condition
    assert list(asset.objects) == [ROUND_LOST]

"""Other DAGs are notified of what was staged, submitted and decided: at least once, with no personal data."""

import json
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.execution_time.context import OutletEventAccessors
from airflow.sdk.execution_time.task_runner import _serialize_outlet_events
from tests.integration.representment.steps import forget
from tests.integration.representment.telling import told

from representment.operators import announce
from representment.operators.announce import AnnounceOperator, MarkAnnouncedOperator
from representment.operators.outcomes import FollowOutcomesOperator
from representment.outlets import OUTLET, ROUND_LOST

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def running(running_few):
    return running_few


class Other:
    """Another team's DAGs, as Airflow notifies them."""

    def __init__(self, world):
        self.world = world

    def announce(self):
        """The names announced, and asset -> what its events say, as sent to Airflow's server."""
        events = OutletEventAccessors()
        names = AnnounceOperator(task_id="announce", rounds_uri=self.world.rounds_uri).execute(
            {"outlet_events": events}
        )
        found = {}
        for event in _serialize_outlet_events(events):
            if "dest_asset_extra" in event:
                assert event["source_alias_name"] == OUTLET.name
                found.setdefault(event["dest_asset_key"]["name"], []).append(event["extra"])
        return names, found

    def mark(self, names):
        context = {"ti": SimpleNamespace(xcom_pull=lambda task_ids: names)}
        return MarkAnnouncedOperator(
            task_id="mark_announced", source="announce", rounds_uri=self.world.rounds_uri
        ).execute(context)

    def hear(self):
        names, said = self.announce()
        assert self.mark(names) == len(names)
        return said


@pytest.fixture
def other(world):
    return Other(world)


def end(world, run, how):
    world.control("POST", f"disputes/{run.dispute}/{how}")
    follow = FollowOutcomesOperator(task_id="follow_outcomes", rounds_uri=world.rounds_uri)
    follow.execute(told(("charge.dispute.closed", run.dispute)))


def test_only_one_task_has_an_outlet():
    dags = DagBag(PROJECT / "dags", safe_mode=True, collect_dags=True).dags.values()
    tellers = [f"{dag.dag_id}.{task.task_id}" for dag in dags for task in dag.tasks if task.outlets]
    assert tellers == ["dispute_outcomes.announce"]
    assert {dag.max_active_runs for dag in dags if dag.dag_id == "dispute_outcomes"} == {1}


def test_a_packet_is_announced_when_it_is_staged_submitted_and_decided(world, other):
    assert other.hear() == {}
    response = world.response(world.take("plain"))
    response.to("upload")
    assert other.hear() == {}

    response.do("stage")
    packet = {
        "response": str(response.run),
        "account": "stripe_default",
        "packet_sha256": response.folder.packet().sha256,
    }
    assert other.hear() == {"packet_staged": [packet]}

    response.do("submit")
    assert other.hear() == {"round_submitted": [packet]}

    end(world, response.run, "lose")
    said = other.hear()
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
    assert other.hear() == {}


def test_a_packet_staged_by_a_try_that_died_is_announced(world, other):
    response = world.staged()
    for name in (f"staged/{response.run}.json", f"{response.folder.revision}/staged.json"):
        forget(world.rounds, name)
    response.do("stage", try_number=2)
    assert len(other.hear()["packet_staged"]) == 1


def test_a_win_does_not_trigger_dags_scheduled_on_losses(world, other):
    response = world.staged()
    response.do("submit")
    other.hear()
    end(world, response.run, "win")
    assert set(other.hear()) == {"round_ended", "outcome_table"}


def test_a_late_win_is_announced_as_another_end(world, other):
    response = world.staged()
    response.do("submit")
    end(world, response.run, "lose")
    other.hear()
    end(world, response.run, "win")
    said = other.hear()
    assert [event["late_win"] for event in said["round_ended"]] == [True]
    assert "round_lost" not in said


def test_an_announcement_that_was_not_marked_is_repeated(world, other):
    world.staged()
    names, said = other.announce()
    assert other.announce() == (names, said)
    other.mark(names)
    assert other.announce() == ([], {})


def test_many_packets_are_announced_over_several_runs(world, other, monkeypatch):
    monkeypatch.setattr(announce, "AT_ONCE", 2)
    responses = [world.staged() for _ in range(3)]
    heard = Counter(event["response"] for _ in range(2) for event in other.hear()["packet_staged"])
    assert heard == Counter(str(response.run) for response in responses)


def test_an_entry_that_cannot_be_read_does_not_stop_the_others(world, other, capsys):
    world.rounds.overwrite("staged/du_0__chargeback__1.json", b"{")
    world.staged()
    assert len(other.hear()["packet_staged"]) == 1
    assert "staged/du_0__chargeback__1.json" in capsys.readouterr().out


def test_the_example_is_scheduled_on_losses():
    bag = DagBag(PROJECT / "docs" / "examples" / "answer_losses.py", safe_mode=True, collect_dags=True)
    assert bag.import_errors == {}
    asset = bag.dags["answer_losses"].timetable.asset_condition
    assert list(asset.objects) == [ROUND_LOST]

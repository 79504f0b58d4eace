"""People are notified about packets that wait for them, and the right people are asked."""

import json

import pytest
from airflow.sdk.exceptions import TaskAwaitingInput
from tests.integration.representment.receivers import http_receiver, webhook

from disputes.errors import InputError, PersonNeededError
from representment.exceptions import NotifierError
from representment.operators.deadlines import WatchDeadlinesOperator

ANN = {"id": "7", "name": "ann"}


@pytest.fixture
def running(running_page):
    return running_page


def watch(world):
    WatchDeadlinesOperator(task_id="it", rounds_uri=world.rounds_uri, time_zone="UTC", warn_hours="[1]").execute({})


def ask(world):
    """A response whose question is open."""
    response = world.response(world.take("asked"), reason="general")
    assert response.to("stage") == "approve"
    put_question(response)
    return response


def put_question(response):
    operator, context = response.task("approve")
    with pytest.raises(TaskAwaitingInput):
        operator.execute(context)
    return operator


@pytest.fixture(autouse=True)
def prefix(monkeypatch):
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example/shop/")


def test_packets_that_started_waiting_are_reported_in_one_message_with_links(world, posted, supervisor):
    responses = [ask(world), ask(world)]
    watch(world)
    (body,) = [one for one in posted if "wait for a person" in one["subject"]]
    assert body["subject"].startswith("2 packets wait for a person, ")
    for response in responses:
        page = f"https://airflow.example/shop/dags/respond_general/runs/{response.run}/plugin/packet"
        assert page in body["text"]
        assert f"{response.run}: " in body["text"]
    assert "Answer until" in body["text"]
    for personal in ("Ann", "Lee", "ann@example.com"):
        assert personal not in body["text"]


def test_waiting_packets_are_reported_once_and_answered_ones_are_not(world, posted, supervisor):
    answered, waiting = ask(world), ask(world)
    answered.choose("Send back")
    watch(world)
    watch(world)
    (text,) = [one["text"] for one in posted if "for a person" in one["subject"]]
    assert str(waiting.run) in text
    assert str(answered.run) not in text


def test_a_report_that_was_not_delivered_is_sent_by_the_next_run(world, listed, supervisor, monkeypatch):
    response = ask(world)
    with http_receiver(status=500) as (port, _):
        listed(webhook(monkeypatch, "desk", port))
        with pytest.raises(NotifierError):
            watch(world)
    assert response.folder.record("told.json") is None
    with http_receiver() as (port, heard):
        listed(webhook(monkeypatch, "desk", port))
        watch(world)
    assert any("waits for a person" in one["subject"] for one in heard)
    assert response.folder.record("told.json")["told_by"]


def test_without_a_notifier_nothing_fails_and_packets_are_reported_once_there_is_one(
    world, listed, supervisor, monkeypatch
):
    with http_receiver() as (port, _):
        listed(webhook(monkeypatch, "desk", port))
        watch(world)  # of deadlines that have passed, which need a notifier
    listed()
    response = ask(world)
    watch(world)
    assert response.folder.record("told.json") is None
    with http_receiver() as (port, heard):
        listed(webhook(monkeypatch, "desk", port))
        watch(world)
    assert any(str(response.run) in one["text"] for one in heard)


def test_a_record_that_cannot_be_read_does_not_stop_the_others(world, posted, supervisor):
    broken, waiting = ask(world), ask(world)
    world.rounds.overwrite(f"{broken.folder.revision}/asked.json", b"{")
    with pytest.raises(PersonNeededError, match=r"asked\.json"):
        watch(world)
    assert any(str(waiting.run) in one["text"] for one in posted)


def test_the_question_is_assigned_to_the_users_in_the_variable(world, supervisor, monkeypatch):
    rules = [{"reasons": ["duplicate"], "users": [{"id": "8", "name": "bob"}]}, {"users": [ANN]}]
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_ASSIGNED_USERS", json.dumps(rules))
    ask(world)
    (message,) = supervisor.heard
    assert [(user.id, user.name) for user in message.assigned_users] == [("7", "ann")]


def test_a_wrong_rule_is_named_before_anybody_is_asked(world, supervisor, monkeypatch):
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_ASSIGNED_USERS", '[{"user": []}]')
    with pytest.raises(InputError, match=r"variable representment_assigned_users: .*did you mean users"):
        ask(world)
    assert supervisor.heard == []

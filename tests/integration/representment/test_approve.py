"""The question, and what its answer leads to."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from airflow.sdk.exceptions import TaskAwaitingInput

from disputes.rules.loading import playbook_for


@pytest.fixture
def asked(world):
    response = world.response(world.take("asked"), reason="general", remark="The receipt was missing")
    assert response.to("stage") == "approve"
    return response


@pytest.fixture
def question(asked, supervisor):
    """The operator after it has asked, and what it asked."""
    operator, context = asked.task("approve")
    with pytest.raises(TaskAwaitingInput) as waiting:
        operator.execute(context)
    (message,) = supervisor.heard
    return message, waiting.value


def test_the_question_shows_the_packets_hash_and_the_last_remark_but_no_personal_data(asked, question):
    message, _ = question
    text = f"{message.subject}\n{message.body}"
    assert asked.folder.packet().sha256 in text
    assert "The receipt was missing" in text
    assert f"{asked.world.rounds_uri}/{asked.folder.revision}" in text
    assert message.options == ["Approve", "Send back", "Accept the loss", "Leave to a person"]
    assert list(message.params) == ["remark", "edits"]
    for personal in ("Ann", "Lee", "ann@example.com"):
        assert personal not in text


def test_the_question_waits_until_the_playbooks_last_moment_and_then_defaults_to_leave(asked, question):
    message, waiting = question
    due_by = asked.folder.dispute().evidence_details.due_by
    last_moment = due_by - playbook_for("general").approval.not_after_hours * 3600
    assert abs(time.time() + waiting.timeout.total_seconds() - last_moment) < 60
    assert message.defaults == ["Leave to a person"]


@pytest.mark.parametrize(
    ("choice", "leaf"),
    [("Approve", "submit"), ("Send back", "send_back"), ("Accept the loss", "accept"), ("Leave to a person", "leave")],
)
def test_each_answer_leads_to_its_task_and_is_recorded(asked, choice, leaf):
    at = int(datetime.now(UTC).timestamp())
    assert asked.choose(choice, remark="because", at=at) == leaf
    assert asked.folder.decision() == {
        "packet_sha256": asked.folder.packet().sha256,
        "choice": choice,
        "by": "ann",
        "at": at,
        "remark": "because",
    }


def test_without_an_answer_in_time_the_round_is_left_to_a_person(asked):
    assert asked.choose("Leave to a person", by=None) == "leave"
    assert asked.folder.decision()["by"] == "deadline"
    assert asked.submissions == 0


def test_of_two_decisions_the_later_one_counts(asked):
    now = datetime.now(UTC)
    asked.choose("Approve", at=int(now.timestamp()))
    asked.choose("Send back", at=int((now + timedelta(seconds=5)).timestamp()))
    assert asked.folder.decision()["choice"] == "Send back"


def test_two_decisions_in_one_second_never_approve_what_was_refused(asked):
    at = int(datetime.now(UTC).timestamp())
    asked.choose("Approve", at=at)
    asked.choose("Send back", at=at)
    assert asked.folder.decision()["choice"] == "Send back"


def test_a_policys_approval_is_recorded_as_the_policys(world):
    response = world.staged()
    decision = response.folder.decision()
    assert (decision["choice"], decision["by"]) == ("Approve", "policy")
    assert decision["packet_sha256"] == response.folder.packet().sha256

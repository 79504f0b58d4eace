"""Which of the received hints a reader has not read yet."""

import subprocess
import sys

import pytest
from tests.unit.representment.airflow_parts import Assets

from representment.inbox import marks
from representment.inbox.assets import QUEUE
from representment.inbox.events import Hint
from representment.inbox.marks import Inbox


@pytest.fixture
def assets():
    return Assets()


def hint(number):
    return Hint(f"evt_{number}", "charge.dispute.created", f"du_{number}", account="stripe_default")


def read(assets, reader="one", *, mark=True):
    inbox = Inbox(assets.context(), reader)
    if mark:
        inbox.mark()
    return [each.event for each in inbox.hints]


def test_hints_of_webhook_and_queue_are_read_together(assets):
    assets.webhook(hint(1))
    assets.queue(hint(2), hint(3))
    assert read(assets) == ["evt_1", "evt_2", "evt_3"]


def test_until_they_are_marked_the_same_hints_are_read_again(assets):
    assets.webhook(hint(1))
    assert [read(assets, mark=False), read(assets), read(assets)] == [["evt_1"], ["evt_1"], []]


def test_hints_that_arrive_during_the_work_are_read_next_time(assets):
    assets.webhook(hint(1))
    inbox = Inbox(assets.context(), "one")
    assets.webhook(hint(2), at=0.5)
    inbox.mark()
    assert read(assets) == ["evt_2"]


def test_an_event_with_a_slow_transaction_is_not_skipped(assets):
    assets.webhook(hint(1), at=8)
    assert read(assets) == ["evt_1"]
    assets.webhook(hint(2), at=1)
    assert read(assets) == ["evt_2"]
    assets.webhook(hint(3), at=2)
    assert [read(assets), read(assets)] == [["evt_3"], []]


def test_each_reader_has_its_own_mark(assets):
    assets.webhook(hint(1))
    assert [read(assets, "one"), read(assets, "two"), read(assets, "one")] == [["evt_1"], ["evt_1"], []]


def test_too_many_hints_are_read_in_portions(assets, monkeypatch):
    monkeypatch.setattr(marks, "PAGE", 2)
    assets.webhook(*map(hint, range(5)))
    assert [read(assets) for _ in range(4)] == [["evt_0", "evt_1"], ["evt_2", "evt_3"], ["evt_4"], []]


def test_the_state_kept_for_a_long_history_stays_small(assets):
    for number in range(300):
        assets.webhook(hint(number), at=number)
        read(assets)
    assert len(assets.state["stripe_webhook"]["one"]["ids"]) < 30


def test_an_event_made_by_hand_gives_no_hint(assets):
    for extra in ({}, {"from_rest_api": True}, {"payload": "text"}, {"payload": {"messages": ["text"]}}):
        assets.event("stripe_webhook", extra)
    assets.webhook(hint(1))
    assert [read(assets), read(assets)] == [["evt_1"], []]


@pytest.mark.slow
def test_a_queue_is_watched_if_the_environment_names_one():
    script = (
        "from representment.inbox.assets import QUEUE; "
        "print(*(watcher.trigger.sqs_queue for watcher in QUEUE.watchers))"
    )
    url = "https://sqs.eu-west-1.amazonaws.com/1/stripe"
    env = {"REPRESENTMENT_QUEUE_URL": url, "AIRFLOW_HOME": "/nonexistent", "PATH": ""}
    asked = subprocess.run([sys.executable, "-c", script], env=env, check=True, capture_output=True, text=True)
    assert asked.stdout.splitlines()[-1] == url
    assert QUEUE.watchers == []

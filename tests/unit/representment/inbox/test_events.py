"""What is read from Stripe's events, however they arrive."""

import json

import pytest

from representment.inbox.events import Hint, Topic

EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "charge.dispute.created",
    "data": {"object": {"id": "du_1", "evidence": {"customer_name": "Ann Lee"}}},
}
ENVELOPE = {
    "version": "0",
    "id": "5f1f",
    "detail-type": "charge.dispute.created",
    "source": "aws.partner/stripe.com/ed_1",
    "account": "123456789012",
    "detail": EVENT,
}
EXPECTED = Hint("evt_1", "charge.dispute.created", "du_1", receipt="r")


@pytest.mark.parametrize(
    "body",
    [EVENT, ENVELOPE, {"Type": "Notification", "Message": json.dumps(ENVELOPE)}],
    ids=["event", "EventBridge", "SNS"],
)
def test_every_wrapping_of_a_message_is_read(body):
    assert Hint.of_message(json.dumps(body), "r") == EXPECTED


@pytest.mark.parametrize(
    "body",
    [
        "no JSON",
        "[]",
        "7",
        "null",
        "{}",
        '{"Type": "Notification"}',
        '{"Type": "Notification", "Message": "no JSON"}',
        '{"Type": "Notification", "Message": 5}',
        "[" * 100_000,
        json.dumps({"Type": "Notification", "Message": "[" * 100_000}),
        json.dumps(ENVELOPE | {"detail": "text"}),
        json.dumps(EVENT | {"object": "charge"}),
        json.dumps(EVENT | {"id": "evt 1"}),
        json.dumps(EVENT | {"id": None}),
        json.dumps(EVENT | {"type": "Ann Lee <ann@example.com>"}),
        json.dumps(EVENT | {"type": None}),
    ],
    ids=lambda body: body[:60],
)
def test_a_message_that_is_not_an_event_gives_no_hint(body):
    assert Hint.of_message(body, "r") is None


@pytest.mark.parametrize("thing", [None, "text", {}, {"object": None}, {"object": {"id": "Ann Lee"}}])
def test_an_event_without_its_own_object_is_still_a_hint(thing):
    assert Hint.of(EVENT | {"data": thing}) == Hint("evt_1", "charge.dispute.created", None)


@pytest.mark.parametrize("member", ["account", "context"])
def test_a_connected_accounts_event_names_its_account(member):
    assert Hint.of(EVENT | {member: "acct_1"}, account="stripe_default").connected == "acct_1"


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        ("charge.dispute.funds_withdrawn", Topic.DISPUTE),
        ("charge.dispute.closed", Topic.DISPUTE_ENDED),
        ("radar.early_fraud_warning.created", Topic.EARLY_FRAUD_WARNING),
        ("charge.disputed", None),
        ("payment_intent.succeeded", None),
    ],
)
def test_the_event_type_determines_the_topic(kind, topic):
    assert Hint("evt_1", kind, "du_1").topic is topic


def test_a_hint_survives_being_stored():
    full = Hint("evt_1", "charge.dispute.created", None, "stripe_default", "acct_1", "receipt")
    assert [Hint.from_json(json.loads(json.dumps(each.as_json()))) for each in (full, EXPECTED)] == [full, EXPECTED]


@pytest.mark.parametrize(
    ("hint", "account", "connected", "concerned"),
    [
        (Hint("e", "t", "o", account="one"), "one", None, True),
        (Hint("e", "t", "o", account="one"), "two", None, False),
        (Hint("e", "t", "o", account="one", connected="acct_1"), "one", None, False),
        (Hint("e", "t", "o", account="one", connected="acct_1"), "two", "acct_1", True),
        (Hint("e", "t", "o", connected="acct_1"), "two", "acct_2", False),
        (Hint("e", "t", "o"), "one", None, True),
        (Hint("e", "t", "o"), "two", "acct_1", False),
    ],
)
def test_a_hint_concerns_only_its_own_account(hint, account, connected, concerned):
    assert hint.concerns(account, connected) is concerned

"""What Stripe's subscriptions and invoices say about a charge."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.unit.disputes.builders import CREATED, charge_json

from disputes.facts.facts import Facts
from disputes.facts.subscription_facts import subscription_facts

MONTH = 30 * 86_400
OPENED = CREATED + 86_400
START = CREATED - 2 * MONTH
PARENT = {"type": "subscription_details", "subscription_details": {"subscription": "sub_1"}}


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def subscription(**changes: Any) -> dict[str, Any]:
    price = {"nickname": "Plus", "unit_amount": 2100, "recurring": {"interval": "month", "interval_count": 1}}
    return {
        "id": "sub_1",
        "created": START,
        "start_date": START,
        "trial_end": None,
        "ended_at": None,
        "cancel_at": None,
        "canceled_at": None,
        "cancellation_details": {"reason": None, "feedback": None, "comment": None},
        "items": {"data": [{"price": price, "quantity": 2}]},
    } | changes


def invoice(**changes: Any) -> dict[str, Any]:
    return {
        "id": "in_1",
        "created": CREATED - 60,
        "amount_paid": 4200,
        "currency": "usd",
        "parent": PARENT,
        "status_transitions": {"paid_at": CREATED + 5},
        "lines": {"data": [{"period": {"start": CREATED, "end": CREATED + MONTH}}]},
    } | changes


def facts_of(invoices: list, subscriptions: list, charge: Any = None) -> dict[str, Any]:
    charge = charge or charge_json(payment_intent="pi_1")
    facts = Facts(subscription_facts(charge, invoices, subscriptions, as_of=OPENED))
    assert Facts.from_json(facts.to_json()) == facts
    return {name: fact.value for name, fact in facts.items()}


def test_terms_period_and_status_are_those_of_the_charge() -> None:
    assert facts_of([invoice()], [subscription(id="sub_2"), subscription()]) == {
        "subscription.started_at": moment(START),
        "subscription.plan": "Plus",
        "subscription.price": 4200,
        "subscription.interval": "month",
        "subscription.status_at_charge": "active",
        "subscription.period_start": moment(CREATED),
        "subscription.period_end": moment(CREATED + MONTH),
    }


@pytest.mark.parametrize(
    "paid_by",
    [
        {"payments": {"data": [{"payment": {"type": "payment_intent", "payment_intent": "pi_1"}}]}},
        {"payments": {"data": [{"payment": {"type": "charge", "charge": "ch_1"}}]}},
        {"payment_intent": {"id": "pi_1"}},
        {"charge": "ch_1"},
    ],
)
def test_the_invoice_is_found_by_the_payment_that_it_names(paid_by: dict) -> None:
    other = invoice(id="in_0", payments={"data": [{"payment": {"payment_intent": "pi_0"}}]}, lines={"data": []})
    facts = facts_of([other, invoice(status_transitions={}, **paid_by)], [subscription()])
    assert facts["subscription.period_start"] == moment(CREATED)


@pytest.mark.parametrize(
    "changes",
    [
        {"status_transitions": {"paid_at": None}},
        {"status_transitions": {"paid_at": CREATED + 7200}},
        {"amount_paid": 4100},
        {"currency": "eur"},
        {"payments": {"data": [{"payment": {"payment_intent": "pi_0"}}]}},
    ],
)
def test_an_invoice_paid_by_another_payment_is_ignored(changes: dict) -> None:
    assert "subscription.period_start" not in facts_of([invoice(**changes)], [subscription()])


def test_older_invoices_name_their_subscription_themselves() -> None:
    facts = facts_of(
        [invoice(parent=None, subscription="sub_1")], [subscription(id="sub_2", start_date=0), subscription()]
    )
    assert facts["subscription.started_at"] == moment(START)


def test_without_an_invoice_a_subscription_is_used_only_if_no_other_was_running() -> None:
    later = subscription(id="sub_2", start_date=CREATED + 1)
    assert "subscription.plan" in facts_of([], [subscription(), later])
    assert facts_of([], [subscription(), subscription(id="sub_3")]) == {}
    assert facts_of([], []) == {}


def test_an_invoice_of_an_unknown_subscription_gives_only_the_period() -> None:
    assert facts_of([invoice()], []).keys() == {"subscription.period_start", "subscription.period_end"}


def test_the_period_is_that_of_the_charge_and_not_of_a_proration() -> None:
    lines = [
        {"period": {"start": START, "end": CREATED}},
        {"period": {"start": CREATED, "end": CREATED + MONTH}},
        {"period": None},
    ]
    facts = facts_of([invoice(lines={"data": lines})], [subscription()])
    assert facts["subscription.period_end"] == moment(CREATED + MONTH)


def test_a_cancellation_requested_by_the_customer_is_a_fact() -> None:
    details = {"reason": "cancellation_requested", "feedback": "too_expensive", "comment": None}
    asked = subscription(canceled_at=CREATED + 10, cancel_at=CREATED + MONTH, cancellation_details=details)
    facts = facts_of([invoice()], [asked])
    assert facts["subscription.cancel_requested_at"] == moment(CREATED + 10)
    assert facts["subscription.cancel_effective_at"] == moment(CREATED + MONTH)
    assert facts["support.cancel_survey_answer"] == "too_expensive"
    assert facts["subscription.status_at_charge"] == "active"


def test_an_end_that_nobody_asked_for_is_not_a_cancellation_request() -> None:
    ended = subscription(
        canceled_at=CREATED - 10, ended_at=CREATED - 10, cancellation_details={"reason": "payment_failed"}
    )
    facts = facts_of([invoice()], [ended])
    assert "subscription.cancel_requested_at" not in facts
    assert facts["subscription.status_at_charge"] == "canceled"


def test_a_subscription_that_began_after_the_charge_has_no_status_at_the_charge() -> None:
    assert "subscription.status_at_charge" not in facts_of([invoice()], [subscription(start_date=CREATED + 1)])


@pytest.mark.parametrize(
    ("price", "told"),
    [
        (
            {
                "unit_amount": None,
                "product": {"name": "Tea club"},
                "recurring": {"interval": "month", "interval_count": 3},
            },
            {"plan": "Tea club", "interval": "3 months"},
        ),
        ({"unit_amount": 900, "product": "prod_1"}, {"price": 900}),
    ],
)
def test_only_terms_in_the_price_become_facts(price: dict, told: dict) -> None:
    facts = facts_of([], [subscription(items={"data": [{"price": price}]})])
    terms = {name: facts.get(f"subscription.{name}") for name in ("plan", "price", "interval")}
    assert {name: value for name, value in terms.items() if value} == told


def test_several_items_have_no_single_price() -> None:
    items = subscription()["items"]["data"] * 2
    assert "subscription.price" not in facts_of([], [subscription(items={"data": items})])


def test_a_charge_that_is_not_expanded_has_no_subscription() -> None:
    assert subscription_facts("ch_1", [invoice()], [subscription()], as_of=OPENED) == {}


def test_values_that_may_have_changed_since_are_as_of_the_dispute() -> None:
    charge = charge_json(payment_intent="pi_1")
    told = subscription_facts(charge, [invoice()], [subscription(cancel_at=CREATED + 10)], as_of=OPENED)
    today = ("started_at", "cancel_effective_at", "plan", "price", "interval")
    assert {told[f"subscription.{name}"].at for name in today} == {moment(OPENED)}
    assert told["subscription.status_at_charge"].at == moment(CREATED)
    assert told["subscription.period_end"].at == moment(CREATED - 60)

"""What the customer's other charges show."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.unit.disputes.builders import CREATED, charge_json, dispute_json
from tests.unit.disputes.pages import facts

from disputes.facts.facts import Facts
from disputes.facts.other_charges import drop_refuted
from disputes.facts.stripe_facts import stripe_facts

DAY = 86_400


def other(id_: str, **changes: Any) -> dict[str, Any]:
    return charge_json(id=id_, disputed=False, **{"created": CREATED - 60, **changes})


def found(*others: dict[str, Any], **more: Any) -> dict[str, Any]:
    facts = stripe_facts(dispute_json(charge=charge_json()), prior_charges=others, **more)
    return {name.split(".")[1]: fact.value for name, fact in facts.items() if name.startswith("other_charge.")}


def test_the_other_charge_is_the_one_of_the_same_amount_nearest_in_time() -> None:
    assert found(charge_json(), other("ch_2"), other("ch_far", created=CREATED - 3 * DAY)) == {
        "id": "ch_2",
        "created": datetime.fromtimestamp(CREATED - 60, UTC),
        "amount": 4200,
        "status": "paid",
    }


def test_the_same_amount_is_preferred_to_a_nearer_time() -> None:
    assert found(other("ch_near", amount=4300), other("ch_same", created=CREATED + 20 * DAY))["id"] == "ch_same"
    assert found(other("ch_near", amount=4300))["id"] == "ch_near"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "ch_1"},
        {"status": "failed"},
        {"currency": "eur"},
        {"created": CREATED - 32 * DAY},
        {"amount": 5000},
    ],
)
def test_a_charge_that_cannot_be_meant_is_not_the_other_charge(changes: dict[str, Any]) -> None:
    assert found(other("ch_2") | changes) == {}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"refunded": True, "amount_refunded": 4200}, "refunded"),
        ({"amount_refunded": 100}, "partially refunded"),
        ({"captured": False}, "authorized, not captured"),
        ({"captured": True}, "paid"),
    ],
)
def test_the_status_of_the_other_charge_is_given(changes: dict[str, Any], status: str) -> None:
    assert found(other("ch_2", **changes))["status"] == status


def test_a_charge_that_is_not_expanded_has_no_other_charge() -> None:
    assert "other_charge.id" not in stripe_facts(dispute_json(), prior_charges=[other("ch_2")])


def test_earlier_charges_already_disputed_as_fraud_are_history() -> None:
    disputes = [
        {"id": "du_7", "charge": "ch_7", "reason": "fraudulent", "created": CREATED - 1},
        {"id": "du_8", "charge": {"id": "ch_8"}, "reason": "duplicate", "created": CREATED - 1},
        {"id": "du_9", "charge": "ch_9", "reason": "fraudulent", "created": CREATED},
        {"id": "du_1", "charge": "ch_1", "reason": "fraudulent", "created": CREATED + 1},
    ]
    charges = [charge_json(), *(other(name) | {"disputed": True} for name in ("ch_7", "ch_8", "ch_9"))]
    known = stripe_facts(dispute_json(charge=charge_json()), prior_charges=charges, prior_disputes=disputes)
    assert [prior.charge for prior in known["history.prior_disputed_fraud"].value] == ["ch_7"]
    assert "history.prior_undisputed" not in known


def test_an_earlier_charge_has_the_e_mail_and_shipping_address_given_with_it() -> None:
    address = {"line1": "1 Main St", "line2": "", "city": "Salem", "country": "US"}
    given = {"billing_details": {"email": None}, "receipt_email": "a@b.c", "shipping": {"address": address}}
    charges = [other("ch_7", **given), other("ch_8")]
    known = stripe_facts(dispute_json(charge=charge_json()), prior_charges=charges)
    seven, eight = known["history.prior_undisputed"].value
    whole = {"line1": "1 Main St", "city": "Salem", "country": "US"}
    assert (seven.email, seven.shipping_address.model_dump(exclude_none=True)) == ("a@b.c", whole)
    assert (eight.email, eight.shipping_address) == (None, None)


def told(*charges: str) -> Facts:
    listed = [{"charge": name, "created": "2026-01-01", "amount": 1, "currency": "usd"} for name in charges]
    return facts({"order.id": "7"} | ({"history.prior_undisputed": listed} if listed else {}))


REFUTED = [
    {"disputed": True},
    {"refunded": True},
    {"captured": False},
    {"status": "failed"},
    {"fraud_details": {"stripe_report": "fraudulent"}},
]


@pytest.mark.parametrize("changes", REFUTED)
def test_an_earlier_charge_that_stripe_refutes_is_not_undisputed(changes: dict[str, Any]) -> None:
    charges = [other("ch_7"), other("ch_8") | changes]
    assert drop_refuted(told("ch_7", "ch_8", "ch_elsewhere"), charges) == told("ch_7", "ch_elsewhere")
    assert drop_refuted(told("ch_8"), charges) == told()
    assert drop_refuted(told(), charges) == told()


STRIPES = {"other_charge.id": "ch_2", "other_charge.amount": 4200, "order.id": "7"}


@pytest.mark.parametrize(
    ("merchants", "kept"),
    [
        ({"other_charge.id": "ch_2", "other_charge.order_id": "8"}, True),
        ({"order.id": "9"}, True),
        ({"other_charge.id": "ch_3"}, False),
        ({"other_charge.order_id": "8"}, False),
        ({"other_charge.none_found": True}, False),
    ],
)
def test_facts_of_stripe_and_the_merchant_about_two_charges_are_never_mixed(
    merchants: dict[str, Any], kept: bool
) -> None:
    merged = facts(STRIPES).merged(facts(merchants))
    assert ("other_charge.amount" in merged) is kept
    assert merged["order.id"].value == merchants.get("order.id", "7")
    assert isinstance(merged, Facts)


REFUND = {"refund.amount": 1000, "refund.created_at": "2026-11-08"}


@pytest.mark.parametrize(
    ("stripes", "merchants", "kept"),
    [
        ("ARN_A", {"refund.reference": "ARN_A", "refund.method": "card"}, True),
        ("ARN_A", {"order.id": "9"}, True),
        ("ARN_A", {"refund.amount": 9000, "refund.method": "bank transfer"}, False),
        ("ARN_A", {"refund.reference": "ARN_B"}, False),
        (None, {"refund.amount": 9000}, False),
        (None, {"refund.reference": "ARN_A"}, False),
    ],
)
def test_facts_of_stripe_and_the_merchant_about_two_refunds_are_never_mixed(
    stripes: str | None, merchants: dict[str, Any], kept: bool
) -> None:
    known = REFUND | ({"refund.reference": stripes} if stripes else {})
    merged = facts(known | {"charge.amount_refunded": 1000}).merged(facts(merchants))
    assert ("refund.created_at" in merged) is kept
    assert merged.get("refund.amount") == facts(known | merchants if kept else merchants).get("refund.amount")
    assert merged["charge.amount_refunded"].value == 1000

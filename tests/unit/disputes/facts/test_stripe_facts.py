"""What is taken from Stripe's objects, and what is not."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.unit.disputes.builders import CREATED, charge_json, dispute_json

from disputes.facts.facts import Facts
from disputes.facts.stripe_facts import stripe_facts
from disputes.facts.types import Address, PriorCharge, ThreeDSecure

HOME = {
    "line1": "1 Main St",
    "line2": None,
    "city": "Springfield",
    "state": "",
    "postal_code": "12345",
    "country": "US",
}
WAREHOUSE = {"line1": "9 Dock Rd", "city": "Springfield", "country": "US"}


def facts_of(charge: Any = None, **changes: Any) -> Facts:
    return stripe_facts(dispute_json(charge=charge or charge_json(), **changes))


def card(**changes: Any) -> dict[str, Any]:
    return {"type": "card", "card": {"brand": "visa", "fingerprint": "fp_1", **changes}}


def test_each_fact_names_the_object_and_path_that_it_comes_from() -> None:
    fact = facts_of()["charge.last4"]
    assert (fact.value, fact.source) == ("4242", "stripe ch_1 payment_method_details.card.last4")
    assert fact.at == datetime.fromtimestamp(CREATED, UTC)


def test_facts_of_the_dispute_and_its_charge_are_read() -> None:
    checks = {"address_line1_check": "pass", "address_postal_code_check": "unchecked", "cvc_check": "fail"}
    charge = charge_json(
        calculated_statement_descriptor="SHOP* 1001 ",
        outcome={"risk_level": "normal"},
        payment_method_details=card(checks=checks, wallet={"type": "apple_pay"}, authorization_code="123456"),
    )
    facts = {name: fact.value for name, fact in facts_of(charge).items()}
    assert facts == {
        "charge.created": datetime.fromtimestamp(CREATED, UTC),
        "charge.amount": 4200,
        "charge.currency": "usd",
        "charge.amount_refunded": 0,
        "charge.statement_descriptor": "SHOP* 1001",
        "charge.avs_line1": "pass",
        "charge.avs_postal_code": "unchecked",
        "charge.cvc_check": "fail",
        "charge.card_brand": "visa",
        "charge.card_fingerprint": "fp_1",
        "charge.wallet": "apple_pay",
        "charge.authorization_code": "123456",
        "charge.risk_level": "normal",
        "dispute.created": datetime.fromtimestamp(CREATED + 86_400, UTC),
        "dispute.amount": 4200,
        "dispute.currency": "usd",
        "dispute.network_reason_code": "10.4",
        "dispute.case_type": "chargeback",
    }


def test_every_fact_from_stripe_has_the_type_of_its_member() -> None:
    charge = charge_json(
        billing_details={"address": HOME, "name": "Jane Roe", "email": "jane@example.com"},
        refunds={"data": [{"id": "re_1", "status": "succeeded", "amount": 100, "created": CREATED}]},
        payment_method_details=card(three_d_secure={"result": "authenticated"}),
    )
    facts = stripe_facts(dispute_json(charge=charge), prior_charges=[prior("ch_0")])
    assert Facts.from_json(facts.to_json()) == facts


@pytest.mark.parametrize("charge", ["ch_1", None, {}])
def test_a_charge_that_is_not_expanded_gives_no_facts(charge: Any) -> None:
    facts = stripe_facts(dispute_json(charge=charge), prior_charges=[prior("ch_0")])
    assert {name.split(".")[0] for name in facts} == {"dispute"}


def test_the_billing_address_is_never_taken_from_the_shipping_address() -> None:
    facts = facts_of(charge_json(shipping={"address": WAREHOUSE, "carrier": " DHL ", "tracking_number": ""}))
    assert "checkout.billing_address" not in facts
    assert facts["checkout.shipping_address"].value == Address(line1="9 Dock Rd", city="Springfield", country="US")
    assert facts["shipment.carrier"].value == "DHL"
    assert "shipment.tracking_number" not in facts


def test_a_postal_code_alone_is_not_an_address() -> None:
    zip_only = {"line1": None, "postal_code": "12345", "country": "US"}
    assert "checkout.billing_address" not in facts_of(charge_json(billing_details={"address": zip_only}))
    whole = facts_of(charge_json(billing_details={"address": HOME}))["checkout.billing_address"].value
    assert whole == Address(line1="1 Main St", city="Springfield", postal_code="12345", country="US")


def test_the_charges_shipping_is_preferred_to_that_of_the_payment_intent() -> None:
    intent = {"id": "pi_1", "created": CREATED - 5, "shipping": {"address": HOME}}
    assert facts_of(payment_intent=intent)["checkout.shipping_address"].source == "stripe pi_1 shipping.address"
    both = facts_of(charge_json(shipping={"address": WAREHOUSE}), payment_intent=intent)
    assert both["checkout.shipping_address"].source == "stripe ch_1 shipping.address"


@pytest.mark.parametrize("customer", [None, "cus_1", {"id": "cus_1", "object": "customer", "deleted": True}])
def test_a_customer_that_is_absent_deleted_or_only_an_id_gives_no_facts(customer: Any) -> None:
    facts = facts_of(charge_json(customer=customer))
    assert "customer.name" not in facts
    assert "customer.email" not in facts


def test_the_current_customer_record_only_fills_in_what_the_charge_lacks() -> None:
    customer = {"id": "cus_1", "created": CREATED - 1, "name": "Jane Doe", "email": "new@example.com"}
    details = {"name": "Jane Roe", "email": None}
    facts = facts_of(charge_json(customer=customer, billing_details=details))
    assert facts["customer.name"].value == "Jane Roe"
    assert facts["customer.email"].source == "stripe cus_1 email"
    assert facts["customer.email"].at == facts["dispute.created"].value
    assert facts["customer.name"].at == facts["charge.created"].value
    with_receipt = facts_of(charge_json(customer=customer, billing_details=details, receipt_email="old@example.com"))
    assert with_receipt["customer.email"].source == "stripe ch_1 receipt_email"


def test_three_d_secure_is_a_fact_only_when_it_had_a_result() -> None:
    nothing = {"result": None, "version": None}
    assert "charge.three_d_secure" not in facts_of(charge_json(payment_method_details=card(three_d_secure=nothing)))
    done = {
        "result": "authenticated",
        "version": "2.2.0",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": "x",
    }
    fact = facts_of(charge_json(payment_method_details=card(three_d_secure=done)))["charge.three_d_secure"]
    assert fact.value == ThreeDSecure(result="authenticated", version="2.2.0", electronic_commerce_indicator="05")


def test_successful_refunds_are_added_up() -> None:
    card_details = {"type": "card", "card": {"reference": "74000001"}}
    refunds = [
        {
            "id": "re_2",
            "status": "succeeded",
            "amount": 300,
            "created": CREATED + 20,
            "destination_details": card_details,
        },
        {"id": "re_1", "status": "succeeded", "amount": 200, "created": CREATED + 10},
        {"id": "re_3", "status": "failed", "amount": 1000, "created": CREATED + 30},
    ]
    facts = facts_of(charge_json(refunds={"data": refunds}))
    assert facts["refund.amount"].value == 500
    assert facts["refund.created_at"].value == datetime.fromtimestamp(CREATED + 20, UTC)
    assert facts["refund.reference"].value == "74000001"
    assert facts["refund.method"].value == "card"
    assert facts["refund.amount"].source == "stripe re_1, re_2"


@pytest.mark.parametrize("status", ["failed", "canceled", "pending", "requires_action"])
def test_a_refund_that_gave_nothing_back_is_ignored(status: str) -> None:
    refunds = {"data": [{"id": "re_3", "status": status, "amount": 1000, "created": CREATED}]}
    assert not [name for name in facts_of(charge_json(refunds=refunds)) if name.startswith("refund.")]


def refund(id_: str, amount: int, seconds: int, status: str = "succeeded") -> dict[str, Any]:
    """A refund this many seconds after the dispute was opened."""
    reference = {"type": "card", "card": {"reference": f"ARN_{id_}"}}
    created = CREATED + 86_400 + seconds
    return {"id": id_, "status": status, "amount": amount, "created": created, "destination_details": reference}


BEFORE, AFTER = refund("re_1", 5000, -10 * 86_400), refund("re_2", 500, 86_400)


@pytest.mark.parametrize(
    ("refunds", "amount", "seconds", "reference"),
    [
        ([AFTER, BEFORE], 5000, -10 * 86_400, "ARN_re_1"),
        ([BEFORE, refund("re_3", 200, 0)], 5000, -10 * 86_400, "ARN_re_1"),
        ([BEFORE, refund("re_3", 200, -1), AFTER], 5200, -1, "ARN_re_1, ARN_re_3"),
        ([AFTER, refund("re_3", 200, 90_000)], 700, 90_000, "ARN_re_2, ARN_re_3"),
        ([AFTER, refund("re_3", 200, -1, "failed")], 500, 86_400, "ARN_re_2"),
    ],
)
def test_a_refund_made_since_the_dispute_does_not_change_the_one_before_it(
    refunds: list[dict[str, Any]], amount: int, seconds: int, reference: str
) -> None:
    facts = facts_of(charge_json(refunds={"data": refunds}, amount_refunded=9900))
    assert facts["refund.amount"].value == amount
    assert facts["refund.created_at"].value == datetime.fromtimestamp(CREATED + 86_400 + seconds, UTC)
    assert facts["refund.reference"].value == reference
    assert facts["charge.amount_refunded"].value == 9900


def test_all_refunds_count_when_there_is_no_dispute_yet() -> None:
    facts = stripe_facts({"charge": charge_json(refunds={"data": [AFTER, BEFORE]})})
    assert facts["refund.amount"].value == 5500


def prior(id_: str, **changes: Any) -> dict[str, Any]:
    return charge_json(id=id_, created=CREATED - 1000, disputed=False, **changes)


def test_earlier_undisputed_charges_on_the_same_card_are_history() -> None:
    others = [
        charge_json(),
        prior("ch_b", captured=True, amount_refunded=100, fraud_details={"user_report": "safe"})
        | {"created": CREATED - 10, "description": "Two mugs"},
        prior("ch_a", description=""),
        prior("ch_disputed") | {"disputed": True},
        prior("ch_refunded", refunded=True),
        prior("ch_failed", status="failed"),
        prior("ch_not_captured", captured=False),
        prior("ch_warned", fraud_details={"stripe_report": "fraudulent"}),
        prior("ch_reported", fraud_details={"user_report": "fraudulent"}),
        prior("ch_check", amount=0),
        prior("ch_other_card", payment_method_details=card(fingerprint="fp_2")),
        prior("ch_no_card", payment_method_details={"type": "klarna"}),
        prior("ch_later") | {"created": CREATED + 1},
    ]
    fact = stripe_facts(dispute_json(charge=charge_json()), prior_charges=others)["history.prior_undisputed"]
    early = datetime.fromtimestamp(CREATED - 1000, UTC)
    late = datetime.fromtimestamp(CREATED - 10, UTC)
    assert fact.value == (
        PriorCharge(charge="ch_a", created=early, amount=4200, currency="usd"),
        PriorCharge(charge="ch_b", created=late, amount=4200, currency="usd", description="Two mugs"),
    )
    assert fact.at == late


def test_without_a_card_there_is_no_history() -> None:
    charge = charge_json(payment_method_details={"type": "klarna", "klarna": {}})
    facts = stripe_facts(dispute_json(charge=charge), prior_charges=[prior("ch_a")])
    assert "history.prior_undisputed" not in facts
    assert "history.prior_undisputed" not in facts_of()

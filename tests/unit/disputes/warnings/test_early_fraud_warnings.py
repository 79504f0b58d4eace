"""What is recommended when an issuer warns of fraud."""

from datetime import date

import pytest
from tests.unit.disputes.builders import charge_json

from disputes.errors import InputError
from disputes.facts.facts import Fact, Facts
from disputes.facts.types import Address, ThreeDSecure
from disputes.warnings.early_fraud_warnings import (
    EarlyFraudWarning,
    read_warning,
    read_warning_policy,
    recommend,
    warning_policy,
    warning_question,
)

POLICY = read_warning_policy(b"{refund: ask, refund_below: {usd: 2500}, answer_within_hours: 48}")
WARNING = EarlyFraudWarning(
    id="issfr_1", charge="ch_1", actionable=True, created=1_790_000_000, fraud_type="made_with_lost_card"
)
DELIVERED = {"shipment.delivered_at": date(2026, 9, 3)}
ELSEWHERE = DELIVERED | {
    "checkout.shipping_address": Address(line1="1 Quay Street", city="Galway", postal_code="H91 A1", country="IE"),
    "shipment.delivered_address": Address(line1="99 Hill Road", city="Cork", postal_code="T12 B2", country="IE"),
}


def facts(values):
    return Facts({name: Fact(value, "shop", date(2026, 9, 1)) for name, value in values.items()})


def shift(result):
    return {"charge.three_d_secure": ThreeDSecure(result=result)}


@pytest.mark.parametrize(
    ("charge", "known", "choice", "reason"),
    [
        ({"disputed": True}, {}, "keep", "already disputed"),
        ({"disputed": False, "refunded": True}, {}, "keep", "refunded in full"),
        ({"amount": 2400}, shift("authenticated"), "keep", "the issuer bears fraud losses"),
        ({"amount": 2400}, shift("attempt_acknowledged"), "keep", "the issuer bears fraud losses"),
        ({"amount": 2400}, shift("failed"), "refund", "24.00 USD is below the refund limit of 25.00 USD"),
        ({"amount": 2499}, DELIVERED, "refund", "the goods were delivered"),
        ({"amount": 2500}, DELIVERED, "keep", "25.00 USD is not below the refund limit of 25.00 USD"),
        ({"amount": 2500}, ELSEWHERE, "ask", "delivered to an address other than"),
        ({"amount": 2500}, {}, "ask", "nothing shows that the purchase was provided"),
        ({"amount": 9000, "amount_refunded": 6501}, {}, "refund", "24.99 USD is below"),
        ({"amount": 100, "currency": "sek"}, DELIVERED, "ask", "no refund limit in SEK"),
    ],
)
def test_the_first_rule_that_holds_decides(charge, known, choice, reason):
    stored = charge_json(**({"disputed": False} | charge))
    recommendation = recommend(WARNING, stored, facts(known), POLICY)
    assert recommendation.choice == choice
    assert reason in "; ".join(recommendation.reasons)


def test_a_warning_is_read_with_its_charge_expanded_or_not():
    stored = WARNING.model_dump() | {"charge": {"id": "ch_9"}, "object": "radar.early_fraud_warning"}
    assert EarlyFraudWarning.model_validate(stored).charge_id == "ch_9"


@pytest.mark.parametrize(
    ("known", "told"), [(DELIVERED, "**Recommended:** keep"), ({}, "**Recommended:** none; you decide")]
)
def test_the_question_names_the_amount_the_reasons_and_what_silence_means(known, told):
    charge = charge_json(amount=9000, amount_refunded=1000, disputed=False)
    recommendation = recommend(WARNING, charge, facts(known), POLICY)
    subject, body = warning_question(WARNING, charge, recommendation, POLICY)
    assert subject == "issfr_1: 80.00 USD, made with lost card"
    for part in (told, *recommendation.reasons, "kept after 48 hours", "`ch_1`", "cannot be undone"):
        assert part in body


def test_the_shipped_policy_asks_before_it_refunds():
    assert warning_policy().refund == "ask"
    assert set(warning_policy().refund_below) >= {"usd", "eur"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"refund: maybe\nrefund_below: {}\nanswer_within_hours: 1", "early_fraud_warnings.yaml:1: refund"),
        (b"refund: ask\nrefund_below: {USD: 1}\nanswer_within_hours: 1", "early_fraud_warnings.yaml:2"),
        (b"refund: ask\nrefunds_below: {usd: 1}", "did you mean refund_below?"),
    ],
)
def test_a_broken_policy_is_refused_with_its_place(text, told):
    with pytest.raises(InputError) as caught:
        read_warning_policy(text)
    assert told in str(caught.value)


def test_a_warning_of_another_shape_is_refused_naming_the_places() -> None:
    stored = {"id": "issfr_1", "actionable": True, "created": "Ann Lee", "fraud_type": "misc", "charge": "ch_1"}
    with pytest.raises(InputError, match="issfr_1: not as Stripe documents an early fraud warning: created") as caught:
        read_warning(stored)
    assert "Ann" not in str(caught.value)

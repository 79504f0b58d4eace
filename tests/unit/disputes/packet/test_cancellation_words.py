"""What letter and rebuttal say of a cancelled subscription."""

import pytest
from tests.unit.disputes.pages import CHARGE, case, dispute, facts

from disputes.packet.statements import sentences
from disputes.packet.text_fields import template_text

CASE = case(dispute("subscription_canceled", code="13.2"), product_type="digital_product_or_service")
ASKED = {"subscription.cancel_requested_at": "2026-08-20T09:00:00Z"}
EFFECT = ("Effect: ", "The cancellation ends")
STATUS = ("Status: the subscription was active", "The subscription was active")


def says(held: dict, *parts: str) -> list[bool]:
    """Whether letter and rebuttal each have a sentence that begins with the part given for it."""
    known = facts(CHARGE, held)
    letter = [one.text for one in sentences(CASE.template, known, {"case": CASE, "exhibits": ()})]
    rebuttal = template_text("cancellation_rebuttal", CASE, known).text.split("\n")
    return [any(text.startswith(part) for text in texts) for texts, part in zip((letter, rebuttal), parts, strict=True)]


@pytest.mark.parametrize(
    ("effective", "due"),
    [("2026-09-30T00:00:00Z", True), ("2026-09-01T12:00:05Z", False), ("2026-08-31", False), ("2026-09-02", False)],
)
def test_only_a_charge_before_the_cancellation_took_effect_is_said_to_be_due(effective: str, due: bool) -> None:
    period = {"subscription.period_end": "2026-09-30T00:00:00Z"}
    assert says(ASKED | period | {"subscription.cancel_effective_at": effective}, *EFFECT) == [due, due]


@pytest.mark.parametrize(
    ("status", "said"), [("active", True), ("past_due", False), ("cancelled", False), ("Ended", False)]
)
def test_an_ended_subscription_is_not_our_argument(status: str, said: bool) -> None:
    assert says({"subscription.status_at_charge": status}, *STATUS) == [said, said]
    assert (
        says({"subscription.status_at_charge": status}, "The subscription was active", "The subscription was active")
        == [said] * 2
    )

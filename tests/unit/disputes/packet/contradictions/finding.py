"""Finds contradictions in a few facts."""

from typing import Any

from tests.unit.disputes.builders import dispute
from tests.unit.disputes.pages import facts

from disputes.packet.contradictions import contradictions
from disputes.rules.claims import Claim

OPENED = {"dispute.created": "2026-10-01T10:00:00Z", "charge.created": "2026-09-01T12:00:00Z"}
NOTHING_BACK = {"charge.amount_refunded": 0}


def found(
    known: dict[str, Any],
    claim: str = "fraudulent",
    product_type: str | None = "physical_product",
    answered_by: tuple[str, ...] = (),
) -> dict[str, tuple[str, ...]]:
    """The contradictions' names, and the facts they name."""
    made = Claim(name=claim, network="visa", code=None, demand=None)
    held = contradictions(dispute(), facts(OPENED | known), made, product_type, answered_by=answered_by)
    return {one.name: one.facts for one in held}

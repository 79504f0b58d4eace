"""Two records of one thing that cannot both be right, and what the merchant noted in its own words."""

from typing import Any

import pytest
from tests.unit.disputes.packet.contradictions.finding import found

EVENT = {"ticket.starts_at": "2026-09-20T18:00:00Z"}
STAY = {"booking.starts_at": "2026-09-20T15:00:00Z"}
LATER = {"ticket.starts_at": "2026-12-20T18:00:00Z"}
PAID_TWICE = {
    "charge.amount": 4200,
    "other_charge.amount": 4200,
    "other_charge.created": "2026-09-01T12:02:00Z",
    "other_charge.order_id": "A-2",
    "order.items": [{"description": "Lamp"}],
}
USER = {"customer.email": "ana@example.com"}
ROW = {"at": "2026-09-02T10:00:00Z", "action": "login"}
MINE = ROW | {"user": "Ana@example.com"}
OTHERS = ROW | {"user": "ben@example.com"}
NOT_COME = "product_not_received"


@pytest.mark.parametrize(
    ("name", "claim", "known"),
    [
        ("let_in_before_it_began", NOT_COME, EVENT | {"ticket.scanned_at": "2026-09-13T18:10:00Z"}),
        ("let_in_before_it_began", NOT_COME, STAY | {"booking.checked_in_at": "2026-09-15T15:00:00Z"}),
        ("took_place_later", NOT_COME, LATER | {"ticket.event_status": "took place"}),
        (
            "service_ends_before_it_begins",
            NOT_COME,
            {"service.period": {"start": "2026-09-20", "end": "2026-09-10"}},
        ),
        ("performed_late", NOT_COME, {"service.date": "2026-09-05", "service.performed_at": "2026-09-20"}),
        (
            "delivered_late",
            NOT_COME,
            {"order.promised_delivery_date": "2026-09-05", "shipment.delivered_at": "2026-09-20T10:00:00Z"},
        ),
        ("ended_before_charge", "subscription_canceled", {"subscription.cancel_effective_at": "2026-08-20"}),
        ("charged_in_trial", "subscription_canceled", {"subscription.trial_end": "2026-09-20"}),
        ("true_duplicate", "duplicate", PAID_TWICE | {"other_charge.items": [{"description": "lamp"}]}),
        ("used_by_another", NOT_COME, USER | {"access.entries": [OTHERS]}),
        ("found_faulty", "product_unacceptable", {"product.quality_check": "failed, shipped anyway"}),
        ("told_admits", NOT_COME, {"support.resolution": "A new one was sent, since the parcel was lost."}),
        ("told_denies", "subscription_canceled", {"support.cancel_survey_answer": "I cancelled in August already"}),
        (
            "told_apologises",
            "product_unacceptable",
            {"support.complaints": [{"text": "It is broken", "answer": "We apologise."}]},
        ),
    ],
)
def test_a_person_is_asked(name: str, claim: str, known: dict[str, Any]) -> None:
    assert name in found(known, claim=claim)


@pytest.mark.parametrize(
    ("claim", "known"),
    [
        (NOT_COME, EVENT | {"ticket.scanned_at": "2026-09-20T17:00:00Z"}),
        (NOT_COME, EVENT | {"ticket.event_status": "took place"}),
        (NOT_COME, {"service.date": "2026-09-05", "service.performed_at": "2026-09-05"}),
        ("product_unacceptable", {"service.date": "2026-09-05", "service.performed_at": "2026-09-20"}),
        ("duplicate", PAID_TWICE | {"other_charge.items": [{"description": "Bulb"}]}),
        ("duplicate", PAID_TWICE),
        (NOT_COME, USER | {"access.entries": [OTHERS, MINE]}),
        (NOT_COME, USER | {"access.entries": [ROW | {"user": "u_17"}]}),
        ("product_unacceptable", {"product.quality_check": "passed"}),
        ("product_unacceptable", {"support.offers": "We offered a full refund."}),
    ],
)
def test_nobody_is_asked(claim: str, known: dict[str, Any]) -> None:
    assert found(known, claim=claim, product_type=None) == {}

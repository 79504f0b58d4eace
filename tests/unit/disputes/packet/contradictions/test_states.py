"""What the words of a closed list say against us."""

from typing import Any

import pytest
from tests.unit.disputes.packet.contradictions.finding import NOTHING_BACK, found

ITEMS = [{"description": "Teapot", "amount": 3000}, {"description": "Cup", "amount": 1300}]
CHARGED = {"charge.amount": 4200, "charge.currency": "usd"}
PARTLY_USED = {
    "subscription.period_start": "2026-09-01T00:00:00Z",
    "subscription.cancel_effective_at": "2026-09-16T00:00:00Z",
    "subscription.period_end": "2026-10-01T00:00:00Z",
    "charge.amount": 4200,
}


@pytest.mark.parametrize(
    ("name", "known", "named"),
    [
        (
            "returned_not_refunded",
            {"return.status": "Received", **NOTHING_BACK},
            ("return.status", "charge.amount_refunded"),
        ),
        (
            "returned_by_its_status",
            {"return.none_recorded": True, "return.status": "in transit"},
            ("return.none_recorded", "return.status"),
        ),
        ("shipment_not_delivered", {"shipment.status": "lost"}, ("shipment.status",)),
        (
            "shipment_not_delivered",
            {"shipment.status": "in transit", "shipment.delivered_at": "2026-09-05"},
            ("shipment.status", "shipment.delivered_at"),
        ),
        ("kept_at_customs", {"shipment.customs_status": "held"}, ("shipment.customs_status",)),
        ("no_money_back", {"refund.method": "store credit"}, ("refund.method",)),
        ("subscription_not_running", {"subscription.status_at_charge": "paused"}, ("subscription.status_at_charge",)),
        (
            "paid_time_taken",
            PARTLY_USED | {"charge.amount_refunded": 1000},
            ("subscription.cancel_effective_at", "subscription.period_end", "charge.amount_refunded"),
        ),
        ("items_above_charge", CHARGED | {"order.items": ITEMS}, ("order.items", "charge.amount")),
        (
            "several_orders",
            {"order.id": "1001, 1002", "shipment.tracking_number": "NP1", "shipment.delivered_at": "2026-09-05"},
            ("order.id", "shipment.tracking_number"),
        ),
    ],
)
def test_a_person_is_asked_and_the_facts_are_named(name: str, known: dict[str, Any], named: tuple[str, ...]) -> None:
    assert found(known)[name] == named


@pytest.mark.parametrize(
    "known",
    [
        {"return.status": "refunded", **NOTHING_BACK},
        {"return.status": "received", "charge.amount": 4200, "charge.amount_refunded": 2100},
        {"return.none_recorded": False, "return.status": "in transit"},
        {"shipment.status": "in transit"},
        {"shipment.customs_status": "cleared"},
        {"refund.method": "card"},
        {"refund.parts": [{"amount": 100, "created_at": "2026-09-20", "method": "card"}], "refund.amount": 100},
        {"refund.parts": [{"amount": 100, "created_at": "2026-09-20"}], "charge.currency": "usd"},
        {"booking.starts_at": "2026-09-20T22:00:00Z", "service.date": "2026-09-21"},
        {"booking.no_show": True, "booking.starts_at": "2026-09-20T22:00:00Z"},
        {"subscription.cancel_requested_at": "2026-09-02", "subscription.status_at_charge": "active"},
        {"subscription.status_at_charge": "active"},
        PARTLY_USED | {"charge.amount_refunded": 2050},
        {"charge.amount": 4200, "order.items": ITEMS},
        CHARGED | {"charge.amount": 4300, "order.items": ITEMS},
        CHARGED | {"order.currency": "eur", "order.items": ITEMS},
        {"order.id": "1001, 1002", "shipment.tracking_number": "NP1"},
        {"order.id": "1001, 1002", "shipment.tracking_number": "NP1, NP2", "shipment.delivered_at": "2026-09-05"},
    ],
)
def test_nobody_is_asked(known: dict[str, Any]) -> None:
    assert found(known) == {}

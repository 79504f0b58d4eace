"""Events recorded too late or too early to be true, and every order of events that an honest shop may have."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.disputes.builders import dispute
from tests.unit.disputes.pages import facts

from disputes.packet.contradictions import contradictions
from disputes.rules.claims import Claim

OPENED = {"dispute.created": "2026-11-18T08:30:00Z"}
ORDERED = {"order.placed_at": "2026-10-15T13:10:00Z"}
CHARGED = {"charge.created": "2026-10-15T13:10:05Z"}


def found(known: dict) -> dict[str, tuple[str, ...]]:
    """The contradictions' names, and the facts they name."""
    claim = Claim(name="general", network="visa", code=None, demand=None)
    return {one.name: one.facts for one in contradictions(dispute(), facts(known), claim)}


@pytest.mark.parametrize(
    ("fact", "name"),
    [
        ("shipment.delivered_at", "delivered_after_dispute"),
        ("shipment.shipped_at", "shipped_after_dispute"),
        ("shipment.pickup_at", "collected_after_dispute"),
        ("access.first_at", "first_used_after_dispute"),
        ("access.last_before_dispute", "last_use_after_dispute"),
        ("service.performed_at", "performed_after_dispute"),
        ("booking.checked_in_at", "checked_in_after_dispute"),
        ("ticket.delivered_at", "ticket_sent_after_dispute"),
        ("ticket.scanned_at", "scanned_after_dispute"),
        ("order.placed_at", "ordered_after_dispute"),
        ("checkout.terms_accepted_at", "terms_accepted_after_dispute"),
    ],
)
def test_an_event_after_the_dispute_is_a_contradiction(fact: str, name: str) -> None:
    assert found(OPENED | {fact: "2026-11-18T08:30:01Z"}) == {name: (fact, "dispute.created")}
    assert found(OPENED | {fact: "2026-11-20"}) == {name: (fact, "dispute.created")}
    assert found(OPENED | {fact: "2026-11-18T08:30:00Z"}) == {}
    assert found(OPENED | {fact: "2026-11-19"}) == {}
    assert found({fact: "2026-11-20"}) == {}


@pytest.mark.parametrize(
    ("fact", "name"),
    [
        ("shipment.delivered_at", "delivered_before_order"),
        ("shipment.shipped_at", "shipped_before_order"),
        ("shipment.pickup_at", "collected_before_order"),
    ],
)
def test_goods_that_move_before_they_are_ordered_are_a_contradiction(fact: str, name: str) -> None:
    assert found(ORDERED | {fact: "2026-10-15T13:09:59Z"}) == {name: ("order.placed_at", fact)}
    assert found(ORDERED | {fact: "2026-10-14"}) == {}
    assert found(CHARGED | {fact: "2026-10-01"}) == {}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("withdrawn_before_dispute", OPENED | {"dispute.withdrawn_at": "2026-11-16"}),
        ("refunded_before_charge", CHARGED | {"refund.created_at": "2026-10-15T13:10:04Z"}),
        ("last_use_before_first", {"access.first_at": "2026-10-20", "access.last_at": "2026-10-18"}),
        (
            "period_ends_before_it_begins",
            {"subscription.period_start": "2026-10-20", "subscription.period_end": "2026-10-18"},
        ),
        (
            "delivered_before_shipped",
            {"shipment.shipped_at": "2026-10-20", "shipment.delivered_at": "2026-10-18", "shipment.carrier": "UPS"},
        ),
        ("first_used_before_order", ORDERED | {"access.first_at": "2026-10-13T23:00:00Z"}),
    ],
)
def test_an_event_before_its_own_beginning_is_found(name: str, known: dict) -> None:
    assert set(found(known)) == {name}
    assert set(found(known)[name]) <= set(known)


@pytest.mark.parametrize(
    "known",
    [
        # Of two parcels one arrived before the other was sent.
        {
            "shipment.tracking_number": "NP1, NP2",
            "shipment.delivered_at": "2026-10-18",
            "shipment.shipped_at": "2026-10-20",
        },
        # Whoever orders has signed in already.
        ORDERED | {"access.first_at": "2026-10-15T13:05:00Z"},
        ORDERED | {"access.first_at": "2026-10-14T23:55:00Z"},
        # A subscription, or its trial, is used before it renews.
        ORDERED | {"access.first_at": "2026-01-19T10:00:00Z", "subscription.plan": "Weather school"},
        # An invoice is paid when everything is done.
        CHARGED | {"access.first_at": "2026-09-01T10:00:00Z", "service.performed_at": "2026-09-02"},
        CHARGED | {"access.first_at": "2026-10-15T13:10:04Z", "access.last_at": "2026-10-15T13:10:04Z"},
        # What was broken during the stay is ordered after it.
        ORDERED | CHARGED | {"booking.checked_in_at": "2026-10-11T16:05:00Z", "ticket.scanned_at": "2026-10-11"},
        # Withdrawn on the very day.
        OPENED | {"dispute.withdrawn_at": "2026-11-18"},
    ],
)
def test_records_that_an_honest_shop_may_have_are_not_a_contradiction(known: dict) -> None:
    assert found(known) == {}


@st.composite
def noted(draw: st.DrawFn, at: datetime) -> str:
    """A moment as somebody wrote it down: in a zone of the world, with its time or as a whole day."""
    local = at.astimezone(timezone(timedelta(hours=draw(st.integers(-11, 13)))))
    return local.date().isoformat() if draw(st.booleans()) else local.isoformat()


@st.composite
def honest_purchase(draw: st.DrawFn) -> dict[str, str]:
    """A purchase as it really went, some of it noted."""
    start = datetime(2026, 6, 1, tzinfo=UTC)
    hours = st.integers(0, 24 * 60)

    def after(*moments: datetime) -> datetime:
        return max(moments) + timedelta(hours=draw(hours), seconds=draw(st.integers(0, 3599)))

    ordered, charged, came = after(start), after(start), after(start)  # in any order: a deposit, an invoice
    shipped = after(ordered)
    delivered, collected, used = after(shipped), after(shipped), after(ordered)
    last_used = after(used)
    refunded = after(charged)
    opened = after(charged, delivered, collected, came, used)
    happened = {
        "charge.created": charged,
        "order.placed_at": ordered,
        "checkout.terms_accepted_at": ordered,
        "shipment.shipped_at": shipped,
        "shipment.delivered_at": delivered,
        "shipment.pickup_at": collected,
        "access.first_at": used,
        "access.last_before_dispute": min(last_used, opened),
        "access.last_at": last_used,
        "service.performed_at": came,
        "booking.checked_in_at": came,
        "ticket.scanned_at": came,
        "refund.created_at": refunded,
        "dispute.created": opened,
        "dispute.withdrawn_at": after(opened),
        "subscription.period_start": charged,
        "subscription.period_end": after(charged),
        "customer.account_created_at": after(start),
        "support.first_contact_at": after(start),
    }
    kept = draw(st.sets(st.sampled_from(sorted(happened))))
    if "checkout.terms_accepted_at" in kept:  # whoever records the terms records the order that they belong to
        kept.add("order.placed_at")
    return {name: draw(noted(happened[name])) for name in sorted(kept)}


@given(honest_purchase())
def test_no_order_of_events_at_an_honest_shop_is_a_contradiction(known: dict[str, str]) -> None:
    assert found(known) == {}


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(2, 400), st.booleans())
def test_a_delivery_days_after_the_dispute_is_found(day: date, apart: int, whole: bool) -> None:
    late = (day + timedelta(days=apart)).isoformat()
    held = {"dispute.created": f"{day}T12:00:00Z", "shipment.delivered_at": late if whole else f"{late}T00:00:00Z"}
    assert set(found(held)) == {"delivered_after_dispute"}

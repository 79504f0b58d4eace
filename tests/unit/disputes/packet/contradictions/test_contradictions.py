"""Facts that speak for the cardholder, and what is left alone because nobody can tell."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gallery.cells import gathered
from tests.unit.disputes.builders import dispute
from tests.unit.disputes.packet.contradictions.finding import NOTHING_BACK, OPENED, found
from tests.unit.disputes.pages import ADDRESS, facts

from disputes.facts.facts import Facts
from disputes.facts.members import MEMBERS
from disputes.packet.contradictions import contradictions
from disputes.rules.claims import Claim
from sandbox import seed_matrix

ELSEWHERE = {**ADDRESS, "line1": "99 Oak Avenue"}
ENDED = {"subscription.cancel_requested_at": "2026-08-20T09:00:00Z"}
DISPUTED_IN_PART = {
    "dispute.amount": 12600,
    "dispute.currency": "usd",
    "charge.amount": 12600,
    "charge.currency": "usd",
}
WHERE = {"at": "2026-09-15T10:00:00Z", "author": "customer", "text": "Where is my parcel?"}
SENT = {"shipment.tracking_number": "NP1"}
USED_AT_HOME = {"access.ip_matches_purchase": True, "checkout.ip": "203.0.113.24"}
BOTH_ONE_ORDER = {"order.id": "1001", "other_charge.order_id": "1001", "other_charge.status": "paid", **NOTHING_BACK}


@pytest.mark.parametrize(
    ("name", "claim", "known", "named"),
    [
        (
            "delivered_to_another_address",
            "fraudulent",
            {"checkout.shipping_address": ADDRESS, "shipment.delivered_address": ELSEWHERE},
            ("checkout.shipping_address", "shipment.delivered_address"),
        ),
        (
            "never_shipped",
            "product_not_received",
            {"order.promised_delivery_date": "2026-09-10"},
            ("order.promised_delivery_date", "charge.created"),
        ),
        ("never_shipped", "product_not_received", {}, ("charge.created",)),
        ("already_refunded", "fraudulent", {"refund.amount": 4200}, ("refund.amount",)),
        ("already_refunded", "general", {"charge.amount_refunded": 5000}, ("charge.amount_refunded",)),
        (
            "already_refunded",
            "duplicate",
            {"refund.amount": 4200, "refund.created_at": "2026-10-02T10:00:00Z"},
            ("refund.amount",),
        ),
        ("already_refunded", "credit_not_processed", {"refund.amount": 4200}, ("refund.amount",)),
        (
            "cancelled_before_charge",
            "subscription_canceled",
            ENDED,
            ("subscription.cancel_requested_at", "charge.created"),
        ),
        (
            "cancelled_before_charge",
            "subscription_canceled",
            {
                **ENDED,
                "subscription.cancel_effective_at": "2026-08-31T09:00:00Z",
                "access.last_at": "2026-08-30T01:00:00Z",
            },
            ("subscription.cancel_effective_at", "charge.created"),
        ),
        (
            "cancelled_before_charge",
            "subscription_canceled",
            {"subscription.status_at_charge": "canceled", "access.last_at": "2026-08-30T01:00:00Z"},
            ("subscription.status_at_charge", "charge.created"),
        ),
        (
            "delivered_after_dispute",
            "product_not_received",
            {"shipment.delivered_at": "2026-10-01T10:00:01Z"},
            ("shipment.delivered_at", "dispute.created"),
        ),
        (
            "shipped_after_dispute",
            "product_not_received",
            {"shipment.shipped_at": "2026-10-03"},
            ("shipment.shipped_at", "dispute.created"),
        ),
        ("admitted_fault", "product_unacceptable", {"support.admitted_fault": "We sent the wrong one"}, None),
        (
            "access_before_purchase_only",
            "fraudulent",
            {"access.last_at": "2026-08-30T01:00:00Z", "order.placed_at": "2026-09-01T12:00:00Z"},
            ("access.last_at", "order.placed_at"),
        ),
        ("real_duplicate", "duplicate", BOTH_ONE_ORDER, None),
        (
            "returned_not_refunded",
            "product_unacceptable",
            {"return.received_at": "2026-09-20", **NOTHING_BACK},
            ("return.received_at", "charge.amount_refunded"),
        ),
        (
            "refund_promised",
            "credit_not_processed",
            {"support.refund_promised_at": "2026-09-20", **NOTHING_BACK},
            ("support.refund_promised_at", "charge.amount_refunded"),
        ),
        (
            "cancelled_in_time",
            "credit_not_processed",
            {"booking.cancelled_at": "2026-09-05", "booking.cancel_deadline": "2026-09-10"},
            ("booking.cancelled_at", "booking.cancel_deadline"),
        ),
        ("event_cancelled", "product_not_received", {"ticket.event_status": "Cancelled", **NOTHING_BACK}, None),
        (
            "event_cancelled",
            "product_not_received",
            {"ticket.event_status": "Postponed", "charge.amount_refunded": 4199},
            ("ticket.event_status", "charge.amount_refunded"),
        ),
        (
            "event_cancelled",
            "product_not_received",
            {"ticket.event_status": "called off", "ticket.scanned_at": "2026-09-20", **NOTHING_BACK},
            None,
        ),
        (
            "cancelled_in_time",
            "credit_not_processed",
            {"booking.cancelled_at": "2026-09-10T14:00:00Z", "booking.cancel_deadline": "2026-09-10"},
            ("booking.cancelled_at", "booking.cancel_deadline"),
        ),
        (
            "cancelled_before_charge",
            "subscription_canceled",
            {"subscription.status_at_charge": "Cancelled", "shipment.delivered_at": "2026-09-05T00:00:00Z"},
            ("subscription.status_at_charge", "charge.created"),
        ),
        ("real_duplicate", "duplicate", BOTH_ONE_ORDER | {"other_charge.status": "Succeeded"}, None),
        ("real_duplicate", "duplicate", BOTH_ONE_ORDER | {"charge.amount_refunded": 100}, None),
        (
            "real_duplicate",
            "duplicate",
            BOTH_ONE_ORDER
            | {"order.items": [{"description": "A"}, {"description": "B"}]}
            | {"other_charge.items": [{"description": "b"}, {"description": "A"}]},
            None,
        ),
        (
            "real_duplicate",
            "duplicate",
            BOTH_ONE_ORDER | {"charge.amount": 4200, "other_charge.amount": 4200, "order.total": 4200},
            None,
        ),
        (
            "returned_not_refunded",
            "product_unacceptable",
            {"return.received_at": "2026-09-20", "refund.amount": 100, **NOTHING_BACK},
            ("return.received_at", "charge.amount_refunded", "refund.amount"),
        ),
        (
            "refund_promised",
            "credit_not_processed",
            {"support.refund_promised_at": "2026-09-20", "charge.amount_refunded": 2099},
            ("support.refund_promised_at", "charge.amount_refunded"),
        ),
        (
            "refund_promised",
            "credit_not_processed",
            {"support.refund_promised_at": "2026-09-20", "refund.status": "Failed", **NOTHING_BACK},
            ("support.refund_promised_at", "charge.amount_refunded"),
        ),
        (
            "refund_failed",
            "product_unacceptable",
            {"refund.status": "failed", "refund.amount": 4000, **NOTHING_BACK},
            ("refund.status", "refund.amount", "charge.amount_refunded"),
        ),
        (
            "already_refunded",
            "credit_not_processed",
            {"refund.amount": 100, "refund.created_at": "2026-09-20T10:00:00Z", "charge.amount_refunded": 4200},
            ("charge.amount_refunded", "refund.amount"),
        ),
        (
            "already_refunded",
            "fraudulent",
            {"charge.currency": "eur", "charge.amount": 3900, "charge.amount_refunded": 3900},
            ("charge.amount_refunded",),
        ),
        (
            "refund_above_charge",
            "credit_not_processed",
            {"refund.amount": 4201, "refund.created_at": "2026-09-20T10:00:00Z", "charge.amount": 4200},
            ("refund.amount", "charge.amount"),
        ),
        ("disputed_above_charge", "general", DISPUTED_IN_PART | {"dispute.amount": 12601}, tuple(DISPUTED_IN_PART)),
        (
            "came_and_did_not_come",
            "product_not_received",
            {"booking.no_show": True, "booking.checked_in_at": "2026-09-20T14:00:00Z"},
            ("booking.no_show", "booking.checked_in_at"),
        ),
        (
            "returned_though_none_recorded",
            "product_unacceptable",
            {"return.none_recorded": True, "return.received_at": "2026-09-20"},
            ("return.none_recorded", "return.received_at"),
        ),
        (
            "wrote_after_all",
            "product_not_received",
            {"support.contacted_before_dispute": False, "support.messages": [WHERE]},
            ("support.contacted_before_dispute", "support.messages", "dispute.created"),
        ),
        (
            "wrote_after_all",
            "product_not_received",
            {"support.contacted_before_dispute": False, "support.first_contact_at": "2026-09-20"},
            ("support.contacted_before_dispute", "support.first_contact_at", "dispute.created"),
        ),
        (
            "paid_twice_after_all",
            "general",
            {"other_charge.none_found": True, "order.id": "1001", "other_charge.order_id": "1001"},
            ("other_charge.none_found", "order.id", "other_charge.order_id"),
        ),
        (
            "used_from_another_address",
            "fraudulent",
            USED_AT_HOME | {"access.entries": [{"at": "2026-09-03", "action": "login", "ip": "198.51.100.1"}]},
            ("access.ip_matches_purchase", "checkout.ip", "access.entries"),
        ),
    ],
)
def test_facts_that_the_issuer_could_argue_with_are_found_and_named(
    name: str, claim: str, known: dict[str, Any], named: tuple[str, ...] | None
) -> None:
    made = found(known, claim)
    assert name in made
    assert made[name] == named or named is None
    assert made[name]
    assert set(made[name]) <= {*OPENED, *known}


@pytest.mark.parametrize(
    ("claim", "known"),
    [
        ("fraudulent", {"checkout.shipping_address": ADDRESS, "shipment.delivered_address": ADDRESS}),
        ("fraudulent", {"checkout.shipping_address": ADDRESS, "shipment.delivered_address": {"city": "Springfield"}}),
        ("fraudulent", {"shipment.delivered_address": ELSEWHERE}),
        (
            "fraudulent",
            {
                "checkout.shipping_address": ADDRESS,
                "shipment.delivered_address": ELSEWHERE,
                "shipment.pickup_at": "2026-09-05",
            },
        ),
        ("product_not_received", {"order.promised_delivery_date": "2026-10-01"}),
        ("product_not_received", {"shipment.tracking_number": "NP1"}),
        ("product_not_received", {"return.received_at": "2026-09-20"}),
        ("fraudulent", {"refund.amount": 4199}),
        ("fraudulent", {"charge.currency": "eur", "charge.amount": 4500, "charge.amount_refunded": 4300}),
        ("fraudulent", {"charge.currency": "jpy", "charge.amount_refunded": 4300}),
        ("credit_not_processed", {"refund.amount": 4000, "charge.amount": 4000}),
        ("general", DISPUTED_IN_PART),
        ("general", DISPUTED_IN_PART | {"dispute.amount": 100}),
        ("general", DISPUTED_IN_PART | {"dispute.amount": 99900, "dispute.currency": "jpy"}),
        ("general", {"dispute.amount": 99900, "charge.amount": 100}),
        ("fraudulent", {"refund.amount": 4200, "refund.status": "pending"}),
        ("subscription_canceled", {"subscription.cancel_requested_at": "2026-09-02T09:00:00Z"}),
        ("subscription_canceled", {"subscription.cancel_requested_at": "2026-08-31"}),
        ("subscription_canceled", {**ENDED, "subscription.cancel_effective_at": "2026-09-30T00:00:00Z"}),
        ("subscription_canceled", {**ENDED, "subscription.is_installment": True}),
        ("subscription_canceled", {**ENDED, "access.last_at": "2026-09-05T00:00:00Z"}),
        ("subscription_canceled", {**ENDED, "access.entries": [{"at": "2026-09-05", "action": "login"}]}),
        ("subscription_canceled", {"subscription.status_at_charge": "active"}),
        ("product_not_received", {"shipment.delivered_at": "2026-10-02"}),
        ("fraudulent", {"access.last_at": "2026-08-31"}),
        ("fraudulent", {"access.last_at": "2026-08-30T00:00:00Z", "order.placed_at": "2026-08-29T00:00:00Z"}),
        ("fraudulent", BOTH_ONE_ORDER),
        ("duplicate", BOTH_ONE_ORDER | {"other_charge.order_id": "1002"}),
        ("duplicate", BOTH_ONE_ORDER | {"other_charge.status": "refunded"}),
        ("duplicate", BOTH_ONE_ORDER | {"refund.reference": "7498"}),
        ("duplicate", BOTH_ONE_ORDER | {"refund.amount": 4100, "refund.status": "pending"}),
        ("duplicate", {name: value for name, value in BOTH_ONE_ORDER.items() if name != "other_charge.status"}),
        ("duplicate", BOTH_ONE_ORDER | {"subscription.is_installment": True}),
        ("duplicate", BOTH_ONE_ORDER | {"charge.amount": 4200, "other_charge.amount": 4200, "order.total": 8400}),
        (
            "duplicate",
            BOTH_ONE_ORDER | {"order.items": [{"description": "A"}], "other_charge.items": [{"description": "B"}]},
        ),
        ("product_unacceptable", {"return.received_at": "2026-09-20"}),
        ("product_unacceptable", {"return.received_at": "2026-09-20", "refund.amount": 2100, **NOTHING_BACK}),
        (
            "product_unacceptable",
            {"return.received_at": "2026-09-20", "charge.currency": "eur", **NOTHING_BACK},
        ),
        ("product_unacceptable", {"refund.status": "failed", "refund.amount": 100, "charge.amount_refunded": 100}),
        ("product_unacceptable", {"refund.status": "canceled", "refund.amount": 100, **NOTHING_BACK}),
        ("product_unacceptable", {"return.none_recorded": False, "return.received_at": "2026-09-20"}),
        ("product_not_received", SENT | {"support.contacted_before_dispute": False}),
        ("product_not_received", SENT | {"support.contacted_before_dispute": True, "support.messages": [WHERE]}),
        (
            "product_not_received",
            SENT
            | {"support.contacted_before_dispute": False, "support.first_contact_at": "2026-10-02"}
            | {"support.messages": [WHERE | {"author": "merchant"}, WHERE | {"at": "2026-10-01"}]},
        ),
        ("product_not_received", SENT | {"booking.no_show": False, "booking.checked_in_at": "2026-09-20T14:00:00Z"}),
        ("general", {"other_charge.none_found": True, "order.id": "1001", "other_charge.order_id": "1002"}),
        ("general", {"other_charge.none_found": True, "order.id": "1001"}),
        ("fraudulent", USED_AT_HOME),
        ("fraudulent", USED_AT_HOME | {"access.entries": [{"at": "2026-09-03", "action": "login"}]}),
        (
            "fraudulent",
            USED_AT_HOME | {"access.entries": [{"at": "2026-09-03", "action": "login", "ip": "::ffff:203.0.113.24"}]},
        ),
        (
            "product_not_received",
            SENT | {"ticket.event_status": "postponed", "ticket.scanned_at": "2026-09-20", **NOTHING_BACK},
        ),
        (
            "credit_not_processed",
            {"booking.cancelled_at": "2026-09-10T14:00:01Z", "booking.cancel_deadline": "2026-09-10T14:00:00Z"},
        ),
        ("subscription_canceled", {"subscription.status_at_charge": "cancelled", "shipment.pickup_at": "2026-09-05"}),
        (
            "fraudulent",
            {"access.last_at": "2026-08-30T01:00:00Z", "shipment.delivered_at": "2026-09-05T00:00:00Z"},
        ),
        ("credit_not_processed", {"booking.cancelled_at": "2026-09-12", "booking.cancel_deadline": "2026-09-10"}),
        ("product_not_received", {"ticket.event_status": "took place", "shipment.received_by": "A", **NOTHING_BACK}),
    ],
)
def test_uncertain_facts_are_not_a_contradiction(claim: str, known: dict[str, Any]) -> None:
    assert found(known, claim) == {}


def test_a_refund_that_the_playbook_accepts_as_an_answer_is_not_a_contradiction() -> None:
    before = {"refund.amount": 4200, "refund.created_at": "2026-09-20T10:00:00Z"}
    assert found(before, "lost_parcel", answered_by=("refunded",)) == {}
    assert "already_refunded" in found(before, "lost_parcel")
    late = before | {"refund.created_at": "2026-10-05T10:00:00Z"}
    assert "already_refunded" in found(late, "lost_parcel", answered_by=("refunded",))


@pytest.mark.parametrize(
    ("known", "asks"),
    [
        ({"shipment.tracking_number": "NP1, NP2"}, True),
        ({"shipment.tracking_number": "NP1, NP2", "shipment.status": "out for delivery in parts"}, True),
        ({"shipment.tracking_number": "NP1, NP2", "shipment.status": "delivered in full"}, False),
        ({"shipment.tracking_number": "NP1 / NP2"}, True),
        ({"shipment.tracking_number": "NP1"}, False),
        ({}, False),
    ],
)
def test_one_delivery_for_several_parcels_is_a_contradiction(known: dict[str, Any], asks: bool) -> None:
    delivered = {"shipment.delivered_at": "2026-09-05T10:00:00Z"} | known
    assert ("several_parcels" in found(delivered, "product_not_received")) is asks
    assert "several_parcels" not in found(known, "product_not_received")


@pytest.mark.parametrize("product_type", [None, "digital_product_or_service", "event_ticket"])
def test_a_product_that_is_never_shipped_is_not_missed(product_type: str | None) -> None:
    assert found({}, "product_not_received", product_type) == {}


def test_without_the_time_of_the_charge_an_ended_subscription_is_not_a_contradiction() -> None:
    claim = Claim(name="subscription_canceled", network=None, code=None, demand=None)
    held = facts({"subscription.status_at_charge": "canceled", "access.last_at": "2026-09-01"})
    assert contradictions(dispute(), held, claim) == ()


def test_no_seed_with_good_records_contradicts_itself() -> None:
    for cell in seed_matrix.cells():
        held = gathered(cell)
        assert contradictions(held.dispute, held.facts, held.claim, held.product_type) == (), cell.claim


SAYING = {
    **OPENED,
    **ENDED,
    **BOTH_ONE_ORDER,
    "checkout.shipping_address": ADDRESS,
    "shipment.delivered_address": ELSEWHERE,
    "shipment.delivered_at": "2026-10-05T00:00:00Z",
    "return.received_at": "2026-09-20",
    "booking.cancelled_at": "2026-09-05",
    "booking.cancel_deadline": "2026-09-10",
    "support.admitted_fault": "Sorry, our fault",
    "ticket.event_status": "cancelled",
    "ticket.scanned_at": "2026-10-05T00:00:00Z",
    "refund.amount": 100,
    "support.contacted_before_dispute": False,
    "support.messages": [WHERE],
}


@given(
    st.sets(st.sampled_from(sorted(SAYING))),
    st.sampled_from(["duplicate", "fraudulent", "product_not_received", "subscription_canceled"]),
)
def test_each_contradiction_rests_on_the_facts_it_names_and_says_nothing_personal(kept: set[str], claim: str) -> None:
    held = facts({name: SAYING[name] for name in kept})
    made = Claim(name=claim, network="visa", code=None, demand=None)
    for one in contradictions(dispute(), held, made, "digital_product_or_service"):
        assert set(one.facts) <= kept & MEMBERS.keys()
        assert "Elm" not in one.problem
        assert "Sorry" not in one.problem
        for name in one.facts:
            fewer = Facts({other: fact for other, fact in held.items() if other != name})
            assert one not in contradictions(dispute(), fewer, made, "digital_product_or_service")

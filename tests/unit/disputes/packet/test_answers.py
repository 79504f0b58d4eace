"""What answers a claim, and that no packet is approved by policy without it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gallery.cells import gathered
from tests.unit.disputes.builders import CLAIMS, dispute, manifest
from tests.unit.disputes.pages import facts

from disputes.facts.facts import Facts
from disputes.facts.states import state, states
from disputes.packet.answers import TESTS, answers, describe_missing_answer
from disputes.packet.contradictions import contradictions
from disputes.packet.contradictions.situation import Situation
from disputes.response.approval import why_a_person
from disputes.rules.answers import ANSWERS
from disputes.rules.claims import Claim
from disputes.rules.loading import playbook_for
from sandbox import seed_matrix

CELLS = list(seed_matrix.cells())
OPENED = {"dispute.created": "2026-10-20T09:00:00Z", "charge.created": "2026-09-01T12:00:00Z", "charge.amount": 4200}
HOME = {"line1": "12 Elm Road", "city": "Salem", "state": "OR", "postal_code": "97301", "country": "US"}
AWAY = {"line1": "1 Drop St", "city": "Reno", "state": "NV", "postal_code": "89501", "country": "US"}
DELIVERED = {
    "shipment.delivered_at": "2026-09-05",
    "shipment.delivered_address": HOME,
    "checkout.shipping_address": HOME,
}
TERMS = {"checkout.terms_accepted_at": "2026-09-01T11:58:00Z", "policy.refund_text": "30 days."}
ORDERED = {"order.placed_at": "2026-09-01T11:59:00Z"}
USED = {"access.entries": [{"at": "2026-09-03T10:00:00Z", "action": "login"}]}
REFUNDED = {"refund.amount": 4200, "refund.status": "succeeded", "refund.created_at": "2026-09-20"}
CONFIRMED = {"charge.avs_line1": "pass", "charge.billing_address": HOME}


def situation(known: dict, claim: str, product_type: str | None = "physical_product") -> Situation:
    return Situation(dispute(), facts(OPENED, known), claim, product_type)


def answering(known: dict, claim: str, product_type: str | None = "physical_product") -> list[str]:
    return [one.name for one in answers(situation(known, claim, product_type), playbook_for(claim))]


def test_every_answer_has_its_check_and_every_playbook_has_answers() -> None:
    assert TESTS.keys() == ANSWERS.keys()
    for claim in CLAIMS:
        assert playbook_for(claim).answers_for(None), claim
        assert ANSWERS[playbook_for(claim).answers_for(None)[0]] in describe_missing_answer(playbook_for(claim), None)


@pytest.mark.parametrize(
    ("claim", "product_type", "known", "name"),
    [
        ("product_not_received", "physical_product", DELIVERED, "delivered"),
        ("product_not_received", "physical_product", {"shipment.pickup_at": "2026-09-05"}, "collected"),
        ("product_not_received", "digital_product_or_service", USED, "used"),
        ("product_not_received", "digital_product_or_service", {"access.last_at": "2026-09-04"}, "used"),
        ("product_not_received", "offline_service", {"service.performed_at": "2026-09-04"}, "performed"),
        ("product_not_received", "offline_service", {"service.date": "2026-11-04"}, "not_due_yet"),
        (
            "product_not_received",
            "booking_reservation",
            {"booking.no_show": True, "booking.reference": "R"},
            "held_for_customer",
        ),
        (
            "product_not_received",
            "event_ticket",
            {
                "ticket.delivered_at": "2026-09-01",
                "ticket.starts_at": "2026-10-01",
                "ticket.event_status": "took place",
            },
            "event_took_place",
        ),
        ("fraudulent", "physical_product", DELIVERED | CONFIRMED, "delivered_to_billing"),
        ("fraudulent", "physical_product", {"charge.three_d_secure": {"result": "authenticated"}}, "authenticated"),
        (
            "fraudulent",
            None,
            {"service.signed_by": "N. Jönsson", "customer.name": "Nora Jönsson"},
            "signed_by_customer",
        ),
        ("subscription_canceled", None, {"subscription.cancel_requested_at": "2026-09-06"}, "cancelled_later"),
        ("subscription_canceled", None, {"subscription.is_installment": True}, "instalment"),
        ("subscription_canceled", "digital_product_or_service", USED, "used_since_charge"),
        (
            "subscription_canceled",
            "physical_product",
            {"shipment.delivered_at": "2026-09-05"},
            "delivered_since_charge",
        ),
        ("credit_not_processed", "physical_product", REFUNDED, "refunded"),
        ("credit_not_processed", "physical_product", TERMS | ORDERED | {"return.none_recorded": True}, "not_returned"),
        (
            "credit_not_processed",
            "offline_service",
            TERMS | ORDERED | {"booking.cancel_deadline": "2026-09-02", "booking.cancelled_at": "2026-09-05"},
            "cancelled_too_late",
        ),
        ("duplicate", None, {"order.id": "A", "other_charge.order_id": "B"}, "another_order"),
        ("duplicate", None, {"other_charge.none_found": True}, "no_other_payment"),
        ("duplicate", None, {"other_charge.id": "ch_2", "other_charge.status": "refunded"}, "other_refunded"),
        ("general", None, {"checkout.price_shown": 4200}, "price_shown"),
        ("product_unacceptable", "offline_service", {"service.signed_by": "N. J."}, "service.signed_by"),
        ("product_unacceptable", None, {"dispute.withdrawn_at": "2026-10-30"}, "withdrawn"),
    ],
)
def test_these_facts_answer_the_claim(claim: str, product_type: str | None, known: dict, name: str) -> None:
    assert name in answering(known, claim, product_type)


@pytest.mark.parametrize(
    ("claim", "product_type", "known"),
    [
        ("product_not_received", "physical_product", {"shipment.shipped_at": "2026-09-02"}),
        ("product_not_received", "physical_product", DELIVERED | {"shipment.delivered_address": AWAY}),
        ("product_not_received", "physical_product", DELIVERED | {"shipment.delivered_at": "2026-10-25"}),
        ("product_not_received", "physical_product", DELIVERED | {"shipment.status": "lost"}),
        ("product_not_received", "physical_product", DELIVERED | {"shipment.delivered_address": {"city": "Salem"}}),
        (
            "product_not_received",
            "physical_product",
            {"shipment.delivered_at": "2026-09-05", "shipment.delivered_address": HOME},
        ),
        ("product_not_received", "digital_product_or_service", {"access.last_at": "2026-08-04"}),
        ("product_not_received", "digital_product_or_service", {"access.first_at": "2026-10-24T10:00:00Z"}),
        (
            "product_not_received",
            "digital_product_or_service",
            {
                "access.first_at": "2026-09-05",
                "access.entries": [{"at": "2026-09-05T10:00:00Z", "action": "login failed"}],
            },
        ),
        (
            "product_not_received",
            "digital_product_or_service",
            ORDERED | {"access.entries": [{"at": "2026-09-05T10:00:00Z", "action": "key sent"}]},
        ),
        (
            "product_not_received",
            "digital_product_or_service",
            ORDERED | {"access.entries": [{"at": "2026-09-05T10:00:00Z", "action": "access revoked"}]},
        ),
        ("product_not_received", "digital_product_or_service", DELIVERED),
        (
            "product_not_received",
            "event_ticket",
            {"ticket.delivered_at": "2026-09-01", "ticket.starts_at": "2026-10-01"},
        ),
        ("product_not_received", "booking_reservation", {"booking.no_show": False, "booking.reference": "R"}),
        ("fraudulent", "physical_product", DELIVERED | {"charge.cvc_check": "pass"}),
        ("fraudulent", "physical_product", DELIVERED | CONFIRMED | {"charge.avs_postal_code": "fail"}),
        ("fraudulent", "physical_product", {"charge.three_d_secure": {"result": "failed"}}),
        ("fraudulent", None, {"service.signed_by": "A. Other", "customer.name": "Nora Jönsson"}),
        ("fraudulent", None, {"service.signed_by": "Nils Jönsson", "customer.name": "Nora Jönsson"}),
        ("subscription_canceled", None, {"subscription.status_at_charge": "active"}),
        ("subscription_canceled", None, {"subscription.is_installment": False}),
        (
            "subscription_canceled",
            None,
            {"subscription.status_at_charge": "paused", "subscription.cancel_requested_at": "2026-09-06"},
        ),
        ("credit_not_processed", "physical_product", TERMS | ORDERED),
        ("credit_not_processed", "physical_product", {"return.none_recorded": True}),
        ("credit_not_processed", "physical_product", REFUNDED | {"refund.method": "store credit"}),
        ("credit_not_processed", "physical_product", REFUNDED | {"refund.created_at": "2026-10-25"}),
        (
            "credit_not_processed",
            "physical_product",
            TERMS | ORDERED | {"return.none_recorded": True, "checkout.terms_accepted_at": "2026-09-15"},
        ),
        ("duplicate", None, {"order.id": "A", "other_charge.order_id": "A"}),
        ("duplicate", None, {"other_charge.none_found": True, "other_charge.id": "ch_2"}),
        ("general", None, {"checkout.price_shown": 4100}),
        ("noncompliant", None, {"dispute.claim_text": "No receipt."}),
    ],
)
def test_these_facts_answer_nothing(claim: str, product_type: str | None, known: dict) -> None:
    assert answering(known, claim, product_type) == []


def test_a_download_is_not_delivered_by_a_parcel() -> None:
    assert TESTS["delivered"](situation(DELIVERED, "general")) != ()
    assert TESTS["delivered"](situation(DELIVERED, "general", "digital_product_or_service")) == ()


def test_a_playbook_without_answers_is_said_to_need_them() -> None:
    bare = playbook_for("general").model_copy(update={"answers": {}})
    assert describe_missing_answer(bare, None).endswith("an answer needs a playbook that says what answers the claim")


def test_without_the_time_of_the_charge_use_after_it_is_not_an_answer() -> None:
    bare = Situation(dispute(), facts(USED), "subscription_canceled", "digital_product_or_service")
    assert answers(bare, playbook_for("subscription_canceled")) == ()


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.claim} {cell.product_type}")
def test_a_packet_without_an_answer_asks_a_person_whatever_the_amount(cell: seed_matrix.Cell) -> None:
    held = gathered(cell)
    told = answers(Situation(held.dispute, held.facts, held.claim.name, held.product_type), held.playbook)
    resting = {name for one in told for name in one.facts}
    bare = Facts({name: fact for name, fact in held.facts.items() if name not in resting})
    assert answers(Situation(held.dispute, bare, held.claim.name, held.product_type), held.playbook) == ()
    made = manifest(answers=(), refused=(), completeness={}, product_type=held.product_type, claim=held.claim.name)
    why = why_a_person(held.playbook, dispute(amount=1), made)
    assert why is not None
    assert "none of our facts answers the claim" in why


@given(st.sampled_from(sorted(states())), st.text(min_size=1).filter(str.strip), st.sampled_from(CLAIMS))
def test_a_value_outside_a_closed_list_asks_a_person(name: str, written: str, claim: str) -> None:
    made = Claim(name=claim, network=None, code=None, demand=None)
    found = contradictions(dispute(), facts({name: written}), made)
    assert ((name,) in [one.facts for one in found if one.name == "unknown_state"]) == (state(name, written) is None)

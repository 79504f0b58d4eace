"""The facts that answer a claim, as its playbook lists them."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from disputes.facts.addresses import differ
from disputes.facts.states import active, state, took_place
from disputes.facts.wording import before, instant, same_place
from disputes.packet.contradictions.situation import Situation
from disputes.packet.manifest import Answer
from disputes.packet.uses import uses_since
from disputes.rules.answers import ANSWERS
from disputes.rules.playbook import Playbook

if TYPE_CHECKING:
    from disputes.facts.types import Address

_AUTHENTICATED = ("authenticated", "attempt_acknowledged")
_MADE = (None, "delivered", "collected")
_TERMS = ("policy.refund_text", "policy.restrictions", "policy.refund_version")
_CANCELLATION_TERMS = ("policy.cancellation_text", "policy.cancellation_version")
_Test = Callable[[Situation], tuple[str, ...]]
"""The facts on which an answer rests; none if it does not apply."""


def answers(situation: Situation, playbook: Playbook) -> tuple[Answer, ...]:
    """Every known answer to the claim, in the playbook's order."""
    found = ((name, _held(name, situation)) for name in playbook.answers_for(situation.product_type))
    return tuple(
        Answer(name=name, says=ANSWERS.get(name, f"the fact {name}"), facts=facts) for name, facts in found if facts
    )


def _held(name: str, situation: Situation) -> tuple[str, ...]:
    """The facts behind an answer: by its rule, or the fact of that name if it is held and not false."""
    if name in TESTS:
        return TESTS[name](situation)
    return situation.held(name) if situation.value(name) not in (None, False) else ()


def _all(situation: Situation, *names: str) -> tuple[str, ...]:
    """The facts, when all of them are held."""
    return names if len(situation.held(*names)) == len(names) else ()


def _by_the_dispute(situation: Situation, *names: str) -> tuple[str, ...]:
    """The facts, when all are held and none of these moments is after the dispute."""
    late = any(situation.before("dispute.created", name) for name in names)
    return () if late else _all(situation, *names)


def _refunded(situation: Situation) -> tuple[str, ...]:
    opened, parts = situation.value("dispute.created"), situation.value("refund.parts") or ()
    in_time = all(opened is not None and before(part.created_at, opened) for part in parts)
    made = situation.gives_back_disputed and in_time and situation.before("refund.created_at", "dispute.created")
    return situation.held("refund.amount", "refund.created_at", "refund.parts") if made else ()


def _arrived(situation: Situation) -> tuple[str, ...]:
    """Delivered, and no status of the shipment says otherwise."""
    status = situation.value("shipment.status")
    if status is not None and state("shipment.status", status) not in _MADE:
        return ()
    return _by_the_dispute(situation, "shipment.delivered_at")


def _delivered(situation: Situation) -> tuple[str, ...]:
    """To the address of the order; the card's, where the order has no other."""
    if situation.product_type == "digital_product_or_service":
        return ()
    ordered = situation.held("checkout.shipping_address", "checkout.billing_address", "charge.billing_address")[:1]
    facts = _all(situation, "shipment.delivered_address", *ordered) if ordered else ()
    there = situation.value("shipment.delivered_address")
    if not facts or there.line1 is None or differ(situation.value(ordered[0]), there):
        return ()
    return (*arrived, *facts) if (arrived := _arrived(situation)) else ()


def _delivered_to_billing(situation: Situation) -> tuple[str, ...]:
    """To the very address whose street the issuer confirmed."""
    checked = (situation.value("charge.avs_line1"), situation.value("charge.avs_postal_code"))
    there: Address | None = situation.value("shipment.delivered_address")
    billing: Address | None = situation.value("charge.billing_address")
    if checked[0] != "pass" or checked[1] == "fail" or not there or not billing or not same_place(there, billing):
        return ()
    arrived = _arrived(situation)
    return (*arrived, "shipment.delivered_address", "charge.billing_address", "charge.avs_line1") if arrived else ()


def _purchase(situation: Situation) -> str | None:
    return next(iter(situation.held("order.placed_at", "charge.created")), None)


def _used(situation: Situation) -> tuple[str, ...]:
    bought = _purchase(situation)
    return uses_since(situation, bought) if bought else ()


def _used_since_charge(situation: Situation) -> tuple[str, ...]:
    return uses_since(situation, "charge.created")


def _held_for_customer(situation: Situation) -> tuple[str, ...]:
    kept = situation.value("booking.no_show") and "booking.cancelled_at" not in situation.facts
    return _all(situation, "booking.no_show", "booking.reference") if kept else ()


def _event_took_place(situation: Situation) -> tuple[str, ...]:
    status = situation.value("ticket.event_status")
    sent = situation.before("ticket.delivered_at", "ticket.starts_at")
    return ("ticket.delivered_at", "ticket.event_status") if sent and status and took_place(status) else ()


def _not_due_yet(situation: Situation) -> tuple[str, ...]:
    for name in ("service.date", "booking.starts_at", "ticket.starts_at", "order.promised_delivery_date"):
        if situation.before("dispute.created", name):
            return (name, "dispute.created")
    return ()


def _authenticated(situation: Situation) -> tuple[str, ...]:
    secure = situation.value("charge.three_d_secure")
    return ("charge.three_d_secure",) if secure and secure.result in _AUTHENTICATED else ()


def _signed_by_customer(situation: Situation) -> tuple[str, ...]:
    customer = situation.value("customer.name")
    for name in ("service.signed_by", "shipment.received_by"):
        signed = situation.value(name)
        if customer and signed and _same_person(customer, signed):
            return (name, "customer.name")
    return ()


def _same_person(one: str, other: str) -> bool:
    """Whether two names have the last word in common, and the first or its letter: `N. Jönsson` is `Nora Jönsson`."""
    (first, *_, last), (other_first, *_, other_last) = (name.casefold().split() or [""] for name in (one, other))
    return last == other_last and _same_first(first.rstrip("."), other_first.rstrip("."))


def _same_first(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[:1] == other[:1])


def _since_charge(name: str) -> _Test:
    def test(situation: Situation) -> tuple[str, ...]:
        facts = _by_the_dispute(situation, name)
        return facts if situation.before("charge.created", name) else ()

    return test


def _cancelled_later(situation: Situation) -> tuple[str, ...]:
    later = situation.before("charge.created", "subscription.cancel_requested_at")
    status = situation.value("subscription.status_at_charge")
    ran = status is None or active(status)
    return ("charge.created", "subscription.cancel_requested_at") if later and ran else ()


def _terms(situation: Situation, *texts: str) -> tuple[str, ...]:
    """The terms that the customer accepted with the purchase."""
    accepted, bought = situation.value("checkout.terms_accepted_at"), _purchase(situation)
    held = situation.held(*texts)
    if accepted is None or not held or bought is None:
        return ()
    late = instant(accepted).date() > instant(situation.value(bought)).date()
    return () if late else ("checkout.terms_accepted_at", *held)


def _under_terms(test: _Test, *texts: str) -> _Test:
    def both(situation: Situation) -> tuple[str, ...]:
        facts, terms = test(situation), _terms(situation, *texts)
        return (*facts, *terms) if facts and terms else ()

    return both


def _not_returned(situation: Situation) -> tuple[str, ...]:
    sent = situation.held("return.tracking_number", "return.received_at")
    return ("return.none_recorded",) if situation.value("return.none_recorded") and not sent else ()


def _too_late(situation: Situation) -> tuple[str, ...]:
    late = situation.before("booking.cancel_deadline", "booking.cancelled_at")
    return ("booking.cancel_deadline", "booking.cancelled_at") if late else ()


def _another_order(situation: Situation) -> tuple[str, ...]:
    own, other = situation.value("order.id"), situation.value("other_charge.order_id")
    if own is None or other is None or own == other:
        return ()
    return ("order.id", "other_charge.order_id", *situation.held("order.items", "other_charge.items"))


def _other_refunded(situation: Situation) -> tuple[str, ...]:
    status = situation.state_of("other_charge.status")
    return _all(situation, "other_charge.id", "other_charge.status") if status == "refunded" else ()


def _no_other_payment(situation: Situation) -> tuple[str, ...]:
    none = situation.value("other_charge.none_found") and "other_charge.id" not in situation.facts
    return ("other_charge.none_found",) if none else ()


def _price_shown(situation: Situation) -> tuple[str, ...]:
    names = ("checkout.price_shown", "charge.amount")
    shown, charged = (situation.value(name) for name in names)
    return names if shown is not None and shown == charged else ()


def _at_the_latest_by_dispute(name: str) -> _Test:
    return lambda situation: _by_the_dispute(situation, name)


def _simply(name: str) -> _Test:
    return lambda situation: situation.held(name)


TESTS: dict[str, _Test] = {
    "withdrawn": _simply("dispute.withdrawn_at"),
    "refunded": _refunded,
    "delivered": _delivered,
    "delivered_to_billing": _delivered_to_billing,
    "collected": _at_the_latest_by_dispute("shipment.pickup_at"),
    "used": _used,
    "performed": _at_the_latest_by_dispute("service.performed_at"),
    "checked_in": _at_the_latest_by_dispute("booking.checked_in_at"),
    "held_for_customer": _held_for_customer,
    "attended": _at_the_latest_by_dispute("ticket.scanned_at"),
    "event_took_place": _event_took_place,
    "not_due_yet": _not_due_yet,
    "authenticated": _authenticated,
    "known_customer": _simply("history.prior_undisputed"),
    "signed_by_customer": _signed_by_customer,
    "used_since_charge": _used_since_charge,
    "delivered_since_charge": _since_charge("shipment.delivered_at"),
    "served_since_charge": _since_charge("service.performed_at"),
    "cancelled_later": _cancelled_later,
    "instalment": lambda situation: (
        ("subscription.is_installment",) if situation.value("subscription.is_installment") else ()
    ),
    "not_returned": _under_terms(_not_returned, *_TERMS),
    "not_come": _under_terms(_held_for_customer, *_CANCELLATION_TERMS, *_TERMS),
    "cancelled_too_late": _under_terms(_too_late, *_CANCELLATION_TERMS, *_TERMS),
    "used_under_terms": _under_terms(_used, *_TERMS, *_CANCELLATION_TERMS),
    "attended_under_terms": _under_terms(_at_the_latest_by_dispute("ticket.scanned_at"), *_TERMS),
    "performed_under_terms": _under_terms(_at_the_latest_by_dispute("service.performed_at"), *_TERMS),
    "another_order": _another_order,
    "other_refunded": _other_refunded,
    "no_other_payment": _no_other_payment,
    "complaints_answered": _simply("support.complaints"),
    "inspected": _simply("product.quality_check"),
    "genuine": _simply("product.authenticity_source"),
    "price_shown": _price_shown,
}


def describe_missing_answer(playbook: Playbook, product_type: str | None) -> str:
    """What an answer would need, in words."""
    return f"none of our facts answers the claim; an answer needs {', or '.join(_takes(playbook, product_type))}"


def _takes(playbook: Playbook, product_type: str | None) -> Iterator[str]:
    names = playbook.answers_for(product_type)
    for name in names:
        yield ANSWERS.get(name, f"the fact {name}")
    if not names:
        yield "a playbook that says what answers the claim"

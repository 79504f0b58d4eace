"""Terms and descriptions: those that were accepted, as they stood at the purchase."""

from collections.abc import Iterator

from disputes.facts.wording import before, day, instant
from disputes.packet.contradictions.situation import Rule, Situation, contradiction
from disputes.packet.manifest import Contradiction

_QUOTED = {
    "credit_not_processed": ("policy.refund_version",),
    "subscription_canceled": ("policy.cancellation_version",),
    "debit_not_authorized": ("policy.cancellation_version",),
}
"""The terms on which the answer to a claim rests; either version, if it rests on none."""
_AS_AT_PURCHASE = (
    "policy.refund_text",
    "policy.refund_version",
    "policy.cancellation_text",
    "policy.cancellation_version",
    "policy.shown_where",
    "policy.restrictions",
    "product.description_as_shown",
    "product.images_as_shown",
    "checkout.billing_address",
    "checkout.shipping_address",
)
_CLICK = 3600
"""Seconds after the purchase within which an acceptance of the terms still belongs to it."""


def _other_version(situation: Situation) -> Iterator[Contradiction]:
    """The terms that the letter quotes are not those that the customer accepted."""
    quoted = situation.held(*_QUOTED.get(situation.claim, ("policy.refund_version", "policy.cancellation_version")))
    accepted = situation.value("checkout.terms_version")
    if accepted is None or not quoted:
        return
    if any(situation.value(name).casefold() == accepted.casefold() for name in quoted):
        return
    problem = f"the customer accepted terms {accepted}, but the packet quotes {situation.value(quoted[0])}"
    yield from contradiction("terms_not_accepted", problem, "checkout.terms_version", *quoted)


def _accepted_late(situation: Situation) -> Iterator[Contradiction]:
    accepted = situation.value("checkout.terms_accepted_at")
    for name in situation.held("order.placed_at", "charge.created")[:1]:
        bought = situation.value(name)
        if accepted is None or not before(bought, accepted):
            return
        if (instant(accepted) - instant(bought)).total_seconds() > _CLICK:
            problem = f"the terms were accepted on {day(accepted)}, after the purchase of {day(bought)}"
            yield from contradiction("terms_accepted_late", problem, "checkout.terms_accepted_at", name)


def _noted_late(situation: Situation) -> Iterator[Contradiction]:
    """A fact that has to be as of the purchase is known only as of a later day."""
    bought = [situation.value(name) for name in situation.held("order.placed_at", "charge.created")]
    if not bought:
        return
    last = max(bought, key=instant)
    late = [name for name in situation.held(*_AS_AT_PURCHASE) if before(last, situation.facts[name].at)]
    late = [name for name in late if (instant(situation.facts[name].at) - instant(last)).days > 0]
    if late:
        noted = max((situation.facts[name].at for name in late), key=instant)
        problem = f"{', '.join(late)} recorded only as of {day(noted)}: nothing says that this was true at the purchase"
        yield from contradiction("noted_after_purchase", problem, *late)


RULES: tuple[Rule, ...] = (_other_version, _accepted_late, _noted_late)

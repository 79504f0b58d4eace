"""Facts of ours that speak for the cardholder. A person decides before the issuer is handed such an argument.

Each guard asks only what facts say for sure: what is not known, or could be either way, is no contradiction.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from disputes.claims import Claim
from disputes.dispute import Dispute
from disputes.facts.addresses import differ
from disputes.facts.facts import Facts
from disputes.facts.wording import day, instant, money
from disputes.packet.manifest import Contradiction

_ANSWERED_BY_REFUND = ("credit_not_processed", "duplicate")
"""Claims to which a refund made before the dispute is the very answer."""
_SENT = ("shipped_at", "delivered_at", "pickup_at", "received_by", "tracking_number")
_USES = (
    "access.last_at",
    "access.last_before_dispute",
    "service.performed_at",
    "service.date",
    "shipment.delivered_at",
    "booking.checked_in_at",
    "ticket.scanned_at",
)


@dataclass(frozen=True)
class _Known:
    """What the guards look at."""

    dispute: Dispute
    facts: Facts
    claim: str
    product_type: str | None

    def value(self, name: str) -> Any:
        """A fact's value, None when it is not held."""
        fact = self.facts.get(name)
        return None if fact is None else fact.value

    def before(self, one: str, other: str) -> bool:
        """Whether one fact's moment is certainly before another's."""
        first, second = self.value(one), self.value(other)
        return first is not None and second is not None and _before(first, second)

    @property
    def refunded(self) -> int:
        """Minor units given back, through Stripe or not."""
        made = self.value("refund.amount") if self.value("refund.status") in (None, "succeeded") else None
        return max(made or 0, self.value("charge.amount_refunded") or 0)

    @property
    def not_refunded(self) -> bool:
        """Whether nothing was given back for sure: Stripe says so, and the merchant speaks of no refund elsewhere."""
        elsewhere = any(name.startswith("refund.") for name in self.facts)
        return self.value("charge.amount_refunded") == 0 and not elsewhere


_Guard = Callable[[_Known], Iterator[Contradiction]]


def contradictions(
    dispute: Dispute, facts: Facts, claim: Claim, product_type: str | None = None
) -> tuple[Contradiction, ...]:
    """Everything that the issuer would hold against us. The words name no person and no address.

    :param product_type: None where the merchant tells nothing
    """
    known = _Known(dispute, facts, claim.name, product_type)
    return tuple(found for guard in _GUARDS for found in guard(known))


def _found(name: str, problem: str, *facts: str) -> Iterator[Contradiction]:
    yield Contradiction(name=name, problem=problem, facts=facts)


def _delivered_elsewhere(known: _Known) -> Iterator[Contradiction]:
    ordered, delivered = known.value("checkout.shipping_address"), known.value("shipment.delivered_address")
    if ordered and delivered and known.value("shipment.pickup_at") is None and differ(ordered, delivered):
        yield from _found(
            "delivered_to_another_address",
            "the parcel was delivered to another address than the order's",
            "checkout.shipping_address",
            "shipment.delivered_address",
        )


def _never_shipped(known: _Known) -> Iterator[Contradiction]:
    """No record of a shipment at all, although the merchant's facts are there and the promised day, if any, is over."""
    if known.product_type != "physical_product" or known.claim != "product_not_received":
        return
    if any(f"shipment.{member}" in known.facts for member in _SENT) or "return.received_at" in known.facts:
        return
    promised = known.value("order.promised_delivery_date")
    if promised is None or known.before("order.promised_delivery_date", "dispute.created"):
        rests_on = ("order.promised_delivery_date", "order.placed_at", "charge.created")
        yield from _found(
            "never_shipped",
            "nothing shows that the goods were shipped",
            *(name for name in rests_on if name in known.facts),
        )


def _already_refunded(known: _Known) -> Iterator[Contradiction]:
    if known.refunded < known.dispute.amount:
        return
    if known.claim in _ANSWERED_BY_REFUND and known.before("refund.created_at", "dispute.created"):
        return
    amount = money(known.refunded, known.dispute.currency)
    yield from _found(
        "already_refunded",
        f"{amount} were refunded, no less than is disputed: the customer has the money",
        *(name for name in ("refund.amount", "charge.amount_refunded") if known.value(name)),
    )


def _cancelled_before_charge(known: _Known) -> Iterator[Contradiction]:
    """Cancelled with effect before the charge, or ended, and not used since; an instalment is due all the same."""
    effect = next(
        (name for name in ("cancel_effective_at", "cancel_requested_at") if f"subscription.{name}" in known.facts), None
    )
    ended = known.value("subscription.status_at_charge") == "canceled"
    over = effect is not None and known.before(f"subscription.{effect}", "charge.created")
    if not (ended or over) or known.value("subscription.is_installment"):
        return
    since = known.value(f"subscription.{effect}") if over else known.value("charge.created")
    if since is None or any(_maybe_after(use, since) for use in _uses(known)):
        return
    names = ("subscription.status_at_charge",) if ended else ()
    yield from _found(
        "cancelled_before_charge",
        "the subscription had ended before this charge, and nothing was used afterwards",
        *names,
        *((f"subscription.{effect}",) if over else ()),
        "charge.created",
    )


def _delivered_late(known: _Known) -> Iterator[Contradiction]:
    for name, what in (("shipment.delivered_at", "delivered"), ("shipment.shipped_at", "shipped")):
        if known.before("dispute.created", name):
            problem = f"the goods were {what} on {day(known.value(name))}, after the dispute was opened"
            yield from _found(f"{what}_after_dispute", problem, name, "dispute.created")
            return


def _admitted(known: _Known) -> Iterator[Contradiction]:
    if "support.admitted_fault" in known.facts:
        problem = "our own message to the customer admits the fault"
        yield from _found("admitted_fault", problem, "support.admitted_fault")


def _used_before_only(known: _Known) -> Iterator[Contradiction]:
    """Every access was before the purchase: somebody used something else."""
    names = [name for name in ("charge.created", "order.placed_at", "subscription.started_at") if name in known.facts]
    last = known.value("access.last_at")
    if last is None or not names:
        return
    purchase = min(names, key=lambda name: instant(known.value(name)))
    if _before(last, known.value(purchase)) and not any(_maybe_after(at, known.value(purchase)) for at in _uses(known)):
        problem = f"the last access on record, of {day(last)}, was before the purchase"
        yield from _found("access_before_purchase_only", problem, "access.last_at", purchase)


def _real_duplicate(known: _Known) -> Iterator[Contradiction]:
    order = known.value("order.id")
    if known.claim != "duplicate" or order is None or known.value("other_charge.order_id") != order:
        return
    items, others = known.value("order.items"), known.value("other_charge.items")
    differs = items is not None and others is not None and items != others  # one order, charged in two parts
    if known.value("other_charge.status") == "paid" and known.not_refunded and not differs:
        problem = "both charges stand for one order, and neither was refunded"
        facts = ("order.id", "other_charge.order_id", "other_charge.status", "charge.amount_refunded")
        yield from _found("real_duplicate", problem, *facts)


def _refund_owed(known: _Known) -> Iterator[Contradiction]:
    """Goods came back, or a refund was promised in writing, and nothing was paid."""
    if not known.not_refunded:
        return
    for fact, name, what in (
        ("return.received_at", "returned_not_refunded", "the goods came back"),
        ("support.refund_promised_at", "refund_promised", "a refund was promised in writing"),
    ):
        if fact in known.facts:
            problem = f"{what} on {day(known.value(fact))}, and nothing was refunded"
            yield from _found(name, problem, fact, "charge.amount_refunded")


def _cancelled_in_time(known: _Known) -> Iterator[Contradiction]:
    if known.before("booking.cancelled_at", "booking.cancel_deadline"):
        problem = f"the booking was cancelled on {day(known.value('booking.cancelled_at'))}, while that was still free"
        yield from _found("cancelled_in_time", problem, "booking.cancelled_at", "booking.cancel_deadline")


def _event_cancelled(known: _Known) -> Iterator[Contradiction]:
    if str(known.value("ticket.event_status")).casefold() in ("cancelled", "canceled") and known.not_refunded:
        problem = "the event was cancelled, and nothing was refunded"
        yield from _found("event_cancelled", problem, "ticket.event_status", "charge.amount_refunded")


_GUARDS: tuple[_Guard, ...] = (
    _already_refunded,
    _delivered_elsewhere,
    _never_shipped,
    _delivered_late,
    _cancelled_before_charge,
    _cancelled_in_time,
    _event_cancelled,
    _refund_owed,
    _real_duplicate,
    _used_before_only,
    _admitted,
)


def _uses(known: _Known) -> Iterator[date]:
    """When something was used or received, as far as it is known."""
    yield from (known.value(name) for name in _USES if name in known.facts)
    yield from (entry.at for entry in known.value("access.entries") or ())


def _before(one: date, other: date) -> bool:
    """Whether one moment is certainly earlier; of a whole day nobody knows the hour, nor the zone."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return (instant(other).date() - instant(one).date()).days > 1


def _maybe_after(one: date, other: date) -> bool:
    return not _before(one, other)

"""Events that must come before others, but are certainly recorded after them.

Some odd sequences are missing here on purpose, because honest shops have them: goods delivered or a service done before
the charge (an invoice), a stay or an event before the order (what was broken there is ordered later), a login before
anything.
"""

from collections.abc import Iterator
from typing import NamedTuple

from disputes.facts.wording import before, day, instant
from disputes.packet.contradictions.situation import Rule, Situation, contradiction
from disputes.packet.manifest import Contradiction


class _Order(NamedTuple):
    """One fact is never later than another.

    :param problem: may name their days, `{first}` and `{then}`
    """

    name: str
    first: str
    then: str
    problem: str


_OPENED = "dispute.created"
_ORDERED = "order.placed_at"
_GOODS = (
    ("shipment.delivered_at", "delivered"),
    ("shipment.shipped_at", "shipped"),
    ("shipment.pickup_at", "collected"),
)
_DONE_BY_THE_DISPUTE = (
    *((fact, done, f"the goods were {done}") for fact, done in _GOODS),
    ("access.first_at", "first_used", "the product was first used"),
    ("service.performed_at", "performed", "the service was performed"),
    ("booking.checked_in_at", "checked_in", "the customer checked in"),
    ("ticket.delivered_at", "ticket_sent", "the ticket was sent"),
    ("ticket.scanned_at", "scanned", "the ticket was scanned"),
    (_ORDERED, "ordered", "the order was placed"),
    ("checkout.terms_accepted_at", "terms_accepted", "the terms were accepted"),
    ("access.last_before_dispute", "last_use", "the last use before the dispute was"),
)
_ORDERS = (
    *(
        _Order(f"{done}_after_dispute", fact, _OPENED, f"{what} on {{first}}, after the dispute was opened")
        for fact, done, what in _DONE_BY_THE_DISPUTE
    ),
    *(
        _Order(
            f"{done}_before_order", _ORDERED, fact, f"the goods were {done} on {{then}}, but ordered only on {{first}}"
        )
        for fact, done in _GOODS
    ),
    _Order("withdrawn_before_dispute", _OPENED, "dispute.withdrawn_at", "the withdrawal is older than this dispute"),
    _Order("refunded_before_charge", "charge.created", "refund.created_at", "the refund is older than the charge"),
    _Order("last_use_before_first", "access.first_at", "access.last_at", "the last use was before the first one"),
    _Order(
        "period_ends_before_it_begins",
        "subscription.period_start",
        "subscription.period_end",
        "the period that was paid for ends before it begins",
    ),
)


def _out_of_order(situation: Situation) -> Iterator[Contradiction]:
    for name, first, then, problem in _ORDERS:
        if situation.before(then, first):
            days = {"first": day(situation.value(first)), "then": day(situation.value(then))}
            yield from contradiction(name, problem.format(**days), first, then)


def _delivered_before_shipped(situation: Situation) -> Iterator[Contradiction]:
    """Of several parcels one may arrive before another is sent."""
    several = "," in (situation.value("shipment.tracking_number") or "")
    if situation.before("shipment.delivered_at", "shipment.shipped_at") and not several:
        problem = "the goods were delivered before they were shipped"
        yield from contradiction("delivered_before_shipped", problem, "shipment.shipped_at", "shipment.delivered_at")


def _first_used_before_order(situation: Situation) -> Iterator[Contradiction]:
    """On an earlier day, since who orders signs in first; a subscription, or its trial, is used before it renews."""
    first, ordered = situation.value("access.first_at"), situation.value(_ORDERED)
    if first is None or ordered is None or any(name.startswith("subscription.") for name in situation.facts):
        return
    if before(instant(first).date(), instant(ordered).date()):
        problem = f"the first use, of {day(first)}, was before the order of {day(ordered)}"
        yield from contradiction("first_used_before_order", problem, "access.first_at", _ORDERED)


def _not_come_yet(situation: Situation) -> Iterator[Contradiction]:
    """Nobody can be a no-show for a booking that had not begun when the dispute was opened."""
    if not situation.value("booking.no_show"):
        return
    stay, opened = situation.value("service.period"), situation.value(_OPENED)
    ahead = stay is not None and opened is not None and before(opened, stay.start)
    if ahead or situation.before(_OPENED, "booking.starts_at"):
        problem = "the customer is recorded as a no-show, but the booking begins after the dispute was opened"
        facts = situation.held("booking.starts_at", "service.period")
        yield from contradiction("no_show_before_it_began", problem, "booking.no_show", *facts, _OPENED)


def _long_before(situation: Situation) -> Iterator[Contradiction]:
    """Let in more than a day before it begins: this was for something else, or one of the days is wrong."""
    for done, begins, what, named in (
        ("ticket.scanned_at", "ticket.starts_at", "the ticket was scanned", "event"),
        ("booking.checked_in_at", "booking.starts_at", "the customer checked in", "booking"),
    ):
        first, then = situation.value(done), situation.value(begins)
        if first is not None and then is not None and (instant(then) - instant(first)).days >= 1:
            problem = f"{what} on {day(first)}, but the {named} begins on {day(then)}"
            yield from contradiction("let_in_before_it_began", problem, done, begins)


def _took_place_later(situation: Situation) -> Iterator[Contradiction]:
    if situation.state_of("ticket.event_status") == "took_place" and situation.before(_OPENED, "ticket.starts_at"):
        problem = "the event is recorded as having taken place, but begins after the dispute was opened"
        yield from contradiction("took_place_later", problem, "ticket.event_status", "ticket.starts_at", _OPENED)


def _ends_before_it_begins(situation: Situation) -> Iterator[Contradiction]:
    stay = situation.value("service.period")
    if stay is not None and before(stay.end, stay.start):
        problem = "the period of the service ends before it begins"
        yield from contradiction("service_ends_before_it_begins", problem, "service.period")


def _late(situation: Situation) -> Iterator[Contradiction]:
    """A cardholder who says that nothing came may mean that it did not come by the agreed day."""
    if situation.claim != "product_not_received":
        return
    for agreed, done, what, named in (
        ("order.promised_delivery_date", "shipment.delivered_at", "delivered", "the goods were"),
        ("service.date", "service.performed_at", "performed", "the service was"),
    ):
        if situation.before(agreed, done):
            days = f"on {day(situation.value(done))}, after the agreed date, {day(situation.value(agreed))}"
            problem = f"{named} {what} {days}"
            yield from contradiction(f"{what}_late", problem, agreed, done)


def _begins_on_two_days(situation: Situation) -> Iterator[Contradiction]:
    """A booking that was moved: one record has the old day, another the new one."""
    begins, stay = situation.value("booking.starts_at"), situation.value("service.period")
    other = situation.value("service.date") if stay is None else stay.start
    if begins is None or other is None or not (before(begins, other) or before(other, instant(begins).date())):
        return
    problem = f"the booking begins on {day(begins)} in one record, and on {day(other)} in another"
    named = "service.date" if stay is None else "service.period"
    yield from contradiction("begins_on_two_days", problem, "booking.starts_at", named)


RULES: tuple[Rule, ...] = (
    _out_of_order,
    _delivered_before_shipped,
    _first_used_before_order,
    _not_come_yet,
    _begins_on_two_days,
    _long_before,
    _took_place_later,
    _ends_before_it_begins,
    _late,
)

"""What was cancelled: a subscription, a booking, an event."""

from collections.abc import Iterator
from datetime import date, datetime

from disputes.facts.states import called_off, ended, moved
from disputes.facts.wording import before, by_day, day
from disputes.packet.contradictions.situation import REFUNDS, Rule, Situation, contradiction
from disputes.packet.manifest import Contradiction


def _cancelled_before_charge(situation: Situation) -> Iterator[Contradiction]:
    """Cancelled with effect before the charge, or ended, and not used since; an instalment is due all the same."""
    status, since = situation.value("subscription.status_at_charge"), "charge.created"
    rests_on = ["subscription.status_at_charge"] if status is not None and ended(status) else []
    for effect in situation.held("subscription.cancel_effective_at", "subscription.cancel_requested_at")[:1]:
        if situation.before(effect, "charge.created"):
            since = effect
            rests_on.append(effect)
    if not rests_on or since not in situation.facts or situation.value("subscription.is_installment"):
        return
    if not situation.used_since(situation.value(since)):
        problem = "the subscription had ended before this charge, and nothing was used afterwards"
        yield from contradiction("cancelled_before_charge", problem, *rests_on, "charge.created")


def _cancelled_in_time(situation: Situation) -> Iterator[Contradiction]:
    cancelled, deadline = situation.value("booking.cancelled_at"), situation.value("booking.cancel_deadline")
    if cancelled is not None and deadline is not None and _in_time(cancelled, deadline):
        problem = f"the booking was cancelled on {day(cancelled)}, while that was still free"
        yield from contradiction("cancelled_in_time", problem, "booking.cancelled_at", "booking.cancel_deadline")


def _in_time(cancelled: date, deadline: date) -> bool:
    """A deadline that is a day ends with that day."""
    return before(cancelled, deadline) if isinstance(deadline, datetime) else by_day(cancelled, deadline)


def _event_called_off(situation: Situation) -> Iterator[Contradiction]:
    """Cancelled; or put off, and nobody was let in since."""
    status = situation.value("ticket.event_status")
    if status is None or not (called_off(status) or (moved(status) and "ticket.scanned_at" not in situation.facts)):
        return
    if left_open := situation.left_open(1):
        problem = f"the event was cancelled or put off, and {left_open}"
        yield from contradiction("event_cancelled", problem, "ticket.event_status", *situation.held(*REFUNDS))


RULES: tuple[Rule, ...] = (_cancelled_before_charge, _cancelled_in_time, _event_called_off)

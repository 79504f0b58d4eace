"""What was cancelled: a subscription, a booking, an event."""

from collections.abc import Iterator
from datetime import date, datetime

from disputes.facts.wording import before, by_day, day, instant, noted_day
from disputes.packet.contradictions.situation import REFUNDS, Rule, Situation, contradiction
from disputes.packet.manifest import Contradiction

_INSTALMENT = "subscription.is_installment"
_NEARLY = 0.95
"""Share of the unused time's price that counts as all of it."""


def _cancelled_before_charge(situation: Situation) -> Iterator[Contradiction]:
    """Cancelled with effect before the charge, or ended, and not used since; an instalment is due all the same."""
    since = "charge.created"
    ended = situation.state_of("subscription.status_at_charge") == "cancelled"
    rests_on = ["subscription.status_at_charge"] if ended else []
    for effect in situation.held("subscription.cancel_effective_at", "subscription.cancel_requested_at")[:1]:
        if situation.before(effect, "charge.created"):
            since = effect
            rests_on.append(effect)
    if not rests_on or since not in situation.facts or situation.value(_INSTALMENT):
        return
    if not situation.used_since(situation.value(since)):
        problem = "the subscription had ended before this charge, and was not used afterwards"
        yield from contradiction("cancelled_before_charge", problem, *rests_on, "charge.created")


def _ended_before_charge(situation: Situation) -> Iterator[Contradiction]:
    """A cancellation that had taken effect: what was used afterwards does not make the charge due."""
    ended = situation.before("subscription.cancel_effective_at", "charge.created")
    if ended and not situation.value(_INSTALMENT):
        problem = "the cancellation had taken effect before this charge"
        facts = ("subscription.cancel_effective_at", "charge.created")
        yield from contradiction("ended_before_charge", problem, *facts)


def _charged_in_trial(situation: Situation) -> Iterator[Contradiction]:
    if situation.before("charge.created", "subscription.trial_end"):
        problem = f"the charge was made before the trial's end on {day(situation.value('subscription.trial_end'))}"
        yield from contradiction("charged_in_trial", problem, "charge.created", "subscription.trial_end")


def _cancelled_that_day(situation: Situation) -> Iterator[Contradiction]:
    """Asked for on the day of the charge, and nobody noted the hour."""
    asked, charged = situation.value("subscription.cancel_requested_at"), situation.value("charge.created")
    if asked is None or charged is None or isinstance(asked, datetime) or situation.value(_INSTALMENT):
        return
    if asked == noted_day(charged):
        problem = "the customer asked to cancel on the day of this charge, and nothing says whether before it or after"
        yield from contradiction("cancelled_that_day", problem, "subscription.cancel_requested_at", "charge.created")


def _not_running(situation: Situation) -> Iterator[Contradiction]:
    """Paused, or never begun: then nothing was due."""
    status = situation.state_of("subscription.status_at_charge")
    if status in ("paused", "incomplete", "unpaid"):
        problem = f"the subscription was {status} when this charge was made"
        yield from contradiction("subscription_not_running", problem, "subscription.status_at_charge")


def _paid_time_taken(situation: Situation) -> Iterator[Contradiction]:
    """The subscription ended before the period that was paid for, and the rest of it was not refunded."""
    begin, ended, end = (
        situation.value(f"subscription.{name}") for name in ("period_start", "cancel_effective_at", "period_end")
    )
    charged, refunded = situation.value("charge.amount"), situation.refunded_at_most
    if None in (begin, ended, end, charged) or refunded is None or situation.value(_INSTALMENT):
        return
    if not before(ended, end):
        return
    begun, opened = before(begin, ended), situation.before("dispute.created", "subscription.cancel_effective_at")
    whole = (instant(end) - instant(begin)).total_seconds()
    unused = charged * (instant(end) - instant(ended)).total_seconds() / whole if whole > 0 else 0
    if begun and not opened and refunded < unused * _NEARLY:
        problem = (
            f"the subscription ended on {day(ended)}, before the paid period's end on {day(end)}, and the unused time "
            "was not refunded"
        )
        facts = ("subscription.cancel_effective_at", "subscription.period_end", *situation.held(*REFUNDS))
        yield from contradiction("paid_time_taken", problem, *facts)


def _cancelled_in_time(situation: Situation) -> Iterator[Contradiction]:
    cancelled, deadline = situation.value("booking.cancelled_at"), situation.value("booking.cancel_deadline")
    if cancelled is not None and deadline is not None and _in_time(cancelled, deadline):
        problem = f"the booking was cancelled on {day(cancelled)}, when cancelling was still free"
        yield from contradiction("cancelled_in_time", problem, "booking.cancelled_at", "booking.cancel_deadline")


def _in_time(cancelled: date, deadline: date) -> bool:
    """A deadline that is a day ends with that day."""
    return before(cancelled, deadline) if isinstance(deadline, datetime) else by_day(cancelled, deadline)


def _event_called_off(situation: Situation) -> Iterator[Contradiction]:
    """Cancelled; or postponed, and nobody was let in since."""
    status = situation.state_of("ticket.event_status")
    if status != "cancelled" and (status != "postponed" or "ticket.scanned_at" in situation.facts):
        return
    if left_open := situation.left_open(1):
        problem = f"the event was cancelled or postponed, and {left_open}"
        yield from contradiction("event_cancelled", problem, "ticket.event_status", *situation.held(*REFUNDS))


RULES: tuple[Rule, ...] = (
    _cancelled_before_charge,
    _ended_before_charge,
    _charged_in_trial,
    _cancelled_that_day,
    _not_running,
    _paid_time_taken,
    _cancelled_in_time,
    _event_called_off,
)

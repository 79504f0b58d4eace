"""Every metric of ours, through Airflow's own channel: statsd or OpenTelemetry, as Airflow's `[metrics]` says.

Figures, accounts and states only; no personal data, and no dispute ids.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from airflow.sdk.observability import stats

from disputes.errors import GuardError
from disputes.response.deadline_list import STATES, WAITS_FOR_DECISION
from representment.exceptions import StripeRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from disputes.response.deadline_list import Deadline
    from disputes.response.outcome_records import OutcomeRecord


class Metric(StrEnum):
    """Names; each begins with Airflow's own prefix when it is sent."""

    # As of the last run of `dispute_deadlines`, for each account.
    WATCHED_AT = "representment.rounds.watched_at"
    OPEN = "representment.rounds.open"
    WAITING = "representment.rounds.waiting_for_person"
    OLDEST = "representment.rounds.oldest_unanswered_hours"
    NEAREST = "representment.rounds.nearest_deadline_hours"
    AT_STAKE = "representment.money.at_stake"
    # Counted as they happen.
    SUBMITTED = "representment.rounds.submitted"
    REFUSED = "representment.rounds.refused"
    LEFT = "representment.rounds.left"
    LAPSED = "representment.rounds.lapsed"
    ENDED = "representment.rounds.ended"
    RECOVERED = "representment.money.recovered"
    STRIPE_ERRORS = "representment.stripe.errors"
    STRIPE_REQUEST = "representment.stripe.request"
    WEBHOOK_ACCEPTED = "representment.webhook.accepted"
    WEBHOOK_REFUSED = "representment.webhook.refused"
    INBOX_LAG = "representment.inbox.lag"


NONE_IS_NEAR = 10_000
"""Hours to the nearest deadline if no round is unanswered, so that no alert fires."""


def count(metric: Metric, number: int = 1, **tags: str) -> None:
    """Count that something has happened."""
    stats.incr(metric, number, tags=_tags(tags))


def gauge(metric: Metric, value: float, **tags: str) -> None:
    """Set a value."""
    stats.gauge(metric, value, tags=_tags(tags))


def timing(metric: Metric, seconds: float, **tags: str) -> None:
    """Record how long something took."""
    stats.timing(metric, seconds * 1000, tags=_tags(tags))


def report_deadlines(deadlines: Sequence[Deadline], opened: dict[str, int], *, account: str, now: int) -> None:
    """Report the open rounds of an account.

    :param opened: when the bank opened each dispute, Unix seconds
    :param now: Unix seconds
    """
    by_state = Counter(one.state for one in deadlines)
    for state in STATES:
        gauge(Metric.OPEN, by_state[state], account=account, state=state)
    gauge(Metric.WAITING, by_state[WAITS_FOR_DECISION], account=account)
    owed = [one for one in deadlines if one.waits]
    oldest = min((opened[one.dispute] for one in owed), default=now)
    gauge(Metric.OLDEST, round((now - oldest) / 3600, 2), account=account)
    nearest = min((one.due_by for one in owed if one.due_by), default=None)
    hours = NONE_IS_NEAR if nearest is None else round((nearest - now) / 3600, 2)
    # Statsd adds a signed value to a gauge: a deadline that has passed counts as 0 hours away.
    gauge(Metric.NEAREST, max(0.0, hours), account=account)
    for currency in sorted({one.currency for one in deadlines}):
        stake = sum(one.amount for one in deadlines if one.currency == currency)
        gauge(Metric.AT_STAKE, stake, account=account, currency=currency)
    gauge(Metric.WATCHED_AT, now, account=account)


def report_end(record: OutcomeRecord) -> None:
    """Report how a round has ended, and the amount that it recovered."""
    count(Metric.ENDED, account=record.account, outcome=record.outcome)
    if record.outcome == "won":
        count(Metric.RECOVERED, record.amount, account=record.account, currency=record.currency)


@contextmanager
def counting_refusals(account: str) -> Iterator[None]:
    """Count what our guard, or Stripe, refuses permanently inside this block."""
    try:
        yield
    except (GuardError, StripeRefusedError) as error:
        if not error.passing:
            count(Metric.REFUSED, account=account, by="stripe" if isinstance(error, StripeRefusedError) else "guard")
        raise


def _tags(tags: dict[str, str]) -> dict[str, str]:
    """As every backend takes them: without spaces."""
    return {name: value.replace(" ", "_") for name, value in tags.items()}

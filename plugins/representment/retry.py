"""Which failures are worth another try, and when."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.sdk import RetryDecision, RetryPolicy

from disputes.errors import DisputeError

if TYPE_CHECKING:
    from airflow.sdk import Context

LONGEST = 900
"""Seconds between two tries at the most."""
PATIENT = 33
"""Retries of a response's task: with these delays an outage of about six hours is waited out. A task that comes again
by a schedule needs few: one account's outage must not keep the others waiting."""
UNKNOWN = 8
"""Retries after an error of unknown kind, which may be a mistake of ours: that is told soon."""


class DisputeRetryPolicy(RetryPolicy):
    """A permanent error fails the task at once; a passing one backs off by our own clock.

    Stripe names no time in its 429 (source: https://docs.stripe.com/rate-limits), so the delay doubles from one
    second on, with jitter. Errors of unknown kind are left to the task's own retries, the first few of them.
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Decide after a failure.

        :param try_number: counts from 1, and on when the task is cleared, which raises `max_tries`
        """
        earlier = max(0, max_tries - (context["task"].retries or 0)) if context else 0
        done = try_number - earlier
        if not isinstance(exception, DisputeError):
            return RetryDecision.default() if done <= UNKNOWN else RetryDecision.fail("again an error of unknown kind")
        if not exception.passing:
            return RetryDecision.fail(str(exception))
        seconds = min(2 ** (done - 1), LONGEST) * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, no secret
        return RetryDecision.retry(timedelta(seconds=seconds), str(exception))

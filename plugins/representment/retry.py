"""Which failures are worth another try, and when."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.sdk import RetryDecision, RetryPolicy

from disputes.errors import DisputeError

if TYPE_CHECKING:
    from airflow.sdk import Context

LONGEST = 300
"""Seconds between two tries at the most."""


class DisputeRetryPolicy(RetryPolicy):
    """A permanent error fails the task at once; a passing one backs off by our own clock.

    Stripe names no time in its 429 (source: https://docs.stripe.com/rate-limits), so the delay doubles from one
    second on, with jitter. Errors of unknown kind are left to the task's own retries.
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Decide after a failure; `try_number` counts from 1."""
        if not isinstance(exception, DisputeError):
            return RetryDecision.default()
        if not exception.passing:
            return RetryDecision.fail(str(exception))
        seconds = min(2 ** (try_number - 1), LONGEST) * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, no secret
        return RetryDecision.retry(timedelta(seconds=seconds), str(exception))

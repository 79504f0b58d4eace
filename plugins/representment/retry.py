"""Which failures are worth another try, when to try again, and when to notify people."""

from __future__ import annotations

import logging
import random
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.sdk import RetryDecision, RetryPolicy
from airflow.sdk.exceptions import AirflowTaskTimeout

from disputes.errors import DisputeError
from representment.notifying import notify

if TYPE_CHECKING:
    from airflow.sdk import Context

LONGEST = 900
"""Longest pause between two tries, in seconds."""
SHORTEST = 10
"""Shortest pause between two tries near the deadline, in seconds."""
SHARE = 24
"""A pause is at most this fraction of the remaining time."""
PATIENT = 33
"""Failures after which a task without a deadline gives up: with these pauses after about six hours."""
AFTERWARDS = 6 * 3600
"""Seconds after the deadline until which a task goes on: a receipt may still have to be written."""
UNTIL_DEADLINE = 10_000
"""Retries of a response's task, more than any deadline allows: the retry policy decides when to give up."""
UNKNOWN = 8
"""Retries after an error of unknown kind, which may be a bug of ours: people should hear about it soon."""
URGENT = 6 * 3600
"""Seconds before the deadline at which people are first notified that a task keeps failing."""
KEEPS_FAILING = 3
"""Failures before people are notified; fewer may be a hiccup."""
DUE_BY = "due_by"
"""A run's parameter, and XCom key of `gather`: the deadline, Unix seconds. S3 may be away when it is needed."""
NOTIFIED = "told_that_it_keeps_failing"
_LOG = logging.getLogger(__name__)


class DisputeRetryPolicy(RetryPolicy):
    """A permanent error fails the task at once; a temporary one is tried again as long as the deadline allows.

    Stripe gives no waiting time in its 429 (source: https://docs.stripe.com/rate-limits), so the pauses are our own,
    with jitter. Errors of unknown kind are left to the task's own retries, the first few of them.
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Decide after a failure.

        :param try_number: counts from 1 and continues after the task is cleared, which raises `max_tries`
        """
        earlier = max(0, max_tries - (context["task"].retries or 0)) if context else 0
        failures = try_number - earlier
        if isinstance(exception, AirflowTaskTimeout):
            return RetryDecision.fail(f"{exception}; the next scheduled run goes on")
        if not isinstance(exception, DisputeError):
            return RetryDecision.default() if failures <= UNKNOWN else RetryDecision.fail("another unexpected error")
        if not exception.passing:
            return RetryDecision.fail(str(exception))
        due_by = due_by_of(context) if context else None
        left = None if due_by is None else due_by - time.time()
        seconds = pause(failures, left)
        if seconds is None:
            return RetryDecision.fail(f"given up after {failures} tries: {exception}")
        if context and left is not None and 0 < left <= URGENT and failures >= KEEPS_FAILING:
            _notify_once(context, exception, left)
        jitter = random.uniform(0.5, 1.5)  # noqa: S311 - no secret
        return RetryDecision.retry(timedelta(seconds=seconds * jitter), str(exception))


def pause(failures: int, left: float | None) -> float | None:
    """Seconds until the next try; None to give up.

    The pause doubles from one second on, up to `LONGEST`, and shrinks as the deadline comes nearer. Tries go on until
    the deadline and `AFTERWARDS`, and without a deadline for `PATIENT` failures.

    :param failures: how often it has failed, this time included
    :param left: seconds until the deadline, negative once it has passed; None where none is known
    """
    if failures > PATIENT and (left is None or left < -AFTERWARDS):
        return None
    doubled = min(2.0 ** min(failures - 1, 10), LONGEST)
    return doubled if left is None or left <= 0 else min(doubled, max(left / SHARE, SHORTEST))


def due_by_of(context: Context) -> int | None:
    """The dispute's deadline, Unix seconds: from `gather`, otherwise from the run's parameters."""
    gathered = context["ti"].xcom_pull(task_ids="gather", key=DUE_BY)
    known = gathered or context["params"].get(DUE_BY)
    return known if type(known) is int and known > 0 else None


def _notify_once(context: Context, error: DisputeError, left: float) -> None:
    """Notify people while it is still of use. Here and not in an `on_retry_callback`: when that runs, Airflow has given
    the task's next try another id, and the task's state can no longer be written under this one."""
    instance = context["ti"]
    subject = f"{instance.task_id} of {instance.run_id} keeps failing, {left / 3600:.1f} hours before the deadline"
    try:
        states = context["task_state_store"]
        if not states.get(NOTIFIED) and notify(subject, f"{error}\nThe task is tried again until the deadline.").taken:
            states.set(NOTIFIED, value=True)
    except Exception:  # noqa: BLE001 - whatever Airflow answers, the task is tried again
        _LOG.exception("Nobody was notified: %s", subject)

"""What one account's task has to read: everything, at regular times, or the objects that events named."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from representment.inbox.marks import Inbox, PollClock
from representment.metrics import Metric, timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.sdk import Context

    from representment.inbox.events import Hint
    from representment.operators.base import RoundsOperator

HOURLY = timedelta(hours=1)
ONE_BY_ONE = 20
"""Most objects to read one by one; for more, listing 100 per request is cheaper."""


@dataclass(frozen=True)
class Unread:
    """What a task has to read.

    :param objects: ids that events named
    :param hints: this account's, on any topic
    :param polls: read everything, not only what events named
    """

    objects: tuple[str, ...]
    hints: tuple[Hint, ...]
    polls: bool
    _inbox: Inbox
    _clock: PollClock

    def mark_read(self) -> None:
        """Mark all of it as read. Call it only when the work for all of it is done."""
        self._inbox.mark()
        if self.polls:
            self._clock.set()


def read_unread(
    context: Context, task: RoundsOperator, concerns: Callable[[Hint], bool], *, every: timedelta = HOURLY
) -> Unread:
    """What has arrived for one account's task since its last run; the task needs `inlets=HINTED`.

    :param concerns: whether a hint is this task's business
    :param every: the longest time between two reads of everything
    """
    reader = f"{context['ti'].dag_id}.{task.task_id}.{task.stripe_conn_id}"
    inbox, clock = Inbox(context, reader), PollClock(context, reader, every)
    if inbox.oldest:
        timing(Metric.INBOX_LAG, time.time() - inbox.oldest.timestamp(), account=task.stripe_conn_id)
    connected = task.stripe.extras.get("account")
    hints = tuple(hint for hint in inbox.hints if hint.concerns(task.stripe_conn_id, connected))
    objects = tuple(sorted({hint.object for hint in hints if hint.object and concerns(hint)}))
    return Unread(objects, hints, clock.is_due or len(objects) > ONE_BY_ONE, inbox, clock)

"""What woke a task that follows Stripe: its hour, or events that name what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from representment.hints import Inbox, PollClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.sdk import Context

    from representment.events import Hint
    from representment.operators.base import RoundsOperator

HOURLY = timedelta(hours=1)
ONE_BY_ONE = 20
"""Objects that are read each by itself; for more of them a list of 100 a request is cheaper."""


@dataclass(frozen=True)
class Told:
    """What a task has to look at.

    :param objects: ids that events named
    :param hints: this account's, on whatever they are
    :param polls: look at everything, whatever was told
    """

    objects: tuple[str, ...]
    hints: tuple[Hint, ...]
    polls: bool
    _inbox: Inbox
    _clock: PollClock

    def done(self) -> None:
        """Take it all for read. Call it when nothing of it can be lost any more."""
        self._inbox.mark()
        if self.polls:
            self._clock.set()


def told(
    context: Context, task: RoundsOperator, concerns: Callable[[Hint], bool], *, every: timedelta = HOURLY
) -> Told:
    """What one account's task was told since it last looked; the task needs `inlets=HINTED`.

    :param concerns: whether a hint is this task's business
    :param every: how long events may wake it before it looks at everything again
    """
    reader = f"{context['ti'].dag_id}.{task.task_id}.{task.stripe_conn_id}"
    inbox, clock = Inbox(context, reader), PollClock(context, reader, every)
    connected = task.stripe.extras.get("account")
    hints = tuple(hint for hint in inbox.hints if hint.concerns(task.stripe_conn_id, connected))
    objects = tuple(sorted({hint.object for hint in hints if hint.object and concerns(hint)}))
    return Told(objects, hints, clock.is_due or len(objects) > ONE_BY_ONE, inbox, clock)

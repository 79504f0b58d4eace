"""What woke a task that follows Stripe: its hour, or events that name what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from representment.hints import Inbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.sdk import Context

    from representment.events import Hint
    from representment.operators.base import RoundsOperator

ONE_BY_ONE = 20
"""Objects that are read each by itself; for more of them a list of 100 a request is cheaper."""


@dataclass(frozen=True)
class Told:
    """What a task has to look at.

    :param objects: ids that events named
    :param polls: look at everything, whatever was told
    :param inbox: to be marked once the work is done
    """

    objects: tuple[str, ...]
    polls: bool
    inbox: Inbox


def told(context: Context, task: RoundsOperator, concerns: Callable[[Hint], bool]) -> Told:
    """What one account's task was told since it last looked; the task needs `inlets=HINTED`.

    :param concerns: whether a hint is this task's business
    """
    inbox = Inbox(context, f"{context['ti'].dag_id}.{task.task_id}.{task.stripe_conn_id}")
    connected = task.stripe.extras.get("account")
    own = (hint for hint in inbox.hints if hint.concerns(task.stripe_conn_id, connected) and concerns(hint))
    objects = tuple(sorted({hint.object for hint in own if hint.object}))
    polls = context["dag_run"].run_type != "asset_triggered" or len(objects) > ONE_BY_ONE
    return Told(objects, polls, inbox)

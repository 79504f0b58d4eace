"""Arguments that our tasks share: retries, notifications, priority, time limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import WeightRule

from representment.notifying import notify_failure
from representment.pools import BEFORE_ALL_RESPONSES
from representment.retry import UNTIL_DEADLINE, DisputeRetryPolicy

DEFAULT_ARGS: dict[str, Any] = {
    "retries": 8,
    "retry_delay": timedelta(seconds=5),
    "retry_policy": DisputeRetryPolicy(),
    "on_failure_callback": notify_failure,
    # In a backlog the first round is answered before the last is begun.
    "weight_rule": WeightRule.UPSTREAM,
}
RESPONSE_ARGS = DEFAULT_ARGS | {"retries": UNTIL_DEADLINE}
WATCH_ARGS = DEFAULT_ARGS | {
    # A run that hangs would block all later ones, since only one is active at a time.
    "execution_timeout": timedelta(minutes=30),
    # A backlog of responses must not delay the DAGs that watch over them.
    "priority_weight": BEFORE_ALL_RESPONSES,
}
"""Arguments of a task that runs on a schedule. It has few retries: one account's outage must not keep the others
waiting, and the next run repeats the work."""

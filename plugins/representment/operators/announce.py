"""Tells other DAGs which rounds have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from representment.outlets import OUTCOME_TABLE, ROUND_ENDED, ROUND_LOST, announce

if TYPE_CHECKING:
    from airflow.sdk import Context

ENDS = "ends"
"""XCom key of the rounds that have ended; written even if the task then fails because of another round."""
MEMBERS = ("response", "account", "reason", "amount", "currency", "outcome", "late_win")
"""The columns of an outcome record that go into an event."""


class AnnounceEndsOperator(BaseOperator):
    """Create an asset event for each round that has ended, and one for the outcome table. Needs `outlets=[OUTLET]`.

    Its own task, for Airflow makes no events of a task that fails, and one unreadable round must not hide the ends
    of the others. Use `trigger_rule=TriggerRule.ALL_DONE`.

    :param source: id of the task that has followed the rounds
    """

    def __init__(self, *, source: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source

    def execute(self, context: Context) -> int:
        """Return the number of rounds."""
        left = context["ti"].xcom_pull(task_ids=self.source, key=ENDS, map_indexes=None) or []
        ends = [one for of_account in left for one in of_account]
        for one in ends:
            announce(context, ROUND_ENDED, **one)
            if one["outcome"] == "lost":
                announce(context, ROUND_LOST, **one)
        if ends:
            announce(context, OUTCOME_TABLE, rows=len(ends))
        return len(ends)

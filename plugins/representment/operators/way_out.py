"""Base of the ways out of a response: the decision that leads to each, and the record of the end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import SkipMixin
from airflow.sdk.exceptions import AirflowSkipException

from representment.links.stripe_links import StripeDisputeLink
from representment.operators.base import ResponseOperator
from representment.storage.record_names import END, OPENING, RECEIPT, REQUESTED
from representment.storage.round_folder import RoundFolder
from representment.task_ids import Task

if TYPE_CHECKING:
    from airflow.sdk import Context


_FINAL = {"accepted": Task.ACCEPT, "refunded": Task.REFUND}


def find_way_taken(folder: RoundFolder) -> Task | None:
    """The way out that ended a response; None while its question can still be asked again."""
    if folder.round_record(RECEIPT):
        return Task.SUBMIT
    if RoundFolder(folder.store, folder.run.next()).record(REQUESTED):
        return Task.SEND_BACK
    return _FINAL.get((folder.record(END) or {}).get("end", ""))


class WayOutOperator(ResponseOperator, SkipMixin):
    """Base of a task that ends a response. Without the written decision that leads to it, it does nothing.

    When it has really ended the response, it skips `confirm`, which so runs only if a person marked a task by hand.
    """

    inherits_from_skipmixin = True
    operator_extra_links = (StripeDisputeLink(),)
    answers: ClassVar[tuple[str, ...]] = ()
    """The decisions that lead here."""

    def read_decision(self) -> dict[str, Any]:
        """The decision that leads here.

        :raises AirflowSkipException: there is none, or it leads elsewhere
        """
        decision = self.folder.decision() or {}
        choice = decision.get("choice")
        if choice not in self.answers:
            chosen = f"{choice} was decided" if choice else "nothing was decided"
            raise AirflowSkipException(f"{self.run}: {chosen}, not {' or '.join(self.answers)}: this task does nothing")
        return decision

    def post_execute(self, context: Context, result: Any = None) -> None:
        """Tell Airflow that nothing is left to confirm."""
        super().post_execute(context, result)
        self.skip(context["ti"], [self.dag.get_task(Task.CONFIRM)])

    def keep_end(self, context: Context, **end: Any) -> dict[str, Any]:
        """Record how the response ended, once; what is stored there. A run of another DAG writes nothing."""
        end["at"] = int(time.time())
        opening = self.folder.round_record(OPENING)
        if opening and opening["dag_id"] != context["ti"].dag_id:
            return end
        return self.folder.keep(END, end)

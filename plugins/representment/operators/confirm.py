"""Checks that a round was really answered when a task was marked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from disputes.errors import PersonNeededError
from disputes.rounds import answerable, round_of
from representment.operators.base import ResponseOperator
from representment.receipts import find_receipt
from representment.storage.record_names import REQUESTED

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.response.guarding import Situation


class ConfirmOperator(ResponseOperator):
    """Fail while the round is open and nobody has answered it, so that the run is not green.

    Each way out skips this task when it has ended the response. So it runs, and costs a worker, only if a way out
    was marked by hand, or none of them found the decision that leads to it.
    """

    def execute(self, context: Context) -> str:
        """Return what has ended the response.

        :raises PersonNeededError: nothing has
        """
        found = self.guard(context).look()
        answer = self._answer(found)
        if answer is None:
            raise PersonNeededError(
                "the round is open and nobody has answered it: a task was marked by hand without a decision",
                dispute=self.run.dispute,
                subject=f"round {self.run.round}",
                remedy="Clear the task approve to be asked again, or the task stage if the packet is not on the "
                "dispute; or answer the dispute in Stripe's Dashboard and clear this task",
            )
        return answer

    def _answer(self, found: Situation) -> str | None:
        receipt = find_receipt(self.folder, found.dispute, account=self.stripe_conn_id)
        if receipt:
            return f"{receipt['response']} has submitted its packet"
        if self.folder_of(self.run.next()).record(REQUESTED):
            return f"{self.run.next()} now answers this dispute"
        if found.newest.follows(self.run):
            return f"{found.newest} now answers this dispute"
        status = found.dispute.status
        if round_of(status) is self.run.round and answerable(status) and found.dispute.evidence_details.due_by != 0:
            return None
        return f"the dispute is {status}"

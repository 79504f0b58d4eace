"""Refunds a charge before its inquiry becomes a chargeback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from disputes.response.guarding import Operation
from disputes.response.idempotency import idempotency_key
from representment.branches import REFUND
from representment.modes import Mode
from representment.operators.way_out import WayOutOperator
from representment.storage.attempts import attempt
from representment.storage.record_names import request_record
from representment.unstaging import unstage

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.response.guarding import Situation
    from representment.guard import Guard


class RefundOperator(WayOutOperator):
    """Un-stage, then refund the disputed charge in full: only that ends an inquiry, and it cannot be undone.

    Each try reads dispute and charge again, and never refunds more than the question showed; the key is derived, so
    that two tries make one refund. Source: https://docs.stripe.com/disputes/responding
    """

    answers = (REFUND,)

    def execute(self, context: Context) -> dict[str, Any]:
        """Return how it ended: the refund's id and the dispute's status."""
        self.read_decision()
        self.stripe.require(Mode.SUBMIT)
        guard = self.guard(context)
        refund = self._refund(guard)
        status = self.stripe.retrieve_dispute(self.run.dispute)["status"]
        return self.keep_end(context, end="refunded", refund=refund, status=status)

    def _refund(self, guard: Guard) -> str | None:
        found = guard.look()
        if _refunded(found):
            unstage(guard, self.folder)
            return None
        guard.check(Operation.REFUND, found, answer=REFUND)
        if unstage(guard, self.folder):
            found = guard.look()
            guard.check(Operation.REFUND, found, answer=REFUND)
        with attempt(self.folder.of_round, "refund") as number:
            key = idempotency_key(self.run.dispute, self.run.round, "refund", str(found.sha256), number)
            charge = found.dispute.charge_id
            request = {"charge": charge, "key": key, "response": self.response_id}
            self.folder.keep_for_round(request_record("refund", number), request)
            return str(self.stripe.refund(charge, idempotency_key=key)["id"])


def _refunded(found: Situation) -> bool:
    charge = found.dispute.charge
    return charge is not None and charge.left == 0

"""Give the money back before an inquiry becomes a chargeback."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from disputes.dispute import read_dispute
from disputes.errors import GuardError
from disputes.response.idempotency import idempotency_key
from disputes.rounds import round_of
from representment.branches import REFUND
from representment.modes import Mode
from representment.operators.base import ResponseOperator
from representment.storage.attempts import attempt
from representment.storage.record_names import END, request_record
from representment.unstaging import unstage

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.dispute import Dispute


class RefundOperator(ResponseOperator):
    """Un-stage, then refund the disputed charge in full: only that ends an inquiry, and it cannot be undone.

    Each try reads dispute and charge anew, and never gives back more than was shown; the key is derived, so that two
    tries are one refund.
    Source: https://docs.stripe.com/disputes/responding
    """

    def execute(self, context: Context) -> dict[str, Any]:
        """Return how it ended: the refund's id and the dispute's status."""
        self.stripe.require(Mode.SUBMIT)
        unstage(self.stripe, self.folder)
        stored = self.stripe.retrieve_dispute(self.run.dispute)
        refund = None if stored["charge"]["refunded"] else self._refund(stored)
        status = self.stripe.retrieve_dispute(self.run.dispute)["status"]
        end = {"end": "refunded", "refund": refund, "status": status, "at": int(time.time())}
        return self.folder.keep(END, end)

    def _refund(self, stored: dict[str, Any]) -> str:
        dispute = read_dispute(stored)
        decision = self.folder.decision() or {}
        in_round = round_of(dispute.status) is self.run.round and dispute.is_charge_refundable
        if decision.get("choice") != REFUND or not in_round:
            raise GuardError(
                f"no refund was decided for a dispute that is {dispute.status} now",
                dispute=self.run.dispute,
                subject=f"round {self.run.round}",
                remedy="Decide in the run of the round that is open; a refund after a chargeback pays twice",
            )
        if _left(dispute) > _left(self.folder.dispute()):
            raise GuardError(
                "the charge has more to give back than when the refund was decided",
                dispute=self.run.dispute,
                subject=f"round {self.run.round}",
                remedy="Refund it in Stripe's Dashboard, or trigger this DAG with the next revision and decide again",
            )
        with attempt(self.folder.of_round, "refund") as number:
            sha256 = self.folder.packet().sha256
            key = idempotency_key(self.run.dispute, self.run.round, "refund", sha256, number)
            request = {"charge": dispute.charge_id, "key": key, "response": self.response_id}
            self.folder.keep_for_round(request_record("refund", number), request)
            return str(self.stripe.refund(dispute.charge_id, idempotency_key=key)["id"])


def _left(dispute: Dispute) -> int:
    return dispute.charge.left if dispute.charge else 0

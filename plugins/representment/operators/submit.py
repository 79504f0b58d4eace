"""Submits the approved packet to the bank, once; this is final."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from disputes.dispute import read_dispute
from disputes.errors import GuardError, PersonNeededError
from disputes.response.approval import APPROVE
from disputes.response.guarding import Operation, claim_released
from disputes.response.idempotency import idempotency_key
from disputes.response.submission import PACKET_KEY, SUBMITTED_KEY, evidence
from representment.branches import PAY_FEE, approving_answer
from representment.exceptions import StripeRefusedError, StripeUnavailableError
from representment.metrics import Metric, count, counting_refusals
from representment.modes import Mode
from representment.operators.way_out import WayOutOperator
from representment.receipts import find_receipt, keep_receipt, stored_receipt
from representment.storage.attempts import attempt, spend
from representment.storage.brake import check_brake
from representment.storage.record_names import refused_record, request_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow.sdk import Context

    from disputes.dispute import Dispute
    from representment.guard import Guard
    from representment.storage.round_folder import StoredPacket


class SubmitOperator(WayOutOperator):
    """Submit the packet whose hash was approved, at most once even if tasks are killed.

    Each try reads the dispute again. A submission with our hash is ours, and the work is done; somebody else's
    is an error for a person. The exact request is written to the round's folder before it is sent, and what is
    there is sent, so a later try sends the same bytes under the same key, and a packet of another revision finds the
    round taken.
    """

    answers = (APPROVE, PAY_FEE)

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the receipt: the packet's hash, Stripe's request id, count and method."""
        with counting_refusals(self.stripe_conn_id):
            receipt = self._submit(self.guard(context))
        if receipt["response"] != self.response_id:
            raise self._error(
                f"the round was answered by {receipt['response']}", "Look at that run; this one sends nothing"
            )
        answered = receipt.get("round_answered", self.run.round)
        if answered != self.run.round:
            raise PersonNeededError(
                f"the dispute entered another round just before Stripe took our answer, which now counts for the "
                f"{answered} round",
                dispute=self.run.dispute,
                subject=f"round {self.run.round}",
                remedy="Look at the dispute in Stripe's Dashboard. Nothing more can be sent; dispute_outcomes follows "
                "that round to its outcome",
            )
        return receipt

    def _submit(self, guard: Guard) -> dict[str, Any]:
        # One listing for all that is read before sending.
        with self.folder.listed_once():
            if receipt := stored_receipt(self.folder):
                return receipt
            self.read_decision()
            self.stripe.require(Mode.SUBMIT)
            check_brake(self.store)
            packet, found = self.folder.packet(), guard.look()
            receipt = self._receipt(found.dispute)
            if receipt:
                self.log.info("An earlier try already submitted the packet of %s", receipt["response"])
            else:
                guard.check(Operation.SUBMIT, found, answer=approving_answer(packet.manifest))
                self._take_over()
        receipt = receipt or self._send(packet, found.file_ids)
        count(Metric.SUBMITTED, account=self.stripe_conn_id)
        return receipt

    def _receipt(self, dispute: Dispute) -> dict[str, Any] | None:
        return find_receipt(self.folder, dispute, account=self.stripe_conn_id)

    def _take_over(self) -> None:
        """Skip the claims of earlier revisions whose request can no longer take effect."""
        records = self.folder.of_round
        number = records.attempt("submit")
        written = records.record(request_record("submit", number))
        while written and written["response"] != self.response_id:
            refused = records.record(refused_record("submit", number))
            why = claim_released(written, refused=refused, now=int(time.time()))
            if why is None:
                raise self._claimed(written)
            self.log.info("%s", why)
            spend(records, "submit", number, why)
            number = records.attempt("submit")
            written = records.record(request_record("submit", number))

    def _send(self, packet: StoredPacket, file_ids: Mapping[str, str]) -> dict[str, Any]:
        """Submit; the receipt."""
        try:
            with attempt(self.folder.of_round, "submit") as number:
                request = self._request(packet, file_ids, number)
                answer = self.stripe.update_dispute(self.run.dispute, request["params"], idempotency_key=request["key"])
        except StripeRefusedError as error:
            if error.passing:
                raise
            # Refused, perhaps because a try beside this one was faster.
            receipt = self._receipt(read_dispute(self.stripe.retrieve_dispute(self.run.dispute)))
            if receipt is None:
                raise
            return receipt
        dispute = read_dispute(answer)
        receipt = keep_receipt(self.folder, dispute, packet, account=self.stripe_conn_id) or self._receipt(dispute)
        if receipt is None:
            raise StripeUnavailableError(
                f"Stripe took the request but shows no submission of ours: status {dispute.status}",
                dispute=self.run.dispute,
            )
        return receipt

    def _request(self, packet: StoredPacket, file_ids: Mapping[str, str], number: int) -> dict[str, Any]:
        """The request that was written for this attempt."""
        sha256 = packet.sha256
        # The fee is acknowledged here alone, for what is staged must not be able to cost it; a packet with a fee is
        # approved by no other answer than the one that pays it.
        wanted = evidence(packet.manifest, file_ids, fee_acknowledged=True)
        params = {"evidence": wanted, "metadata": {PACKET_KEY: sha256, SUBMITTED_KEY: sha256}, "submit": True}
        key = idempotency_key(self.run.dispute, self.run.round, "submit", sha256, number)
        request = {"dispute": self.run.dispute, "response": self.response_id, "key": key, "params": params}
        written = self.folder.keep_for_round(request_record("submit", number), {**request, "at": int(time.time())})
        if written["response"] != self.response_id:
            raise self._claimed(written)
        if written["params"]["metadata"][SUBMITTED_KEY] != sha256:
            raise self._error("the recorded request is for another packet", "Trigger the next revision")
        return written

    def _claimed(self, written: dict[str, Any]) -> GuardError:
        return self._error(
            f"{written['response']} has claimed this round's submission",
            "Its request may still take effect. Look at that run and at the dispute; clear this task a day after that "
            "request",
        )

    def _error(self, problem: str, remedy: str) -> GuardError:
        return GuardError(problem, dispute=self.run.dispute, subject=f"round {self.run.round}", remedy=remedy)

"""Submit the approved packet to the bank: once, and final."""

from __future__ import annotations

import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from disputes.dispute import Dispute, read_dispute
from disputes.errors import GuardError
from disputes.response.idempotency import idempotency_key
from disputes.response.submission import PACKET_KEY, SUBMITTED_KEY, Verdict, differences, evidence, standing, with_kept
from disputes.rounds import Round
from representment.branches import approving_answer
from representment.exceptions import StripeRefusedError, StripeUnavailableError
from representment.modes import Mode
from representment.operators.base import ResponseOperator
from representment.storage.attempts import attempt
from representment.storage.brake import check_brake
from representment.storage.record_names import RECEIPT, request_record

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.response.submission import Opening, Standing
    from representment.storage.round_folder import StoredPacket


class SubmitOperator(ResponseOperator):
    """Submit the packet whose hash was approved, at most once whatever dies and whenever.

    Each try reads the dispute anew. A submission that carries our hash is ours, and done; one of somebody else's
    is an error for a person. The exact request is written to the round's folder before it is sent, so a later try
    sends the same bytes under the same key, and a packet of another revision finds the round taken.
    """

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the receipt: the packet's hash, Stripe's request id, count and method."""
        receipt = self.folder.round_record(RECEIPT)
        if receipt is None:
            self.stripe.require(Mode.SUBMIT)
            check_brake(self.store)
            receipt = self.folder.keep_for_round(RECEIPT, self._submit(self._approved()))
        if receipt["response"] != self.response_id:
            raise self._error(f"round is answered by {receipt['response']}", "Look at that run; nothing is sent here")
        self.folder.list_in_index("submitted", receipt)
        return receipt

    def _approved(self) -> StoredPacket:
        packet = self.folder.packet()
        decision = self.folder.decision() or {}
        if decision.get("packet_sha256") != packet.sha256 or decision.get("choice") != approving_answer(
            packet.manifest
        ):
            raise self._error("this packet was not approved", "Clear the task approve and decide again")
        return packet

    def _submit(self, packet: StoredPacket) -> dict[str, Any]:
        opening = self.folder.opening()
        dispute = read_dispute(self.stripe.retrieve_dispute(self.run.dispute))
        found = self._found(dispute, packet, opening)
        if found.verdict is Verdict.OURS:
            self.log.info("An earlier try has submitted this packet: %s", found.reason)
            return self._receipt(packet, dispute)
        if found.verdict is not Verdict.READY:
            raise self._error(found.reason, "Look at the dispute in Stripe's Dashboard; nothing was sent by us")
        ids = self.folder.file_ids(packet.manifest)
        wanted = evidence(packet.manifest, ids)
        changed = differences(dispute, with_kept(packet.manifest, wanted))
        if changed:
            raise self._error(
                f"what is staged is not what was approved: {', '.join(changed)}",
                "Somebody changed it; clear the task stage to stage the packet again and have it approved",
            )
        try:
            return self._send(packet, ids, opening)
        except StripeRefusedError as error:
            if error.passing:
                raise
            # Refused, perhaps because a try beside this one was faster.
            dispute = read_dispute(self.stripe.retrieve_dispute(self.run.dispute))
            if self._found(dispute, packet, opening).verdict is not Verdict.OURS:
                raise
            return self._receipt(packet, dispute)

    def _send(self, packet: StoredPacket, ids: dict[str, str], opening: Opening) -> dict[str, Any]:
        sha256 = packet.sha256
        # The fee is acknowledged here alone, for what is staged must not be able to cost it; a packet with a fee is
        # approved by no other answer than the one that pays it.
        wanted = evidence(packet.manifest, ids, fee_acknowledged=True)
        with attempt(self.folder.of_round, "submit") as number:
            key = idempotency_key(self.run.dispute, self.run.round, "submit", sha256, number)
            params = {"evidence": wanted, "metadata": {PACKET_KEY: sha256, SUBMITTED_KEY: sha256}, "submit": True}
            request = {"dispute": self.run.dispute, "response": self.response_id, "key": key, "params": params}
            written = self.folder.keep_for_round(request_record("submit", number), request)
            if written != request:
                raise self._error(
                    f"{written['response']} has claimed this round's submission", "Look at that run; nothing is sent"
                )
            answer = self.stripe.update_dispute(self.run.dispute, params, idempotency_key=key)
        dispute = read_dispute(answer)
        found = self._found(dispute, packet, opening)
        if found.verdict is not Verdict.OURS:
            raise StripeUnavailableError(
                f"Stripe took the request but shows no submission of ours: {found.reason}", dispute=self.run.dispute
            )
        return self._receipt(packet, dispute)

    @staticmethod
    def _found(dispute: Dispute, packet: StoredPacket, opening: Opening) -> Standing:
        return standing(dispute, opening=opening, sha256=packet.sha256, now=int(time.time()))

    def _receipt(self, packet: StoredPacket, dispute: Dispute) -> dict[str, Any]:
        details = dispute.evidence_details
        return {
            "response": self.response_id,
            "packet_sha256": packet.sha256,
            "status": dispute.status,
            "submission_count": details.submission_count,
            # In an appeal Stripe's field still tells of the chargeback.
            "submission_method": "manual" if self.run.round is Round.APPEAL else details.submission_method,
            "past_due": details.past_due,
            "account": self.stripe_conn_id,
            "version": version("representment"),
            "dispute_created": dispute.created,
            "submitted_at": int(time.time()),
        }

    def _error(self, problem: str, remedy: str) -> GuardError:
        return GuardError(problem, dispute=self.run.dispute, subject=f"round {self.run.round}", remedy=remedy)

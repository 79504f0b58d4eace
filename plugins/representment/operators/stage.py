"""Stage the packet on the dispute: saved, not submitted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from airflow.sdk import BranchMixIn

from disputes.case.task_reports import report_staged
from disputes.dispute import Dispute, read_dispute
from disputes.errors import GuardError
from disputes.packet.compelling_evidence import read_eligibility
from disputes.response.approval import APPROVE, why_a_person
from disputes.response.guarding import Operation
from disputes.response.idempotency import idempotency_key
from disputes.response.submission import PACKET_KEY, differences, evidence
from disputes.rules.loading import playbook_for
from representment.branches import REASON, choose_branch
from representment.exceptions import StripeRefusedError
from representment.modes import Mode
from representment.operators.base import ResponseOperator
from representment.operators.way_out import find_way_taken
from representment.receipts import find_receipt
from representment.storage.attempts import attempt, spend
from representment.storage.record_names import STAGED, STAGED_PACKETS
from representment.task_ids import Task
from representment.unstaging import remove_earlier_packets, unstage

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.response.guarding import Situation
    from representment.guard import Guard
    from representment.storage.round_folder import StoredPacket


class StageOperator(ResponseOperator, BranchMixIn):
    """Save the packet with `submit` false, compare what Stripe holds afterwards, and choose who approves.

    Sets `intended_submission_method` to `manual` where the account has it: from here on nobody but us submits.
    Goes on to `approve`, to `submit` when the playbook's policy approves by itself, or ends in mode `stage`. Where the
    dispute has gone on since it was gathered, to `nothing_to_answer` or `leave`, and nothing of ours stays on it.
    Where somebody has changed its evidence since, that is a person's work: it is not overwritten.
    """

    inherits_from_skipmixin = True

    def execute(self, context: Context) -> Any:
        """Stage once, then choose the branch."""
        branch, reason = self._way(self.guard(context), self.folder.packet(), again=context["ti"].try_number > 1)
        if reason:
            self.log.info("%s: %s", self.run, reason)
            context["ti"].xcom_push(key=REASON, value=reason)
        return self.do_branch(context, branch)

    def _way(self, guard: Guard, packet: StoredPacket, *, again: bool) -> tuple[str | None, str]:
        with self.folder.listed_once():
            found = guard.look()
            if over := self._over(found):
                return over
            earlier = any(self.run.follows(run) for run in self.folder.responses())
            was_staged = self.folder.record(STAGED) is not None
        if self._goes_elsewhere(found.dispute):
            return self._leave(guard, found.dispute)
        wanted = evidence(packet.manifest, found.file_ids)
        stands = was_staged and self._still_stands(found.dispute, packet, wanted)
        if not stands and earlier:
            remove_earlier_packets(guard, self.stripe.retrieve_dispute(self.run.dispute))
            found = guard.look()
        guard.check(Operation.STAGE, found)
        if stands:
            return self._approval(packet), ""
        staged = self._save(guard, packet, wanted, again=again)
        if self._goes_elsewhere(staged):
            return self._leave(guard, staged)
        return self._approval(packet), ""

    def _over(self, found: Situation) -> tuple[str, str] | None:
        """The next task if the round is already answered, or another response answers the dispute."""
        receipt = find_receipt(self.folder, found.dispute, account=self.stripe_conn_id)
        if receipt and receipt["response"] != self.response_id:
            return Task.NOTHING_TO_ANSWER, f"{receipt['response']} has submitted its packet"
        if found.newest.follows(self.run):  # staged now, this packet would take the place of its
            return Task.NOTHING_TO_ANSWER, f"{found.newest} now answers this dispute"
        way = find_way_taken(self.folder)
        return (way, "") if way else None

    def _goes_elsewhere(self, dispute: Dispute) -> bool:
        return choose_branch(dispute, self.run.round, obstacle=None, now=int(time.time()))[0] is not Task.COLLECT

    def _leave(self, guard: Guard, dispute: Dispute) -> tuple[str, str]:
        unstage(guard, self.folder)
        return choose_branch(dispute, self.run.round, obstacle=None, now=int(time.time()))

    def _still_stands(self, dispute: Dispute, packet: StoredPacket, wanted: dict[str, Any]) -> bool:
        """Whether the dispute still has what an earlier try staged."""
        changed = differences(dispute, wanted)
        if dispute.metadata.get(PACKET_KEY) != packet.sha256:
            changed.append(f"metadata {PACKET_KEY}")
        if changed:
            why = f"changed afterwards: {', '.join(changed)}"
            spend(self.folder.of_round, "stage", self.folder.of_round.attempt("stage"), why)
        return not changed

    def _save(self, guard: Guard, packet: StoredPacket, wanted: dict[str, Any], *, again: bool) -> Dispute:
        """Stage, unless the round is over; the dispute as it is then.

        :param again: an earlier try may have sent this under the same key; Stripe would only repeat what it answered
            then, whatever somebody has changed since
        """
        try:
            number, answer = self._update(packet, wanted)
            if again:
                found = guard.look()
                if self._goes_elsewhere(found.dispute):
                    return found.dispute
                if not self._still_stands(found.dispute, packet, wanted):
                    guard.check(Operation.STAGE, found)  # somebody may have typed since the first look
                    number, answer = self._update(packet, wanted)
        except StripeRefusedError as error:
            if error.passing:
                raise
            dispute = self._read()
            if self._goes_elsewhere(dispute):
                return dispute  # answered, or decided, since it was read
            raise
        staged = read_dispute(answer)
        if not self._goes_elsewhere(staged):
            self._compare(packet, wanted, answer, number)
        return staged

    def _read(self) -> Dispute:
        return read_dispute(self.stripe.retrieve_dispute(self.run.dispute))

    def _update(self, packet: StoredPacket, wanted: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        opening = self.folder.opening()
        params: dict[str, Any] = {"evidence": wanted, "metadata": {PACKET_KEY: packet.sha256}, "submit": False}
        if opening.intended_submission_method is not None:
            params["intended_submission_method"] = "manual"
        with attempt(self.folder.of_round, "stage") as number:
            key = idempotency_key(self.run.dispute, self.run.round, "stage", packet.sha256, number)
            return number, self.stripe.update_dispute(self.run.dispute, params, idempotency_key=key)

    def _compare(self, packet: StoredPacket, wanted: dict[str, Any], answer: dict[str, Any], number: int) -> None:
        """Compare what Stripe holds now, and record that it is staged."""
        wrong = differences(read_dispute(answer), wanted)
        if wrong:
            raise GuardError(
                f"Stripe's evidence differs from what was staged: {', '.join(wrong)}",
                dispute=self.run.dispute,
                remedy="Look at the dispute in Stripe's Dashboard, then clear this task",
            )
        eligible = read_eligibility(answer)
        if eligible:
            self.log.info(
                "Stripe's status for %s: %s", ", ".join(packet.manifest.structured) or "this dispute", eligible
            )
        record = {"packet_sha256": packet.sha256, "attempt": number, "at": int(time.time()), "eligibility": eligible}
        about = {"response": self.response_id, "account": self.stripe_conn_id, "packet_sha256": packet.sha256}
        self.folder.list_in_index(STAGED_PACKETS, about)  # before the record that a retry goes by
        self.folder.keep(STAGED, record)
        for line in report_staged(packet.manifest):
            self.log.info(line)

    def _approval(self, packet: StoredPacket) -> str | None:
        if not self.stripe.mode.allows(Mode.SUBMIT):
            self.log.info("Mode is %s: the packet is staged and not submitted", self.stripe.mode)
            return None
        reason = why_a_person(playbook_for(packet.manifest.claim), self.folder.dispute(), packet.manifest)
        if reason is None:
            self.folder.decide_by_policy(packet, APPROVE)
            return Task.SUBMIT
        self.log.info("A person must approve: %s", reason)
        return Task.APPROVE

"""Stage the packet on the dispute: saved, not submitted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from airflow.sdk import BranchMixIn

from disputes.dispute import Dispute, read_dispute
from disputes.errors import GuardError
from disputes.packet.compelling_evidence import eligibility
from disputes.response.approval import APPROVE, why_a_person
from disputes.response.idempotency import idempotency_key
from disputes.response.submission import PACKET_KEY, differences, evidence
from disputes.rounds import answerable, round_of
from disputes.rules.loading import playbook_for
from representment.branches import REASON, choose_branch
from representment.exceptions import StripeRefusedError
from representment.modes import Mode
from representment.operators.base import ResponseOperator
from representment.storage.attempts import attempt, spend
from representment.storage.record_names import STAGED
from representment.unstaging import unstage

if TYPE_CHECKING:
    from airflow.sdk import Context

    from representment.storage.round_folder import StoredPacket


class StageOperator(ResponseOperator, BranchMixIn):
    """Save the packet with `submit` false, compare what Stripe holds afterwards, and choose who approves.

    Sets `intended_submission_method` to `manual` where the account has it: from here on nobody but us submits.
    Goes on to `approve`, to `submit` when the playbook's policy approves by itself, or ends in mode `stage`. Where the
    dispute has gone on since it was gathered, to `nothing_to_answer` or `leave`, and nothing of ours stays on it.
    """

    inherits_from_skipmixin = True

    def execute(self, context: Context) -> Any:
        """Stage once, then choose the choose_branch."""
        branch, reason = self._way(self.folder.packet())
        if reason:
            self.log.info("%s: %s", self.run, reason)
            context["ti"].xcom_push(key=REASON, value=reason)
        return self.do_branch(context, branch)

    def _way(self, packet: StoredPacket) -> tuple[str | None, str]:
        later = [str(run) for run in self.folder.responses() if run.follows(self.run)]
        if later:  # staged now, this packet would take the place of theirs
            return "nothing_to_answer", f"{later[-1]} answers this dispute by now"
        wanted = evidence(packet.manifest, self.folder.file_ids(packet.manifest))
        if self.folder.record(STAGED) is None or self._changed(wanted):
            staged = self._save(packet, wanted)
            if not self._in_round(staged):
                unstage(self.stripe, self.folder)
                return choose_branch(staged, self.run.round, obstacle=None, now=int(time.time()))
        return self._approval(packet), ""

    def _changed(self, wanted: dict[str, str]) -> bool:
        """Whether what we staged was changed since: only a task that runs again has to ask."""
        changed = differences(read_dispute(self.stripe.retrieve_dispute(self.run.dispute)), wanted)
        if changed:
            spend(
                self.folder.of_round,
                "stage",
                self.folder.of_round.attempt("stage"),
                f"changed afterwards: {', '.join(changed)}",
            )
        return bool(changed)

    def _save(self, packet: StoredPacket, wanted: dict[str, str]) -> Dispute:
        """Stage, unless the round is over; the dispute as it is then."""
        try:
            number, answer = self._update(packet, wanted)
        except StripeRefusedError as error:
            if error.passing:
                raise
            dispute = read_dispute(self.stripe.retrieve_dispute(self.run.dispute))
            if self._in_round(dispute):
                raise
            return dispute  # answered, or decided, since it was gathered
        staged = read_dispute(answer)
        if self._in_round(staged):
            self._check(packet, wanted, answer, number)
        return staged

    def _update(self, packet: StoredPacket, wanted: dict[str, str]) -> tuple[int, dict[str, Any]]:
        opening = self.folder.opening()
        params: dict[str, Any] = {"evidence": wanted, "metadata": {PACKET_KEY: packet.sha256}, "submit": False}
        if opening.intended_submission_method is not None:
            params["intended_submission_method"] = "manual"
        with attempt(self.folder.of_round, "stage") as number:
            key = idempotency_key(self.run.dispute, self.run.round, "stage", packet.sha256, number)
            return number, self.stripe.update_dispute(self.run.dispute, params, idempotency_key=key)

    def _in_round(self, dispute: Dispute) -> bool:
        return answerable(dispute.status) and round_of(dispute.status) is self.run.round

    def _check(self, packet: StoredPacket, wanted: dict[str, str], answer: dict[str, Any], number: int) -> None:
        """Compare what Stripe holds now, and write down that it is staged."""
        wrong = differences(read_dispute(answer), wanted)
        if wrong:
            raise self._error(f"Stripe holds other evidence than was staged: {', '.join(wrong)}")
        eligible = eligibility(answer)
        if eligible:
            self.log.info("Stripe says of %s: %s", ", ".join(packet.manifest.structured) or "this dispute", eligible)
        record = {"packet_sha256": packet.sha256, "attempt": number, "at": int(time.time()), "eligibility": eligible}
        self.folder.keep(STAGED, record)

    def _approval(self, packet: StoredPacket) -> str | None:
        if not self.stripe.mode.allows(Mode.SUBMIT):
            self.log.info("Mode is %s: the packet is staged, nothing is submitted", self.stripe.mode)
            return None
        reason = why_a_person(playbook_for(packet.manifest.claim), self.folder.dispute(), packet.manifest)
        if reason is None:
            self.folder.decide_by_policy(packet, APPROVE)
            return "submit"
        self.log.info("A person approves: %s", reason)
        return "approve"

    def _error(self, problem: str) -> GuardError:
        remedy = "Look at the dispute in Stripe's Dashboard, then clear this task"
        return GuardError(problem, dispute=self.run.dispute, remedy=remedy)

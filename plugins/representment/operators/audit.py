"""Hold what Stripe has against what we meant to send."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from disputes.dispute import Dispute, read_dispute
from disputes.errors import PersonNeededError
from disputes.response.outcomes import overtaken
from disputes.rounds import RunId
from representment.exceptions import StripeRefusedError
from representment.operators.base import AccountRoundsOperator
from representment.storage.indexes import RECEIPT_MEMBERS
from representment.storage.record_names import AUDITS, RECEIPT, SUBMITTED

if TYPE_CHECKING:
    from airflow.sdk import Context


class AuditSubmissionsOperator(AccountRoundsOperator):
    """Read each newly submitted dispute and its files back from Stripe, and recompute all of it.

    Every round is audited before the task fails over the findings, so that one bad round hides no other.
    """

    def execute(self, context: Context) -> int:
        """Return how many rounds were audited.

        :raises PersonNeededError: something differs; a person must look
        """
        audited = self.names_in(AUDITS)
        submitted = [RunId.parse(name) for name in self.rows(SUBMITTED, RECEIPT_MEMBERS) if name not in audited]
        findings = {run: self._findings(run) for run in submitted}
        wrong = [f"{run}: {'; '.join(found)}" for run, found in findings.items() if found]
        if wrong:
            raise PersonNeededError(
                f"Stripe holds something else than was sent: {' | '.join(wrong)}",
                remedy="Compare the dispute in Stripe's Dashboard with the round's manifest.json",
            )
        return len(findings)

    def _findings(self, run: RunId) -> list[str]:
        try:
            return self._audit(run)
        except StripeRefusedError as error:
            if error.passing:
                raise
            return [str(error)]  # not in the index: the next look audits it again

    def _audit(self, run: RunId) -> list[str]:
        from disputes.checking.audit import audit, file_ids  # heavy: only this task pays for it

        folder = self.folder_of(run)
        dispute = self.stripe.retrieve_dispute(run.dispute)
        packet = folder.packet()
        if self._is_overtaken(run, read_dispute(dispute)):
            self.log.info("%s: a later round's answer stands in its place, nothing is left to compare", run)
            found = []
        else:
            contents = {file: self.stripe.file_content(file) for file in file_ids(dispute, packet.manifest)}
            found = [str(finding) for finding in audit(dispute, contents, packet.manifest, packet_sha256=packet.sha256)]
        folder.list_in_index(AUDITS, {"response": str(run), "findings": found, "at": int(time.time())})
        return found

    def _is_overtaken(self, run: RunId, dispute: Dispute) -> bool:
        receipt = self.folder_of(run).round_record(RECEIPT) or {}
        submitted_since = dispute.evidence_details.submission_count > receipt["submission_count"]
        return submitted_since or overtaken(dispute.status, run.round)

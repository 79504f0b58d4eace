"""Hold what Stripe has against what we meant to send."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from disputes.dispute import Dispute, read_dispute
from disputes.errors import DisputeError, PersonNeededError
from disputes.response.outcomes import overtaken
from disputes.rounds import Round, RunId
from representment.exceptions import ToldError
from representment.notifying import Delivery, tell_then_mark
from representment.operators.base import AccountRoundsOperator
from representment.storage.indexes import RECEIPT_MEMBERS
from representment.storage.record_names import AUDITS, RECEIPT, STAGED, SUBMITTED

if TYPE_CHECKING:
    from airflow.sdk import Context


WRONG = "Stripe holds something else than was sent"
AWAY = 3
"""Passing errors after which Stripe or S3 counts as away: the other rounds would fail alike."""
_ORDER = list(Round)
COMPARE = "Compare the dispute in Stripe's Dashboard with the round's manifest.json"


class AuditSubmissionsOperator(AccountRoundsOperator):
    """Read each newly submitted dispute and its files back from Stripe, and recompute all of it.

    Findings are told before they are marked as found. One round's failure hides no other round's findings.
    """

    def execute(self, context: Context) -> int:
        """Return how many rounds were audited.

        :raises PersonNeededError: something differs, or a round cannot be audited; a person must look
        :raises DisputeError: one that passes; what had been found before was told
        """
        audited = self.names_in(AUDITS)
        submitted = [RunId.parse(name) for name in self.rows(SUBMITTED, RECEIPT_MEMBERS) if name not in audited]
        found: dict[RunId, list[str]] = {}
        problems = self.problems
        passing: list[DisputeError] = []
        for run in submitted:
            try:
                findings = self._audit(run)
            except DisputeError as error:
                if not error.passing:
                    problems.append(f"{run}: {error}")  # not marked: the next look audits it again
                    continue
                passing.append(error)
                if len(passing) == AWAY:
                    break
            else:
                if findings:
                    found[run] = findings
                else:
                    self._mark(run, [])
        problems += self._tell(found) if found else []
        if passing:
            raise passing[0]
        wrong = [f"{run}: {'; '.join(findings)}" for run, findings in found.items()]
        if wrong or problems:
            kind = PersonNeededError if problems else ToldError
            raise kind(f"{WRONG}: {' | '.join(wrong + problems)}", remedy=COMPARE)
        return len(submitted)

    def _tell(self, found: dict[RunId, list[str]]) -> list[str]:
        def mark(_: Delivery) -> None:
            for run, findings in found.items():
                self._mark(run, findings)

        lines = [f"{run}: {'; '.join(findings)}" for run, findings in found.items()]
        return tell_then_mark(f"{WRONG} ({self.stripe_conn_id})", "\n".join([*lines, COMPARE]), mark)

    def _mark(self, run: RunId, findings: list[str]) -> None:
        record = {"response": str(run), "findings": findings, "at": int(time.time())}
        self.folder_of(run).list_in_index(AUDITS, record)

    def _audit(self, run: RunId) -> list[str]:
        from disputes.checking.audit import audit, file_ids  # heavy: only this task pays for it

        dispute = self.stripe.retrieve_dispute(run.dispute)
        if self._is_overtaken(run, read_dispute(dispute)):
            self.log.info("%s: a later round's packet stands in its place, nothing is left to compare", run)
            return []
        packet = self.folder_of(run).packet()
        contents = {file: self.stripe.file_content(file) for file in file_ids(dispute, packet.manifest)}
        return [str(finding) for finding in audit(dispute, contents, packet.manifest, packet_sha256=packet.sha256)]

    def _is_overtaken(self, run: RunId, dispute: Dispute) -> bool:
        receipt = self.folder_of(run).round_record(RECEIPT) or {}
        submitted_since = dispute.evidence_details.submission_count > receipt["submission_count"]
        return submitted_since or overtaken(dispute.status, run.round) or self._staged_since(run)

    def _staged_since(self, run: RunId) -> bool:
        """Whether a later round's packet was put on the dispute, which may be over by now."""
        staged = (name.split("/") for name in self.store.names(f"{run.dispute}/") if name.endswith(f"/{STAGED}"))
        rounds = {Round(round_) for _, round_, _, _ in staged}
        return any(_ORDER.index(one) > _ORDER.index(run.round) for one in rounds)

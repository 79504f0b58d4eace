"""Compares Stripe's evidence with what we sent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from disputes.dispute import Dispute, read_dispute
from disputes.errors import DisputeError, PersonNeededError
from disputes.response.outcomes import is_overtaken
from disputes.rounds import Round, RunId
from representment.exceptions import AlreadyNotifiedError
from representment.notifying import Delivery, notify_then_mark
from representment.operators.base import AccountRoundsOperator
from representment.storage.indexes import RECEIPT_MEMBERS
from representment.storage.record_names import AUDITS, RECEIPT, STAGED, SUBMITTED

if TYPE_CHECKING:
    from airflow.sdk import Context


WRONG = "Stripe's evidence differs from what was sent"
AWAY = 3
"""Temporary errors in a row after which Stripe or S3 counts as down: the other rounds would fail too."""
_ORDER = list(Round)
COMPARE = "Compare the dispute in Stripe's Dashboard with the round's manifest.json"


class Look(NamedTuple):
    """The result of an audit of many rounds.

    :param found: the differences, by round
    :param problems: a line for each round that cannot be audited
    :param passing: temporary errors
    """

    found: dict[RunId, list[str]]
    problems: list[str]
    passing: list[DisputeError]


class AuditSubmissionsOperator(AccountRoundsOperator):
    """Read each newly submitted dispute and its files back from Stripe, and recompute all of it.

    People are notified about findings before these are marked. A failure of one round does not hide the others'
    findings.
    """

    def execute(self, context: Context) -> int:
        """Return how many rounds were audited.

        :raises PersonNeededError: something differs, or a round cannot be audited; a person must look
        :raises DisputeError: a temporary error; people were notified about earlier findings
        """
        audited = self.names_in(AUDITS)
        submitted = [RunId.parse(name) for name in self.rows(SUBMITTED, RECEIPT_MEMBERS) if name not in audited]
        look = self._look(submitted)
        problems = self.problems + look.problems + (self._notify(look.found) if look.found else [])
        if look.passing:
            raise look.passing[0]
        wrong = _lines(look.found)
        if wrong or problems:
            kind = PersonNeededError if problems else AlreadyNotifiedError
            raise kind(f"{WRONG}: {' | '.join(wrong + problems)}", remedy=COMPARE)
        return len(submitted)

    def _look(self, runs: list[RunId]) -> Look:
        look = Look({}, [], [])
        for run in runs:
            try:
                findings = self._audit(run)
            except DisputeError as error:
                if not error.passing:
                    look.problems.append(f"{run}: {error}")  # not marked: the next run audits it again
                    continue
                look.passing.append(error)
                if len(look.passing) == AWAY:
                    break
            else:
                if findings:
                    look.found[run] = findings
                else:
                    self._mark(run, [])
        return look

    def _notify(self, found: dict[RunId, list[str]]) -> list[str]:
        def mark(_: Delivery) -> None:
            for run, findings in found.items():
                self._mark(run, findings)

        return notify_then_mark(f"{WRONG} ({self.stripe_conn_id})", "\n".join([*_lines(found), COMPARE]), mark)

    def _mark(self, run: RunId, findings: list[str]) -> None:
        record = {"response": str(run), "findings": findings, "at": int(time.time())}
        self.folder_of(run).list_in_index(AUDITS, record)

    def _audit(self, run: RunId) -> list[str]:
        from disputes.checking.audit import audit, file_ids  # heavy: only this task pays for it

        dispute = self.stripe.retrieve_dispute(run.dispute)
        if self._is_overtaken(run, read_dispute(dispute)):
            self.log.info("%s: a later round's packet has replaced it, so there is nothing left to compare", run)
            return []
        packet = self.folder_of(run).packet()
        contents = {file: self.stripe.file_content(file) for file in file_ids(dispute, packet.manifest)}
        return [str(finding) for finding in audit(dispute, contents, packet.manifest, packet_sha256=packet.sha256)]

    def _is_overtaken(self, run: RunId, dispute: Dispute) -> bool:
        receipt = self.folder_of(run).round_record(RECEIPT) or {}
        submitted_since = dispute.evidence_details.submission_count > receipt["submission_count"]
        return submitted_since or is_overtaken(dispute.status, run.round) or self._staged_since(run)

    def _staged_since(self, run: RunId) -> bool:
        """Whether a later round's packet was put on the dispute, which may be over by now."""
        staged = (name.split("/") for name in self.store.names(f"{run.dispute}/") if name.endswith(f"/{STAGED}"))
        rounds = {Round(round_) for _, round_, _, _ in staged}
        return any(_ORDER.index(one) > _ORDER.index(run.round) for one in rounds)


def _lines(found: dict[RunId, list[str]]) -> list[str]:
    return [f"{run}: {'; '.join(findings)}" for run, findings in found.items()]

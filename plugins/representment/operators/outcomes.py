"""Follow every submitted round to its outcome, all of them together."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from disputes.dispute import Dispute
from disputes.outcomes import outcome_of
from disputes.rounds import RunId
from representment.operators.base import RoundsOperator
from representment.round_folder import as_json

if TYPE_CHECKING:
    from airflow.sdk import Context


class SubmittedRoundsOperator(RoundsOperator):
    """Base of what looks at submitted rounds."""

    def submitted_without(self, index: str) -> dict[RunId, dict[str, Any]]:
        """Receipts of the submitted rounds that are not in that index yet, by run."""
        done = {name.removeprefix(f"{index}/") for name in self.documents.names(f"{index}/")}
        names = [name for name in self.documents.names("submitted/") if name.removeprefix("submitted/") not in done]
        receipts = map(json.loads, self.documents.read_all(names))
        return {RunId.parse(receipt["response"]): receipt for receipt in receipts}


class FollowOutcomesOperator(SubmittedRoundsOperator):
    """Write down how each submitted round ended, once the bank has decided; one request per 100 disputes."""

    def execute(self, context: Context) -> dict[str, str]:
        """Return run id -> outcome for those that ended since the last look."""
        pending = self.submitted_without("outcomes")
        if not pending:
            return {}
        oldest = min(receipt["dispute_created"] for receipt in pending.values())
        disputes = {stored["id"]: Dispute.model_validate(stored) for stored in self.stripe.disputes_since(oldest)}
        ended = {
            run: outcome
            for run in pending
            if run.dispute in disputes and (outcome := outcome_of(disputes[run.dispute].status, run.round))
        }
        for run, outcome in ended.items():
            self._record(run, outcome, disputes[run.dispute], pending[run])
        self.log.info("%d rounds pending, %d ended", len(pending) - len(ended), len(ended))
        return {str(run): outcome for run, outcome in ended.items()}

    def _record(self, run: RunId, outcome: str, dispute: Dispute, receipt: dict[str, Any]) -> None:
        record = {
            "response": str(run),
            "outcome": outcome,
            "status": dispute.status,
            "reason": dispute.reason,
            "amount": dispute.amount,
            "currency": dispute.currency,
            "submission_method": dispute.evidence_details.submission_method,
            "packet_sha256": receipt["packet_sha256"],
            "submitted_at": receipt["submitted_at"],
            "seen_at": int(time.time()),
        }
        self.documents.write_once(f"outcomes/{run}.json", as_json(record))

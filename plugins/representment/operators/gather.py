"""Gather what is known: the dispute with what is already on it, and the facts of the purchase."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import BranchMixIn
from airflow.sdk.exceptions import AirflowRescheduleException

from disputes.case.gathered import gather
from disputes.dispute import Dispute, read_dispute
from disputes.errors import GuardError
from disputes.response.deadlines import not_before
from disputes.response.submission import PACKET_KEY, Opening
from disputes.rounds import round_of
from disputes.rules.claims import claim_of
from disputes.rules.playbook import playbook_for
from representment.branches import REASON, choose_branch
from representment.hooks.s3_store import S3Store
from representment.modes import Mode
from representment.operators.base import ResponseOperator
from representment.retry import DUE_BY
from representment.settings import CLAIM, EVIDENCE_URI
from representment.storage.record_names import DISPUTE, FACTS, OPENED, PRODUCT
from representment.unstaging import unstage

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.rules.claims import Claim


class GatherOperator(ResponseOperator, BranchMixIn):
    """Read the dispute, claim its round, and write `dispute.json` and `facts.json`.

    Goes on to `collect`, or to `nothing_to_answer` or `leave` when this round takes no answer of ours.

    Before the playbook's *not before* it is put off until then, which takes no worker.

    :param evidence_uri: `s3://…` below which the merchant keeps facts, documents and policies (templated)
    :param claim: what a person chose where the network's code leaves the claim open (templated)
    """

    template_fields = (*ResponseOperator.template_fields, "evidence_uri", "claim")
    inherits_from_skipmixin = True

    def __init__(self, *, evidence_uri: str = EVIDENCE_URI, claim: str = CLAIM, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.evidence_uri = evidence_uri
        self.claim = claim

    def execute(self, context: Context) -> Any:
        """Gather, then choose the choose_branch."""
        stored = self.stripe.retrieve_dispute(self.run.dispute)
        if self._taken_back(stored):
            stored = self.stripe.retrieve_dispute(self.run.dispute)
        dispute = read_dispute(stored)
        context["ti"].xcom_push(key=DUE_BY, value=dispute.evidence_details.due_by)
        branch, reason = self._way(context, dispute)
        if branch == "collect":
            self._wait_for_what_settles(dispute)
            self._write(stored)
        else:
            self.log.info("%s: %s", self.run, reason)
            context["ti"].xcom_push(key=REASON, value=reason)
        return self.do_branch(context, branch)

    def _taken_back(self, stored: dict[str, Any]) -> bool:
        """Un-stage an earlier packet of ours, or it would pass for evidence that was there before us."""
        if not stored["metadata"].get(PACKET_KEY) or not self.stripe.mode.allows(Mode.STAGE):
            return False
        earlier = (run for run in self.folder.responses() if self.run.follows(run))
        return any(unstage(self.stripe, self.folder_of(run)) for run in earlier)

    def _way(self, context: Context, dispute: Dispute) -> tuple[str, str]:
        now = int(time.time())
        if round_of(dispute.status) is self.run.round:
            try:
                self.folder.open(self._opening(context, dispute, now))
            except GuardError as claimed_elsewhere:
                return "nothing_to_answer", str(claimed_elsewhere)
            # The poll follows every round that was opened, whoever answers it.
            opened = {"response": str(self.run), "account": self.stripe_conn_id, "dispute_created": dispute.created}
            self.folder.list_in_index(OPENED, opened)
        return choose_branch(dispute, self.run.round, obstacle=self._claim_of(dispute).obstacle, now=now)

    def _claim_of(self, dispute: Dispute) -> Claim:
        return claim_of(dispute, self.claim or None)

    def _wait_for_what_settles(self, dispute: Dispute) -> None:
        """Tracking and messages settle in the first days; the round is claimed, so that everybody sees it."""
        begin = not_before(playbook_for(self._claim_of(dispute).name), dispute)
        if begin is not None and begin > time.time():
            moment = datetime.fromtimestamp(begin, UTC)
            self.log.info("%s: answered from %s on, when evidence has settled", self.run, moment.isoformat())
            raise AirflowRescheduleException(moment)  # type: ignore[no-untyped-call]

    def _opening(self, context: Context, dispute: Dispute, now: int) -> Opening:
        details = dispute.evidence_details
        return Opening(
            run_id=str(self.run),
            dag_id=context["ti"].dag_id,
            submission_count=details.submission_count,
            due_by=details.due_by,
            intended_submission_method=dispute.intended_submission_method,
            opened_at=now,
        )

    def _write(self, stored: dict[str, Any]) -> None:
        dispute = read_dispute(stored)
        wanted = playbook_for(self._claim_of(dispute).name).related
        customer = stored.get("customer") or (stored.get("charge") or {}).get("customer")
        evidence = S3Store(self.evidence_uri, aws_conn_id=self.aws_conn_id)
        document = evidence.read(f"charges/{dispute.charge_id}/{FACTS}")
        gathered = gather(stored, document, self._related(wanted, customer), claim=self.claim or None)
        folder = self.folder
        folder.keep(DISPUTE, stored)
        folder.keep(FACTS, gathered.facts.as_written())
        folder.keep(PRODUCT, {"product_type": gathered.product_type, "claim": self.claim or None})
        self.log.info("Gathered %d facts; claim %s", len(gathered.facts), gathered.playbook.claim)

    def _related(self, wanted: tuple[str, ...], customer: Any) -> dict[str, list[dict[str, Any]]]:
        customer_id = customer.get("id") if isinstance(customer, dict) else customer
        if not customer_id:
            return {}
        readers = {
            "prior_charges": self.stripe.charges_of,
            "prior_disputes": self.stripe.disputes_of,
            "invoices": self.stripe.invoices_of,
            "subscriptions": self.stripe.subscriptions_of,
        }
        return {name: readers[name](customer_id) for name in wanted}

"""Gathers what is known: the dispute with its present evidence, and the facts about the purchase."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from airflow.sdk import BranchMixIn
from airflow.sdk.exceptions import AirflowRescheduleException

from disputes.case.gathered import gather
from disputes.case.task_reports import report_gathered
from disputes.dispute import read_dispute
from disputes.errors import GuardError
from disputes.response.deadlines import not_before
from disputes.response.submission import Opening
from disputes.rounds import round_of
from disputes.rules.claims import obstacle_to
from representment.branches import REASON, choose_branch
from representment.links.stripe_links import StripeDisputeLink
from representment.operators.base import ResponseOperator
from representment.operators.way_out import find_way_taken
from representment.receipts import find_receipt
from representment.retry import DUE_BY
from representment.settings import CLAIM, EVIDENCE_URI, PAGE_SIZE, page_size
from representment.storage.case import Case
from representment.storage.record_names import FACTS, OPENED
from representment.storage.revisions import Revision, request_revision
from representment.unstaging import remove_earlier_packets

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.sdk import Context

    from disputes.case.gathered import Gathered
    from disputes.dispute import Dispute
    from disputes.rules.playbook import Related


class GatherOperator(ResponseOperator, BranchMixIn):
    """Read the dispute, claim its round, and record everything once, in `case.json`.

    Goes on to `collect`, or to `nothing_to_answer` or `leave` if this round takes no answer from us.

    Until the playbook's `not_before_hours` have passed, the task is rescheduled, which takes no worker.

    :param evidence_uri: `s3://…` below which the merchant keeps facts, documents and policies (templated)
    :param claim: what a person chose where the network's code leaves the claim open (templated)
    :param page_size: `a4` or `us-letter`, of the whole packet (templated)
    """

    template_fields = (*ResponseOperator.template_fields, "evidence_uri", "claim", "page_size")
    operator_extra_links = (StripeDisputeLink(),)
    inherits_from_skipmixin = True

    def __init__(
        self, *, evidence_uri: str = EVIDENCE_URI, claim: str = CLAIM, page_size: str = PAGE_SIZE, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.evidence_uri = evidence_uri
        self.claim = claim
        self.page_size = page_size

    def execute(self, context: Context) -> Any:
        """Gather, then choose the branch."""
        stored = self.stripe.retrieve_dispute(self.run.dispute)
        stored = remove_earlier_packets(self.guard(context), stored)
        dispute = read_dispute(stored)
        context["ti"].xcom_push(key=DUE_BY, value=dispute.evidence_details.due_by)
        with self.folder.listed_once():
            branch, reason = self._way(context, dispute)
            gathered_before = self.folder.find_case() is not None
        if branch == "collect":
            if not gathered_before:
                edits = self.folder.edits_of(self.folder.requested_edits())
                gathered = replace(self._gather(dispute, stored), edits=edits)
                for line in report_gathered(gathered):
                    self.log.info(line)
                self._wait_for_what_settles(gathered)
                self.folder.keep_case(Case.of(stored, gathered, page_size(self.page_size)))
        else:
            self.log.info("%s: %s", self.run, reason)
            context["ti"].xcom_push(key=REASON, value=reason)
        return self.do_branch(context, branch)

    def _way(self, context: Context, dispute: Dispute) -> tuple[str, str]:
        now = int(time.time())
        if round_of(dispute.status) is self.run.round:
            try:
                self.folder.open(self._opening(context, dispute, now))
            except GuardError as claimed_elsewhere:
                return "nothing_to_answer", str(claimed_elsewhere)
            self._keep_request(context)
            # The poll follows every round that was opened, no matter who answers it.
            self.folder.list_in_index(OPENED, self._opened(context, dispute))
        receipt = find_receipt(self.folder, dispute, account=self.stripe_conn_id)
        if receipt:
            return "nothing_to_answer", f"{receipt['response']} has submitted its packet"
        if way := find_way_taken(self.folder):
            return "nothing_to_answer", f"this response has ended in {way}"
        return choose_branch(dispute, self.run.round, obstacle=obstacle_to(dispute), now=now)

    def _keep_request(self, context: Context) -> None:
        """Record what a person who triggered this run asked for: should Airflow's database be lost, the intake
        starts this run again with it."""
        asked = Revision(self.run, context["params"].get("remark"), self.claim or None)
        if self.run.revision > 1 or asked.remark or asked.claim:
            by = context["dag_run"].triggering_user_name or ""
            request_revision(self.store, asked, account=self.stripe_conn_id, by=by, at=int(time.time()))

    def _opened(self, context: Context, dispute: Dispute) -> dict[str, Any]:
        """What polls and the list of disputes need of every round."""
        return {
            "response": str(self.run),
            "account": self.stripe_conn_id,
            "dispute_created": dispute.created,
            "dag_id": context["ti"].dag_id,
            "reason": dispute.reason,
            "charge": dispute.charge_id,
            "amount": dispute.amount,
            "currency": dispute.currency,
            "due_by": dispute.evidence_details.due_by,
        }

    def _wait_for_what_settles(self, gathered: Gathered) -> None:
        """Tracking and messages settle in the first days; the round is already claimed, so that everybody sees it."""
        begin = not_before(gathered.playbook, gathered.dispute)
        if begin is not None and begin > time.time():
            moment = datetime.fromtimestamp(begin, UTC)
            self.log.info("%s: the answer starts at %s, when evidence has settled", self.run, moment.isoformat())
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

    def _gather(self, dispute: Dispute, stored: dict[str, Any]) -> Gathered:
        customer = stored.get("customer") or (stored.get("charge") or {}).get("customer")
        customer_id = customer.get("id") if isinstance(customer, dict) else customer
        evidence = self.store.at(self.evidence_uri)
        document = evidence.read(f"charges/{dispute.charge_id}/{FACTS}")
        readers = self._readers()
        return gather(
            dispute,
            stored,
            document,
            lambda name: readers[name](customer_id) if customer_id else [],
            claim=self.claim or None,
        )

    def _readers(self) -> dict[Related, Callable[[str], list[dict[str, Any]]]]:
        """How to read each related list from Stripe; the customer's charges are read once, for two of the lists."""
        charges = cache(self.stripe.charges_of)
        return {
            "prior_charges": charges,
            "prior_disputes": lambda customer: self.stripe.disputes_among(charges(customer)),
            "invoices": self.stripe.invoices_of,
            "subscriptions": self.stripe.subscriptions_of,
        }

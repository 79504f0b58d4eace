"""The other ways in which a response ends: sent back, accepted, left to a person, nothing to answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from disputes.dispute import read_dispute
from disputes.errors import PersonNeededError
from disputes.facts.wording import money
from disputes.response.deadlines import in_zone
from disputes.response.guarding import Operation
from disputes.response.idempotency import idempotency_key
from representment.airflow_internals.runs import start_run
from representment.branches import ACCEPT, LEAVE, REASON, SEND_BACK, choose_branch
from representment.metrics import Metric, count
from representment.modes import Mode
from representment.operators.way_out import WayOutOperator
from representment.receipts import find_receipt
from representment.retry import due_by_of
from representment.runs import conf_of
from representment.storage.attempts import attempt
from representment.storage.record_names import REQUESTED
from representment.storage.revisions import Revision, request_revision
from representment.task_ids import Task
from representment.unstaging import unstage

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.response.guarding import Situation

REASONS = "{{ ti.xcom_pull(task_ids=['gather', 'render', 'stage'], key='" + REASON + "') | select | join('; ') }}"
"""The reason that a task gave for this end; empty after a person's choice."""
CLOSED = ("lost", "warning_closed")


class SendBackOperator(WayOutOperator):
    """Start the next revision as its own run, with the person's remark, claim and edits, and un-stage the packet.

    The next run is started first: if un-staging fails, that run removes the packet from the dispute.
    """

    answers = (SEND_BACK,)

    def execute(self, context: Context) -> str:
        """Return the next run's id."""
        decision = self.read_decision()
        guard, following = self.guard(context), self.run.next()
        remark = decision.get("remark", "")
        standing = self.folder_of(following).record(REQUESTED)
        edits = decision.get("edits") or self.folder.requested_edits()
        self.folder.edits_of(edits)  # fails if they are missing or damaged
        if standing is None or (standing.get("remark") or "") != remark:
            guard.check(Operation.SEND_BACK, guard.look(), answer=SEND_BACK)
        claim = decision.get("claim") or self.folder.case().chosen_claim
        # Airflow's database may be lost: what the next run is asked for is in S3 before it starts.
        asked = request_revision(
            self.store,
            Revision(following, remark or None, claim, edits),
            account=self.stripe_conn_id,
            by=decision.get("by", ""),
            at=int(time.time()),
        )
        conf = conf_of(asked, self.stripe_conn_id, due_by_of(context))
        started = start_run(context["ti"].dag_id, str(following), conf, note=remark or None)
        self.log.info("%s %s", following, "started" if started else "is there already")
        unstage(guard, self.folder)
        return str(following)


class AcceptOperator(WayOutOperator):
    """Accept the loss, as a person decided: `close` cannot be undone."""

    answers = (ACCEPT,)

    def execute(self, context: Context) -> str:
        """Return the dispute's status afterwards."""
        self.read_decision()
        self.stripe.require(Mode.SUBMIT)
        guard = self.guard(context)
        found = guard.look()
        dispute = found.dispute
        if dispute.status not in CLOSED:
            guard.check(Operation.CLOSE, found, answer=ACCEPT)
            with attempt(self.folder.of_round, "close") as number:
                key = idempotency_key(self.run.dispute, self.run.round, "close", str(found.sha256), number)
                answer = self.stripe.close_dispute(self.run.dispute, idempotency_key=key)
            dispute = read_dispute(answer)
        self.keep_end(context, end="accepted", status=dispute.status)
        return dispute.status


class LeaveOperator(WayOutOperator):
    """Un-stage the packet and fail, so that nobody thinks the round was answered: a person is needed.

    If somebody answered, or the dispute was won, while the packet waited, it says so and succeeds.

    :param reason: why (templated)
    """

    template_fields = (*WayOutOperator.template_fields, "reason")
    answers = (LEAVE,)

    def __init__(self, *, reason: str = REASONS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason = reason

    def execute(self, context: Context) -> str:
        """Un-stage, record the end, and say what a person has to do, if anything."""
        if not self.reason:
            self.read_decision()
        guard = self.guard(context)
        if self.reason:
            branch, reason = Task.LEAVE, self.reason
        else:
            branch, reason = self._meanwhile(guard.look())
        unstage(guard, self.folder)
        if branch == Task.NOTHING_TO_ANSWER:
            self.keep_end(context, end="nothing_to_answer", reason=reason)
            return reason
        reason = reason or "a person chose it, or nobody decided in time"
        self.keep_end(context, end="left", reason=reason)
        count(Metric.LEFT, account=self.stripe_conn_id)
        raise PersonNeededError(
            f"left to a person: {reason}{self._say_stake()}",
            dispute=self.run.dispute,
            subject=f"round {self.run.round}",
            remedy="While it is open, answer it in Stripe's Dashboard, or supply what is missing and trigger this "
            f"DAG with revision {self.run.next().revision}",
        )

    def _say_stake(self) -> str:
        """The amount at stake and the bank's deadline; empty if nothing was gathered."""
        case = self.folder.find_case()
        if case is None:
            return ""
        dispute = read_dispute(case.dispute)
        due_by = dispute.evidence_details.due_by
        until = f", the bank's deadline is {in_zone(due_by, 'UTC')}" if due_by else ""
        return f" ({money(dispute.amount, dispute.currency)}{until})"

    def _meanwhile(self, found: Situation) -> tuple[Task, str]:
        """What happened to the dispute while it waited for a person."""
        receipt = find_receipt(self.folder, found.dispute, account=self.stripe_conn_id)
        if receipt:
            return Task.NOTHING_TO_ANSWER, f"{receipt['response']} has submitted its packet"
        if found.newest.follows(self.run):
            return Task.NOTHING_TO_ANSWER, f"{found.newest} now answers this dispute"
        return choose_branch(found.dispute, self.run.round, obstacle=None, now=found.now)


class NothingToAnswerOperator(WayOutOperator):
    """The round needs no answer from us: give the reason, and succeed.

    :param reason: why (templated)
    """

    template_fields = (*WayOutOperator.template_fields, "reason")

    def __init__(self, *, reason: str = REASONS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason = reason

    def execute(self, context: Context) -> str:
        """Return the reason."""
        if not self.reason:
            raise AirflowSkipException(f"{self.run}: no task has recorded that there is nothing to answer")
        self.keep_end(context, end="nothing_to_answer", reason=self.reason)
        return self.reason

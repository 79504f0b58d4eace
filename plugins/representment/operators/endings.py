"""The other ways in which a response ends: sent back, accepted, left to a person, nothing to answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from disputes.dispute import Dispute, read_dispute
from disputes.errors import GuardError, PersonNeededError
from disputes.response.idempotency import idempotency_key
from disputes.rounds import round_of
from representment.airflow_internals import start_run
from representment.branches import ACCEPT, REASON, choose_branch
from representment.modes import Mode
from representment.operators.base import ResponseOperator
from representment.retry import due_by_of
from representment.runs import conf_of
from representment.storage.attempts import attempt
from representment.storage.record_names import END
from representment.storage.revisions import Revision, request_revision
from representment.unstaging import unstage

if TYPE_CHECKING:
    from airflow.sdk import Context

    from representment.storage.round_folder import RoundFolder

REASONS = "{{ ti.xcom_pull(task_ids=['gather', 'render', 'stage'], key='" + REASON + "') | select | join('; ') }}"
"""Why a task chose this end; empty after a person's choice."""


class SendBackOperator(ResponseOperator):
    """Un-stage the packet and start the next revision as a run of its own, with the person's remark and claim."""

    def execute(self, context: Context) -> str:
        """Return the next run's id."""
        unstage(self.stripe, self.folder)
        following = self.run.next()
        decision = self.folder.decision() or {}
        remark = decision.get("remark", "")
        claim = decision.get("claim") or self.folder.case().chosen_claim
        # Airflow's database may be lost: what the next run is asked for stands in S3 before it starts.
        asked = request_revision(
            self.store,
            Revision(following, remark or None, claim),
            account=self.stripe_conn_id,
            by=decision.get("by", ""),
            at=int(time.time()),
        )
        conf = conf_of(asked, self.stripe_conn_id, due_by_of(context))
        started = start_run(context["ti"].dag_id, str(following), conf, note=remark or None)
        self.log.info("%s %s", following, "started" if started else "is there already")
        return str(following)


class AcceptOperator(ResponseOperator):
    """Accept the loss, as a person decided: `close` cannot be undone."""

    def execute(self, context: Context) -> str:
        """Return the dispute's status afterwards."""
        self.stripe.require(Mode.SUBMIT)
        dispute = read_dispute(self.stripe.retrieve_dispute(self.run.dispute))
        if dispute.status not in ("lost", "warning_closed"):
            self._check(dispute)
            with attempt(self.folder.of_round, "close") as number:
                sha256 = self.folder.packet().sha256
                key = idempotency_key(self.run.dispute, self.run.round, "close", sha256, number)
                answer = self.stripe.close_dispute(self.run.dispute, idempotency_key=key)
            dispute = read_dispute(answer)
        self.folder.keep(END, {"end": "accepted", "status": dispute.status, "at": int(time.time())})
        return dispute.status

    def _check(self, dispute: Dispute) -> None:
        """A loss accepted for one round must not close the next one."""
        decision = self.folder.decision() or {}
        if decision.get("choice") != ACCEPT or round_of(dispute.status) is not self.run.round:
            raise GuardError(
                f"the loss was not accepted for a dispute that is {dispute.status} now",
                dispute=self.run.dispute,
                subject=f"round {self.run.round}",
                remedy="Decide in the run of the round that is open",
            )


class LeaveOperator(ResponseOperator):
    """Take back what was staged and fail, so that nobody takes the round for answered: a person is needed.

    Where somebody has answered, or the dispute has ended well, while ours waited, it says so and ends well.

    :param reason: why (templated)
    """

    template_fields = (*ResponseOperator.template_fields, "reason")

    def __init__(self, *, reason: str = REASONS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason = reason

    def execute(self, context: Context) -> str:
        """Un-stage, record the end, and say what a person has to do, if anything."""
        unstage(self.stripe, self.folder)
        branch, reason = ("leave", self.reason) if self.reason else self._meanwhile()
        if branch == "nothing_to_answer":
            return end_well(self.folder, reason)
        reason = reason or "a person decided so, or nobody decided in time"
        self.folder.keep(END, {"end": "left", "reason": reason, "at": int(time.time())})
        raise PersonNeededError(
            f"left to a person: {reason}",
            dispute=self.run.dispute,
            subject=f"round {self.run.round}",
            remedy="While it is open, answer it in Stripe's Dashboard, or put right what is missing and trigger this "
            f"DAG with revision {self.run.next().revision}",
        )

    def _meanwhile(self) -> tuple[str, str]:
        """What has become of the dispute while it waited for a person."""
        dispute = read_dispute(self.stripe.retrieve_dispute(self.run.dispute))
        return choose_branch(dispute, self.run.round, obstacle=None, now=int(time.time()))


class NothingToAnswerOperator(ResponseOperator):
    """The round needs no answer of ours: it says why, and ends well.

    :param reason: why (templated)
    """

    template_fields = (*ResponseOperator.template_fields, "reason")

    def __init__(self, *, reason: str = REASONS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason = reason

    def execute(self, context: Context) -> str:
        """Return the reason."""
        return end_well(self.folder, self.reason)


def end_well(folder: RoundFolder, reason: str) -> str:
    """Write down why the round needs no answer of ours; the reason."""
    folder.keep(END, {"end": "nothing_to_answer", "reason": reason, "at": int(time.time())})
    return reason

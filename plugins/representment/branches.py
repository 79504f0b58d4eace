"""Which task of a response comes next: by the dispute's state, or by a person's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from disputes.response.approval import APPROVE, refundable
from disputes.rounds import Round, answerable, round_of
from representment.task_ids import Task

if TYPE_CHECKING:
    from disputes.dispute import Dispute
    from disputes.packet.manifest import Manifest


PAY_FEE = "Approve and pay the network's fee"
SEND_BACK = "Send back"
ACCEPT = "Accept the loss"
REFUND = "Refund in full"
LEAVE = "Leave to a person"
TASK_OF_ANSWER: dict[str, str] = {
    APPROVE: Task.SUBMIT,
    PAY_FEE: Task.SUBMIT,
    SEND_BACK: Task.SEND_BACK,
    ACCEPT: Task.ACCEPT,
    REFUND: Task.REFUND,
    LEAVE: Task.LEAVE,
}
"""A person's answer to the question of `approve` -> the task it leads to."""

ENDED_WELL = ("won", "warning_closed", "prevented")
SETTLED_BY_NETWORK = ("block", "resolution")
"""Types of a card case that the network settles by itself. Source: https://docs.stripe.com/disputes/how-disputes-work"""
REASON = "reason"
"""XCom key of the reason why a task ended the response."""


def choose_branch(dispute: Dispute, round_name: str, *, obstacle: str | None, now: int) -> tuple[Task, str]:
    """The task that comes next for a dispute in this state, and why.

    :param obstacle: why no packet may be made for this claim, or None
    :param now: Unix seconds
    """
    details = dispute.evidence_details
    current = round_of(dispute.status)
    if dispute.status in ENDED_WELL:
        return Task.NOTHING_TO_ANSWER, f"the dispute is {dispute.status}"
    if current is None:
        return Task.LEAVE, f"the dispute is {dispute.status}: a person must look at it"
    if current != round_name or not answerable(dispute.status):
        return Task.NOTHING_TO_ANSWER, (
            f"the dispute is {dispute.status}, submitted by {details.submission_method or 'somebody else'}: "
            f"the {round_name} round needs no answer from us"
        )
    if details.due_by == 0:
        return Task.NOTHING_TO_ANSWER, "the bank accepts no answer to this dispute (due_by is 0)"
    if details.due_by is not None and details.due_by <= now:
        return Task.LEAVE, "the bank's deadline has passed: it may no longer accept an answer"
    if dispute.case_type in SETTLED_BY_NETWORK:
        return Task.NOTHING_TO_ANSWER, f"a case of type {dispute.case_type} accepts no evidence"
    if obstacle:
        return Task.LEAVE, obstacle
    return Task.COLLECT, ""


def approving_answer(manifest: Manifest) -> str:
    """The answer that approves this packet; one with a network's fee has a separate answer that acknowledges it."""
    return PAY_FEE if manifest.fee else APPROVE


def possible_answers(dispute: Dispute, manifest: Manifest) -> list[str]:
    """The answers that this round allows.

    Only evidence or a full refund ends an inquiry: Stripe does not say what happens to a closed one.
    """
    accepts = [] if manifest.round is Round.INQUIRY else [ACCEPT]
    refunds = [REFUND] if refundable(dispute, manifest) else []
    return [approving_answer(manifest), SEND_BACK, *accepts, *refunds, LEAVE]

"""Which way a response goes by what the dispute is now, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from disputes.rounds import answerable, round_of

if TYPE_CHECKING:
    from disputes.dispute import Dispute

ENDED_WELL = ("won", "warning_closed", "prevented")
SETTLED_OTHERWISE = ("block", "resolution")
"""Types of a card case that the network has settled by itself. Source: https://docs.stripe.com/disputes/how-disputes-work"""
REASON = "reason"
"""XCom key under which a task says why the response ends where it ends."""


def way(dispute: Dispute, round_name: str, *, obstacle: str | None, now: int) -> tuple[str, str]:
    """The task that comes next for a dispute in this state, and why.

    :param obstacle: why no packet may be made for this claim, or None
    :param now: Unix seconds
    """
    details = dispute.evidence_details
    current = round_of(dispute.status)
    if dispute.status in ENDED_WELL:
        return "nothing_to_answer", f"the dispute is {dispute.status}"
    if current is None:
        return "leave", f"the dispute is {dispute.status}: a person must look at it"
    if current != round_name or not answerable(dispute.status):
        return "nothing_to_answer", (
            f"the dispute is {dispute.status}, submitted by {details.submission_method or 'somebody else'}: "
            f"round {round_name} takes no answer of ours"
        )
    if details.due_by == 0:
        return "nothing_to_answer", "the bank takes no answer to this dispute (due_by is 0)"
    if details.due_by is not None and details.due_by <= now:
        return "leave", "due_by has passed: delivery to the bank is not guaranteed any more"
    if dispute.case_type in SETTLED_OTHERWISE:
        return "nothing_to_answer", f"a case of type {dispute.case_type} takes no evidence"
    if obstacle:
        return "leave", obstacle
    return "collect", ""

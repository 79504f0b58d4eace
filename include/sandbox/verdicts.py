"""What the bank does: decide what was submitted, escalate an inquiry, close what nobody answered.

Stripe's magic texts come first (``winning_evidence`` and ``losing_evidence`` decide, ``escalate_inquiry_evidence``
escalates, 1 to 8 seconds after the submission), then the script of the seeds. *Chosen*, nobody has seen it: an inquiry
that the bank finds for the merchant ends ``warning_closed``, one that it finds against him comes back as a chargeback;
after an escalation the evidence stays on the dispute, ``submission_count`` goes on, ``submission_method`` starts anew.
"""

import copy
import zlib
from typing import Any

from sandbox import events, money
from sandbox.rounds import deadline, is_inquiry
from sandbox.state import Due, State, StripeObject

MAGIC = {"winning_evidence": "won", "losing_evidence": "lost", "escalate_inquiry_evidence": "escalate"}
SCRIPT_SECONDS = 2
"""Until the bank decides, where the script does not say."""


def schedule(state: State, dispute: StripeObject, submitted_at: int) -> None:
    """Note what the bank will do after a submission, and when; nothing where nobody told.

    :param submitted_at: Unix seconds
    """
    dispute_id = dispute["id"]
    magic = MAGIC.get(dispute["evidence"]["uncategorized_text"] or "")
    script = state.script.get(dispute_id, {})
    if magic and (magic != "escalate" or is_inquiry(dispute)):
        seconds, action = 1 + zlib.crc32(dispute_id.encode()) % 8, magic
    elif dispute_id in state.withdrawn:
        seconds, action = SCRIPT_SECONDS, "won"
    else:
        seconds, action = script.get("after", SCRIPT_SECONDS), script.get("bank", "pending")
    if action != "pending":
        state.due[dispute_id] = Due(submitted_at + seconds, action)


def carry_out(state: State, dispute: StripeObject) -> None:
    """Do what is due by the clock."""
    due = state.due.get(dispute["id"])
    if due is None or state.clock.now() < due.at:
        return
    del state.due[dispute["id"]]
    {"won": win, "lost": lose, "escalate": escalate}[due.action](state, dispute)


def win(state: State, dispute: StripeObject) -> None:
    """Find for the merchant; also late, for what was lost."""
    if is_inquiry(dispute):
        _close(state, dispute, "warning_closed")
        return
    before = copy.deepcopy(dispute)
    dispute["status"] = "won"
    money.reinstate(state, dispute)
    _closed(state, dispute, before)


def lose(state: State, dispute: StripeObject) -> None:
    """Find against the merchant."""
    if is_inquiry(dispute):
        escalate(state, dispute)
    else:
        _close(state, dispute, "lost")


def escalate(state: State, dispute: StripeObject) -> None:
    """Turn an inquiry into a chargeback on the same id: a fresh round, and the money is withdrawn."""
    before = copy.deepcopy(dispute)
    now = state.clock.now()
    _become_chargeback(dispute, "needs_response")
    dispute["evidence_details"].update(due_by=deadline(now), submission_method="not_submitted", past_due=False)
    money.withdraw(state, dispute, now)
    events.emit(state, "charge.dispute.updated", dispute, events.changes(before, dispute))


def expire(state: State, dispute: StripeObject) -> None:
    """Close what nobody answered in time. *Chosen*: an inquiry comes back as a chargeback that is lost at once."""
    if is_inquiry(dispute):
        _become_chargeback(dispute, "lost")
        money.withdraw(state, dispute, state.clock.now())
    _close(state, dispute, "lost")


def _become_chargeback(dispute: StripeObject, status: str) -> None:
    dispute["status"] = status
    details: dict[str, Any] = dispute["payment_method_details"]
    if "card" in details:
        details["card"]["case_type"] = "chargeback"


def _close(state: State, dispute: StripeObject, status: str) -> None:
    before = copy.deepcopy(dispute)
    dispute["status"] = status
    _closed(state, dispute, before)


def _closed(state: State, dispute: StripeObject, before: StripeObject) -> None:
    state.due.pop(dispute["id"], None)
    events.emit(state, "charge.dispute.closed", dispute, events.changes(before, dispute))

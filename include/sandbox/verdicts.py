"""What the bank does: decide what was submitted, escalate an inquiry, close what nobody answered.

Stripe's magic texts come first (``winning_evidence`` and ``losing_evidence`` decide, 1 to 8 seconds after the
submission, ``escalate_inquiry_evidence`` escalates after 4 to 7), then the script of the seeds. *Chosen*, nobody has
seen it: an inquiry decided for the merchant ends ``warning_closed``, one decided against the merchant comes back as a
chargeback; after an escalation the evidence stays on the dispute, ``submission_count`` goes on,
``submission_method`` starts again; a chargeback that may be appealed is never ``lost`` first; the magic texts decide no
appeal.
"""

import copy
import zlib
from typing import Any

from sandbox import events, money
from sandbox.rounds import deadline, is_appeal, is_inquiry
from sandbox.state import Due, State, StripeObject

MAGIC = {"winning_evidence": "won", "losing_evidence": "lost", "escalate_inquiry_evidence": "escalate"}
_MAGIC_SECONDS = {"won": (1, 8), "lost": (1, 8), "escalate": (4, 7)}
"""The least and the most until it happens, as seen in test mode."""
SCRIPT_SECONDS = 2
"""Until the bank decides, where the script does not say."""
APPEAL_NETWORKS = frozenset({"visa", "mastercard"})


def schedule(state: State, dispute: StripeObject, submitted_at: int) -> None:
    """Note what the bank will do after a submission, and when; nothing where neither text nor script says.

    :param submitted_at: Unix seconds
    """
    dispute_id = dispute["id"]
    # The text still holds what decided the earlier round, so it says nothing about an appeal.
    magic = None if is_appeal(dispute) else MAGIC.get(dispute["evidence"]["uncategorized_text"] or "")
    script = state.script.get(dispute_id, {})
    if magic and (magic != "escalate" or is_inquiry(dispute)):
        least, most = _MAGIC_SECONDS[magic]
        seconds, action = least + zlib.crc32(dispute_id.encode()) % (most - least + 1), magic
    elif dispute_id in state.withdrawn:
        seconds, action = SCRIPT_SECONDS, "won"
    else:
        seconds, action = script.get("after", SCRIPT_SECONDS), _read_script(state, dispute, script)
    if action != "pending":
        state.due[dispute_id] = Due(submitted_at + seconds, action)


def _read_script(state: State, dispute: StripeObject, script: dict[str, Any]) -> str:
    """What the script says about this round."""
    bank: str = script.get("bank", "pending")
    if is_appeal(dispute):
        return str(script.get("appeal_bank", "pending"))
    if dispute["id"] in state.escalated:
        return str(script.get("chargeback_bank", "won" if bank == "won" else "pending"))
    return bank if bank != "escalate" or is_inquiry(dispute) else "pending"


def is_due(state: State, dispute: StripeObject) -> bool:
    """Whether the bank does something now."""
    due = state.due.get(dispute["id"])
    return due is not None and state.clock.now() >= due.at


def carry_out(state: State, dispute: StripeObject) -> None:
    """Do what is due by the clock."""
    if not is_due(state, dispute):
        return
    due = state.due.pop(dispute["id"])
    {"won": win, "lost": lose, "escalate": escalate}[due.action](state, dispute)


def win(state: State, dispute: StripeObject) -> None:
    """Decide for the merchant; also late, after a loss."""
    before = copy.deepcopy(dispute)
    if is_inquiry(dispute):
        dispute["status"] = "warning_closed"
    else:
        dispute["status"] = "won"
        money.reinstate(state, dispute)
    _close(state, dispute, before)


def lose(state: State, dispute: StripeObject) -> None:
    """Decide against the merchant, who may appeal where account and script allow it."""
    if is_inquiry(dispute):
        escalate(state, dispute)
    elif _may_be_appealed(state, dispute):
        _open_appeal(state, dispute)
    else:
        _lose(state, dispute, copy.deepcopy(dispute))


def _may_be_appealed(state: State, dispute: StripeObject) -> bool:
    """Once, a chargeback on one of the cards whose networks hear appeals."""
    card = dispute["payment_method_details"].get("card", {})
    allowed = state.account.appeals and state.script.get(dispute["id"], {}).get("appeal", False)
    on_card = card.get("case_type") == "chargeback" and card.get("network") in APPEAL_NETWORKS
    return allowed and on_card and not is_appeal(dispute)


def _open_appeal(state: State, dispute: StripeObject) -> None:
    before = copy.deepcopy(dispute)
    dispute["status"] = "appeal_needs_response"
    dispute["evidence_details"].update(due_by=deadline(state.clock.now()), past_due=False)
    events.emit(state, "charge.dispute.updated", dispute, events.changes(before, dispute))


def escalate(state: State, dispute: StripeObject) -> None:
    """Turn an inquiry into a chargeback on the same id: a fresh round, and the money is withdrawn."""
    before = copy.deepcopy(dispute)
    now = state.clock.now()
    state.escalated.add(dispute["id"])
    _become_chargeback(dispute, "needs_response")
    dispute["evidence_details"].update(due_by=deadline(now), submission_method="not_submitted", past_due=False)
    money.withdraw(state, dispute, now)
    events.emit(state, "charge.dispute.updated", dispute, events.changes(before, dispute))


def expire(state: State, dispute: StripeObject) -> None:
    """Close what nobody answered in time. *Chosen*: an inquiry comes back as a chargeback that is lost at once."""
    before = copy.deepcopy(dispute)
    if is_inquiry(dispute):
        _become_chargeback(dispute, "lost")
        money.withdraw(state, dispute, state.clock.now())
    _lose(state, dispute, before)


def _lose(state: State, dispute: StripeObject, before: StripeObject) -> None:
    dispute["status"] = "lost"
    _close(state, dispute, before)
    late_win = state.script.get(dispute["id"], {}).get("late_win")
    if late_win is not None:
        state.due[dispute["id"]] = Due(state.clock.now() + late_win, "won")


def _become_chargeback(dispute: StripeObject, status: str) -> None:
    dispute["status"] = status
    details: dict[str, Any] = dispute["payment_method_details"]
    if "card" in details:
        details["card"]["case_type"] = "chargeback"


def _close(state: State, dispute: StripeObject, before: StripeObject) -> None:
    state.due.pop(dispute["id"], None)
    events.emit(state, "charge.dispute.closed", dispute, events.changes(before, dispute))

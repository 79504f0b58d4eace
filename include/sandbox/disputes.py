"""The life of a dispute as Stripe's API shows it.

``submit`` is true unless the request says false, even where it only sends metadata. Each round takes one submission;
after it, and once the dispute is decided, every update is refused. After ``due_by`` an open dispute still takes a
submission, with ``past_due``. *Chosen*: the words of these refusals, and that an update of metadata alone is
refused like any other.
"""

import copy
import logging
from typing import Any

from sandbox import enhanced, evidence, metadata, verdicts
from sandbox.errors import (
    StripeError,
    dispute_closed,
    dispute_past_due,
    dispute_submitted,
    evidence_locked,
    invalid_request,
    no_such,
)
from sandbox.events import changes, emit
from sandbox.rounds import ANSWERED, UNDER_REVIEW, is_appeal, is_inquiry
from sandbox.state import BY_STRIPE, Origin, State, StripeObject

_LOG = logging.getLogger(__name__)

ACTIONS = ("dashboard_submit", "smart_disputes_submit", "escalate", "win", "lose", "withdraw")


def update(state: State, dispute_id: str, params: dict[str, Any], origin: Origin) -> StripeObject:
    """``POST /v1/disputes/{id}``: merge evidence and metadata, and submit.

    :param params: ``evidence``, ``metadata``, ``submit``, ``intended_submission_method``, each may be missing
    :raises StripeError: nothing was changed then
    """
    dispute = _find_answerable(state, dispute_id)
    sent = params.get("evidence") or {}
    _check_stage(dispute, sent)
    new_evidence = evidence.merge(state, dispute, sent)
    new_metadata = metadata.merge(dispute["metadata"], params.get("metadata", {}))
    submit = params.get("submit", True)
    if submit:
        _check_fee(dispute, new_evidence)

    before = copy.deepcopy(dispute)
    _save(state, dispute, new_evidence)
    dispute["metadata"] = new_metadata
    if state.account.smart_disputes and "intended_submission_method" in params:
        dispute["intended_submission_method"] = params["intended_submission_method"]
    if submit:
        _submit(state, dispute, "manual", state.clock.now())
    _emit_update(state, dispute, before, origin)
    answer = copy.deepcopy(dispute)
    if sent and not submit:
        _act_meanwhile(state, dispute_id, "staged")
    return answer


def close(state: State, dispute_id: str, origin: Origin) -> StripeObject:
    """``POST /v1/disputes/{id}/close``: accept the loss. *Chosen*: an inquiry ends ``warning_closed``, no money moves.

    :raises StripeError: unknown, decided already, or under review
    """
    dispute = _find_open(state, dispute_id)
    before = copy.deepcopy(dispute)
    dispute["status"] = "warning_closed" if is_inquiry(dispute) else "lost"
    state.due.pop(dispute_id, None)
    emit(state, "charge.dispute.closed", dispute, changes(before, dispute), origin)
    _emit_charge_updated(state, dispute, origin)
    return copy.deepcopy(dispute)


def is_due(state: State) -> bool:
    """Whether `advance` has something to do. It looks without the lock: what changes now is seen the next time."""
    disputes = list(state.collections["disputes"].values())
    return any(verdicts.is_due(state, dispute) or _misses_deadline(state, dispute) for dispute in disputes)


def advance(state: State) -> None:
    """Apply all that is due by the clock: verdicts, deadlines, Smart Disputes."""
    for dispute in list(state.collections["disputes"].values()):
        verdicts.carry_out(state, dispute)
        _meet_deadline(state, dispute)
        verdicts.carry_out(state, dispute)


def act(state: State, dispute_id: str, action: str) -> StripeObject:
    """What a person in the Dashboard, Smart Disputes, the bank or the cardholder does.

    ``dashboard_submit`` first writes its own text over ``uncategorized_text``, so that it differs from what was staged.
    ``withdraw``: the cardholder gives up, which wins the dispute once evidence is submitted, and only then.

    :param action: one of ``ACTIONS``
    :raises StripeError: unknown dispute or action, or one that its status does not allow
    """
    if action not in ACTIONS:
        raise invalid_request(f"Unknown action: {action}. Known: {', '.join(ACTIONS)}.", chosen=True)
    if action in ("dashboard_submit", "smart_disputes_submit"):
        _submit_by_other(state, _find_answerable(state, dispute_id), action)
    elif action == "withdraw":
        _withdraw(state, _find(state, dispute_id))
    else:
        _decide(state, _find(state, dispute_id), action)
    return copy.deepcopy(_find(state, dispute_id))


def _find(state: State, dispute_id: str) -> StripeObject:
    dispute = state.get("disputes", dispute_id)
    if dispute is None:
        raise no_such("dispute", dispute_id, status=404)
    return dispute


def _find_open(state: State, dispute_id: str) -> StripeObject:
    dispute = _find(state, dispute_id)
    if dispute["status"] in UNDER_REVIEW:
        raise dispute_submitted()
    if dispute["status"] not in ANSWERED:
        raise dispute_closed()
    return dispute


def _find_answerable(state: State, dispute_id: str) -> StripeObject:
    dispute = _find_open(state, dispute_id)
    if dispute["evidence_details"]["due_by"] == 0:
        raise dispute_past_due()
    return dispute


def _check_stage(dispute: StripeObject, sent: dict[str, Any]) -> None:
    """An appeal takes nothing but appeal evidence; the rounds before it take everything else."""
    appeal = is_appeal(dispute)
    for name in sent:
        if (name == "appeal") != appeal:
            raise evidence_locked(f"evidence[{name}]")


def _check_fee(dispute: StripeObject, new_evidence: dict[str, Any]) -> None:
    """A compliance case costs a network fee, which must be acknowledged. *Chosen*: the refusal's words."""
    card = dispute["payment_method_details"].get("card", {})
    name = f"{card.get('network')}_compliance"
    acknowledged = new_evidence["enhanced_evidence"].get(name) or {}
    if card.get("case_type") == "compliance" and acknowledged.get("fee_acknowledged") not in (True, "true"):
        param = f"evidence[enhanced_evidence][{name}][fee_acknowledged]"
        raise invalid_request("The network's fee must be acknowledged first.", param=param, chosen=True)


def _save(state: State, dispute: StripeObject, new_evidence: dict[str, Any]) -> None:
    dispute["evidence"] = new_evidence
    dispute["evidence_details"]["has_evidence"] = not evidence.is_empty(new_evidence)
    dispute["evidence_details"]["enhanced_eligibility"] = enhanced.assess_eligibility(state, dispute)
    for file_id in evidence.file_ids(new_evidence):
        state.attached.setdefault(file_id, dispute["id"])


def _submit(state: State, dispute: StripeObject, method: str, at: int) -> None:
    verdicts.schedule(state, dispute, at)
    details = dispute["evidence_details"]
    if not is_appeal(dispute):
        details["submission_method"] = method
    details["submission_count"] += 1
    details["past_due"] = details["due_by"] is not None and at > details["due_by"]
    dispute["status"] = ANSWERED[dispute["status"]]


def _emit_update(state: State, dispute: StripeObject, before: StripeObject, origin: Origin) -> None:
    emit(state, "charge.dispute.updated", dispute, changes(before, dispute), origin)
    if dispute["status"] != before["status"]:
        _emit_charge_updated(state, dispute, origin)


def _emit_charge_updated(state: State, dispute: StripeObject, origin: Origin) -> None:
    charge = state.get("charges", dispute["charge"])
    if charge:
        emit(state, "charge.updated", charge, {}, origin)


def _act_meanwhile(state: State, dispute_id: str, when: str) -> None:
    """Do once what the script says for this moment. A refusal is only logged, since the update itself was accepted."""
    for position, step in enumerate(state.script.get(dispute_id, {}).get("meanwhile", ())):
        if step["when"] == when and (dispute_id, position) not in state.happened:
            state.happened.add((dispute_id, position))
            try:
                act(state, dispute_id, step["do"])
            except StripeError as error:
                _LOG.warning("script, meanwhile: %s of %s was refused: %s", step["do"], dispute_id, error.message)


def _meet_deadline(state: State, dispute: StripeObject) -> None:
    """At ``due_by`` Smart Disputes submits what it may; what nobody answered is lost."""
    if not _misses_deadline(state, dispute):
        return
    if _may_smart_disputes_submit(state, dispute):
        before = copy.deepcopy(dispute)
        _submit(state, dispute, "smart_disputes", dispute["evidence_details"]["due_by"])
        _emit_update(state, dispute, before, BY_STRIPE)
    else:
        verdicts.expire(state, dispute)


def _misses_deadline(state: State, dispute: StripeObject) -> bool:
    """Whether ``due_by`` has passed without an answer and that has a consequence: the bank may leave it open."""
    due_by = dispute["evidence_details"]["due_by"]
    if dispute["status"] not in ANSWERED or not due_by or state.clock.now() <= due_by:
        return False
    left_open = state.script.get(dispute["id"], {}).get("at_deadline", "lost") == "open"
    return not left_open or _may_smart_disputes_submit(state, dispute)


def _may_smart_disputes_submit(state: State, dispute: StripeObject) -> bool:
    """*Chosen*: ``prefer_manual`` sends what the merchant staged; the two smart methods always send."""
    method = dispute["intended_submission_method"]
    if not state.account.smart_disputes or method == "manual" or is_appeal(dispute):
        return False
    return method != "prefer_manual" or evidence.is_staged_by_merchant(state, dispute)


def _submit_by_other(state: State, dispute: StripeObject, action: str) -> None:
    before = copy.deepcopy(dispute)
    if action == "dashboard_submit" and not is_appeal(dispute):
        answer = {"uncategorized_text": "Answered by hand in the Dashboard."}
        _save(state, dispute, evidence.merge(state, dispute, answer))
    _submit(state, dispute, "manual" if action == "dashboard_submit" else "smart_disputes", state.clock.now())
    _emit_update(state, dispute, before, BY_STRIPE)


def _withdraw(state: State, dispute: StripeObject) -> None:
    state.withdrawn.add(dispute["id"])
    if dispute["status"] in UNDER_REVIEW:
        verdicts.schedule(state, dispute, state.clock.now())


def _decide(state: State, dispute: StripeObject, action: str) -> None:
    late_win = action == "win" and dispute["status"] == "lost"
    decided = dispute["status"] not in ANSWERED and dispute["status"] not in UNDER_REVIEW
    if decided and not late_win:
        raise dispute_closed()
    if action == "escalate" and not is_inquiry(dispute):
        raise invalid_request("Only an inquiry can escalate.", chosen=True)
    state.due.pop(dispute["id"], None)
    {"win": verdicts.win, "lose": verdicts.lose, "escalate": verdicts.escalate}[action](state, dispute)

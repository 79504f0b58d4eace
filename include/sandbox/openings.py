"""What Stripe does when a dispute opens: it fills in evidence, withdraws the money, and records events."""

import copy

from sandbox import early_fraud_warnings, enhanced, evidence, money
from sandbox.events import emit
from sandbox.rounds import is_inquiry
from sandbox.state import State, StripeObject


def open_dispute(state: State, dispute: StripeObject) -> None:
    """Do what Stripe does on its own at creation, where ``dispute`` does not say otherwise.

    Fill in evidence from customer and charge, mark the charge as disputed, withdraw the money with its event, and set
    who is going to submit.
    """
    created = dispute["created"]
    charge = state.get("charges", dispute["charge"])
    if charge:
        charge["disputed"] = True  # and stays so, whatever becomes of the dispute
    for name, value in evidence.prefill(state, dispute).items():
        if dispute["evidence"][name] is None:
            dispute["evidence"][name] = value
    _enhance(state, dispute)
    dispute["evidence_details"]["has_evidence"] = not evidence.is_empty(dispute["evidence"])
    if dispute["payment_method_details"]["type"] == "card":
        dispute["network_reason_code"] = dispute["payment_method_details"]["card"]["network_reason_code"]
    if state.account.smart_disputes and dispute["intended_submission_method"] is None:
        dispute["intended_submission_method"] = "prefer_manual"
    for file_id in evidence.file_ids(dispute["evidence"]):
        state.attached.setdefault(file_id, dispute["id"])
    emit(state, "charge.dispute.created", dispute, at=created)
    if is_inquiry(dispute):
        dispute["is_charge_refundable"] = True
    elif not dispute["balance_transactions"]:
        money.withdraw(state, dispute, created)
        if dispute["status"] == "won":
            money.reinstate(state, dispute)
    early_fraud_warnings.refresh(state, dispute["charge"], at=created)


def _enhance(state: State, dispute: StripeObject) -> None:
    """Complete the enhanced evidence that Stripe filled in, and say whether it is enough."""
    compliance = enhanced.compliance_type(dispute)
    if compliance and compliance not in dispute["enhanced_eligibility_types"]:
        dispute["enhanced_eligibility_types"].append(compliance)
    filled = enhanced.complete(state, dispute["evidence"]["enhanced_evidence"])
    dispute["evidence"]["enhanced_evidence"] = filled
    state.prefilled[dispute["id"]] = copy.deepcopy(filled)
    dispute["evidence_details"]["enhanced_eligibility"] = enhanced.assess_eligibility(state, dispute)

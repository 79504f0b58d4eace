"""How a dispute looks when it opens: what Stripe fills in, withdraws and tells."""

from sandbox import evidence, money
from sandbox.events import emit
from sandbox.rounds import is_inquiry
from sandbox.state import State, StripeObject


def open_dispute(state: State, dispute: StripeObject) -> None:
    """Fill in what Stripe does by itself at creation, where ``dispute`` does not say otherwise.

    Evidence from customer and charge, the withdrawal of the money with its event, who is going to submit.
    """
    created = dispute["created"]
    for name, value in evidence.prefilled(state, dispute).items():
        if dispute["evidence"][name] is None:
            dispute["evidence"][name] = value
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

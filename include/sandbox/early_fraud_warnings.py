"""Early fraud warnings: an issuer reports that a charge may be fraudulent, mostly before the cardholder disputes it."""

from sandbox import errors
from sandbox.events import emit
from sandbox.shapes import complete
from sandbox.state import State, StripeObject, new_id

FRAUD_TYPES = (
    "card_never_received",
    "fraudulent_card_application",
    "made_with_counterfeit_card",
    "made_with_lost_card",
    "made_with_stolen_card",
    "misc",
    "unauthorized_use_of_card",
)


def create(state: State, charge_id: str, fraud_type: str) -> StripeObject:
    """Make an issuer warn of a charge now.

    :raises StripeError: an unknown charge or type of fraud
    """
    if fraud_type not in FRAUD_TYPES:
        raise errors.invalid_choice("fraud_type", FRAUD_TYPES)
    if not state.get("charges", charge_id):
        raise errors.no_such("charge", charge_id)
    partial = {
        "id": new_id("issfr"),
        "charge": charge_id,
        "created": state.clock.now(),
        "fraud_type": fraud_type,
        "livemode": state.account.livemode,
    }
    return arrive(state, state.add("early_fraud_warnings", complete("early_fraud_warnings", partial)))


def arrive(state: State, warning: StripeObject) -> StripeObject:
    """Fill in what the charge says, and record the warning's event."""
    charge = state.get("charges", warning["charge"]) or {}
    warning["payment_intent"] = charge.get("payment_intent")
    warning["actionable"] = _is_actionable(state, warning["charge"], warning["created"])
    emit(state, "radar.early_fraud_warning.created", warning, at=warning["created"])
    return warning


def refresh(state: State, charge_id: str, at: int) -> None:
    """Withdraw ``actionable`` where the charge was refunded or disputed, and record the event.

    :param at: Unix seconds
    """
    for warning in state.collections["early_fraud_warnings"].values():
        if warning["charge"] == charge_id and warning["actionable"] and not _is_actionable(state, charge_id, at):
            warning["actionable"] = False
            emit(state, "radar.early_fraud_warning.updated", warning, {"actionable": True}, at=at)


def _is_actionable(state: State, charge_id: str, at: int) -> bool:
    charge = state.get("charges", charge_id) or {}
    disputes = state.collections["disputes"].values()
    disputed = any(dispute["charge"] == charge_id and dispute["created"] <= at for dispute in disputes)
    return not disputed and not charge.get("refunded")

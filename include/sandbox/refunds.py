"""Refunds: which are refused, and how one changes its charge, its inquiry and its early fraud warnings.

*Chosen*: a refund succeeds at once, the balance always covers it, and it is possible even shortly before an escalation.
"""

import copy
from collections.abc import Mapping
from typing import Any

from sandbox import early_fraud_warnings, errors, metadata, refund_errors
from sandbox.events import changes, emit
from sandbox.resources import RESOURCES, find
from sandbox.rounds import is_inquiry
from sandbox.shapes import complete
from sandbox.state import Origin, State, StripeObject, new_id

_SERVED = frozenset({"amount", "charge", "expand", "metadata", "payment_intent", "reason"})


def check(params: Mapping[str, Any]) -> None:
    """Check what the types of the parameters do not say.

    :raises StripeError: no charge, two charges, an amount below 1, or something that the sandbox cannot do
    """
    for name in params:
        if name not in _SERVED:
            raise errors.invalid_request(f"This sandbox cannot refund with {name}.", param=name, chosen=True)
    if "charge" in params and "payment_intent" in params:
        raise errors.exclusive_parameters("charge", "payment_intent")
    if "charge" not in params and "payment_intent" not in params:
        raise refund_errors.nothing_to_refund()
    if params.get("amount", 1) < 1:
        raise errors.integer_out_of_range("amount", least=1)


def create(state: State, params: Mapping[str, Any], origin: Origin, *, livemode: bool) -> StripeObject:
    """``POST /v1/refunds``: give back a charge, or a part of it.

    :param params: checked; ``amount`` in minor units, everything that is left where it is missing
    :param livemode: the caller's mode
    :raises StripeError: nothing was changed then
    """
    charge = _charge(state, params, livemode=livemode)
    amount = _amount(state, charge, params.get("amount"))
    refund = complete(
        "refunds",
        {
            "id": new_id("re"),
            "amount": amount,
            "balance_transaction": new_id("txn"),
            "charge": charge["id"],
            "created": state.clock.now(),
            "currency": charge["currency"],
            "livemode": charge["livemode"],
            "metadata": metadata.merge({}, params.get("metadata", {})),
            "payment_intent": charge["payment_intent"],
            "reason": params.get("reason"),
        },
    )
    before = copy.deepcopy(charge)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    emit(state, "refund.created", state.add("refunds", refund), origin=origin)
    emit(state, "charge.refunded", charge, changes(before, charge), origin)
    _settle(state, charge, amount)
    early_fraud_warnings.refresh(state, charge["id"], at=state.clock.now())
    return copy.deepcopy(refund)


def _charge(state: State, params: Mapping[str, Any], *, livemode: bool) -> StripeObject:
    charge_id, intent_id = params.get("charge"), params.get("payment_intent")
    if intent_id is not None:
        intents = RESOURCES["payment_intents"]
        intent = find(state, intents, intent_id, livemode=livemode, param="payment_intent")
        charge_id = intent["latest_charge"]
    return find(state, RESOURCES["charges"], charge_id or "", livemode=livemode, param="charge", status=404)


def _amount(state: State, charge: StripeObject, wanted: int | None) -> int:
    """The refunded amount, in minor units."""
    disputes = [each for each in state.collections["disputes"].values() if each["charge"] == charge["id"]]
    if not all(dispute["is_charge_refundable"] for dispute in disputes):
        raise refund_errors.charge_disputed(charge["id"])
    left: int = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise refund_errors.charge_already_refunded(charge["id"])
    if wanted is None:
        return left
    if wanted > left:
        raise refund_errors.refund_too_high(wanted, left, charge["currency"])
    return wanted


def _settle(state: State, charge: StripeObject, amount: int) -> None:
    """Close the inquiries that a refund ends: of a card the whole charge, of Klarna exactly what is disputed."""
    for dispute in state.collections["disputes"].values():
        if dispute["charge"] != charge["id"] or not is_inquiry(dispute) or dispute["status"] == "warning_closed":
            continue
        klarna = dispute["payment_method_details"]["type"] == "klarna"
        if charge["refunded"]:
            dispute["is_charge_refundable"] = False
        if amount == dispute["amount"] if klarna else charge["refunded"]:
            before = copy.deepcopy(dispute)
            dispute["status"] = "warning_closed"
            state.due.pop(dispute["id"], None)
            emit(state, "charge.dispute.closed", dispute, changes(before, dispute))

"""Enhanced evidence: how it reads, and what Stripe says about whether it counts (``enhanced_eligibility``).

Visa Compelling Evidence 3.0: the rules are those of Stripe's page "Visa Compelling Evidence 3.0 disputes". *Chosen*,
nobody has seen it: an earlier charge that can never count makes the dispute ``not_qualified``, what is only missing
makes it ``requires_action``; elements are compared as they are written; an address without its second line is complete.
"""

from typing import Any

import stripe

from sandbox.errors import no_such
from sandbox.state import State, StripeObject

VISA_CE3 = "visa_compelling_evidence_3"
VISA_CODE = "10.4"
PRIOR_CHARGES = 2
LEAST_DAYS, MOST_DAYS = 120, 364
DEVICE = {"customer_device_fingerprint": 20, "customer_device_id": 15}
"""The elements that name a device, with the least number of characters."""
MAIN = frozenset({"customer_purchase_ip", *DEVICE})
ELEMENTS = (*sorted(MAIN), "customer_account_id", "customer_email_address", "shipping_address")
ADDRESS = ("city", "country", "line1", "postal_code", "state")

_CE3 = stripe.Dispute.Evidence.EnhancedEvidence.VisaCompellingEvidence3
_DAY = 86_400


def complete(state: State, evidence: dict[str, Any]) -> dict[str, Any]:
    """Enhanced evidence as the API shows it: members that were not given, or cleared, are null.

    :param evidence: the content of ``evidence.enhanced_evidence``
    :raises StripeError: an earlier charge that does not exist
    """
    ce3 = evidence.get(VISA_CE3)
    if not ce3:
        return evidence
    disputed, priors = ce3.get("disputed_transaction"), ce3.get("prior_undisputed_transactions") or []
    for index, prior in enumerate(priors):
        if not state.get("charges", prior["charge"]):
            param = f"evidence[enhanced_evidence][{VISA_CE3}][prior_undisputed_transactions][{index}][charge]"
            raise no_such("charge", prior["charge"], param=param)
    shown = {
        "disputed_transaction": disputed and _transaction(_CE3.DisputedTransaction, disputed),
        "prior_undisputed_transactions": [_transaction(_CE3.PriorUndisputedTransaction, prior) for prior in priors],
    }
    return evidence | {VISA_CE3: shown}


def assess_eligibility(state: State, dispute: StripeObject) -> dict[str, Any]:
    """What ``evidence_details.enhanced_eligibility`` says of the evidence that is on the dispute."""
    evidence = dispute["evidence"]["enhanced_evidence"]
    found: dict[str, Any] = {}
    compliance = compliance_type(dispute)
    if compliance:
        acknowledged = (evidence.get(compliance) or {}).get("fee_acknowledged") is True
        found[compliance] = {"status": "fee_acknowledged" if acknowledged else "requires_fee_acknowledgement"}
    if VISA_CE3 in dispute["enhanced_eligibility_types"] or evidence.get(VISA_CE3):
        found[VISA_CE3] = _ce3(state, dispute, evidence.get(VISA_CE3) or {})
    return found


def compliance_type(dispute: StripeObject) -> str | None:
    """The kind of enhanced evidence that acknowledges a network's fee; None for a case without a fee."""
    card = dispute["payment_method_details"].get("card", {})
    return f"{card['network']}_compliance" if card.get("case_type") == "compliance" else None


def _transaction(kind: Any, given: dict[str, Any]) -> dict[str, Any]:
    shown = {name: given.get(name) or None for name in kind.__annotations__ if not name.startswith("_")}
    address = shown["shipping_address"]
    if address:
        names = kind.ShippingAddress.__annotations__
        shown["shipping_address"] = {name: address.get(name) or None for name in names}
    return shown


def _ce3(state: State, dispute: StripeObject, given: dict[str, Any]) -> dict[str, Any]:
    disputed, priors = given.get("disputed_transaction") or {}, given.get("prior_undisputed_transactions") or []
    charges = {prior["charge"] for prior in priors}
    counts = _is_visa_fraud(dispute) and len(charges) == len(priors) <= PRIOR_CHARGES
    if not counts or not all(_may_count(state, dispute, charge) for charge in charges):
        return {"required_actions": [], "status": "not_qualified"}
    missing = {
        "missing_customer_identifiers": not _match([disputed, *priors]),
        "missing_disputed_transaction_description": not disputed.get("product_description"),
        "missing_merchandise_or_services": not disputed.get("merchandise_or_services"),
        "missing_prior_undisputed_transaction_description": not all(prior["product_description"] for prior in priors),
        "missing_prior_undisputed_transactions": len(priors) < PRIOR_CHARGES,
    }
    actions = [action for action, is_missing in missing.items() if is_missing]
    return {"required_actions": actions, "status": "requires_action" if actions else "qualified"}


def _is_visa_fraud(dispute: StripeObject) -> bool:
    card = dispute["payment_method_details"].get("card", {})
    return (card.get("network"), card.get("network_reason_code")) == ("visa", VISA_CODE)


def _may_count(state: State, dispute: StripeObject, prior_id: str) -> bool:
    """Whether an earlier charge is paid, undisputed, of the same card, and old enough but not too old."""
    disputed, prior = state.get("charges", dispute["charge"]), state.get("charges", prior_id)
    if not disputed or not prior or not prior["amount"]:
        return False
    days = (disputed["created"] - prior["created"]) / _DAY
    same_card = _fingerprint(prior) is not None and _fingerprint(prior) == _fingerprint(disputed)
    return bool(same_card and prior["paid"] and not prior["disputed"] and LEAST_DAYS <= days <= MOST_DAYS)


def _fingerprint(charge: StripeObject) -> str | None:
    fingerprint: str | None = charge["payment_method_details"].get("card", {}).get("fingerprint")
    return fingerprint


def _match(transactions: list[dict[str, Any]]) -> bool:
    """Two elements are the same over all transactions, one of them a main one; the two of a device count once."""
    same = {name for name in ELEMENTS if _is_same(name, [each.get(name) for each in transactions])}
    kinds = {"device" if name in DEVICE else name for name in same}
    return bool(same & MAIN) and len(kinds) >= 2


def _is_same(name: str, values: list[Any]) -> bool:
    first = values[0]
    if name == "shipping_address":
        complete = first and all(first[part] for part in ADDRESS)
    else:
        complete = first and len(first) >= DEVICE.get(name, 1)
    return bool(complete) and all(value == first for value in values)

"""What Stripe itself knows about a disputed purchase."""

from collections.abc import Iterable
from typing import Any

from disputes.facts.facts import Fact, Facts
from disputes.facts.other_charges import history_facts, other_charge_facts
from disputes.facts.stripe_values import Object, at, facts_at, moment
from disputes.facts.subscription_facts import subscription_facts
from disputes.facts.types import RefundPart

_CARD = "payment_method_details.card"
_DISPUTE = {
    "dispute.created": ("created",),
    "dispute.amount": ("amount",),
    "dispute.currency": ("currency",),
    "dispute.network_reason_code": (
        f"{_CARD}.network_reason_code",
        "payment_method_details.klarna.reason_code",
        "payment_method_details.paypal.reason_code",
        "network_reason_code",
    ),
    "dispute.case_type": (f"{_CARD}.case_type",),
}
_CHARGE = {
    "charge.created": ("created",),
    "charge.amount": ("amount",),
    "charge.currency": ("currency",),
    "charge.amount_refunded": ("amount_refunded",),
    "charge.statement_descriptor": ("calculated_statement_descriptor",),
    "charge.billing_address": ("billing_details.address",),
    "charge.avs_line1": (f"{_CARD}.checks.address_line1_check",),
    "charge.avs_postal_code": (f"{_CARD}.checks.address_postal_code_check",),
    "charge.cvc_check": (f"{_CARD}.checks.cvc_check",),
    "charge.card_brand": (f"{_CARD}.brand",),
    "charge.last4": (f"{_CARD}.last4",),
    "charge.card_fingerprint": (f"{_CARD}.fingerprint",),
    "charge.wallet": (f"{_CARD}.wallet.type",),
    "charge.authorization_code": (f"{_CARD}.authorization_code",),
    "charge.network_transaction_id": (f"{_CARD}.network_transaction_id",),
    "charge.risk_level": ("outcome.risk_level",),
    "charge.three_d_secure": (f"{_CARD}.three_d_secure",),
    # Given with the payment. An address for the goods is never taken for the card's.
    "checkout.billing_address": ("billing_details.address",),
    "checkout.shipping_address": ("shipping.address",),
    "customer.name": ("billing_details.name",),
    "customer.email": ("billing_details.email", "receipt_email"),
    "shipment.carrier": ("shipping.carrier",),
    "shipment.tracking_number": ("shipping.tracking_number",),
}
# Today's record: only where the charge, the record of that day, holds nothing.
_CUSTOMER = {"customer.name": ("name",), "customer.email": ("email",)}
# Where the charge was made for another account, and that is expanded.
_SELLER = {
    "seller.name": ("business_profile.name", "settings.dashboard.display_name"),
    "seller.contact": ("business_profile.support_email", "business_profile.support_phone"),
}
_PAYMENT_INTENT = {"checkout.shipping_address": ("shipping.address",)}


def stripe_facts(
    dispute: Object,
    *,
    prior_charges: Iterable[Object] = (),
    prior_disputes: Iterable[Object] = (),
    invoices: Iterable[Object] = (),
    subscriptions: Iterable[Object] = (),
) -> Facts:
    """Facts from Stripe's objects, each with the object and path it comes from and the object's time.

    Stripe shows customer and subscription as they are today, with no date of a change: they count as of the dispute.

    :param dispute: with `charge.customer`, `charge.refunds` and `payment_intent` expanded; the rest is unknown
    :param prior_charges: charges of the same customer, with or without the disputed one
    :param prior_disputes: disputes of those charges
    :param invoices: the customer's; the one that this charge paid has the period
    :param subscriptions: the customer's, ended ones included
    """
    charge, opened, others = dispute.get("charge"), dispute.get("created"), tuple(prior_charges)
    return Facts(
        facts_at(at(charge, "customer"), _CUSTOMER, as_of=opened)
        | facts_at(dispute.get("payment_intent"), _PAYMENT_INTENT)
        | facts_at(at(charge, "on_behalf_of"), _SELLER, as_of=opened)
        | facts_at(charge, _CHARGE)
        | facts_at(dispute, _DISPUTE)
        | _refund(at(charge, "refunds.data") or (), opened)
        | history_facts(charge, others, prior_disputes)
        | other_charge_facts(charge, others)
        | subscription_facts(charge, invoices, subscriptions, as_of=opened)
    )


def _refund(refunds: Iterable[Object], opened: Any) -> dict[str, Fact]:
    """The refunds before the dispute; if there were none, those since.

    A sum of both would take the later date. A refund that is pending, failed or cancelled gave nothing back.

    :param opened: when the dispute was, in Unix seconds; None where there is none
    """
    done = sorted(
        (refund for refund in refunds if refund["status"] == "succeeded"), key=lambda refund: refund["created"]
    )
    made = [refund for refund in done if opened is None or refund["created"] < opened] or done
    if not made:
        return {}
    source, last = f"stripe {', '.join(refund['id'] for refund in made)}", moment(made[-1]["created"])
    values: dict[str, Any] = {
        "refund.amount": sum(refund["amount"] for refund in made),
        "refund.created_at": last,
        "refund.status": "succeeded",
        "refund.reference": _joined(made, "destination_details.card.reference"),
        "refund.method": _joined(made, "destination_details.type"),
        "refund.parts": tuple(map(_part, made)) if len(made) > 1 else (),
    }
    return {name: Fact(value, source, last) for name, value in values.items() if value}


def _part(refund: Object) -> RefundPart:
    return RefundPart(
        amount=refund["amount"],
        created_at=moment(refund["created"]),
        reference=at(refund, "destination_details.card.reference") or None,
        method=at(refund, "destination_details.type") or None,
    )


def _joined(refunds: Iterable[Object], path: str) -> str:
    return ", ".join(dict.fromkeys(at(refund, path) for refund in refunds if at(refund, path)))

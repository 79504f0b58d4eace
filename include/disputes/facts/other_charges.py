"""Facts about a disputed charge from the customer's other charges at Stripe."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from disputes.facts.facts import Fact, Facts
from disputes.facts.stripe_values import Object, at, facts_at, id_of, moment
from disputes.facts.types import PriorCharge
from disputes.facts.wording import instant

_UNDISPUTED = "history.prior_undisputed"
_FINGERPRINT = "payment_method_details.card.fingerprint"
_PAID_WITH = {
    "customer.email": ("billing_details.email", "receipt_email"),
    "checkout.shipping_address": ("shipping.address",),
}
_NEAR_DATE = 31 * 86_400
"""Longest time between a charge and the one that it may repeat, in seconds: a month, as between two renewals."""
_RECENT = 7 * 86_400
"""Seconds before a charge in which other charges, paid or refused, may form a burst."""
_NEAR_AMOUNT = 0.05
"""Share by which the two amounts may differ."""
_PAID = ("paid", "partially refunded")
_REPORTS = ("fraud_details.stripe_report", "fraud_details.user_report")


def history_facts(charge: Any, others: Iterable[Object], disputes: Iterable[Object]) -> dict[str, Fact]:
    """Earlier charges on the same card: valid ones, and those that its holder had already called fraud.

    :param charge: expanded; nothing is known of an id or None
    :param disputes: of the other charges
    """
    fingerprint = at(charge, _FINGERPRINT)
    if not fingerprint:
        return {}
    earlier = [
        other
        for other in others
        if at(other, _FINGERPRINT) == fingerprint and other["created"] < charge["created"] and other["amount"] > 0
    ]
    reported = {
        id_of(dispute["charge"])
        for dispute in disputes
        if dispute["reason"] == "fraudulent" and dispute["created"] < charge["created"]
    }
    source = f"stripe charges with the card fingerprint {fingerprint}"
    recent = [other for other in earlier if charge["created"] - other["created"] < _RECENT]
    return (
        _prior(_UNDISPUTED, filter(_stands, earlier), source)
        | _prior(
            "history.prior_disputed_fraud",
            (other for other in earlier if other["id"] in reported),
            f"{source}, disputes",
        )
        | _prior("history.recent_charges", recent, source)
    )


def drop_refuted(facts: Facts, others: Iterable[Object]) -> Facts:
    """The merchant's facts, without earlier charges that, according to Stripe, were not paid or have been disputed.

    :param others: Stripe's charges of the same customer
    """
    if _UNDISPUTED not in facts:
        return facts
    fact, refuted = facts[_UNDISPUTED], {other["id"] for other in others if not _stands(other)}
    left = tuple(prior for prior in fact.value if prior.charge not in refuted)
    rest = {name: held for name, held in facts.items() if name != _UNDISPUTED}
    return Facts(rest | ({_UNDISPUTED: replace(fact, value=left)} if left else {}))


def drop_young(known: Facts, days: int) -> Facts:
    """The facts without earlier charges that are too recent to count as history.

    :param days: from which an earlier charge counts
    """
    if _UNDISPUTED not in known or "charge.created" not in known:
        return known
    fact, made = known[_UNDISPUTED], instant(known["charge.created"].value)
    old = tuple(prior for prior in fact.value if made - instant(prior.created) >= timedelta(days=days))
    rest = {name: held for name, held in known.items() if name != _UNDISPUTED}
    return Facts(rest | ({_UNDISPUTED: replace(fact, value=old)} if old else {}))


def other_charge_facts(charge: Any, others: Iterable[Object]) -> dict[str, Fact]:
    """The charge that the disputed one may be taken to repeat: of the same or nearly the same amount, near in time.

    :param charge: expanded; nothing is known of an id or None
    :param others: of the same customer, with or without the disputed one
    """
    if at(charge, "created") is None:
        return {}
    near = [other for other in others if _near(other, charge)]
    if not near:
        return {}
    other = min(near, key=lambda one: (abs(one["amount"] - charge["amount"]), abs(one["created"] - charge["created"])))
    created = moment(other["created"])
    values = {"id": other["id"], "created": created, "amount": other["amount"], "status": _status(other)}
    return {f"other_charge.{member}": Fact(value, f"stripe {other['id']}", created) for member, value in values.items()}


def _near(other: Object, charge: Object) -> bool:
    return bool(
        other["id"] != charge["id"]
        and other["status"] == "succeeded"
        and other["currency"] == charge["currency"]
        and abs(other["created"] - charge["created"]) <= _NEAR_DATE
        and abs(other["amount"] - charge["amount"]) <= charge["amount"] * _NEAR_AMOUNT
    )


def _status(charge: Object) -> str:
    if charge.get("refunded"):
        return "refunded"
    if charge.get("captured") is False:
        return "authorized, not captured"
    return "partially refunded" if charge.get("amount_refunded") else "paid"


def _prior(name: str, charges: Iterable[Object], source: str) -> dict[str, Fact]:
    value = tuple(_prior_charge(charge) for charge in sorted(charges, key=lambda charge: charge["created"]))
    return {name: Fact(value, source, value[-1].created)} if value else {}


def _prior_charge(charge: Object) -> PriorCharge:
    given = {name: fact.value for name, fact in facts_at(charge, _PAID_WITH).items()}
    return PriorCharge(
        charge=charge["id"],
        created=moment(charge["created"]),
        amount=charge["amount"],
        currency=charge["currency"],
        description=charge.get("description") or None,
        email=given.get("customer.email"),
        shipping_address=given.get("checkout.shipping_address"),
    )


def _stands(charge: Object) -> bool:
    """Paid, not refunded, not disputed, not reported as fraud."""
    reported = charge.get("disputed") or any(at(charge, report) == "fraudulent" for report in _REPORTS)
    return charge["status"] == "succeeded" and _status(charge) in _PAID and not reported

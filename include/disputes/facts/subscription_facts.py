"""What Stripe knows about the recurring agreement behind a charge."""

from collections.abc import Iterable
from typing import Any

from disputes.facts.facts import Fact
from disputes.facts.stripe_values import Object, at, facts_at, id_of, moment

_PAID_WITHIN = 3600
"""Longest time between a charge and its invoice's payment if the invoice names no payment, in seconds."""
_SUBSCRIPTION = {
    "subscription.started_at": ("start_date",),
    "subscription.trial_end": ("trial_end",),
    "subscription.cancel_effective_at": ("ended_at", "cancel_at"),
    "support.cancel_survey_answer": ("cancellation_details.comment", "cancellation_details.feedback"),
}
# `canceled_at` is also set when the merchant, a failed payment or a dispute ended it: that is not a request.
_REQUESTED = {"subscription.cancel_requested_at": ("canceled_at",)}


def subscription_facts(
    charge: Any, invoices: Iterable[Object], subscriptions: Iterable[Object], *, as_of: Any
) -> dict[str, Fact]:
    """Facts of the subscription that the charge was for; none when it is not clear which one that was.

    :param charge: expanded; nothing is known of an id or None
    :param as_of: Unix seconds; Stripe keeps a subscription as it is today
    """
    if at(charge, "created") is None:
        return {}
    invoice = next((invoice for invoice in invoices if _paid_by(invoice, charge)), None)
    subscription = _subscription(charge, invoice, tuple(subscriptions))
    asked = at(subscription, "cancellation_details.reason") == "cancellation_requested"
    return (
        facts_at(subscription, _SUBSCRIPTION | (_REQUESTED if asked else {}), as_of=as_of)
        | _terms(subscription, as_of)
        | _status(subscription, charge)
        | _period(invoice)
    )


def _subscription(charge: Object, invoice: Object | None, subscriptions: tuple[Object, ...]) -> Object | None:
    if invoice is not None:
        wanted = id_of(at(invoice, "parent.subscription_details.subscription") or invoice.get("subscription"))
        return next((one for one in subscriptions if one["id"] == wanted), None)
    running = [one for one in subscriptions if one["start_date"] <= charge["created"]]
    return running[0] if len(running) == 1 else None


def _paid_by(invoice: Object, charge: Object) -> bool:
    """Whether this charge paid the invoice; payments are named in `payments`, before 2025 on the invoice itself."""
    payments = [at(payment, "payment") for payment in at(invoice, "payments.data") or ()]
    named = {id_of(at(holder, key)) for holder in (invoice, *payments) for key in ("charge", "payment_intent")} - {None}
    if named:
        return bool(named & {charge["id"], id_of(charge.get("payment_intent"))})
    paid_at = at(invoice, "status_transitions.paid_at")
    return (
        paid_at is not None
        and abs(paid_at - charge["created"]) <= _PAID_WITHIN
        and (invoice["amount_paid"], invoice["currency"]) == (charge["amount"], charge["currency"])
    )


def _terms(subscription: Object | None, as_of: Any) -> dict[str, Fact]:
    """Plan, price and interval; several items at once have no single price."""
    items: Any = at(subscription, "items.data") or ()
    if subscription is None or len(items) != 1:
        return {}
    price = at(items[0], "price")
    amount, quantity = at(price, "unit_amount"), items[0].get("quantity") or 1
    count, interval = at(price, "recurring.interval_count"), at(price, "recurring.interval")
    values = {
        "subscription.plan": at(price, "nickname") or at(price, "product.name"),
        "subscription.price": amount * quantity if amount else None,
        "subscription.interval": f"{count} {interval}s" if count and count > 1 else interval,
    }
    source = f"stripe {subscription['id']} items.data.0.price"
    return {name: Fact(value, source, moment(as_of)) for name, value in values.items() if value}


def _status(subscription: Object | None, charge: Object) -> dict[str, Fact]:
    """Whether it was active when the charge was made."""
    if subscription is None or subscription["start_date"] > charge["created"]:
        return {}
    ended = subscription.get("ended_at")
    status = "canceled" if ended is not None and ended <= charge["created"] else "active"
    source = f"stripe {subscription['id']} start_date, ended_at"
    return {"subscription.status_at_charge": Fact(status, source, moment(charge["created"]))}


def _period(invoice: Object | None) -> dict[str, Fact]:
    """The period that was paid for: the lines say it, the invoice's own period is the one before."""
    periods = [line["period"] for line in at(invoice, "lines.data") or () if line.get("period")]
    if invoice is None or not periods:
        return {}
    paid = max(periods, key=lambda period: (period["end"], period["start"]))
    source, created = f"stripe {invoice['id']} lines.data.period", moment(invoice["created"])
    return {
        "subscription.period_start": Fact(moment(paid["start"]), source, created),
        "subscription.period_end": Fact(moment(paid["end"]), source, created),
    }

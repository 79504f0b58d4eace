"""The refusals of a refund, worded as Stripe words them."""

from sandbox.errors import StripeError, invalid_request


def nothing_to_refund() -> StripeError:
    """Refuse a refund that names neither a charge nor a payment intent."""
    return invalid_request(
        "One of the following params should be provided for this request: payment_intent or charge.",
        code="parameter_missing",
        chosen=True,
    )


def charge_disputed(charge: str) -> StripeError:
    """Refuse to refund a charge whose money a chargeback has taken."""
    return invalid_request(f"Charge {charge} has been charged back; cannot issue a refund.", code="charge_disputed")


def charge_already_refunded(charge: str) -> StripeError:
    """Refuse to refund a charge that has nothing left."""
    return invalid_request(f"Charge {charge} has already been refunded.", code="charge_already_refunded")


def refund_too_high(amount: int, left: int, currency: str) -> StripeError:
    """Refuse to refund more than the charge has left.

    :param amount: minor units, as ``left``
    """
    return invalid_request(
        f"Refund amount ({_money(amount, currency)}) is greater than unrefunded amount on charge "
        f"({_money(left, currency)})",
        param="amount",
    )


def _money(amount: int, currency: str) -> str:
    sign = {"usd": "$", "eur": "€", "gbp": "£"}.get(currency, f"{currency.upper()} ")
    return f"{sign}{amount / 100:.2f}"

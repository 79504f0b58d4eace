"""The money of a dispute: balance transactions and the events that come with them."""

from typing import Any

from sandbox import events
from sandbox.state import State, StripeObject, new_id

FEE = 1500
"""The dispute fee in minor units; kept by Stripe after a win (seen in 2026)."""


def withdraw(state: State, dispute: StripeObject, at: int) -> None:
    """Take the disputed amount and the fee, as at the opening of a chargeback.

    :param at: Unix seconds
    """
    _book(state, dispute, -dispute["amount"], FEE, f"Chargeback withdrawal for {dispute['charge']}", "dispute", at)
    dispute["is_charge_refundable"] = False
    events.emit(state, "charge.dispute.funds_withdrawn", dispute, at=at)


def reinstate(state: State, dispute: StripeObject) -> None:
    """Give the disputed amount back, as on a win."""
    now = state.clock.now()
    _book(state, dispute, dispute["amount"], 0, f"Chargeback reversal for {dispute['charge']}", "dispute_reversal", now)
    dispute["is_charge_refundable"] = True
    events.emit(state, "charge.dispute.funds_reinstated", dispute)


def _book(state: State, dispute: StripeObject, amount: int, fee: int, description: str, category: str, at: int) -> None:
    details: list[dict[str, Any]] = []
    if fee:
        details = [
            {
                "amount": fee,
                "application": None,
                "currency": dispute["currency"],
                "description": "Dispute fee",
                "type": "stripe_fee",
            }
        ]
    dispute["balance_transactions"].append(
        {
            "id": new_id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": at,
            "balance_type": "payments",
            "created": at,
            "currency": dispute["currency"],
            "description": description,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": details,
            "net": amount - fee,
            "reporting_category": category,
            "source": dispute["id"],
            "status": "available",
            "type": "adjustment",
        }
    )

"""Outcome records for the report's tests."""

from typing import Any

from disputes.response.outcome_records import OutcomeRecord

OPENED = 1_790_000_000
"""In September 2026."""
DAY = 86_400


def ended(response: str = "du_1__chargeback__1", **changes: Any) -> OutcomeRecord:
    values = {
        "response": response,
        "dispute": response.partition("__")[0],
        "round": "chargeback",
        "revision": 1,
        "account": "stripe_default",
        "reason": "fraudulent",
        "claim": "fraudulent",
        "product_type": "physical_product",
        "network": "visa",
        "amount": 4200,
        "currency": "usd",
        "outcome": "won",
        "status": "won",
        "submission_method": "manual",
        "fields": ("receipt",),
        "version": "0.1.0",
        "opened_at": OPENED,
        "submitted_at": OPENED + 3 * DAY,
        "seen_at": OPENED + 40 * DAY,
        "days_to_submission": 3.0,
        "days_to_outcome": 40.0,
        "balance_currency": "usd",
        "fees": 1500,
        "net": -1500,
        "livemode": True,
    }
    return OutcomeRecord.model_validate(values | changes)

"""Stripe's reasons, and the DAGs that may answer a dispute of each.

A reason's own DAG is tried first. If it has none, the dispute goes to the one that bank debits share, and finally
to the general one. So a reason gets its own DAG by adding a file, `dags/respond_<reason>.py`, and nothing else.
"""

BANK_DEBITS = (
    "bank_cannot_process",
    "check_returned",
    "customer_initiated",
    "debit_not_authorized",
    "incorrect_account_details",
    "insufficient_funds",
)
"""Reasons for disputes of bank debits."""
REASONS = (
    "credit_not_processed",
    "duplicate",
    "fraudulent",
    "general",
    "noncompliant",
    "product_not_received",
    "product_unacceptable",
    "subscription_canceled",
    "unrecognized",
    *BANK_DEBITS,
)
"""All reasons of the API. Source: https://docs.stripe.com/api/disputes/object#dispute_object-reason"""
_PREFIX = "respond_"
BANK_DEBITS_DAG = f"{_PREFIX}bank_debits"
GENERAL_DAG = f"{_PREFIX}general"
SHARED_DAGS = (BANK_DEBITS_DAG, GENERAL_DAG)
"""DAGs that take disputes with several reasons, in the order in which they are tried."""


def dags_of(reason: str) -> tuple[str, ...]:
    """The DAGs that may answer disputes of this reason, in the order in which they are tried: the first that exists.

    :param reason: Stripe's, a new one too
    """
    shared = SHARED_DAGS if reason in BANK_DEBITS else (GENERAL_DAG,)
    return tuple(dict.fromkeys((f"{_PREFIX}{reason}", *shared)))

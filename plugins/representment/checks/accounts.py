"""Each Stripe account: does the key work, and has it every permission that the connection's mode needs?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import Variable

from representment.hooks.stripe_hook import StripeHook
from representment.settings import ACCOUNTS_VARIABLE, accounts_of

if TYPE_CHECKING:
    from representment.checks.finding import Findings


def check_accounts(found: Findings) -> None:
    """Try each permission of each account's key; nothing changes at Stripe."""
    with found.looking_at(f"variable {ACCOUNTS_VARIABLE}"):
        for account in accounts_of(Variable.get(ACCOUNTS_VARIABLE, default="[]")):
            with found.looking_at(f"connection {account}"):
                _check_account(StripeHook(account), found)


def _check_account(stripe: StripeHook, found: Findings) -> None:
    about = f"connection {stripe.stripe_conn_id}"
    _ = stripe.client, stripe.mode  # errors of the connection itself name it
    works, said = stripe.test_connection()
    (found.ok if works else found.wrong)(f"{about}: {said}")
    if not stripe.extras.get("webhook_secrets"):
        found.note(f"{about}: has no webhook_secrets, so only the poll and the queue find disputes")

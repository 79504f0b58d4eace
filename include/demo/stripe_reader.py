"""Reads disputes from Stripe, by plain HTTP: how they ended is asked where the bank would ask, not Airflow."""

import time
from dataclasses import dataclass
from typing import Any

import httpx

from demo.connections import Connection
from demo.ports import is_local

STRIPE = "https://api.stripe.com"
TRIES = 6


@dataclass(frozen=True)
class StripeReader:
    """Stripe, read only.

    :param connection: the connection `stripe_default`.
    """

    connection: Connection

    def dispute(self, dispute_id: str) -> dict[str, Any]:
        """Return a dispute as Stripe has it now.

        :raises httpx.HTTPError: refused, or no answer after several tries.
        """
        extra = self.connection.extra
        headers = {"Authorization": f"Bearer {self.connection.password}"}
        if account := extra.get("account"):
            headers["Stripe-Account"] = account
        base = extra.get("base_url") or STRIPE
        for left in reversed(range(TRIES)):
            try:
                response = httpx.get(
                    f"{base}/v1/disputes/{dispute_id}", headers=headers, timeout=10, trust_env=not is_local(base)
                )
                response.raise_for_status()
                break
            except httpx.HTTPError as error:
                # The demo may have ordered faults, which meet this request too.
                refused = isinstance(error, httpx.HTTPStatusError) and error.response.status_code < 429
                if refused or not left:
                    raise
                time.sleep(0.2)
        dispute: dict[str, Any] = response.json()
        return dispute

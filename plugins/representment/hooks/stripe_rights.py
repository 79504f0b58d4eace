"""Finds the permissions that a restricted key lacks: Stripe names them when it refuses a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import stripe

from representment.modes import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOT_THERE = "du_0"
"""An id that no dispute has: a write to it changes nothing, and Stripe checks the permission before the id."""
_ONE = {"limit": 1}


def find_missing_rights(client: stripe.StripeClient, mode: Mode) -> list[str]:
    """A line for each permission that this mode needs and the key lacks, in Stripe's own words, which name it.

    :raises stripe.StripeError: Stripe cannot be asked: the key is wrong, or nothing answers
    """
    missing = [(Mode.SHADOW, said) for call in _reads(client) if (said := _refusal(call))]
    if mode.allows(Mode.STAGE):
        missing += [(Mode.STAGE, said) for call in _writes(client) if (said := _refusal(call))]
    return [f"mode {needs_it} needs it: {said}" for needs_it, said in dict.fromkeys(missing)]


def _reads(client: stripe.StripeClient) -> Iterator[Callable[[], Any]]:
    resources = client.v1
    for lister in (
        resources.disputes,
        resources.charges,
        resources.refunds,
        resources.customers,
        resources.payment_intents,
        resources.invoices,
        resources.subscriptions,
        resources.radar.early_fraud_warnings,
    ):
        # Each resource has its own types for the same parameter.
        yield lambda ask=lister.list: ask(_ONE)  # type: ignore[misc]


def _writes(client: stripe.StripeClient) -> Iterator[Callable[[], Any]]:
    """Requests without effect: an update of a dispute that does not exist, and an upload of an empty file."""
    yield lambda: client.v1.disputes.update(NOT_THERE, {"submit": False})
    yield lambda: client.v1.files.create({"purpose": "dispute_evidence"})  # type: ignore[typeddict-item]


def _refusal(call: Callable[[], Any]) -> str | None:
    """Stripe's refusal if the key lacks the permission; None if it has it."""
    try:
        call()
    except stripe.PermissionError as error:
        return error.user_message or str(error)
    except stripe.InvalidRequestError:
        return None  # the key has the permission; the request was not meant to succeed
    return None

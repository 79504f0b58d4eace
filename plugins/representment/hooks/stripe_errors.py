"""Stripe's errors as ours: final, or worth another try.

Stripe's own advice decides (`Stripe-Should-Retry`, then the status).
Source: https://docs.stripe.com/error-low-level, https://docs.stripe.com/rate-limits
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import stripe

from representment.exceptions import StripeRefusedError, StripeUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

REMEDIES = {
    401: "Put a valid key into the connection's password",
    403: "Give the key the permission that the message names, or set the connection's account right",
    404: "Check that the key, its mode and the account belong to this object",
}
PASSING = (409, 424, 429)
"""A conflict with a request in progress, a fault outside of Stripe, a rate limit or a lock."""
UNSTORED = (401, 403, 409, 429)
"""Answers that never reach Stripe's idempotency layer: the same key is a new request next time."""


@contextmanager
def translated(subject: Any) -> Iterator[None]:
    """Raise our errors for Stripe's inside this block.

    :param subject: the id that the call is about
    """
    try:
        yield
    except stripe.StripeError as error:
        raise _ours(error, subject if isinstance(subject, str) else None) from error


def _ours(error: stripe.StripeError, subject: str | None) -> StripeRefusedError:
    status = error.http_status
    advice = (error.headers or {}).get("stripe-should-retry")
    # Without Stripe's own error object it was a proxy that spoke, and Stripe may still be at work under the key.
    stripes = error.error is not None
    passing = not stripes or status is None or status >= 500 or status in PASSING or advice == "true"
    if isinstance(error, stripe.IdempotencyError):
        passing = False
    # `error.code` is None on 401, 403, 409 and 429; the body has it.
    code = getattr(error.error, "code", None) or error.code
    param = getattr(error, "param", None)
    text = "; ".join(part for part in (error.user_message or str(error), code, param and f"param {param}") if part)
    kind = StripeUnavailableError if passing else StripeRefusedError
    return kind(
        f"Stripe answered {status or 'nothing'}: {text}",
        request_id=error.request_id,
        stored=stripes and status not in UNSTORED,
        # A lock or a conflict is about another request, which may do it.
        nothing_done=stripes and status == 429 and code != "lock_timeout",
        dispute=subject,
        remedy=None if passing else REMEDIES.get(status or 0, "Mend what the message names, then clear this task"),
    )


def download(url: str, *, key: str, headers: dict[str, str]) -> bytes:
    """The body behind an address of Stripe's that answers with bytes instead of JSON.

    :param key: the API key, sent as the user name
    """
    try:
        answer = httpx.get(url, auth=(key, ""), headers=headers, timeout=80)
    except httpx.TransportError as error:
        raise StripeUnavailableError(f"Stripe answered nothing: {error}", subject=url, stored=False) from error
    if answer.is_success:
        return answer.content
    kind = StripeUnavailableError if answer.status_code >= 500 or answer.status_code == 429 else StripeRefusedError
    raise kind(
        f"Stripe answered {answer.status_code}",
        subject=url,
        remedy=REMEDIES.get(answer.status_code),
        request_id=answer.headers.get("request-id"),
    )

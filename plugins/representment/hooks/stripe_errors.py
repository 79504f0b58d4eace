"""Translates Stripe's errors into ours: whether another try helps, whether the key is spent, and what to do.

Stripe's own advice (`Stripe-Should-Retry`) can make an error passing, never final.
Source: https://docs.stripe.com/error-low-level, https://docs.stripe.com/rate-limits
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import stripe

from representment.exceptions import StripeRefusedError, StripeUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

MEND = "Fix what the message names, then clear this task"


class Meaning(NamedTuple):
    """What one of Stripe's answers means.

    :param passing: whether the same call may succeed later
    :param stored: whether Stripe keeps the answer under the idempotency key; one that never reached that layer is not
        kept, and the same key is a new request next time
    :param remedy: what a person has to do; None where time does it
    :param nothing_done: whether a temporary answer says that Stripe has done nothing, nor is at work on the same
    """

    passing: bool
    stored: bool
    remedy: str | None
    nothing_done: bool = False


MEANINGS: dict[str | int, Meaning] = {
    # Codes, where they say more than their status.
    "account_invalid": Meaning(passing=False, stored=False, remedy="Correct the account in the connection"),
    "api_key_expired": Meaning(passing=False, stored=False, remedy="Put the new key into the connection's password"),
    "idempotency_key_in_use": Meaning(passing=True, stored=False, remedy=None),
    "lock_timeout": Meaning(passing=True, stored=False, remedy=None),
    "rate_limit": Meaning(passing=True, stored=False, remedy=None, nothing_done=True),
    # Statuses.
    400: Meaning(passing=False, stored=True, remedy=MEND),
    401: Meaning(passing=False, stored=False, remedy="Put a valid key into the connection's password"),
    402: Meaning(passing=False, stored=True, remedy=MEND),
    403: Meaning(passing=False, stored=False, remedy="Give the key the permission that the message names"),
    404: Meaning(
        passing=False, stored=True, remedy="Check that the key, its mode and the account belong to this object"
    ),
    # A conflict with a request in progress, a fault outside of Stripe, a rate limit or a lock.
    409: Meaning(passing=True, stored=False, remedy=None),
    424: Meaning(passing=True, stored=True, remedy=None),
    429: Meaning(passing=True, stored=False, remedy=None, nothing_done=True),
}
"""Stripe's code or HTTP status -> what it means. 500 and above are temporary and stored; others count as 400."""
_NO_ANSWER = Meaning(passing=True, stored=False, remedy=None)
_FAULT = Meaning(passing=True, stored=True, remedy=None)


@contextmanager
def translate_errors(subject: Any) -> Iterator[None]:
    """Raise our errors for Stripe's inside this block.

    :param subject: the id that the call is about
    """
    try:
        yield
    except stripe.StripeError as error:
        raise _ours(error, subject if isinstance(subject, str) else None) from error


def _ours(error: stripe.StripeError, subject: str | None) -> StripeRefusedError:
    status = error.http_status
    # `error.code` is None on 401, 403, 409 and 429; the body has it.
    code = getattr(error.error, "code", None) or error.code
    # Without Stripe's own error object a proxy answered, and Stripe may still be processing the request.
    meaning = _NO_ANSWER if error.error is None else _meaning(status, code)
    if (error.headers or {}).get("stripe-should-retry") == "true":
        meaning = meaning._replace(passing=True)
    if isinstance(error, stripe.IdempotencyError):
        meaning = Meaning(passing=False, stored=True, remedy=MEND)
    param = getattr(error, "param", None)
    text = "; ".join(part for part in (error.user_message or str(error), code, param and f"param {param}") if part)
    return _refusal(f"{status or 'nothing'}: {text}", meaning, request_id=error.request_id, dispute=subject)


def _meaning(status: int | None, code: str | None = None) -> Meaning:
    if status is None:
        return _NO_ANSWER
    if status >= 500:
        return _FAULT
    return MEANINGS.get(code or "") or MEANINGS.get(status) or MEANINGS[400]


def _refusal(answer: str, meaning: Meaning, **where: str | None) -> StripeRefusedError:
    kind = StripeUnavailableError if meaning.passing else StripeRefusedError
    remedy = None if meaning.passing else meaning.remedy
    return kind(
        f"Stripe answered {answer}", stored=meaning.stored, nothing_done=meaning.nothing_done, remedy=remedy, **where
    )


def download(url: str, *, client: httpx.Client) -> bytes:
    """The body at one of Stripe's URLs that answers with bytes instead of JSON."""
    try:
        answer = client.get(url)
    except httpx.TransportError as error:
        raise StripeUnavailableError(f"Stripe did not answer: {error}", subject=url, stored=False) from error
    if answer.is_success:
        return answer.content
    meaning, request_id = _meaning(answer.status_code), answer.headers.get("request-id")
    raise _refusal(str(answer.status_code), meaning, subject=url, request_id=request_id)

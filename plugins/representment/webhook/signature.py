"""Stripe's webhook signature. Source: https://docs.stripe.com/webhooks/signature.

Not the `stripe` package's own check: that decodes the body and fails with other errors than its own on bytes which
are no UTF-8, in the body or in the header.
"""

import hashlib
import hmac
from collections.abc import Iterable

TOLERANCE = 300
"""Seconds that a signature may be old, as in Stripe's own libraries; the future is not looked at there either."""


def is_signed(body: bytes, header: str, secrets: Iterable[str], *, now: float) -> bool:
    """Whether one of the secrets signed this body not too long ago. Compares in constant time.

    :param body: as received
    :param header: `Stripe-Signature`: `t=…,v1=…`, with several `v1` while a secret is rolled
    :param now: Unix seconds
    """
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    given = [value.encode() for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit()) or len(times[0]) > 12:
        return False
    if int(times[0]) < now - TOLERANCE:
        return False
    expected = [hmac.new(secret.encode(), f"{times[0]}.".encode() + body, hashlib.sha256) for secret in secrets]
    # No short cut: how long it takes tells nothing about which of them fits.
    return any([hmac.compare_digest(one.hexdigest().encode(), each) for one in expected for each in given])  # noqa: C419

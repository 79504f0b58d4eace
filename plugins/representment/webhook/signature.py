"""Stripe's webhook signature. Source: https://docs.stripe.com/webhooks/signature.

Not the `stripe` package's own check: that one needs the body, decodes it, and fails with errors of other kinds on
bytes that are not UTF-8. Here the header alone is read first, so a request that cannot be Stripe's costs nothing.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

TOLERANCE = 300
"""Greatest age of a signature in seconds, as in Stripe's own libraries, which do not reject future times either."""
_MOST_SIGNATURES = 16
"""Most signatures in one header. Stripe sends one for each secret of the endpoint, two while a secret is rolled."""


@dataclass(frozen=True)
class SignatureHeader:
    """A `Stripe-Signature` header that may be Stripe's.

    :param time: as written, Unix seconds; part of what was signed
    :param signatures: every `v1`
    """

    time: str
    signatures: tuple[bytes, ...]

    @classmethod
    def parse(cls, header: str, *, now: float) -> Self | None:
        """Read a header; None when it is malformed, or older than :data:`TOLERANCE`.

        :param header: `t=…,v1=…`, with several `v1` while a secret is rolled
        :param now: Unix seconds
        """
        parts = [part.strip().partition("=") for part in header.split(",")]
        times = [value for name, _, value in parts if name == "t"]
        signatures = tuple(value.encode() for name, _, value in parts if name == "v1")
        if len(times) != 1 or not (times[0].isascii() and times[0].isdigit()) or len(times[0]) > 12:
            return None
        if not 1 <= len(signatures) <= _MOST_SIGNATURES or int(times[0]) < now - TOLERANCE:
            return None
        return cls(times[0], signatures)

    def fits(self, body: bytes, secrets: Iterable[str]) -> bool:
        """Whether one of the secrets signed this body. Compares in constant time."""
        expected = [hmac.new(secret.encode(), f"{self.time}.".encode() + body, hashlib.sha256) for secret in secrets]
        digests = [one.hexdigest().encode() for one in expected]
        # Every pair is compared: how long it takes must not tell which of them fits.
        return any([hmac.compare_digest(digest, given) for digest in digests for given in self.signatures])  # noqa: C419

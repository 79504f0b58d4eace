"""The keys by which Stripe recognises a repeated write."""

import hashlib

from disputes.canonical import canonical_json

KEY_PREFIX = "representment-"
"""Prefix of all our keys, so that an event shows that we caused it."""


def idempotency_key(dispute: str, round: str, operation: str, sha256: str, attempt: int) -> str:  # noqa: A002 - one name
    """The key of one write: the same for the same write, another for any other; within Stripe's 255 characters.

    :param operation: like `stage` or `submit`
    :param sha256: of what is written
    :param attempt: one more after each definite refusal, since Stripe replays a stored refusal for a day
    """
    parts = canonical_json([dispute, round, operation, sha256, attempt])
    return f"{KEY_PREFIX}{operation}-{hashlib.sha256(parts).hexdigest()}"

"""The number in an idempotency key: it goes up only after a definite answer, never after none."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from representment.exceptions import StripeRefusedError
from representment.storage.record_names import refused_record, spent_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from representment.storage.records import Records


@contextmanager
def attempt(records: Records, operation: str, number: int | None = None) -> Iterator[int]:
    """The number of the attempt that is due.

    Stripe replays a stored answer for a day even when its cause is gone, so such an answer is recorded, and the next
    try has another number, as after any other permanent refusal. After no answer or a lock, the number and so the key
    stay. They also stay after a rate limit, but then Stripe did nothing, which is recorded for other revisions.
    Source: https://docs.stripe.com/error-low-level#idempotency

    :param records: of the round, or of another operation that must happen at most once
    :param operation: `stage`, `submit`, `unstage`, `close` or `refund`
    :param number: of the attempt that was due when the caller looked; None: read it now
    """
    number = number or records.attempt(operation)
    try:
        yield number
    except StripeRefusedError as error:
        if error.stored or not error.passing:
            spend(records, operation, number, str(error))
        elif error.nothing_done:
            records.keep(refused_record(operation, number), {"at": int(time.time()), "why": str(error)})
        raise


def spend(records: Records, operation: str, number: int, why: str) -> None:
    """Record that this attempt's key must not be used again."""
    records.keep(spent_record(operation, number), {"at": int(time.time()), "why": why})

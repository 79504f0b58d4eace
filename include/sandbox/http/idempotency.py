"""Idempotency keys: for a day, a key gets the answer that its first request got."""

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sandbox.clock import Clock
from sandbox.http import request_errors

KEPT_SECONDS = 24 * 3600
KEY_LENGTH = 255


@dataclass(frozen=True)
class Answer:
    """What a request was answered.

    :param headers: the headers in addition to the usual ones, the same on a replay
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    mimetype: str = "application/json"


@dataclass
class _First:
    """The first request under a key; without an answer while it runs."""

    path: str
    params: dict[str, Any]
    request_id: str
    at: int
    answer: Answer | None = None


@dataclass(frozen=True)
class Replay:
    """An answer from the store, and the request that it was first given to."""

    answer: Answer
    request_id: str


class Idempotency:
    """The store of one account; keys are kept apart by mode."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._first: dict[tuple[bool, str], _First] = {}

    def begin(self, key: str, *, livemode: bool, path: str, params: dict[str, Any], request_id: str) -> Replay | None:
        """Start a request under a key, or return the answer to its first request.

        :param params: the form as it was sent, unchecked
        :raises StripeError: the key is in use, or was used for something else
        """
        if len(key) > KEY_LENGTH:
            raise request_errors.idempotency_key_too_long(len(key))
        with self._lock:
            first = self._first.get((livemode, key))
            if first is None or self._clock.now() - first.at >= KEPT_SECONDS:
                self._first[livemode, key] = _First(path, params, request_id, self._clock.now())
                return None
            if first.path != path:
                raise request_errors.idempotency_other_endpoint(key, first.path, path)
            if first.params != params:
                raise request_errors.idempotency_other_parameters(key)
            if first.answer is None:
                raise request_errors.idempotency_in_progress(key)
            return Replay(first.answer, first.request_id)

    def finish(self, key: str, *, livemode: bool, answer: Answer) -> None:
        """Keep the answer of a request whose execution began."""
        with self._lock:
            self._first[livemode, key].answer = answer

    def forget(self, key: str, *, livemode: bool) -> None:
        """Free the key of a request that never began: refused parameters, a lock time-out."""
        with self._lock:
            self._first.pop((livemode, key), None)

"""Faults on demand: which requests fail, and how."""

import fnmatch
from dataclasses import dataclass
from threading import Lock
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["400", "403", "429", "500", "lock_timeout", "hang", "reset", "latency"]
When = Literal["before", "after"]

HANG_SECONDS, LATENCY_SECONDS = 30.0, 1.0

_BEFORE_ONLY = frozenset({"400", "403", "429", "lock_timeout"})
"""Stripe refuses before it does anything."""

MIXED: tuple[tuple[Kind, When], ...] = (
    ("429", "before"),
    ("500", "before"),
    ("reset", "after"),
    ("lock_timeout", "before"),
    ("hang", "before"),
    ("500", "after"),
    ("reset", "before"),
    ("hang", "after"),
)


class Rule(BaseModel):
    """An order for faults.

    :param path: glob; a ``*`` matches slashes too
    :param count: how many of the next requests; one where neither this nor ``every`` is given
    :param every: every n-th request, without end
    :param kind: ``mixed`` cycles through kinds and moments
    :param when: before the change is made, or after it
    :param seconds: how long a hung socket stays silent, or an answer is late
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = "*"
    method: str = "*"
    count: int | None = Field(None, ge=1)
    every: int | None = Field(None, ge=1)
    kind: Kind | Literal["mixed"]
    when: When = "before"
    seconds: float | None = Field(None, ge=0, le=3600)

    @model_validator(mode="after")
    def _check_measures(self) -> Self:
        if self.count is not None and self.every is not None:
            raise ValueError("give count or every, not both")
        return self

    @model_validator(mode="after")
    def _check_moment(self) -> Self:
        if self.kind in _BEFORE_ONLY and self.when == "after":
            raise ValueError(f"{self.kind} can only come before the change")
        return self


@dataclass(frozen=True)
class Fault:
    """What one request meets."""

    kind: Kind
    when: When
    seconds: float

    def __str__(self) -> str:
        return f"{self.kind} {self.when}"


class Faults:
    """The standing orders; the oldest that applies wins."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rules: list[tuple[Rule, list[int]]] = []

    def order(self, rule: Rule) -> None:
        """Add an order."""
        with self._lock:
            self._rules.append((rule, [0, 0]))

    def clear(self) -> None:
        """Cancel all orders."""
        with self._lock:
            self._rules.clear()

    def meet(self, method: str, path: str) -> Fault | None:
        """Count a request against the orders and return its fault, if any."""
        with self._lock:
            for rule, tally in self._rules:
                if not fnmatch.fnmatchcase(path, rule.path) or rule.method not in {"*", method}:
                    continue
                tally[0] += 1
                if tally[0] % rule.every if rule.every else tally[0] > (rule.count or 1):
                    continue
                tally[1] += 1
                return _fault(rule, tally[1] - 1)
        return None


def _fault(rule: Rule, met: int) -> Fault:
    kind, when = MIXED[met % len(MIXED)] if rule.kind == "mixed" else (rule.kind, rule.when)
    seconds = rule.seconds
    if seconds is None:
        seconds = LATENCY_SECONDS if kind == "latency" else HANG_SECONDS
    return Fault(kind, when, seconds)

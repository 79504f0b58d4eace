"""What goes to S3 and Stripe: every request in order, and rules that hold, refuse or lose single ones."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

S3, STRIPE = "S3", "Stripe"
WRITES = ("PUT", "POST", "DELETE")
LONGEST_HOLD = 300.0
"""Seconds: a request that nobody releases must not keep its thread forever."""

When = Literal["before", "after"]


@dataclass(frozen=True)
class Request:
    """One request on its way to S3 or Stripe.

    :param at: Unix seconds
    :param path: with its query
    :param key: the idempotency key
    """

    service: str
    method: str
    path: str
    body: bytes
    key: str | None
    at: float

    @property
    def writes(self) -> bool:
        """Whether it changes something there."""
        return self.method in WRITES

    def is_about(self, dispute: str) -> bool:
        """Whether it is about this dispute: what S3 stores about one dispute may name others of the same customer."""
        return dispute in self.path or (self.path.startswith("/v1/files") and dispute.encode() in self.body)

    @property
    def submits(self) -> bool:
        """Whether it sends evidence to the bank."""
        return self.service == STRIPE and self.path.startswith("/v1/disputes/") and b"submit=true" in self.body

    @property
    def closes(self) -> bool:
        """Whether it accepts the loss."""
        return self.service == STRIPE and self.path.endswith("/close")


@dataclass
class Rule:
    """What the n-th request of a kind meets.

    :param first: number of the first request that meets it, from 1
    :param times: how many requests from there on
    :param status: the answer's status; None: no answer, the connection ends
    :param holds: wait until `released`; then it is lost, or goes on
    """

    matches: Callable[[Request], bool]
    first: int = 1
    times: int = 1
    when: When = "before"
    status: int | None = None
    holds: bool = False
    reached: Event = field(default_factory=Event)
    released: Event = field(default_factory=Event)
    goes_on: bool = False
    seen: int = 0

    def count(self, request: Request) -> bool:
        """Count a request; whether it meets the rule."""
        if not self.matches(request):
            return False
        self.seen += 1
        return self.first <= self.seen < self.first + self.times

    def release(self, *, goes_on: bool) -> None:
        """Let the held request go on, or lose it."""
        self.goes_on = goes_on
        self.released.set()


def nth_write(dispute: str, number: int, when: When, **how: object) -> Rule:
    """A rule for the n-th write of a dispute, to S3 or Stripe."""
    return Rule(lambda request: request.writes and request.is_about(dispute), number, when=when, **how)  # type: ignore[arg-type]


@dataclass
class Traffic:
    """The requests so far, each with the status of its answer, None while there is none."""

    log: list[tuple[Request, int | None]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def order(self, rule: Rule) -> Rule:
        """Add a rule."""
        with self.lock:
            self.rules.append(rule)
        return rule

    def clear(self) -> None:
        """Drop all rules; what they hold is lost."""
        with self.lock:
            rules, self.rules = self.rules, []
        for rule in rules:
            rule.released.set()

    def meet(self, request: Request) -> Rule | None:
        """Count a request against every rule; the first that it meets."""
        with self.lock:
            met = [rule for rule in self.rules if rule.count(request)]
        return met[0] if met else None

    def note(self, request: Request, status: int | None) -> None:
        """Record an answered request."""
        with self.lock:
            self.log.append((request, status))

    def taken(self, dispute: str, kind: Callable[[Request], bool]) -> list[Request]:
        """The requests of a kind about a dispute that were done."""
        with self.lock:
            log = list(self.log)
        return [one for one, status in log if status and status < 300 and kind(one) and one.is_about(dispute)]


def now() -> float:
    """Unix seconds."""
    return time.time()

"""Tries of tasks that run one at a time: each stops before every call to Stripe, S3 or Airflow, and is told to go on.

A try is a greenlet. It dies as a process does: nothing of it reaches Stripe or S3 any more, not even from a
`finally`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from greenlet import getcurrent, greenlet

KILL, KILL_AFTER = "kill", "kill after"
Fault = Callable[[Callable[[], Any]], Any]
"""Gets the call's effect as a function, and answers instead of it."""


class Killed(BaseException):
    """The process of this try has been killed."""


class Try(greenlet):
    """One try of a task.

    :param name: `<run id>/<task>#<try number>`
    :param work: returns how it ended; a killed one does not return
    :ivar call: the call that it is about to make; None before it has begun
    :ivar faults: what may happen to that call
    :ivar seen: the step of its last look at a dispute, by dispute
    """

    def __init__(self, name: str, work: Callable[[], Any], *, begun: int) -> None:
        super().__init__()
        self.name = name
        self.work = work
        self.begun = begun
        self.call: str | None = None
        self.faults: tuple[str, ...] = ()
        self.killed = False
        self.seen: dict[str, int] = {}
        self.end: Any = None

    def run(self) -> None:
        """The greenlet's own work."""
        try:
            self.end = self.work()
            stop_at("END", lambda: None)
        except Killed:
            self.killed = True

    def go_on(self, verdict: str) -> bool:
        """Let it make its call, or not; whether it has ended."""
        self.switch(verdict) if self.call is not None else self.switch()
        return self.dead


def stop_at(call: str, effect: Callable[[], Any], faults: Mapping[str, Fault] | None = None) -> Any:
    """Stop the current try before a call, then make it, or do what the scheduler wants instead.

    Outside a try, the call is made at once: the simulation itself makes it.

    :param effect: makes the call
    :param faults: what else may happen to it, by name
    """
    current = getcurrent()
    if not isinstance(current, Try):
        return effect()
    if current.killed:
        raise Killed
    current.call, current.faults = call, tuple(faults or ())
    verdict = current.parent.switch()
    if verdict == KILL:
        current.killed = True
        raise Killed
    if faults and verdict in faults:
        return faults[verdict](effect)
    answer = effect()
    if verdict == KILL_AFTER:
        current.killed = True
        raise Killed
    return answer


def current_try() -> Try | None:
    """The try that is running, if one is."""
    current = getcurrent()
    return current if isinstance(current, Try) else None

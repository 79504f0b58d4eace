"""How soon an event of Stripe's has a run of the intake."""

from __future__ import annotations

import time
from datetime import datetime
from statistics import quantiles
from typing import TYPE_CHECKING

from demo.process import wait_until
from demo.rehearsal import INTAKE

if TYPE_CHECKING:
    from demo.stack import Stack


def webhook_delays(stack: Stack, copy_of: str, times: int) -> dict[str, float]:
    """Seconds from a dispute's opening to its queued run of the intake: median and 95th percentile, one at a time."""
    stack.wait_for_dags(300)
    stack.listen()
    stack.rest.unpause(INTAKE)
    delays = [_delay(stack, copy_of) for _ in range(times)]
    cuts = quantiles(delays, n=20, method="inclusive")
    return {"events": times, "median": round(cuts[9], 2), "p95": round(cuts[-1], 2)}


def _delay(stack: Stack, copy_of: str) -> float:
    assert stack.sandbox
    wait_until(lambda: not _queued(stack, state=["queued", "running"]), seconds=120, what="The intake")
    time.sleep(2)  # the scheduler has nothing to do
    begin = time.time()
    stack.sandbox.control("POST", "disputes", {"copy_of": copy_of})
    wait_until(lambda: _after(stack, begin), seconds=60, what="The event's run", pause=0.2)
    return min(_after(stack, begin)) - begin


def _after(stack: Stack, begin: float) -> list[float]:
    return [queued for queued in _queued(stack) if queued > begin]


def _queued(stack: Stack, **query: list[str]) -> list[float]:
    """When runs of the intake were queued, Unix seconds."""
    runs = stack.rest.runs(INTAKE, **query)
    return [datetime.fromisoformat(run["queued_at"]).timestamp() for run in runs if run["queued_at"]]

"""Processes that die at the boundaries of a response: before and after each of its writes to S3 and Stripe."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import psutil
from tests.faults.field import Trial, _unix
from tests.faults.traffic import STRIPE, Rule, When, nth_write

if TYPE_CHECKING:
    from tests.e2e.rehearsal import Run
    from tests.faults.field import Field, Row

AT_ONCE = 10
"""Disputes under way at the same time: fewer than tasks can run."""
TASKS = ("gather", "collect", "render", "upload", "stage", "submit")
MOMENTS: tuple[When, ...] = ("before", "after")
HELD_WITHIN = 600.0
"""Seconds."""


@dataclass(frozen=True)
class Boundary:
    """A moment of a response.

    :param number: of the write, counted over S3 and Stripe
    :param what: the write, without ids
    """

    task: str
    number: int
    what: str
    service: str
    when: When


@dataclass
class Victim:
    """A response and the moments at which it is killed, in this order.

    :param victims: `task`, `supervisor`
    :param rule: what holds it until its next kill
    :param first: the try that lost its supervisor: what holds it, its number, and its task
    :param struck: Unix seconds of the last kill
    """

    run: Run
    moments: list[tuple[int, When]]
    victims: tuple[str, ...]
    rule: Rule | None = None
    strikes: int = 0
    first: tuple[Rule, int, str] | None = None
    struck: float = 0.0


class Kills:
    """Kills at every boundary."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.kind = "plain" if field.few else "parcel"
        self.every = 5 if field.few else 1

    @cached_property
    def boundaries(self) -> list[Boundary]:
        """The boundaries of a parcel's response without a fault, each with the task that makes the write."""
        (run,) = self.field.disputes(self.kind, 1)
        self.field.start([run])
        self.field.settle([run])
        tasks = self.field.stack.rest.task_instances(run.dag_id, run.run_id)
        spans = sorted((_unix(one["start_date"]), one["task_id"]) for one in tasks if one["start_date"])
        writes = [one for one, _ in self.field.traffic.log if one.writes and one.is_about(run.dispute)]
        writes.sort(key=lambda one: one.at)
        return [
            Boundary(_task_at(spans, one.at), number, _plain(one.path, run.dispute), one.service, when)
            for number, one in enumerate(writes, 1)
            for when in MOMENTS
        ]

    def alone(self, victims: tuple[str, ...]) -> list[Row]:
        """Kill once, at each boundary: a row for each task."""
        chosen = self.boundaries[:: self.every]
        killed = self._kill([[(one.number, one.when)] for one in chosen], victims)
        rows = []
        for task in TASKS:
            own = [victim for victim, boundary in zip(killed, chosen, strict=True) if boundary.task == task]
            if own:
                rows.append(self._row(f"{' and '.join(victims)} killed in {task}, before and after each write", own))
        return rows

    def pairs(self) -> list[Row]:
        """Kill around each Stripe call, and kill the next try at its first or second write after that."""
        effects = [one for one in self.boundaries if one.service == STRIPE]
        seconds: list[tuple[int, When]] = [(1, "after"), (2, "before")]
        killed = self._kill(
            [[(one.number, one.when), second] for one in effects[:: self.every] for second in seconds], ("task",)
        )
        return [self._row("task killed around each Stripe call, and its next try too", killed)]

    def supervisors(self) -> list[Row]:
        """Kill only the supervisor, at every Stripe call and the writes next to it: two tries run side by side."""
        numbers = {one.number + shift for one in self.boundaries if one.service == STRIPE for shift in (-1, 0, 1)}
        moments = [(one.number, one.when) for one in self.boundaries if one.number in numbers][:: self.every]
        killed = self._kill([[moment] for moment in moments], ("supervisor",))
        return [self._row("only the supervisor killed around each Stripe call: two tries run side by side", killed)]

    def _kill(self, moments: list[list[tuple[int, When]]], victims: tuple[str, ...]) -> list[Victim]:
        runs = self.field.disputes(self.kind, len(moments))
        everybody = [Victim(run, some, victims) for run, some in zip(runs, moments, strict=True)]
        for begin in range(0, len(everybody), AT_ONCE):
            some = everybody[begin : begin + AT_ONCE]
            for one in some:
                one.rule = self._order(one, 0)
            self.field.start([one.run for one in some])
            self._strike_all(some)
            self.field.traffic.clear()
            self.field.settle([one.run for one in some])
        return everybody

    def _row(self, what: str, killed: list[Victim]) -> Row:
        unheld = sum(one.strikes < len(one.moments) for one in killed)
        notes = f"{unheld} ended before they could be killed" if unheld else ""
        moments = {one.run.dispute: one.struck for one in killed if one.struck}
        return self.field.row(Trial(what, [one.run for one in killed], time.time(), moments=moments, notes=notes))

    def _order(self, one: Victim, index: int) -> Rule:
        number, when = one.moments[index]
        return self.field.traffic.order(nth_write(one.run.dispute, number, when, holds=True))

    def _strike_all(self, some: list[Victim]) -> None:
        deadline = time.monotonic() + HELD_WITHIN
        while time.monotonic() < deadline:
            left = [one for one in some if one.first or (one.rule and one.rule.reached.is_set())]
            if not any(one.rule or one.first for one in some):
                return
            for one in left:
                self.field.asked(lambda one=one: self._look(one))  # type: ignore[misc]
            time.sleep(0.2)

    def _look(self, one: Victim) -> None:
        """Kill a response at its moment; let a first try go on once the second has begun."""
        if one.first:
            rule, number, task = one.first
            attempt = self.field.rehearsal.attempt(one.run, task)
            if attempt["try_number"] > number and attempt["state"] in ("running", "success", "failed"):
                rule.release(goes_on=True)
                one.first = None
            return
        rule = one.rule
        if rule is None or not rule.reached.is_set():
            return
        tasks = self.field.rehearsal.tasks(one.run)
        task = next((name for name, state in tasks.items() if state == "running"), None)
        if task is None:
            return
        number = self.field.rehearsal.attempt(one.run, task)["try_number"]
        process = self.field.rehearsal.process(one.run, task)
        processes = {"supervisor": process.parent(), "task": process}
        for name in one.victims:
            with suppress(psutil.NoSuchProcess):
                processes[name].kill()
        one.strikes += 1
        one.struck = time.time()
        one.rule = None
        if "task" not in one.victims:
            one.first = (rule, number, task)
            return
        rule.release(goes_on=False)
        if one.strikes < len(one.moments):
            one.rule = self._order(one, one.strikes)


def _task_at(spans: list[tuple[float, str]], at: float) -> str:
    """The task that had begun last."""
    return max((begin, task) for begin, task in spans if begin <= at)[1]


def _plain(path: str, dispute: str) -> str:
    return re.sub(r"[0-9a-f]{64}|\?.*", "…", path.replace(dispute, "<dispute>"))

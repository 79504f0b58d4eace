"""Plays one history: a scheduler that lets one try at a time make its next call, or lets something else happen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.simulation import shop
from tests.simulation.airflow_model import ANSWERED, AWAITING, Run, Task
from tests.simulation.choices import ORDINARY, Choices, Kind
from tests.simulation.invariants import BrokenPromiseError, Watch
from tests.simulation.patches import lived_in
from tests.simulation.people import People
from tests.simulation.tries import KILL, KILL_AFTER, Try
from tests.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

    import time_machine

MOST_STEPS = 2_500
_PREPARES = re.compile(r"/(collect|render|upload)#")
"""Tasks on whose calls nothing final depends directly: less is made to go wrong there."""


@dataclass(frozen=True)
class History:
    """One history, played to its end or to its first broken promise.

    :param choices: what was not ordinary, by point; with the seed, this is the whole history
    :param states: what the dispute and its runs looked like on the way, as digests
    """

    seed: int
    choices: Mapping[str, str]
    broken: BrokenPromiseError | None
    steps: int
    states: frozenset[int]
    trace: tuple[str, ...]


def play(clock: time_machine.Traveller, seed: int, script: Mapping[str, str] | None = None) -> History:
    """Play a history.

    :param clock: this machine's
    :param script: the choices to play again; None: they are drawn from the seed
    """
    choices = Choices(seed, script)
    clock.move_to(shop.BEGIN)
    world = World(choices.first("dispute", list(shop.REASONS)), seed)
    with lived_in(world):
        player = _Player(world, choices, clock)
        try:
            player.play()
        except BrokenPromiseError as found:
            broken: BrokenPromiseError | None = found
        else:
            broken = None
        told = History(seed, choices.made, broken, world.step, frozenset(player.states), tuple(world.trace))
        for one in list(world.tries):
            world.kill(one)
    return told


class _Player:
    def __init__(self, world: World, choices: Choices, clock: time_machine.Traveller) -> None:
        self.world, self.choices, self.clock = world, choices, clock
        self.people, self.watch = People(world), Watch(world)
        self.states: set[int] = set()
        self.current: Try | None = None
        self.wild = True

    def play(self) -> None:
        """Everything that may happen, then a calm in which everything ends."""
        while self._step():
            pass
        self.wild = False
        self.world.skew = 0
        if self.world.braked_since is not None:
            self.world.brake(on=False)
        looks = ("follow", "audit") if self.world.stripe.finals else ()
        while self._step():
            pass
        for service in ("intake", "sweep", *looks):
            self.world.serve(service)
            while self._step():
                pass
        self.watch.at_the_end()

    def _step(self) -> bool:
        """One step; False when nothing is left that could happen by itself."""
        world = self.world
        if world.step > MOST_STEPS:
            raise BrokenPromiseError("endless", f"after {MOST_STEPS} steps")
        self.clock.move_to(world.time + world.skew)
        self._time_out()
        if world.tries:
            self._running()
        elif ready := world.ready():
            self._start(ready)
        elif not self._rest():
            return False
        self.watch.look()
        self._note_state()
        return True

    def _running(self) -> None:
        """A try is about to make a call."""
        world = self.world
        one = self.current if self.current in world.tries else world.tries[0]
        assert one is not None
        self.current = one
        event = self._event(f"{one.name} {one.call}", self._call_kinds(one), at_rest=False)
        if event in (ORDINARY, KILL, KILL_AFTER) or event in one.faults:
            world.go_on(one, event)
        elif event.startswith("switch to "):
            self.current = next(other for other in world.tries if other.name == event.removeprefix("switch to "))
        elif event.startswith("start "):
            self._begin(self.world.ready(), event.removeprefix("start "))
        elif event == "lose the supervisor":
            found = world.task_of(one)
            assert found is not None
            world.trace.append(f"* {event}")
            self.people.abandon(found[1])

    def _call_kinds(self, one: Try) -> list[Kind]:
        if not self.wild:
            return []
        writes = str(one.call).startswith(("POST", "PUT", "START"))
        final = str(one.call).startswith("POST")
        likely = (5.0 if final else 1.0 if writes else 0.3) * (0.5 if _PREPARES.search(one.name) else 2.0)
        return [
            *(Kind(fault, 0.004 * likely) for fault in one.faults),
            Kind(KILL, 0.004 * likely),
            *([Kind(KILL_AFTER, 0.004 * likely)] if writes or one.call == "END" else []),
            Kind("lose the supervisor", 0.003 * likely, lambda: ("",) if self.world.task_of(one) else ()),
            Kind("switch to", 0.06, lambda: [other.name for other in self.world.tries if other is not one]),
            Kind("start", 0.05, lambda: [_name(*each) for each in self.world.ready()]),
        ]

    def _start(self, ready: list[tuple[Run, Task]]) -> None:
        """Nothing runs, but something may start."""
        name = _name(*ready[0])
        others = Kind("start", 0.1, lambda: [_name(*each) for each in ready[1:]])
        event = self._event(f"before {name}", [others] if self.wild else [], at_rest=len(ready) > 1)
        if event == ORDINARY:
            self._begin(ready, name)
        elif event.startswith("start "):
            self._begin(ready, event.removeprefix("start "))

    def _begin(self, ready: list[tuple[Run, Task]], name: str) -> None:
        run, task = next(each for each in ready if _name(*each) == name)
        self.clock.move_to(self.world.time + self.world.skew)
        self.current = self.world.begin(run, task)

    def _rest(self) -> bool:
        """Nothing runs and nothing may start: something happens, or time passes until a task is due again."""
        if self._event(f"at rest after {self._last()}", [], at_rest=True) != ORDINARY:
            return True
        due = [
            task.due for run in self.world.runs.values() for task in run.tasks.values() if task.due > self.world.time
        ]
        waiting = [one for one in due if one < self.world.time + 40 * 86_400]
        if waiting:
            self.world.pass_time(min(waiting) - self.world.time)
        return bool(waiting)

    def _event(self, point: str, kinds: list[Kind], *, at_rest: bool) -> str:
        if not self.wild:
            return ORDINARY
        event = self.choices.at(point, [*kinds, *self.people.kinds(at_rest=at_rest)])
        if event != ORDINARY:
            self.people.do(event)
        return event

    def _time_out(self) -> None:
        """What the scheduler does with a question whose time has run out."""
        for run in self.world.runs.values():
            task = run.tasks["approve"]
            asked = task.question if task.state == AWAITING else None
            if asked and asked.until is not None and asked.until <= self.world.time + self.world.skew:
                self.people.respond(run, asked.defaults[0], by=None)
                assert task.state == ANSWERED

    def _last(self) -> str:
        return next((line.strip() for line in reversed(self.world.trace) if line.startswith("    ")), "nothing")[:100]

    def _note_state(self) -> None:
        world = self.world
        runs = tuple((run.name, *(task.state for task in run.tasks.values())) for run in world.runs.values())
        at = tuple(one.call for one in world.tries)
        self.states.add(hash((world.kind, world.dispute["status"], runs, at)))


def _name(run: Run, task: Task) -> str:
    return f"{run.name}/{task.task_id}"

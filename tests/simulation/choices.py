"""Every choice of a history: drawn from a seed, or played again from what was recorded.

A choice is recorded only where it is not the ordinary one, under the point at which it was made. So a history is a
small mapping like `{"du_1__chargeback__1/submit#1 POST …": "kill after"}`: to leave one out never shifts the others.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ORDINARY = "go on"
TASTES = (0.0, 0.3, 1.0, 1.0, 4.0)
"""How likely a history makes one kind of event: most histories have few kinds, so that these often combine."""


@dataclass(frozen=True)
class Kind:
    """One kind of event that may happen at a point.

    :param name: such as `kill`
    :param chance: of it happening here, unless the history makes it more or less likely
    :param subjects: what it may happen to, determined only when needed; empty: it cannot happen
    """

    name: str
    chance: float
    subjects: Callable[[], Iterable[str]] = lambda: ("",)

    def events(self) -> list[str]:
        """The events of this kind, such as `clear stage`."""
        return [f"{self.name} {subject}".strip() for subject in self.subjects()]


@dataclass
class Choices:
    """Makes the choices of one history.

    :param script: the choices to repeat, by point; None: they are drawn
    :param most: the most events that are drawn
    :ivar made: the choices that were not the ordinary one
    """

    seed: int
    script: Mapping[str, str] | None = None
    most: int = 14
    made: dict[str, str] = field(default_factory=dict)
    _seen: Counter[str] = field(default_factory=Counter)
    _tastes: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.pace = self.random.choice((0.3, 1.0, 2.0))

    def first(self, point: str, options: list[str]) -> str:
        """A choice without an ordinary option, such as which dispute it is."""
        if self.script is None:
            self.made[point] = self.random.choice(options)
            return self.made[point]
        told = self.script.get(point)
        self.made[point] = told if told in options else options[0]
        return self.made[point]

    def at(self, point: str, kinds: Iterable[Kind]) -> str:
        """What happens at this point: an event of one of the kinds, or `ORDINARY`."""
        self._seen[point] += 1
        key = f"{point} [{self._seen[point]}]"
        event = self._drawn(kinds) if self.script is None else self._told(key, kinds)
        if event != ORDINARY:
            self.made[key] = event
        return event

    def _told(self, key: str, kinds: Iterable[Kind]) -> str:
        event = (self.script or {}).get(key)
        possible = event is not None and any(event in kind.events() for kind in kinds if event.startswith(kind.name))
        return event if event is not None and possible else ORDINARY

    def _drawn(self, kinds: Iterable[Kind]) -> str:
        left = self.random.random()
        if len(self.made) > self.most:
            return ORDINARY
        for kind in kinds:
            left -= kind.chance * self._taste(kind.name) * self.pace
            if left < 0:
                events = kind.events()
                return self.random.choice(events) if events else ORDINARY
        return ORDINARY

    def _taste(self, name: str) -> float:
        if name not in self._tastes:
            self._tastes[name] = self.random.choice(TASTES)
        return self._tastes[name]

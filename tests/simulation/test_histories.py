"""Histories from fixed seeds hold every promise; each is the same every time; a guard taken away is missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.simulation.histories import play
from tests.simulation.mutants import hunt, mutants
from tests.simulation.patches import installed
from tests.simulation.shop import REASONS
from tests.simulation.shrink import shrunk

if TYPE_CHECKING:
    from collections.abc import Iterator

    import time_machine

SEEDS = 400
TOGETHER = 40
QUICK: tuple[tuple[str, int], ...] = ()
"""The beginning of a mutant's guard, and a seed that finds it."""


@pytest.fixture(scope="module")
def clock() -> Iterator[time_machine.Traveller]:
    with installed() as clock:
        yield clock


@pytest.mark.parametrize("kind", REASONS)
def test_without_events_each_dispute_is_answered_or_a_person_asked(clock, kind):
    history = play(clock, 0, {"dispute": kind})
    assert history.broken is None
    assert list(history.choices) == ["dispute"]


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_every_promise_holds(clock, first):
    for seed in range(first, first + TOGETHER):
        history = play(clock, seed)
        assert history.broken is None, f"{history.broken}\npython -m tests.simulation --seed {seed}"


def test_a_history_is_the_same_from_its_seed_and_from_its_choices(clock):
    drawn = play(clock, 8)
    assert drawn.choices
    assert play(clock, 8).trace == drawn.trace
    assert play(clock, 8, drawn.choices).trace == drawn.trace


@pytest.mark.parametrize(("guard", "seed"), QUICK)
def test_a_guard_taken_away_is_missed(clock, guard, seed):
    (mutant,) = (one for one in mutants() if one.guard.startswith(guard))
    killed = hunt(clock, mutant, most=1, first=seed)
    assert killed.history is not None
    with mutant.change():
        shorter = shrunk(killed.history, lambda script: play(clock, seed, script), most=60)
    assert len(shorter.choices) <= len(killed.history.choices)

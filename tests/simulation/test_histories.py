"""Histories from fixed seeds keep every promise; each is the same every time; removing a guard breaks one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.simulation.histories import play
from tests.simulation.known import KNOWN
from tests.simulation.mutants import Mutant, mutants
from tests.simulation.patches import installed
from tests.simulation.shop import REASONS
from tests.simulation.shrink import shrunk

if TYPE_CHECKING:
    from collections.abc import Iterator

    import time_machine

SEEDS = 400
"""About half a minute on one processor."""
TOGETHER = 40


@pytest.fixture(scope="module")
def clock() -> Iterator[time_machine.Traveller]:
    with installed() as clock:
        yield clock


@pytest.mark.parametrize("kind", REASONS)
def test_without_events_each_dispute_is_answered_or_a_person_is_asked(clock, kind):
    history = play(clock, 0, {"dispute": kind})
    assert history.broken is None
    assert list(history.choices) == ["dispute"]


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_every_promise_is_kept(clock, first):
    for seed in range(first, first + TOGETHER):
        history = play(clock, seed)
        assert history.broken is None, f"{history.broken}\npython -m tests.simulation --seed {seed}"


def test_a_history_can_be_repeated_from_its_seed_and_from_its_choices(clock):
    drawn = play(clock, 8)
    assert drawn.choices
    assert play(clock, 8).trace == drawn.trace
    assert play(clock, 8, drawn.choices).trace == drawn.trace


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_removing_a_guard_breaks_its_history(clock, known):
    assert play(clock, 0, known.choices).broken is None
    with Mutant.of(*known.guards).change():
        history = play(clock, 0, known.choices)
        assert history.broken is not None
        assert history.choices == known.choices


def test_every_guard_has_a_history_that_needs_it():
    told = [guard for known in KNOWN for guard in known.guards]
    assert [one.guard for one in mutants() if not one.guard.startswith(tuple(told))] == []


def test_a_failing_history_is_shortened(clock):
    known = KNOWN[0]
    needless = {"before du_asked__chargeback__1/render [1]": "wait an hour"}
    with Mutant.of(*known.guards).change():
        failing = play(clock, 0, known.choices | needless)
        assert failing.choices == known.choices | needless
        assert shrunk(failing, lambda script: play(clock, 0, script)).choices == known.choices

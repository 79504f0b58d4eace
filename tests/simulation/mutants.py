"""Removes each guard in turn: a guard whose removal breaks no promise is untested, or doubled by another guard.

A mutant is the project with one guard removed. The first history that breaks a promise kills it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from tests.simulation.histories import History, play
from tests.simulation.known import KNOWN

from disputes.response import guarding
from representment.storage.attempts import attempt

if TYPE_CHECKING:
    import time_machine

Change = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Mutant:
    """The project without one guard.

    :param guard: what is removed
    :param change: removes it while the context lasts
    """

    guard: str
    change: Change

    @classmethod
    def of(cls, *beginnings: str) -> Mutant:
        """The project without any guard whose name begins like this."""
        chosen = [next(one for one in mutants() if one.guard.startswith(each)) for each in beginnings]
        return cls(" and ".join(one.guard for one in chosen), lambda: _each(*(one.change for one in chosen)))


@dataclass(frozen=True)
class Killed:
    """How a mutant ended.

    :param after: histories until a promise was broken, or all that were played
    """

    mutant: Mutant
    after: int
    history: History | None


def hunt(clock: time_machine.Traveller, mutant: Mutant, *, most: int, first: int = 0) -> Killed:
    """Play histories with a mutant until one breaks a promise.

    :param most: the most histories to play
    :param first: the first seed
    """
    with mutant.change():
        for number in range(most):
            history = play(clock, first + number)
            if history.broken:
                return Killed(mutant, number + 1, history)
    return Killed(mutant, most, None)


def table(clock: time_machine.Traveller, most: int) -> Iterator[tuple[str, str, str]]:
    """Each guard, after how many random histories a promise broke, and which; else what broke in a known one."""
    for mutant in mutants():
        killed = hunt(clock, mutant, most=most)
        if killed.history and killed.history.broken:
            yield mutant.guard, str(killed.after), killed.history.broken.kind
        else:
            yield mutant.guard, f">{most}", _known(clock, mutant)


def _known(clock: time_machine.Traveller, mutant: Mutant) -> str:
    """What breaks in the known history of this guard without it, or without it and the other guard that covers it."""
    for known in KNOWN:
        if any(mutant.guard.startswith(each) for each in known.guards):
            with Mutant.of(*known.guards).change():
                broken = play(clock, 0, known.choices).broken
            beside = [each for each in known.guards if not mutant.guard.startswith(each)]
            also = f", without {' and '.join(beside)} too" if beside else ""
            return f"{broken.kind if broken else '-'} ({known.name}{also})"
    return "-"


def mutants() -> Iterator[Mutant]:
    """All of them."""
    yield from _checks()
    yield from (Mutant(guard, change) for guard, change in _OTHERS.items())


def _checks() -> Iterator[Mutant]:
    """Each check of the one guard, in every operation at once."""
    for check in sorted({check.__name__ for each in guarding.CHECKS.values() for check in each}):
        where = [name for name, each in guarding.CHECKS.items() if check in {one.__name__ for one in each}]
        yield Mutant(f"the guard's {check.strip('_')}: {', '.join(where)}", partial(_without, check))


def _without(check: str) -> AbstractContextManager[Any]:
    left = {name: tuple(one for one in each if one.__name__ != check) for name, each in guarding.CHECKS.items()}
    return patch.object(guarding, "CHECKS", left)


@contextmanager
def _each(*changes: Change) -> Iterator[None]:
    with ExitStack() as stack:
        for change in changes:
            stack.enter_context(change())
        yield


def _everywhere(name: str, value: Any) -> Change:
    """A function of that name, in every module of ours that has it."""

    def change() -> AbstractContextManager[None]:
        import sys

        modules = [
            module for path, module in list(sys.modules.items()) if path.startswith(("representment.", "disputes."))
        ]
        having = [module for module in modules if hasattr(module, name)]
        assert having, f"no module has a {name}: was it renamed?"
        return _each(*(partial(patch.object, module, name, value) for module in having))

    return change


def _method(target: str, name: str, value: Any) -> Change:
    """A method of a class of ours, by the class's path."""

    def change() -> AbstractContextManager[Any]:
        return patch(f"{target}.{name}", value)

    return change


def _overwrites(store: Any, name: str, content: bytes) -> bytes:
    store.overwrite(name, content)
    return content


def _nobodys(folder: Any, name: str, value: dict[str, Any]) -> dict[str, Any]:
    folder.of_round.keep(name, value)
    return value


def _as_before(ours: Mapping[str, Any], *, before: Any, now: Any) -> dict[str, Any]:
    return {field: before.evidence.get(field) or "" for field in ours if now.evidence.get(field)}


_OTHERS: Mapping[str, Change] = {
    "unstage: a way out takes back what was staged": _everywhere("unstage", lambda *_: False),
    "remove_earlier_packets: our packet is not others' evidence": _everywhere(
        "remove_earlier_packets", lambda _, stored: stored
    ),
    "unstage: its keys come from before it looks": lambda: patch(
        "representment.unstaging.attempt", lambda records, operation, _: attempt(records, operation)
    ),
    "restore_evidence: what a person wrote over ours stays": _everywhere("restore_evidence", _as_before),
    "Records.attempt: a key is not used after a definite answer": _method(
        "representment.storage.records.Records", "attempt", lambda *_: 1
    ),
    "spend: what was un-staged is staged under another key": _everywhere("spend", lambda *_: None),
    "find_receipt: our own submission is recognised": _everywhere("find_receipt", lambda *_, **__: None),
    "WayOutOperator.read_decision: no way out without its decision": _method(
        "representment.operators.way_out.WayOutOperator", "read_decision", lambda self: self.folder.decision() or {}
    ),
    "check_digest: what is read is what was written": _everywhere("check_digest", lambda content, *_: content),
    "must_be_named: a run with another id does nothing": _everywhere("must_be_named", lambda *_: None),
    "keep_for_round: a written request claims the submission": _method(
        "representment.storage.round_folder.RoundFolder", "keep_for_round", _nobodys
    ),
    "S3Store.keep: what is stored stays": _method("representment.hooks.s3_store.S3Store", "keep", _overwrites),
    "StageOperator._still_stands: what is staged is compared again": _method(
        "representment.operators.stage.StageOperator", "_still_stands", lambda *_: True
    ),
}
"""The guards outside the guard's own table."""

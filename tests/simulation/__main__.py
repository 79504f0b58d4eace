"""Plays histories, and replays and shrinks those that break a promise.

python -m tests.simulation -n 10000            histories from seed 0 on
python -m tests.simulation --seed 4711         one history, shrunk when it fails, call by call
python -m tests.simulation mutants             removes each guard in turn: after how many histories a promise breaks
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.histories import History

_CLOCKS = time.perf_counter, time.process_time
"""Taken before the time is frozen."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="?", choices=("histories", "mutants"), default="histories")
    parser.add_argument("-n", type=int, default=1_000, help="how many histories")
    parser.add_argument("--seed", type=int, help="this one history alone")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    told = parser.parse_args()
    if told.what == "mutants":
        return _mutants(told.n)
    return _one(told.seed) if told.seed is not None else _many(told.first, told.n)


def _mutants(most: int) -> int:
    from tests.simulation.mutants import table
    from tests.simulation.patches import installed

    print(f"{'guard removed':72} {'random':>6}  promise that breaks, in a random or in a known history", flush=True)
    survived = 0
    with installed() as clock:
        for guard, after, broken in table(clock, most):
            print(f"{guard[:72]:72} {after:>6}  {broken}", flush=True)
            survived += broken == "-"
    return survived


def _one(seed: int) -> int:
    from tests.simulation.histories import play
    from tests.simulation.patches import installed
    from tests.simulation.shrink import shrunk

    with installed() as clock:
        history = play(clock, seed)
        if history.broken:
            _tell(history, "as drawn")
            shorter: History = shrunk(history, lambda script: play(clock, seed, script))
            print("\n".join(shorter.trace))
            _tell(shorter, "shrunk")
        else:
            print("\n".join(history.trace))
            print(f"seed {seed}: every promise held in {history.steps} steps")
    return history.broken is not None


def _tell(history: History, how: str) -> None:
    print(f"seed {history.seed}, {how}: {history.broken}")
    for point, event in history.choices.items():
        print(f"    {point}: {event}", flush=True)


def _many(first: int, number: int) -> int:
    from tests.simulation.histories import play
    from tests.simulation.patches import installed
    from tests.simulation.shrink import shrunk

    steps, states, found = 0, set[int](), Counter[str]()
    with installed() as clock:
        begun = [read() for read in _CLOCKS]
        for seed in range(first, first + number):
            history: History = play(clock, seed)
            steps += history.steps
            states |= history.states
            if history.broken:
                found[history.broken.kind] += 1
                if found[history.broken.kind] == 1:
                    _tell(shrunk(history, lambda script, seed=seed: play(clock, seed, script)), "shrunk")
        took, busy = (read() - before for read, before in zip(_CLOCKS, begun, strict=True))
    print(f"{number} histories, {steps} steps, {len(states)} distinct states, {took:.0f} s", end="")
    print(f" ({number / took:.1f} a second, {number / busy:.1f} a second of processor time)")
    for kind, times in found.most_common():
        print(f"    {times} times: {kind}")
    return bool(found)


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # what a seed gives must not depend on the order of a set
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | {"PYTHONHASHSEED": "0"})
    sys.exit(main())

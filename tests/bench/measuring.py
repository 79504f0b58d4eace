"""What processes cost: processor seconds and memory, with all that they have started."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

import psutil

from demo.process import family

if TYPE_CHECKING:
    from collections.abc import Iterable

PAUSE = 2.0
"""Seconds between two looks at the memory."""


def cpu_seconds(roots: Iterable[int]) -> float:
    """Of processes and their descendants, those included that have ended and that their parent has waited for."""
    return sum(sum(times[:4]) for times in map(_times, _members(roots)) if times)


def task_cpu_seconds(roots: Iterable[int]) -> float:
    """Of what schedulers and workers have started: tasks, what supervises them, what opens documents."""
    roots = list(roots)
    return cpu_seconds(roots) - sum(sum(times[:2]) for times in map(_times, map(psutil.Process, roots)))


def pss(roots: Iterable[int]) -> int:
    """Bytes of memory; what several share is divided among them."""
    return sum(_pss(process.pid) for process in _members(roots))


class Peak:
    """As a context: the most memory that the processes take meanwhile, in bytes."""

    def __init__(self, roots: Iterable[int]) -> None:
        self.roots = list(roots)
        self.bytes = 0
        self._over = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(PAUSE):
            self.bytes = max(self.bytes, pss(self.roots))


def _members(roots: Iterable[int]) -> list[psutil.Process]:
    return list({process.pid: process for root in roots for process in family(root)}.values())


def _times(process: psutil.Process) -> tuple[float, ...]:
    with suppress(psutil.NoSuchProcess):
        return tuple(process.cpu_times())
    return ()


def _pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0

"""A queue whose items come out when they are due, for several threads."""

import heapq
import itertools
import time
from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")


class Schedule(Generic[T]):
    """Items by the time at which they are due; items that are due together come out in the order they were put in."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, T]] = []
        self._numbers = itertools.count()
        self._changed = Condition()
        self._closed = False

    def put(self, item: T, *, after: float = 0) -> None:
        """Add an item.

        :param after: seconds until it is due, by the machine's clock
        """
        with self._changed:
            heapq.heappush(self._heap, (time.monotonic() + after, next(self._numbers), item))
            self._changed.notify()

    def take(self) -> T | None:
        """Wait for the next item that is due, and give it; None once the schedule is closed."""
        with self._changed:
            while not self._closed:
                pause = self._heap[0][0] - time.monotonic() if self._heap else None
                if pause is not None and pause <= 0:
                    return heapq.heappop(self._heap)[2]
                self._changed.wait(pause)
            return None

    def close(self) -> None:
        """Drop every item that waits, and wake every thread that waits for one."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

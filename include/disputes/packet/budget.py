"""The plan by which a packet is made to fit: images shrink first, then the lowest ranks go. A pure function.

Stripe and the networks limit the packet as a whole, so that the plan looks at all exhibits together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Protocol


class Sizes(Protocol):
    """Bytes at each quality step, the best first, never growing; only those that matter are asked for."""

    def __len__(self) -> int: ...
    def __getitem__(self, step: int, /) -> int: ...


@dataclass(frozen=True)
class Item:
    """One exhibit, as far as the plan has to know it.

    :param copies: in how many files it is
    :param essential: it is never dropped
    """

    sizes: Sizes
    pages: int
    copies: int = 1
    essential: bool = False


@dataclass(frozen=True)
class Room:
    """What there is for all exhibits together."""

    bytes: int
    pages: int


@dataclass(frozen=True)
class Fit:
    """What to do with each item.

    :param again: whether an exhibit may be in several files
    :param steps: the quality step of each item, in the items' order; None: dropped
    """

    again: bool
    steps: tuple[int | None, ...]

    def used(self, items: Sequence[Item]) -> Room:
        """What the items take by this plan."""
        kept = [
            (item.sizes[step], item.pages, item.copies if self.again else 1)
            for item, step in zip(items, self.steps, strict=True)
            if step is not None
        ]
        return Room(sum(size * copies for size, _, copies in kept), sum(pages * copies for _, pages, copies in kept))


def choose_fit(items: Sequence[Item], room: Room) -> Fit:
    """Make the items fit, at the least cost to the reader.

    First each exhibit is kept in one file only; then images shrink, step by step, always the largest; what still does
    not fit is dropped, the lowest rank first. Essential items stay, even if they alone are too much: whoever compiles
    the packet finds that out, and says so.

    :param items: the highest rank first
    """
    whole = Fit(again=True, steps=(0,) * len(items))
    if _within(whole.used(items), room):
        return whole
    chosen = list(range(len(items)))
    steps = _shrunk(items, room.bytes) if sum(item.pages for item in items) <= room.pages else None
    if steps is None:
        chosen = _admitted(items, room)
        kept = [items[at] for at in chosen]
        steps = _shrunk(kept, room.bytes) or [len(item.sizes) - 1 for item in kept]
    planned: list[int | None] = [None] * len(items)
    for at, step in zip(chosen, steps, strict=True):
        planned[at] = step
    return Fit(again=False, steps=tuple(planned))


def _within(used: Room, room: Room) -> bool:
    return used.bytes <= room.bytes and used.pages <= room.pages


def _shrunk(items: Sequence[Item], most: int) -> list[int] | None:
    """The quality step of each item, once all fit; None when they do not, however small.

    :param most: bytes
    """
    steps = [0] * len(items)
    total = sum(item.sizes[0] for item in items)
    largest = [(-item.sizes[0], at) for at, item in enumerate(items) if len(item.sizes) > 1]
    heapify(largest)
    while total > most and largest:
        size, at = heappop(largest)
        steps[at] += 1
        total += size + items[at].sizes[steps[at]]
        if steps[at] + 1 < len(items[at].sizes):
            heappush(largest, (-items[at].sizes[steps[at]], at))
    return steps if total <= most else None


def _admitted(items: Sequence[Item], room: Room) -> list[int]:
    """The places of the items that can stay, at their smallest: the essential ones, then by rank what still fits."""
    admitted = [at for at, item in enumerate(items) if item.essential]
    size = sum(items[at].sizes[-1] for at in admitted)
    pages = sum(items[at].pages for at in admitted)
    for at, item in enumerate(items):
        if item.essential or pages + item.pages > room.pages or size + item.sizes[-1] > room.bytes:
            continue
        admitted.append(at)
        size, pages = size + item.sizes[-1], pages + item.pages
    return sorted(admitted)

"""Where each mark of a plot is; the page's template draws them as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from disputes.reporting.figures import Month
from disputes.reporting.tally import KINDS, Tally

WIDTH = 720
LABELS = 270
"""Share of the width to the left of the axis."""
ROW = 26
_AXIS = WIDTH - LABELS - 90
_HEIGHT = 150
_MONTH = 44


@dataclass(frozen=True)
class Mark:
    """A share with its interval, as x positions."""

    tally: Tally
    y: int
    low: float
    at: float
    high: float


@dataclass(frozen=True)
class Bar:
    """A part of a month's column."""

    kind: str
    count: int
    x: int
    y: float
    height: float


def place_marks(tallies: Sequence[Tally]) -> list[Mark]:
    """A row for each label with a round that the bank has decided."""
    decided = [one for one in tallies if one.share is not None]
    return [
        Mark(one, ROW * number, _x(one.interval.low), _x(one.share or 0), _x(one.interval.high))
        for number, one in enumerate(decided)
    ]


def place_bars(months: Sequence[Month]) -> list[Bar]:
    """A column for each month, its kinds stacked."""
    most = max((month.tally.counts.total() for month in months), default=1)
    bars = []
    for number, month in enumerate(months):
        top = float(_HEIGHT)
        for kind in KINDS:
            height = _HEIGHT * month.tally.counts[kind] / most
            top -= height
            bars.append(Bar(kind, month.tally.counts[kind], _MONTH * number, round(top, 1), round(height, 1)))
    return [bar for bar in bars if bar.count]


def _x(share: float) -> float:
    return round(LABELS + share * _AXIS, 1)

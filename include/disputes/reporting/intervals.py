"""Confidence intervals for shares of few rounds."""

from math import sqrt
from typing import NamedTuple

_Z = 1.959964
"""95 % of a normal distribution lie within this many standard deviations."""


class Interval(NamedTuple):
    """A 95 % confidence interval."""

    low: float
    high: float


def wilson(won: int, of: int) -> Interval:
    """The Wilson interval of a share; 0 to 1 for a share of nothing."""
    if not of:
        return Interval(0.0, 1.0)
    share, square = won / of, _Z * _Z
    middle = share + square / (2 * of)
    spread = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    scale = 1 + square / of
    return Interval(max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))

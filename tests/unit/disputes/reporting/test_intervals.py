"""Intervals of shares."""

import pytest

from disputes.reporting.intervals import wilson


@pytest.mark.parametrize(
    ("won", "of", "low", "high"),
    # From Brown, Cai, DasGupta, and R's binom.confint(method = "wilson").
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(won, of, low, high):
    assert wilson(won, of) == pytest.approx((low, high), abs=1e-4)


def test_the_interval_of_no_rounds_is_0_to_1():
    assert wilson(0, 0) == (0.0, 1.0)

import time

import pytest

from sandbox.clock import Clock


def test_the_clock_shows_real_time_until_it_is_moved():
    assert abs(Clock().now() - time.time()) <= 1


def test_the_clock_moves_forward_only():
    clock = Clock()
    before = clock.now()
    clock.advance(3600)
    assert 3600 <= clock.now() - before <= 3601
    with pytest.raises(ValueError, match="only moves forward"):
        clock.advance(-1)

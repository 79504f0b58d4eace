"""How far a connection may go."""

import itertools

import pytest

from representment.modes import Mode


@pytest.mark.parametrize(("has", "needs"), list(itertools.product(Mode, Mode)))
def test_a_mode_allows_itself_and_what_is_below_it(has, needs):
    order = ["shadow", "stage", "submit"]
    assert has.allows(needs) is (order.index(has) >= order.index(needs))

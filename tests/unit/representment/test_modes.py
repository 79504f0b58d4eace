"""How far a connection may go."""

import itertools

import pytest

from representment.modes import Mode


@pytest.mark.parametrize(("has", "needs"), list(itertools.product(Mode, Mode)))
def test_a_mode_allows_its_own_actions_and_those_of_lower_modes(has, needs):
    order = ["shadow", "stage", "submit"]
    assert has.allows(needs) is (order.index(has) >= order.index(needs))

"""Settings that come from Airflow variables."""

import pytest

from disputes.errors import InputError
from representment.settings import page_size


@pytest.mark.parametrize("size", ["a4", "us-letter"])
def test_a_valid_page_size_is_accepted(size):
    assert page_size(size) == size


@pytest.mark.parametrize("size", ["A4", "letter", ""])
def test_any_other_page_size_is_refused_and_the_variable_is_named(size):
    with pytest.raises(
        InputError, match=r"representment_page_size: .* is not a page size. Set it to one of a4, us-letter"
    ):
        page_size(size)

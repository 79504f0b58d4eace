"""Which DAG answers disputes of which reason."""

import pytest

from disputes.rules.reasons import dags_of


@pytest.mark.parametrize(
    ("reason", "dags"),
    [
        ("fraudulent", ("respond_fraudulent", "respond_general")),
        ("general", ("respond_general",)),
        ("check_returned", ("respond_check_returned", "respond_bank_debits", "respond_general")),
        ("new_at_stripe", ("respond_new_at_stripe", "respond_general")),
    ],
)
def test_a_reasons_own_dag_is_tried_before_those_that_take_several_reasons(reason: str, dags: tuple[str, ...]) -> None:
    assert dags_of(reason) == dags

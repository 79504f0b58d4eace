"""How a round ended."""

import pytest

from disputes.response.outcomes import is_overtaken, outcome_of
from disputes.rounds import Round


@pytest.mark.parametrize(
    ("status", "inquiry", "chargeback", "appeal"),
    [
        ("warning_needs_response", None, None, None),
        ("warning_under_review", None, None, None),
        ("warning_closed", "closed", "closed", "closed"),
        ("needs_response", "escalated", None, None),
        ("under_review", "escalated", None, None),
        ("won", "escalated", "won", "won"),
        ("lost", "escalated", "lost", "lost"),
        ("appeal_needs_response", "escalated", "lost", None),
        ("appeal_under_review", "escalated", "lost", None),
        ("prevented", "prevented", "prevented", "prevented"),
        ("a_new_status", None, None, None),
    ],
)
def test_each_status_ends_each_round_as_it_should(status, inquiry, chargeback, appeal):
    assert [outcome_of(status, round_) for round_ in Round] == [inquiry, chargeback, appeal]


@pytest.mark.parametrize(
    ("status", "round_", "late"),
    [
        ("needs_response", Round.INQUIRY, True),
        ("appeal_under_review", Round.CHARGEBACK, True),
        ("under_review", Round.CHARGEBACK, False),
        ("needs_response", Round.APPEAL, False),
        ("won", Round.INQUIRY, False),
    ],
)
def test_a_later_open_round_overtakes_an_earlier_one(status, round_, late):
    assert is_overtaken(status, round_) is late

"""The state of a round, in words for a person."""

import pytest

from disputes.desk.standing import Stage, Standing, find_standing

OPEN = {"outcome": None, "submitted": False, "waits": False, "run_state": "running"}


@pytest.mark.parametrize(
    ("known", "stage", "words"),
    [
        ({}, Stage.WORKING, "being made"),
        ({"waits": True}, Stage.WAITS, "waits for you"),
        ({"submitted": True, "waits": True}, Stage.BANK, "at the bank"),
        ({"submitted": True, "outcome": "won"}, Stage.WON, "won"),
        ({"outcome": "lost"}, Stage.LOST, "lost"),
        ({"outcome": "escalated"}, Stage.OVER, "became a chargeback"),
        ({"outcome": "something_new"}, Stage.OVER, "something_new"),
        ({"run_state": "success"}, Stage.MADE, "made, not sent"),
        ({"run_state": "success", "end": "accepted"}, Stage.LOST, "loss accepted"),
        ({"run_state": "success", "end": "refunded"}, Stage.OVER, "refunded in full"),
        ({"run_state": "success", "end": "nothing_to_answer"}, Stage.OVER, "no answer needed"),
        ({"run_state": "failed"}, Stage.LEFT, "left to you"),
        ({"run_state": None, "end": "left"}, Stage.LEFT, "left to you"),
    ],
)
def test_the_state_of_a_round_follows_from_what_is_known(known, stage, words) -> None:
    found = find_standing(**OPEN | known)
    assert (found.stage, found.words) == (stage, words)


def test_the_reason_is_given_with_the_state() -> None:
    assert find_standing(**OPEN | {"run_state": "failed", "end": "left", "reason": "too late"}).why == "too late"
    assert find_standing(**OPEN | {"end": "nothing_to_answer", "reason": "answered"}).why == "answered"
    assert find_standing(**OPEN | {"run_state": None}).why == "Airflow has no run for this round"


def test_stages_with_nothing_left_to_do_count_as_answered() -> None:
    answered = {stage for stage in Stage if Standing(stage, "").answered}
    assert answered == {Stage.BANK, Stage.WON, Stage.LOST, Stage.OVER}

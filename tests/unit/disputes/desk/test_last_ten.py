"""What the last rounds of a claim had in common."""

from tests.unit.disputes.desk.test_round_list import row

from disputes.desk.last_ten import Lacked, find_last_ten
from disputes.desk.standing import Stage, Standing

WON, LOST, BANK, WAITS = (Standing(stage, stage.value) for stage in (Stage.WON, Stage.LOST, Stage.BANK, Stage.WAITS))


def ended(number, standing, *missing, claim="fraudulent"):
    return row(number, standing=standing, claim=claim, missing=missing, due_by=number)


def test_it_counts_outcomes_and_names_what_half_of_the_rounds_lacked() -> None:
    rows = [
        ended(1, WON, "customer_signature"),
        ended(2, LOST, "receipt", "customer_signature"),
        ended(3, LOST, "receipt"),
        ended(4, BANK),
        ended(5, WAITS, "receipt"),
        ended(6, LOST, "receipt", claim="general"),
    ]
    found = find_last_ten(rows, "fraudulent")
    assert (found.rounds, found.won, found.lost, found.at_the_bank) == (4, 1, 2, 1)
    assert found.lacked == (Lacked("customer signature", 2, 1), Lacked("receipt", 2, 2))


def test_only_the_last_ten_rounds_count() -> None:
    rows = [ended(number, WON if number > 2 else LOST) for number in range(1, 13)]
    assert (find_last_ten(rows, "fraudulent").won, find_last_ten(rows, "fraudulent").lost) == (10, 0)


def test_nothing_is_shown_for_a_claim_that_was_never_answered() -> None:
    assert find_last_ten([ended(1, WAITS)], "fraudulent") is None

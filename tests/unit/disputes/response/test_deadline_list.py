"""Open rounds in order, and how far each is."""

import pytest

from disputes.response.deadline_list import (
    TAKES_NONE,
    Deadline,
    by_time_left,
    deadline_rows,
    deadline_table,
    state_of,
)

NOW = 1_790_000_000


def deadline(dispute="du_1", due_by=NOW + 7200, state="not started"):
    return Deadline(dispute, "chargeback", "stripe_default", due_by, "fraudulent", 4200, "usd", state)


@pytest.mark.parametrize(
    ("names", "state"),
    [
        ([], "not started"),
        (["waiting.json"], "not started"),
        (["opening.json", "1/dispute.json"], "being gathered"),
        (["opening.json", "1/facts.json", "1/manifest.json"], "packet made"),
        (["opening.json", "1/manifest.json", "1/staged.json"], "waits for a decision"),
        (["1/manifest.json", "1/staged.json", "1/approvals/1-0.json"], "decided"),
        (["1/staged.json", "1/approvals/1-0.json", "submit/1/request.json"], "being submitted"),
        (["1/staged.json", "submit/1/request.json", "receipt.json"], "submitted"),
        (["1/staged.json", "1/end.json"], "ended without a submission"),
        (["submit/1/request.json", "submit/1/spent.json", "1/end.json"], "ended without a submission"),
        (["1/end.json", "2/manifest.json"], "packet made"),
        (["9/end.json", "10/staged.json"], "waits for a decision"),
    ],
)
def test_the_files_of_a_round_show_how_far_it_is(names, state):
    assert state_of(names) == state


def test_only_a_submission_or_a_settled_case_ends_the_wait():
    assert deadline().waits
    assert deadline(state="ended without a submission").waits
    assert not deadline(state="submitted").waits
    assert not deadline(state=TAKES_NONE).waits


def test_the_nearest_deadline_comes_first_and_rounds_without_one_come_last():
    undated, late, soon = deadline("du_a", 0), deadline("du_b", NOW + 9), deadline("du_c", NOW + 5)
    unknown = deadline("du_d", None)
    assert by_time_left([undated, late, unknown, soon]) == [soon, late, undated, unknown]


def test_the_table_has_absolute_times_in_the_zone_that_was_asked_for():
    table = deadline_table([deadline(), deadline("du_2", None)], now=NOW, zone="Europe/Berlin")
    head, first, second = table.splitlines()
    assert head.split() == ["due", "dispute", "round", "reason", "amount", "state"]
    assert first.startswith("21 September 2026, 18:13 UTC+02:00 (Europe/Berlin), in 2 hours  du_1 ")
    assert first.endswith("fraudulent  42.00 USD  not started")
    assert second.startswith("Stripe gives no deadline")
    assert head.index("dispute") == first.index("du_1") == second.index("du_2")


def test_the_rows_give_programs_the_same_values():
    (row,) = deadline_rows([deadline(due_by=NOW - 60)], now=NOW, zone="UTC")
    assert row["due_by"] == NOW - 60
    assert row["due"].endswith("which has passed")
    assert (row["dispute"], row["account"], row["amount"]) == ("du_1", "stripe_default", 4200)

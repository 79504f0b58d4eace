"""Which branch a response takes."""

import pytest
from tests.unit.disputes.builders import CREATED, dispute

from disputes.rounds import Round
from representment.branches import choose_branch

DUE_BY = CREATED + 864_000


def goes(status="needs_response", due_by=DUE_BY, now=DUE_BY - 1, obstacle=None, round_=Round.CHARGEBACK):
    read = dispute(status=status, evidence_details={"due_by": due_by, "submission_method": "manual"})
    return choose_branch(read, round_, obstacle=obstacle, now=now)


@pytest.mark.parametrize("due_by", [DUE_BY, None])
def test_an_open_round_before_its_deadline_goes_to_collect(due_by):
    assert goes(due_by=due_by) == ("collect", "")


@pytest.mark.parametrize("status", ["a_new_status", "lost"])
def test_a_loss_or_an_unknown_status_is_left_to_a_person(status):
    branch, reason = goes(status)
    assert branch == "leave"
    assert status in reason


@pytest.mark.parametrize("status", ["won", "warning_closed", "prevented"])
def test_a_dispute_that_ended_well_needs_no_answer(status):
    assert goes(status) == ("nothing_to_answer", f"the dispute is {status}")


def test_an_appeal_is_a_separate_round():
    assert goes("appeal_needs_response", round_=Round.APPEAL) == ("collect", "")
    assert goes("appeal_needs_response")[0] == "nothing_to_answer"


@pytest.mark.parametrize("case_type", ["block", "resolution"])
def test_a_dispute_settled_by_the_network_needs_no_answer(case_type):
    read = dispute(payment_method_details={"type": "card", "card": {"case_type": case_type}})
    branch, reason = choose_branch(read, Round.CHARGEBACK, obstacle="none", now=CREATED)
    assert branch == "nothing_to_answer"
    assert case_type in reason


@pytest.mark.parametrize("status", ["under_review", "warning_needs_response", "appeal_needs_response"])
def test_another_round_or_an_answered_one_needs_no_answer(status):
    branch, reason = goes(status)
    assert branch == "nothing_to_answer"
    assert "submitted by manual" in reason


def test_a_bank_that_accepts_no_answer_gets_none():
    assert goes(due_by=0)[0] == "nothing_to_answer"


@pytest.mark.parametrize("late", [0, 1, 10**6])
def test_a_round_past_its_deadline_is_left_to_a_person(late):
    assert goes(now=DUE_BY + late)[0] == "leave"


def test_a_round_with_an_obstacle_is_left_to_a_person_with_the_obstacle_named():
    assert goes(obstacle="no answer to this code") == ("leave", "no answer to this code")


def test_nothing_to_answer_takes_precedence_over_an_obstacle():
    assert goes("under_review", obstacle="no answer to this code")[0] == "nothing_to_answer"

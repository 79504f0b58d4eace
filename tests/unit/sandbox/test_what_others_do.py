"""What the bank, the clock, a script and a person in the Dashboard do to a dispute."""

import pytest
from tests.unit.sandbox.refusals import details, refused

from sandbox import disputes
from sandbox.state import Origin

DAY = 86400
REQUEST = Origin()


# The bank


@pytest.mark.parametrize(("text", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_magic_texts_decide_within_eight_seconds(bench, text, status):
    bench.open()
    assert bench.submit(uncategorized_text=text)["status"] == "under_review"
    assert bench.read()["status"] == "under_review"
    assert bench.later(8)["status"] == status


@pytest.mark.parametrize("number", range(8))
def test_an_inquiry_escalates_after_four_to_seven_seconds(bench, number):
    bench.open_inquiry(dispute_id=f"du_{number}")
    bench.submit(f"du_{number}", uncategorized_text="escalate_inquiry_evidence")
    assert bench.later(3, f"du_{number}")["status"] == "warning_under_review"
    assert bench.later(4, f"du_{number}")["status"] == "needs_response"


def test_is_due_says_whether_the_bank_acts_now(bench):
    bench.open()
    bench.submit(uncategorized_text="winning_evidence")
    assert not disputes.is_due(bench.state)
    bench.clock.advance(8)
    assert disputes.is_due(bench.state)
    disputes.advance(bench.state)
    assert not disputes.is_due(bench.state)


@pytest.mark.parametrize(("at_deadline", "due"), [("lost", True), ("open", False)])
def test_is_due_says_whether_something_happens_at_the_deadline(new_bench, at_deadline, due):
    bench = new_bench(script={"du_1": {"at_deadline": at_deadline}})
    bench.open()
    bench.clock.advance(9 * DAY + 1)
    assert disputes.is_due(bench.state) is due
    disputes.advance(bench.state)
    assert not disputes.is_due(bench.state)


def test_any_other_text_stays_under_review(bench):
    bench.open()
    bench.submit(uncategorized_text="winning evidence")
    assert bench.later(400 * DAY)["status"] == "under_review"


def test_the_script_decides_at_its_own_time(new_bench):
    bench = new_bench(script={"du_1": {"bank": "lost", "after": 60}})
    bench.open()
    bench.submit(uncategorized_text="x")
    assert bench.later(55)["status"] == "under_review"
    assert bench.later(10)["status"] == "lost"
    assert bench.events()[-1] == "charge.dispute.closed"


def test_a_win_returns_the_money_but_not_the_fee(bench):
    bench.open()
    bench.submit(uncategorized_text="winning_evidence")
    dispute = bench.later(8)
    assert [txn["net"] for txn in dispute["balance_transactions"]] == [-6500, 5000]
    assert [txn["reporting_category"] for txn in dispute["balance_transactions"]] == ["dispute", "dispute_reversal"]
    assert dispute["is_charge_refundable"]
    assert set(bench.events()[-2:]) == {"charge.dispute.funds_reinstated", "charge.dispute.closed"}


@pytest.mark.parametrize("text", ["winning_evidence", "losing_evidence"])
def test_a_decided_dispute_can_be_neither_updated_nor_closed(bench, text):
    bench.open()
    bench.submit(uncategorized_text=text)
    bench.later(8)
    for error in (
        refused(bench.stage, receipt=""),
        refused(disputes.close, bench.state, "du_1", REQUEST),
    ):
        assert (error.status, error.message, error.code, error.param) == (
            400,
            "This dispute is already closed",
            None,
            None,
        )


def test_an_inquiry_that_the_bank_drops_is_closed_without_money(bench):
    bench.open_inquiry()
    bench.submit(uncategorized_text="winning_evidence")
    dispute = bench.later(8)
    assert dispute["status"] == "warning_closed"
    assert dispute["balance_transactions"] == []


@pytest.mark.parametrize("text", ["escalate_inquiry_evidence", "losing_evidence"])
def test_an_inquiry_escalates_to_a_new_round_with_the_same_id(bench, text):
    due_by = bench.open_inquiry()["evidence_details"]["due_by"]
    assert bench.submit(uncategorized_text=text)["status"] == "warning_under_review"
    dispute = bench.later(8)
    assert details(dispute) == ("needs_response", 1, "not_submitted")
    assert dispute["evidence_details"]["due_by"] != due_by
    assert dispute["payment_method_details"]["card"]["case_type"] == "chargeback"
    assert [txn["amount"] for txn in dispute["balance_transactions"]] == [-5000]
    assert "charge.dispute.funds_withdrawn" in bench.events()
    assert details(bench.submit(uncategorized_text="second answer")) == ("under_review", 2, "manual")


def test_a_chargeback_does_not_escalate(bench):
    bench.open()
    bench.submit(uncategorized_text="escalate_inquiry_evidence")
    assert bench.later(DAY)["status"] == "under_review"


# Deadlines


def test_an_unanswered_dispute_is_lost_after_the_deadline_and_accepts_nothing(bench):
    bench.open()
    bench.stage(shipping_carrier="Coastline")
    assert details(bench.later(9 * DAY + 1)) == ("lost", 0, "not_submitted")
    assert refused(bench.submit, uncategorized_text="x").message == "This dispute is already closed"
    assert bench.events()[-1] == "charge.dispute.closed"


def test_an_unanswered_inquiry_becomes_a_lost_chargeback(bench):
    bench.open_inquiry()
    dispute = bench.later(9 * DAY + 1)
    assert dispute["status"] == "lost"
    assert [txn["amount"] for txn in dispute["balance_transactions"]] == [-5000]


def test_a_dispute_with_a_due_by_of_zero_accepts_no_evidence(bench):
    bench.open(evidence_details={"due_by": 0})
    assert refused(bench.stage, receipt="").status == 400
    assert details(bench.later(DAY)) == ("needs_response", 0, "not_submitted")


def test_a_dispute_left_open_past_its_deadline_accepts_a_late_answer(new_bench):
    bench = new_bench(script={"du_1": {"at_deadline": "open"}})
    bench.open()
    assert bench.later(10 * DAY)["status"] == "needs_response"
    dispute = bench.submit(uncategorized_text="late")
    assert dispute["status"] == "under_review"
    assert dispute["evidence_details"]["past_due"]


@pytest.mark.parametrize(
    ("method", "status"), [(None, "under_review"), ("prefer_smart_disputes", "under_review"), ("manual", "lost")]
)
def test_smart_disputes_submits_staged_evidence_unless_set_to_manual(method, status, new_bench):
    bench = new_bench(smart_disputes=True)
    bench.open()
    bench.stage(shipping_carrier="Coastline")
    if method:
        bench.update(intended_submission_method=method, submit=False)
    dispute = bench.later(9 * DAY + 1)
    assert dispute["status"] == status
    expected = "smart_disputes" if status == "under_review" else "not_submitted"
    assert dispute["evidence_details"]["submission_method"] == expected
    assert not dispute["evidence_details"]["past_due"]


def test_smart_disputes_submits_nothing_if_the_merchant_staged_nothing(new_bench):
    bench = new_bench(smart_disputes=True)
    bench.open()
    bench.stage(shipping_carrier="Coastline")
    bench.stage(shipping_carrier="")
    assert details(bench.later(9 * DAY + 1)) == ("lost", 0, "not_submitted")


# What others do


def test_a_person_answers_in_the_dashboard_with_their_own_text(bench):
    bench.open()
    bench.stage(uncategorized_text="ours")
    dispute = disputes.act(bench.state, "du_1", "dashboard_submit")
    assert details(dispute) == ("under_review", 1, "manual")
    assert dispute["evidence"]["uncategorized_text"] != "ours"


def test_smart_disputes_answers(bench):
    bench.open()
    assert details(disputes.act(bench.state, "du_1", "smart_disputes_submit")) == ("under_review", 1, "smart_disputes")


def test_the_script_answers_in_the_dashboard_once_after_staging(new_bench):
    bench = new_bench(script={"du_1": {"meanwhile": [{"when": "staged", "do": "dashboard_submit"}]}})
    bench.open_inquiry()
    bench.update(metadata={"a": "1"}, submit=False)
    assert bench.stage(uncategorized_text="ours")["evidence_details"]["submission_count"] == 0
    assert details(bench.read()) == ("warning_under_review", 1, "manual")
    disputes.act(bench.state, "du_1", "escalate")
    bench.stage(uncategorized_text="ours again")
    assert bench.read()["status"] == "needs_response"


@pytest.mark.parametrize(("action", "status"), [("win", "won"), ("lose", "lost")])
def test_a_control_request_decides_for_the_bank(bench, action, status):
    bench.open()
    assert disputes.act(bench.state, "du_1", action)["status"] == status


def test_a_late_win_turns_lost_into_won(bench):
    bench.open()
    disputes.act(bench.state, "du_1", "lose")
    assert disputes.act(bench.state, "du_1", "win")["status"] == "won"
    assert refused(disputes.act, bench.state, "du_1", "lose").message == "This dispute is already closed"


def test_a_withdrawal_wins_only_with_evidence(new_bench):
    answered, silent = new_bench(), new_bench()
    for bench in (answered, silent):
        bench.open()
        disputes.act(bench.state, "du_1", "withdraw")
    answered.submit(uncategorized_text="x")
    assert answered.later(10)["status"] == "won"
    assert silent.later(10 * DAY)["status"] == "lost"


def test_a_withdrawal_after_the_submission_wins_too(bench):
    bench.open()
    bench.submit(uncategorized_text="x")
    disputes.act(bench.state, "du_1", "withdraw")
    assert bench.later(10)["status"] == "won"


def test_unknown_actions_and_impossible_ones_are_refused(bench):
    bench.open()
    assert "dashboard_submit" in refused(disputes.act, bench.state, "du_1", "shout").message
    assert refused(disputes.act, bench.state, "du_1", "escalate").status == 400
    assert refused(disputes.act, bench.state, "du_no", "win").status == 404


def test_an_impossible_scripted_action_does_not_affect_the_update(new_bench, caplog):
    bench = new_bench(script={"du_1": {"meanwhile": [{"when": "staged", "do": "escalate"}]}})
    bench.open()
    assert bench.stage(shipping_carrier="Coastline")["evidence"]["shipping_carrier"] == "Coastline"
    assert "Only an inquiry can escalate" in caplog.text

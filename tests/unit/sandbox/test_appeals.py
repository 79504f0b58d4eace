"""The rounds after the first: appeals, late wins, what follows an escalation."""

import pytest

from sandbox import disputes
from sandbox.errors import StripeError
from sandbox.state import Origin

DAY = 86400
LOSES = {"bank": "lost", "appeal": True}


@pytest.fixture
def lost(new_bench):
    """A bench whose first dispute the bank decided against the merchant."""

    def lose(script=LOSES, *, appeals=True, **members):
        bench = new_bench(script={"du_1": script}, appeals=appeals)
        bench.open(**members)
        bench.submit(uncategorized_text="losing_evidence")
        bench.later(8)
        return bench

    return lose


def details(dispute):
    held = dispute["evidence_details"]
    return dispute["status"], held["submission_count"], held["submission_method"]


def appeal(bench, *files, reason="The bank overlooked page 2"):
    return bench.submit(appeal={"card": {"reason_for_filing": reason, "supporting_files": list(files)}})


def last_event(bench):
    return list(bench.state.collections["events"].values())[-1]


@pytest.mark.parametrize("network", ["visa", "mastercard"])
def test_an_appealable_loss_needs_a_response_by_a_new_deadline(lost, network):
    bench = lost(network=network)
    dispute = bench.read()
    assert details(dispute) == ("appeal_needs_response", 1, "manual")
    assert 7 * DAY < dispute["evidence_details"]["due_by"] - bench.clock.now() < 9 * DAY
    event = last_event(bench)
    assert event["type"] == "charge.dispute.updated"
    assert event["data"]["previous_attributes"]["status"] == "under_review"
    assert "charge.dispute.closed" not in bench.events()
    assert [txn["amount"] for txn in dispute["balance_transactions"]] == [-5000]


def test_an_appeal_exists_only_if_account_script_network_and_case_allow_it(lost):
    for bench in (
        lost(appeals=False),
        lost({"bank": "lost"}),
        lost(network="amex"),
        lost(case_type="compliance", evidence={"enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}),
    ):
        assert bench.read()["status"] == "lost"


def test_an_unanswered_dispute_cannot_be_appealed(new_bench):
    bench = new_bench(script={"du_1": LOSES}, appeals=True)
    bench.open()
    assert bench.later(10 * DAY)["status"] == "lost"


@pytest.mark.parametrize(("verdict", "status"), [("won", "won"), ("lost", "lost"), ("pending", "appeal_under_review")])
def test_the_script_decides_the_appeal_whatever_the_first_evidence_was(lost, verdict, status):
    bench = lost({**LOSES, "appeal_bank": verdict})
    assert details(appeal(bench, bench.upload(), bench.upload())) == ("appeal_under_review", 2, "manual")
    assert bench.later(8)["status"] == status


def test_a_won_appeal_returns_the_money(lost):
    bench = lost({**LOSES, "appeal_bank": "won"})
    appeal(bench)
    assert [txn["amount"] for txn in bench.later(8)["balance_transactions"]] == [-5000, 5000]
    assert bench.events()[-2:] == ["charge.dispute.funds_reinstated", "charge.dispute.closed"]


def test_an_appeal_that_nobody_files_ends_as_lost(lost):
    bench = lost()
    assert bench.later(10 * DAY)["status"] == "lost"
    assert last_event(bench)["data"]["previous_attributes"]["status"] == "appeal_needs_response"


@pytest.mark.parametrize("trouble", ["unknown", "purpose", "other dispute", "size"])
def test_supporting_files_are_checked_like_all_files(lost, pdf, trouble):
    bench = lost()
    bench.open("du_2")
    taken = bench.upload()
    bench.stage("du_2", receipt=taken)
    files = {
        "unknown": ["file_no"],
        "purpose": [bench.upload(purpose="business_logo")],
        "other dispute": [taken],
        "size": [bench.upload(pdf(1, 2_300_000)), bench.upload(pdf(1, 2_300_000))],
    }[trouble]
    with pytest.raises(StripeError) as caught:
        appeal(bench, *files)
    assert caught.value.status == 400
    assert details(bench.read()) == ("appeal_needs_response", 1, "manual")


def test_a_late_win_follows_a_loss(new_bench):
    bench = new_bench(script={"du_1": {"bank": "lost", "late_win": 30 * DAY}})
    bench.open()
    bench.submit(uncategorized_text="x")
    assert bench.later(3)["status"] == "lost"
    assert bench.later(29 * DAY)["status"] == "lost"
    assert bench.later(2 * DAY)["status"] == "won"
    closed = [event for event in bench.state.collections["events"].values() if event["type"] == "charge.dispute.closed"]
    assert [event["data"]["object"]["status"] for event in closed] == ["lost", "won"]


def test_no_late_win_follows_an_accepted_loss(new_bench):
    bench = new_bench(script={"du_1": {"late_win": 5}})
    bench.open()
    disputes.close(bench.state, "du_1", Origin())
    assert bench.later(DAY)["status"] == "lost"


@pytest.mark.parametrize(
    ("script", "status"),
    [
        ({"bank": "escalate"}, "under_review"),
        ({"bank": "lost"}, "under_review"),
        ({"bank": "escalate", "chargeback_bank": "won"}, "won"),
        ({"bank": "escalate", "chargeback_bank": "lost"}, "lost"),
        ({"bank": "escalate", "chargeback_bank": "lost", "appeal": True}, "appeal_needs_response"),
    ],
)
def test_after_an_escalation_the_script_decides_the_second_round(new_bench, script, status):
    bench = new_bench(script={"du_1": script}, appeals=True)
    bench.open_inquiry()
    bench.submit(uncategorized_text="first answer")
    assert bench.later(3)["status"] == "needs_response"
    bench.submit(uncategorized_text="second answer")
    assert bench.later(3)["status"] == status


def test_a_script_that_says_won_wins_the_chargeback_of_an_escalated_inquiry_too(new_bench):
    bench = new_bench(script={"du_1": {"bank": "won"}})
    bench.open_inquiry()
    disputes.act(bench.state, "du_1", "escalate")
    bench.submit(uncategorized_text="x")
    assert bench.later(3)["status"] == "won"


def test_a_chargeback_from_the_start_does_not_escalate_by_script(new_bench):
    bench = new_bench(script={"du_1": {"bank": "escalate"}})
    bench.open()
    bench.submit(uncategorized_text="x")
    assert bench.later(DAY)["status"] == "under_review"


def test_the_loss_of_an_unanswered_inquiry_says_where_it_came_from(bench):
    bench.open_inquiry()
    bench.later(10 * DAY)
    assert last_event(bench)["data"]["previous_attributes"]["status"] == "warning_needs_response"

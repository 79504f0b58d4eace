"""The record of a round that ended."""

import pytest
from tests.unit.disputes.builders import CREATED, SHA, dispute_json, manifest

from disputes.response.outcome_records import OutcomeRecord, outcome_record
from disputes.rounds import Round, RunId

DAY = 86_400
RUN = RunId("du_1", Round.CHARGEBACK, 2)
OPENED = CREATED + DAY
RECEIPT = {
    "submission_method": "manual",
    "past_due": False,
    "submitted_at": OPENED + 3 * DAY,
    "version": "0.1.0",
    "packet_sha256": SHA,
}


def moved(amount, fee, currency="usd"):
    return {"amount": amount, "fee": fee, "net": amount - fee, "currency": currency}


def record(**changes) -> OutcomeRecord:
    named = {"status": "lost", "balance_transactions": changes.pop("balance", []), "livemode": False}
    stored = dispute_json(**{name: changes.pop(name, value) for name, value in named.items()})
    values = {
        "account": "stripe_default",
        "outcome": "lost",
        "seen_at": OPENED + 60 * DAY,
        "manifest": manifest(),
        "packet_sha256": SHA,
        "receipt": RECEIPT,
        "approval": {"by": "policy"},
    }
    return outcome_record(RUN, stored, **values | changes)


def test_a_record_names_the_round_the_claim_and_what_was_sent():
    written = record()
    assert (written.response, written.dispute, written.round, written.revision) == (str(RUN), "du_1", "chargeback", 2)
    assert (written.claim, written.product_type, written.network_code) == ("fraudulent", "physical_product", "10.4")
    assert (written.fields, written.files, written.pages) == (("customer_name", "receipt"), ("receipt",), 1)
    assert written.packet_sha256 == SHA


def test_a_share_is_the_part_given_of_the_fields_that_the_playbook_expects():
    written = record()
    assert (written.essential_share, written.strong_share, written.helpful_share) == (0.5, None, None)


def test_days_count_from_the_opening_of_the_dispute():
    written = record()
    assert (written.days_to_submission, written.days_to_outcome) == (3.0, 60.0)


@pytest.mark.parametrize(
    ("approval", "by"),
    [({"by": "policy"}, "policy"), ({"by": "deadline"}, "deadline"), ({"by": "ann"}, "person"), (None, None)],
)
def test_a_record_says_what_kind_of_approval_it_was_and_never_a_name(approval, by):
    assert record(approval=approval).approved_by == by


def test_the_policys_recommendation_and_the_contradictions_come_from_the_manifest():
    contradiction = {"name": "shipped_elsewhere", "problem": "Another address", "facts": ["shipment.delivered_address"]}
    decided = manifest(decision={"choice": "fight", "reasons": ["worth it"]}, contradictions=[contradiction])
    written = record(manifest=decided)
    assert (written.decision, written.contradictions) == ("fight", ("shipped_elsewhere",))


def test_a_round_that_nobody_answered_is_recorded_too():
    written = record(manifest=None, packet_sha256=None, receipt=None, approval={"by": "ann"})
    assert (written.submission_method, written.submitted_at, written.days_to_submission) == (
        "not_submitted",
        None,
        None,
    )
    assert (written.claim, written.fields, written.essential_share, written.approved_by) == (None, (), None, None)


@pytest.mark.parametrize(
    ("balance", "figures"),
    [
        ([], (None, None, None)),
        ([moved(-4200, 1500)], ("usd", 1500, -5700)),
        ([moved(-4200, 1500), moved(4200, 0)], ("usd", 1500, -1500)),
        ([moved(-4200, 1500), moved(4000, 0, "eur")], (None, None, None)),
    ],
)
def test_fees_and_net_are_what_moved_on_the_balance(balance, figures):
    written = record(balance=balance)
    assert (written.balance_currency, written.fees, written.net) == figures


def test_it_says_whether_a_bank_or_test_mode_decided():
    assert (record().livemode, record(livemode=True).livemode) == (False, True)
    before = record().model_dump(exclude={"livemode"})
    assert OutcomeRecord.model_validate(before).livemode is None


def test_a_late_win_is_the_same_round_with_another_end():
    lost = record(balance=[moved(-4200, 1500)])
    stored = dispute_json(status="won", balance_transactions=[moved(-4200, 1500), moved(4200, 0)])
    won = lost.won_late(stored, seen_at=OPENED + 100 * DAY)
    assert (won.outcome, won.status, won.late_win, won.days_to_outcome, won.net) == ("won", "won", True, 100.0, -1500)
    assert won.response == lost.response
    assert won.submitted_at == lost.submitted_at

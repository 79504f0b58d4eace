"""A dispute from its opening to its answer, its closing and its appeal."""

import pytest
from tests.unit.sandbox.refusals import details, refused

from sandbox import disputes
from sandbox.state import Origin

REQUEST = Origin()


# Opening


def test_stripe_fills_in_name_email_and_description_and_takes_the_money(bench):
    dispute = bench.open()
    filled = {name: value for name, value in dispute["evidence"].items() if value}
    assert filled == {
        "customer_name": "Kari Nordmann",
        "customer_email_address": "kari@mail.example",
        "product_description": "Two mugs",
    }
    assert dispute["evidence_details"]["has_evidence"]
    assert [(txn["amount"], txn["fee"], txn["net"]) for txn in dispute["balance_transactions"]] == [
        (-5000, 1500, -6500)
    ]
    assert not dispute["is_charge_refundable"]
    assert bench.events() == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_an_inquiry_takes_no_money_and_can_be_refunded(bench):
    dispute = bench.open_inquiry()
    assert dispute["balance_transactions"] == []
    assert dispute["is_charge_refundable"]
    assert bench.events() == ["charge.dispute.created"]


def test_a_dispute_seeded_as_won_has_returned_the_money(bench):
    dispute = bench.open(status="won")
    assert [txn["amount"] for txn in dispute["balance_transactions"]] == [-5000, 5000]
    assert dispute["is_charge_refundable"]


def test_given_evidence_is_not_filled_in_again_and_keeps_its_files(bench):
    file_id = bench.upload()
    dispute = bench.open(evidence={"customer_name": "K. Nordmann", "receipt": file_id})
    assert dispute["evidence"]["customer_name"] == "K. Nordmann"
    bench.open("du_2")
    assert refused(bench.stage, "du_2", receipt=file_id).param == "evidence[receipt]"


# Staging


def test_staging_merges_and_submits_nothing(bench):
    bench.open()
    bench.stage(shipping_carrier="Coastline")
    dispute = bench.stage(shipping_date="1 September 2026")
    assert details(dispute) == ("needs_response", 0, "not_submitted")
    assert dispute["evidence"]["shipping_carrier"] == "Coastline"
    assert dispute["evidence"]["shipping_date"] == "1 September 2026"


def test_an_empty_string_clears_a_field_which_reads_as_null(bench):
    bench.open()
    bench.stage(receipt=bench.upload(), customer_name="", customer_email_address="", product_description="")
    dispute = bench.stage(receipt="")
    assert not any(dispute["evidence"].values())
    assert not dispute["evidence_details"]["has_evidence"]


def test_an_update_event_contains_its_request_and_the_earlier_values(bench):
    bench.open()
    bench.stage(shipping_carrier="Coastline")
    event = list(bench.state.collections["events"].values())[-1]
    assert event["type"] == "charge.dispute.updated"
    assert event["data"]["previous_attributes"] == {"evidence": {"shipping_carrier": None}}
    assert event["request"] == {"id": "req_1", "idempotency_key": "key-1"}


def test_metadata_merges_and_is_unset_by_empty_strings(bench):
    bench.open()
    bench.update(metadata={"a": "1", "b": 2}, submit=False)
    assert bench.update(metadata={"a": ""}, submit=False)["metadata"] == {"b": "2"}
    assert bench.update(metadata="", submit=False)["metadata"] == {}


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({f"k{n}": "v" for n in range(51)}, "up to 50 keys"),
        ({"k" * 41: "v"}, "up to 40 characters"),
        ({"k": "v" * 501}, "up to 500 characters"),
        ({"k[0]": "v"}, "square brackets"),
    ],
)
def test_metadata_has_limits_and_a_refused_update_changes_nothing(bench, metadata, words):
    bench.open()
    error = refused(bench.update, metadata=metadata, evidence={"shipping_carrier": "Coastline"}, submit=False)
    assert words in error.message
    assert bench.read()["metadata"] == {}
    assert bench.read()["evidence"]["shipping_carrier"] is None


def test_the_intended_method_is_null_without_smart_disputes(new_bench):
    plain, smart = new_bench(), new_bench(smart_disputes=True)
    assert plain.open()["intended_submission_method"] is None
    assert plain.update(intended_submission_method="manual", submit=False)["intended_submission_method"] is None
    assert smart.open()["intended_submission_method"] == "prefer_manual"
    assert smart.update(intended_submission_method="manual", submit=False)["intended_submission_method"] == "manual"


# Submitting


@pytest.mark.parametrize("params", [{"submit": True}, {}, {"metadata": {"a": "1"}}, {"evidence": {"receipt": ""}}])
def test_an_update_submits_unless_submit_is_false(bench, params):
    bench.open()
    assert details(bench.update(**params)) == ("under_review", 1, "manual")
    assert bench.events()[-2:] == ["charge.dispute.updated", "charge.updated"]


@pytest.mark.parametrize("submit", [True, False])
def test_a_submitted_round_accepts_no_more_evidence(bench, submit):
    bench.open()
    bench.submit(shipping_carrier="Coastline")
    error = refused(bench.update, evidence={"shipping_carrier": "Other"}, submit=submit)
    assert (error.status, error.code) == (400, None)
    assert details(bench.read()) == ("under_review", 1, "manual")
    assert bench.read()["evidence"]["shipping_carrier"] == "Coastline"


def test_an_answered_inquiry_is_under_review_as_an_inquiry(bench):
    bench.open_inquiry()
    assert details(bench.submit(shipping_carrier="Coastline")) == ("warning_under_review", 1, "manual")


def test_an_unknown_dispute_is_reported_as_missing(bench):
    error = refused(bench.update, "du_no", submit=False)
    assert (error.status, error.code, error.param) == (404, "resource_missing", "dispute")


def test_a_compliance_case_needs_its_fee_acknowledged(bench):
    bench.open(case_type="compliance")
    error = refused(bench.submit, uncategorized_text="x")
    assert error.param == "evidence[enhanced_evidence][visa_compliance][fee_acknowledged]"
    acknowledged = {"visa_compliance": {"fee_acknowledged": True}}
    assert bench.submit(enhanced_evidence=acknowledged)["status"] == "under_review"


# Closing


def test_closing_loses_at_once(bench):
    bench.open()
    bench.stage(shipping_carrier="Coastline")
    assert disputes.close(bench.state, "du_1", REQUEST)["status"] == "lost"
    assert bench.events()[-2:] == ["charge.dispute.closed", "charge.updated"]


def test_closing_an_inquiry_moves_no_money(bench):
    bench.open_inquiry()
    dispute = disputes.close(bench.state, "du_1", REQUEST)
    assert (dispute["status"], dispute["balance_transactions"]) == ("warning_closed", [])


def test_a_dispute_under_review_cannot_be_closed(bench):
    bench.open()
    bench.submit(uncategorized_text="x")
    assert refused(disputes.close, bench.state, "du_1", REQUEST).status == 400


# Appeals


def test_an_appeal_accepts_only_appeal_evidence(bench):
    bench.open(status="appeal_needs_response", evidence_details={"submission_count": 1, "submission_method": "manual"})
    assert refused(bench.stage, receipt="").param == "evidence[receipt]"
    card = {"reason_for_filing": "The bank overlooked page 2", "supporting_files": [bench.upload(), bench.upload()]}
    dispute = bench.submit(appeal={"card": card})
    assert dispute["evidence"]["appeal"]["card"] == card
    assert details(dispute) == ("appeal_under_review", 2, "manual")


def test_other_rounds_accept_no_appeal_evidence(bench):
    bench.open()
    assert refused(bench.stage, appeal={"card": {"reason_for_filing": "x"}}).param == "evidence[appeal]"

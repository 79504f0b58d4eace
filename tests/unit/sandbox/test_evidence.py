"""The limits of evidence: files, lengths, bytes and pages, for staging as for submitting."""

import pytest

from disputes.limits import text_pages
from sandbox.errors import StripeError
from sandbox.evidence import CHARACTERS_A_PAGE, LONG_TEXT_FIELDS


def refused(call, *args, **params) -> StripeError:
    with pytest.raises(StripeError) as caught:
        call(*args, **params)
    assert (caught.value.status, caught.value.type) == (400, "invalid_request_error")
    return caught.value


def test_an_unknown_file_and_text_in_a_file_field_are_refused(bench):
    bench.open()
    error = refused(bench.stage, receipt="see attached")
    assert error.message == "No such file_upload: 'see attached'"
    assert (error.code, error.param) == ("resource_missing", "evidence[receipt]")


def test_a_file_of_another_purpose_is_refused(bench):
    bench.open()
    file_id = bench.upload(purpose="tax_document_user_upload")
    assert refused(bench.stage, receipt=file_id).param == "evidence[receipt]"


def test_a_file_belongs_to_the_first_dispute_it_was_attached_to(bench):
    bench.open()
    bench.open("du_2")
    file_id = bench.upload()
    bench.stage(receipt=file_id)
    assert bench.stage(customer_communication=file_id)["evidence"]["customer_communication"] == file_id
    bench.stage(receipt="", customer_communication="")
    assert refused(bench.stage, "du_2", receipt=file_id).param == "evidence[receipt]"


def test_a_refused_update_attaches_nothing(bench):
    bench.open()
    bench.open("du_2")
    file_id = bench.upload()
    refused(bench.stage, receipt=file_id, shipping_carrier="x" * 5001)
    assert bench.stage("du_2", receipt=file_id)["evidence"]["receipt"] == file_id


@pytest.mark.parametrize(("field", "limit"), [("uncategorized_text", 20_000), ("shipping_carrier", 5_000)])
def test_each_text_has_a_length_limit(bench, field, limit):
    bench.open()
    assert refused(bench.stage, **{field: "x" * (limit + 1)}).param == f"evidence[{field}]"
    assert len(bench.stage(**{field: "x" * limit})["evidence"][field]) == limit


def test_all_texts_together_have_a_length_limit(bench):
    bench.open(network="visa")
    long = [
        "access_activity_log",
        "cancellation_policy_disclosure",
        "cancellation_rebuttal",
        "refund_policy_disclosure",
    ]
    long += ["duplicate_charge_explanation", "refund_refusal_explanation", "uncategorized_text"]
    texts = dict.fromkeys([*long, "product_description"][:7], "x" * 20000)
    texts |= {"shipping_address": "x" * 5_000, "billing_address": "x" * 5_000, "product_description": "x" * 5_000}
    error = refused(bench.stage, **texts)
    assert error.param == "evidence"


def test_all_files_together_have_a_size_limit_also_when_staged(bench, pdf):
    bench.open()
    half = 2_250_000
    overhead = len(pdf()) + 2
    first, second = bench.upload(pdf(padding=half - overhead)), bench.upload(pdf(padding=half - overhead))
    bench.stage(receipt=first, refund_policy=second)
    error = refused(bench.stage, uncategorized_file=bench.upload())
    assert "exceed the limit for a dispute's total size" in error.message
    assert bench.read()["evidence"]["uncategorized_file"] is None


@pytest.mark.parametrize(("network", "most"), [("visa", 49), ("amex", 49), ("mastercard", 19)])
def test_pages_are_counted_together_with_the_text_also_when_staged(bench, network, most, pdf):
    bench.open(network=network)
    error = refused(bench.stage, receipt=bench.upload(pdf(most + 1)))
    assert (error.code, error.chosen) == ("dispute_evidence_page_limit_exceeded", False)
    assert bench.stage(receipt=bench.upload(pdf(most - 1)))["evidence_details"]["has_evidence"]
    error = refused(bench.stage, uncategorized_text="x" * 3_400)
    assert (error.code, error.chosen) == ("dispute_evidence_page_limit_exceeded", True)


def test_all_text_within_stripes_documented_limits_fits(bench):
    bench.open(evidence={"customer_name": None})
    bench.stage(customer_name="", customer_email_address="")
    texts = dict.fromkeys(LONG_TEXT_FIELDS, "x" * 18_750)
    assert bench.stage(**texts)["evidence_details"]["has_evidence"]
    assert refused(bench.stage, customer_name="x").param == "evidence"


@pytest.mark.parametrize("text", ["x" * 18_750, ("x" * 80 + "\n") * 230, "x\n" * 500, ""])
def test_the_product_counts_at_least_as_many_text_pages_as_the_sandbox(text):
    fields = dict.fromkeys(LONG_TEXT_FIELDS, text)
    assert text_pages(fields) >= sum(map(len, fields.values())) / CHARACTERS_A_PAGE


def test_unknown_fields_are_refused(bench):
    bench.open()
    assert refused(bench.stage, reciept="x").param == "evidence[reciept]"
    assert refused(bench.stage, enhanced_evidence="yes").param == "evidence[enhanced_evidence]"


def test_enhanced_evidence_merges_and_is_cleared(bench):
    bench.open()
    bench.stage(enhanced_evidence={"visa_compliance": {"fee_acknowledged": True}})
    held = bench.stage(enhanced_evidence={"visa_compelling_evidence_3": {"disputed_transaction": {}}})
    assert set(held["evidence"]["enhanced_evidence"]) == {"visa_compliance", "visa_compelling_evidence_3"}
    assert bench.stage(enhanced_evidence="")["evidence"]["enhanced_evidence"] == {}

"""What Smart Disputes makes of enhanced evidence, and refunds of Klarna's inquiries."""

from sandbox import refunds
from sandbox.state import BY_STRIPE

PREFILLED = {"visa_compelling_evidence_3": {"disputed_transaction": {"customer_purchase_ip": "198.51.100.7"}}}


def test_evidence_filled_in_by_stripe_does_not_count_as_staged_by_the_merchant(new_bench):
    bench = new_bench(smart_disputes=True)
    bench.open(evidence={"enhanced_evidence": PREFILLED})
    assert bench.later(20 * 86400)["status"] == "lost"


def test_evidence_the_merchant_adds_to_stripes_is_filed(new_bench):
    bench = new_bench(smart_disputes=True)
    bench.open(evidence={"enhanced_evidence": PREFILLED})
    added = {"disputed_transaction": {"customer_account_id": "A-1"}}
    bench.stage(enhanced_evidence={"visa_compelling_evidence_3": added})
    assert bench.later(20 * 86400)["status"] == "under_review"


def test_only_a_refund_of_the_disputed_amount_ends_a_klarna_inquiry(bench):
    dispute = bench.open_inquiry(amount=2000)
    dispute["payment_method_details"] = {"type": "klarna", "klarna": {"reason_code": None}}
    refunds.create(bench.state, {"charge": "ch_1", "amount": 1000}, BY_STRIPE, livemode=False)
    assert bench.read()["status"] == "warning_needs_response"
    refunds.create(bench.state, {"charge": "ch_1", "amount": 2000}, BY_STRIPE, livemode=False)
    assert bench.read()["status"] == "warning_closed"

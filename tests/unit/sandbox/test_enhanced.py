"""What Smart Disputes makes of enhanced evidence, and refunds of Klarna's inquiries."""

from sandbox import refunds
from sandbox.state import BY_STRIPE

PREFILLED = {"visa_compelling_evidence_3": {"disputed_transaction": {"customer_purchase_ip": "198.51.100.7"}}}


def test_what_stripe_filled_in_is_not_staged_by_the_merchant(new_bench):
    bench = new_bench(smart_disputes=True)
    bench.open(evidence={"enhanced_evidence": PREFILLED})
    assert bench.later(20 * 86400)["status"] == "lost"


def test_what_the_merchant_added_to_it_is_filed(new_bench):
    bench = new_bench(smart_disputes=True)
    bench.open(evidence={"enhanced_evidence": PREFILLED})
    added = {"disputed_transaction": {"customer_account_id": "A-1"}}
    bench.stage(enhanced_evidence={"visa_compelling_evidence_3": added})
    assert bench.later(20 * 86400)["status"] == "under_review"


def test_klarna_wants_exactly_the_disputed_amount_back(bench):
    dispute = bench.open_inquiry(amount=2000)
    dispute["payment_method_details"] = {"type": "klarna", "klarna": {"reason_code": None}}
    refunds.create(bench.state, {"charge": "ch_1", "amount": 1000}, BY_STRIPE, livemode=False)
    assert bench.read()["status"] == "warning_needs_response"
    refunds.create(bench.state, {"charge": "ch_1", "amount": 2000}, BY_STRIPE, livemode=False)
    assert bench.read()["status"] == "warning_closed"

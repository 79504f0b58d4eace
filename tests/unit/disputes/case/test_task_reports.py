"""What the tasks' logs say."""

from tests.unit.disputes.builders import dispute, manifest
from tests.unit.disputes.pages import facts

from disputes.case.gathered import Gathered
from disputes.case.task_reports import report_collected, report_gathered, report_staged
from disputes.exhibits.refusal import Refusal
from disputes.facts.facts import Facts
from disputes.packet.edits import Edits


def test_gathered_facts_are_reported_without_their_values() -> None:
    edits = Edits.model_validate({"texts": {"customer_name": {"text": "Ana Rivera", "by": "bea", "at": 1}}})
    known = facts({"customer.name": "Ana Rivera", "customer.email": "ana@example.com", "order.id": "7"})
    lines = list(report_gathered(Gathered(dispute(), known, "physical_product", edits=edits)))
    assert lines[:2] == ["Found 3 facts: customer 2, order 1", "From the merchant 3"]
    assert lines[2].startswith("The claim is fraudulent (visa 10.4)")
    assert lines[3] == "Changed by hand: customer_name was written by hand"
    assert "Ana" not in "".join(lines)
    assert "bea" not in "".join(lines)


def test_sources_are_only_counted_as_they_may_name_somebody() -> None:
    known = Facts.read(
        {
            "order.id": {"value": "7", "source": "Ana Rivera's mail", "at": "2026-09-01T12:00:00Z"},
            "charge.currency": {"value": "usd", "source": "stripe ch_1 currency", "at": "2026-09-01T12:00:00Z"},
            "charge.last4": {"value": "4242", "source": "stripe ch_1 last4", "at": "2026-09-01T12:00:00Z"},
        }
    )
    lines = list(report_gathered(Gathered(dispute(), known, "physical_product")))
    assert lines[1] == "From Stripe 2, the merchant 1"


def test_an_open_claim_is_reported() -> None:
    card = {"type": "card", "card": {"network": "mastercard", "network_reason_code": "4853"}}
    of = dispute(payment_method_details=card, reason="product_unacceptable")
    lines = list(report_gathered(Gathered(of, facts(), None)))
    assert lines[0] == "Found 0 facts: none"
    assert "product type not known" in lines[2]
    assert lines[3].startswith("The network's code also fits ")
    plain = list(report_gathered(Gathered(dispute(payment_method_details=None), facts(), None)))
    assert plain[2].startswith("The claim is fraudulent; ")


def test_documents_used_and_left_out_are_reported_with_the_reason() -> None:
    assert list(report_collected(["order_receipt"] * 2 + ["photo"], [Refusal("a", "a.zip", "is an archive")], 2)) == [
        "Used 3 documents: order_receipt 2, photo 1",
        "Left out a.zip: is an archive",
        "Left out 2 of the order's documents, which the playbook does not ask for",
    ]
    assert list(report_collected([], [], 0)) == ["Used 0 documents: none"]


def test_what_was_saved_and_kept_on_the_dispute_is_reported() -> None:
    assert list(report_staged(manifest())) == [
        "Saved on the dispute, not submitted: texts customer_name; files receipt",
        "Kept as it was on the dispute: product_description",
    ]
    assert len(list(report_staged(manifest(kept={}, files={})))) == 1

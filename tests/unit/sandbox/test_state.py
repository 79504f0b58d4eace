import re

import pytest
import stripe

from sandbox.clock import Clock
from sandbox.shapes import complete
from sandbox.state import State, new_id

CLASSES = {
    "disputes": stripe.Dispute,
    "charges": stripe.Charge,
    "customers": stripe.Customer,
    "payment_intents": stripe.PaymentIntent,
    "refunds": stripe.Refund,
    "invoices": stripe.Invoice,
    "subscriptions": stripe.Subscription,
}


def test_an_object_is_found_by_its_id_and_the_order_of_creation_is_kept():
    state = State(Clock())
    state.add("charges", {"id": "ch_2"})
    state.add("charges", {"id": "ch_1"})
    assert state.get("charges", "ch_2") == {"id": "ch_2"}
    assert state.get("charges", "ch_3") is None
    assert list(state.collections["charges"]) == ["ch_2", "ch_1"]


def test_ids_look_like_stripes_and_are_unique():
    assert re.fullmatch(r"file_1[A-Za-z0-9]{23}", new_id("file"))
    assert new_id("file") != new_id("file")


# Typed as always present, but returned only where they apply.
WHERE_THEY_APPLY = {"transfer", "payment_record", "pending_reason", "failure_balance_transaction"}


@pytest.mark.parametrize("collection", CLASSES)
def test_every_field_that_stripe_always_returns_is_present(collection):
    typed = CLASSES[collection].__annotations__
    required = {name for name, kind in typed.items() if "Optional" not in str(kind) and "ClassVar" not in str(kind)}
    assert required - WHERE_THEY_APPLY <= set(complete(collection, {"id": "x_1"}))


def test_a_dispute_has_every_evidence_field_as_null():
    evidence = complete("disputes", {})["evidence"]
    assert set(evidence) == set(stripe.Dispute.Evidence.__annotations__) - {"_inner_class_types"}
    assert evidence.pop("enhanced_evidence") == {}
    assert not any(evidence.values())


def test_a_partial_object_keeps_its_values_at_any_depth():
    charge = complete("charges", {"billing_details": {"name": "Kari"}})
    assert charge["billing_details"]["name"] == "Kari"
    assert charge["billing_details"]["address"]["city"] is None


def test_a_payment_method_other_than_a_card_gets_no_card():
    dispute = complete("disputes", {"payment_method_details": {"type": "klarna", "klarna": {}}})
    assert dispute["payment_method_details"] == {"type": "klarna", "klarna": {}}


def test_a_deleted_customer_gets_no_further_fields():
    deleted = {"id": "cus_1", "object": "customer", "deleted": True}
    assert complete("customers", deleted) == deleted

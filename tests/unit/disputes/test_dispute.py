"""Reading Stripe's dispute object."""

import traceback
from typing import Any

import pytest
from tests.unit.disputes.builders import charge_json, dispute, dispute_json

from disputes.dispute import Dispute, read_dispute
from disputes.errors import InputError


def test_charge_and_payment_intent_may_be_expanded_or_not() -> None:
    plain = dispute(charge="ch_1", payment_intent="pi_1")
    expanded = dispute(charge=charge_json(), payment_intent={"id": "pi_1"})
    assert (
        (plain.charge_id, plain.payment_intent_id)
        == (expanded.charge_id, expanded.payment_intent_id)
        == ("ch_1", "pi_1")
    )


def test_the_amount_left_of_a_charge_is_known_when_it_is_expanded() -> None:
    charge = dispute(charge=charge_json(amount=4200, amount_refunded=1000)).charge
    assert charge is not None
    assert (charge.left, charge.currency) == (3200, "usd")
    assert dispute(charge="ch_1").charge is None


def test_values_that_stripe_may_add_are_accepted() -> None:
    new = dispute(
        status="a_new_status", reason="a_new_reason", a_new_field={"x": 1}, payment_method_details={"type": "new"}
    )
    assert (new.status, new.reason, new.network, new.network_reason_code) == (
        "a_new_status",
        "a_new_reason",
        "new",
        None,
    )


def test_null_or_absent_values_read_as_empty() -> None:
    nothing = dispute(evidence=None, evidence_details=None, metadata=None, payment_method_details=None)
    assert nothing.evidence == {}
    assert nothing.metadata == {}
    assert nothing.evidence_details.submission_count == 0
    assert (nothing.network, nothing.case_type, nothing.payment_method_type) == (None, None, "card")


def test_a_co_branded_card_is_judged_by_its_network() -> None:
    details = {"type": "card", "card": {"brand": "visa", "network": "cartes_bancaires", "case_type": "chargeback"}}
    assert dispute(payment_method_details=details).network == "cartes_bancaires"
    del details["card"]["network"]
    assert dispute(payment_method_details=details).network == "visa"


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_method_details": {"type": "klarna", "klarna": {"reason_code": "return"}, "card": None}},
        {"payment_method_details": {"type": "paypal", "paypal": {"reason_code": "return"}}},
        {"payment_method_details": None, "network_reason_code": "return"},
    ],
)
def test_the_code_is_found_wherever_the_payment_method_carries_it(changes: dict) -> None:
    assert dispute(**changes).network_reason_code == "return"


def test_evidence_details_keep_the_difference_between_no_deadline_and_no_answer() -> None:
    assert dispute(evidence_details={"due_by": None}).evidence_details.due_by is None
    assert dispute(evidence_details={"due_by": 0}).evidence_details.due_by == 0


def test_a_dispute_cannot_be_changed() -> None:
    read = Dispute.model_validate(dispute_json())
    with pytest.raises(ValueError, match="frozen"):
        read.status = "won"


def test_a_dispute_is_read_as_the_api_gives_it() -> None:
    assert read_dispute(dispute_json()) == dispute()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"evidence": "Ann Lee, 1 Quay Street"}, "du_1: not as Stripe documents a dispute: evidence. Answer it"),
        ({"amount": "Ann Lee", "charge": None}, "du_1: not as Stripe documents a dispute: amount, charge. Answer it"),
        ({"evidence_details": {"due_by": "Ann Lee"}}, "not as Stripe documents a dispute: evidence_details.due_by"),
        ({"id": ["Ann Lee"]}, "not as Stripe documents a dispute: id. Answer it"),
    ],
    ids=lambda given: str(given)[:20],
)
def test_a_dispute_of_another_shape_is_refused_naming_places_but_never_values(
    changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_dispute(dispute_json(**changes))
    assert told in str(caught.value)
    assert "Ann" not in "".join(traceback.format_exception(caught.value))


def test_a_value_that_is_not_an_object_is_not_a_dispute() -> None:
    with pytest.raises(InputError, match=r"^not as Stripe documents a dispute\. Answer it"):
        read_dispute(["Ann Lee"])

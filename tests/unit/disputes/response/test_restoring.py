"""What un-staging puts back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.disputes.builders import dispute

from disputes.packet.nested import drop_empty, overlay
from disputes.response.restoring import restore_evidence

OURS = {
    "customer_name": "Zoë",
    "receipt": "file_1",
    "enhanced_evidence": {
        "visa_compelling_evidence_3": {
            "disputed_transaction": {"product_description": "Cup", "customer_account_id": "1"},
            "prior_undisputed_transactions": [{"charge": "ch_a"}, {"charge": "ch_b"}],
        }
    },
}
BEFORE: dict[str, Any] = {"customer_name": "Zoe", "receipt": None, "enhanced_evidence": {}}


def back(now: dict[str, Any], before: dict[str, Any] = BEFORE, ours: dict[str, Any] = OURS) -> dict[str, Any]:
    return restore_evidence(ours, before=dispute(evidence=before), now=dispute(evidence=now))


def ce3(**members: Any) -> dict[str, Any]:
    return {"visa_compelling_evidence_3": members}


def test_our_values_are_removed_and_earlier_values_are_put_back() -> None:
    assert back(OURS) == {"customer_name": "Zoe", "receipt": "", "enhanced_evidence": ""}


def test_nothing_is_sent_when_everything_is_as_it_was_before() -> None:
    assert back(BEFORE) == {}
    assert (
        back({**BEFORE, "receipt": "", "enhanced_evidence": ce3(disputed_transaction={"product_description": None})})
        == {}
    )


def test_nested_values_that_stripe_had_filled_in_are_put_back_whole() -> None:
    was = ce3(disputed_transaction={"customer_purchase_ip": "203.0.113.7", "customer_account_id": None})
    held = ce3(
        disputed_transaction={
            "customer_purchase_ip": "203.0.113.7",
            "product_description": "Cup",
            "customer_account_id": "1",
        },
        prior_undisputed_transactions=[{"charge": "ch_b", "product_description": None}, {"charge": "ch_a"}],
    )
    wanted = {"enhanced_evidence": drop_empty(was)}
    before = {**BEFORE, "enhanced_evidence": was}
    assert back({**BEFORE, "enhanced_evidence": held}, before) == wanted
    # Emptied first, and interrupted: what was there is not forgotten.
    assert back({**BEFORE, "enhanced_evidence": {}}, before) == wanted
    assert back({**BEFORE, **wanted}, before) == {}


def test_values_that_somebody_else_wrote_over_ours_stay() -> None:
    theirs = ce3(
        disputed_transaction={"product_description": "Tin", "customer_account_id": "1"},
        prior_undisputed_transactions=[{"charge": "ch_a"}, {"charge": "ch_z"}],
    )
    now = {"customer_name": "Anna", "receipt": None, "enhanced_evidence": theirs}
    left = ce3(
        disputed_transaction={"product_description": "Tin"},
        prior_undisputed_transactions=[{"charge": "ch_a"}, {"charge": "ch_z"}],
    )
    assert back(now) == {"enhanced_evidence": left}


def test_an_appeal_is_emptied_and_the_acknowledgement_of_a_fee_is_withdrawn() -> None:
    appeal = {"appeal": {"card": {"reason_for_filing": "Why.", "supporting_files": ["file_1", "file_2"]}}}
    expanded = {"appeal": {"card": {"reason_for_filing": "Why.", "supporting_files": [{"id": "file_2"}, "file_1"]}}}
    assert back(expanded, {"appeal": None}, appeal) == {"appeal": ""}
    fee = {"enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}
    assert back(fee, {"enhanced_evidence": {}}, fee) == {"enhanced_evidence": ""}
    not_acknowledged = {"enhanced_evidence": {"visa_compliance": {"fee_acknowledged": False}}}
    assert back(not_acknowledged, {"enhanced_evidence": {}}, fee) == {}


def evidence(*leaves: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A text field, and a field with members below it, each present or absent."""
    leaf = st.sampled_from(leaves)
    inner = st.fixed_dictionaries({}, optional={"one": leaf, "other": leaf})
    return st.fixed_dictionaries(
        {}, optional={"text": leaf, "field": st.fixed_dictionaries({}, optional={"in": inner})}
    )


@given(ours=evidence("a", "b"), before=evidence("a", "c", "", None), later=evidence("a", "d", None))
def test_putting_back_twice_changes_nothing_more(
    ours: dict[str, Any], before: dict[str, Any], later: dict[str, Any]
) -> None:
    now = overlay(overlay(before, ours), later)  # as Stripe merges
    assert back({**now, **back(now, before, ours)}, before, ours) == {}


@pytest.mark.parametrize(
    ("value", "left"),
    [
        (None, None),
        ("", None),
        ([], None),
        ({"a": {"b": [None, ""]}, "c": False}, None),
        ({"a": {"b": "1", "c": None}, "d": ["x", {}]}, {"a": {"b": "1"}, "d": ["x"]}),
    ],
)
def test_empty_values_are_dropped(value: Any, left: Any) -> None:
    assert drop_empty(value) == left

import pytest
import stripe

from sandbox.clock import Clock
from sandbox.errors import StripeError
from sandbox.http import expand
from sandbox.state import State


@pytest.fixture
def state():
    state = State(Clock())
    for collection, thing in (
        ("customers", {"id": "cus_1", "object": "customer", "sources": {"object": "list", "data": []}}),
        ("customers", {"id": "cus_2", "object": "customer", "name": "secret", "deleted": True}),
        (
            "charges",
            {"id": "ch_1", "object": "charge", "created": 1, "customer": "cus_1", "refunds": {"data": ["old"]}},
        ),
        (
            "charges",
            {"id": "ch_2", "object": "charge", "created": 2, "customer": "cus_2", "balance_transaction": "txn"},
        ),
        ("charges", {"id": "ch_3", "object": "charge", "created": 3, "customer": None}),
        ("refunds", {"id": "re_1", "object": "refund", "created": 1, "charge": "ch_1"}),
        ("refunds", {"id": "re_2", "object": "refund", "created": 2, "charge": "ch_1"}),
        ("refunds", {"id": "re_3", "object": "refund", "created": 3, "charge": "ch_2"}),
        ("files", {"id": "file_1", "object": "file"}),
        ("subscriptions", {"id": "sub_1", "object": "subscription", "created": 1, "customer": "cus_1"}),
        ("disputes", {"id": "du_1", "object": "dispute", "charge": "ch_1", "evidence": {"receipt": "file_1"}}),
    ):
        state.add(collection, thing)
    return state


def rendered(state, collection, object_id, *paths):
    thing = state.collections[collection][object_id]
    kind = {"disputes": stripe.Dispute, "charges": stripe.Charge, "customers": stripe.Customer}[collection]
    return expand.render(state, thing, expand.parse(kind, paths))


def test_ids_stay_ids_unless_asked_for(state):
    assert rendered(state, "disputes", "du_1")["charge"] == "ch_1"


def test_a_path_is_followed_through_several_objects(state):
    dispute = rendered(state, "disputes", "du_1", "charge.customer", "evidence.receipt")

    assert dispute["charge"]["id"] == "ch_1"
    assert dispute["charge"]["customer"]["id"] == "cus_1"
    assert dispute["evidence"]["receipt"] == {"id": "file_1", "object": "file"}


def test_the_answer_is_a_copy(state):
    rendered(state, "disputes", "du_1", "charge")["charge"]["customer"] = "changed"

    assert state.get("charges", "ch_1")["customer"] == "cus_1"
    assert state.get("disputes", "du_1")["charge"] == "ch_1"


def test_the_refunds_of_a_charge_are_included_only_on_request(state):
    assert "refunds" not in rendered(state, "charges", "ch_1")
    refunds = rendered(state, "charges", "ch_1", "refunds")["refunds"]

    assert [refund["id"] for refund in refunds["data"]] == ["re_2", "re_1"]
    assert refunds["object"] == "list"
    assert refunds["has_more"] is False
    assert refunds["url"] == "/v1/charges/ch_1/refunds"


def test_a_list_inside_an_object_is_expanded_through_data(state):
    charge = rendered(state, "charges", "ch_1", "refunds.data.charge")

    assert charge["refunds"]["data"][0]["charge"]["id"] == "ch_1"


def test_a_customer_shows_subscriptions_and_empty_lists_on_request(state):
    customer = rendered(state, "customers", "cus_1", "subscriptions", "tax_ids")

    assert [each["id"] for each in customer["subscriptions"]["data"]] == ["sub_1"]
    assert customer["tax_ids"]["data"] == []
    assert "sources" not in customer


def test_a_deleted_customer_keeps_only_three_fields(state):
    deleted = {"id": "cus_2", "object": "customer", "deleted": True}

    assert rendered(state, "customers", "cus_2") == deleted
    assert rendered(state, "charges", "ch_2", "customer")["customer"] == deleted


def test_expanding_null_gives_null(state):
    assert rendered(state, "charges", "ch_3", "customer")["customer"] is None


def test_an_object_type_that_the_sandbox_lacks_stays_an_id(state):
    assert rendered(state, "charges", "ch_2", "balance_transaction")["balance_transaction"] == "txn"


@pytest.mark.parametrize(
    "path", ["amount", "nothing", "evidence", "evidence_details", "evidence.uncategorized_text", "charge.amount", ""]
)
def test_a_field_that_is_not_a_reference_cannot_be_expanded(path):
    with pytest.raises(StripeError) as caught:
        expand.parse(stripe.Dispute, [path])

    assert caught.value.message == f"This property cannot be expanded ({path})."
    assert (caught.value.status, caught.value.code, caught.value.param) == (400, None, None)


def test_on_a_list_the_path_must_start_with_data():
    assert expand.parse(stripe.Dispute, ["data.charge.customer"], on_list=True) == {"charge": {"customer": {}}}
    with pytest.raises(StripeError, match=r"You may want to try expanding 'data\.charge' instead\."):
        expand.parse(stripe.Dispute, ["charge"], on_list=True)


def test_data_alone_expands_nothing():
    assert expand.parse(stripe.Dispute, ["data"], on_list=True) == {}


def test_at_most_four_levels_are_expanded():
    assert expand.parse(stripe.Dispute, ["charge.payment_intent.latest_charge.customer"])
    with pytest.raises(StripeError, match="more than 4 levels"):
        expand.parse(stripe.Dispute, ["charge.payment_intent.latest_charge.payment_intent.customer"])
    with pytest.raises(StripeError, match="more than 4 levels"):
        expand.parse(stripe.Dispute, ["data.charge.payment_intent.latest_charge.customer"], on_list=True)


def test_a_field_that_is_always_included_may_be_named():
    assert expand.parse(stripe.Dispute, ["balance_transactions"]) == {"balance_transactions": {}}


def test_the_data_of_a_list_inside_an_object_cannot_be_skipped():
    with pytest.raises(StripeError):
        expand.parse(stripe.Charge, ["refunds.charge"])

import pytest

from sandbox.clock import Clock
from sandbox.errors import StripeError
from sandbox.http import lists
from sandbox.resources import RESOURCES
from sandbox.state import State


@pytest.fixture
def state():
    return State(Clock())


@pytest.fixture
def things():
    return [{"id": f"du_{n}", "created": n} for n in range(1, 26)]


def ids(page):
    return [int(thing["id"].removeprefix("du_")) for thing in page["data"]]


def page(things, among=None, **params):
    return lists.page(things, params, url="/v1/disputes", label="dispute", among=among)


def select(state, collection, *, livemode=False, **params):
    return [thing["id"] for thing in lists.select(state, RESOURCES[collection], params, livemode=livemode)]


def test_the_newest_ten_come_first(things):
    first = page(things)

    assert ids(first) == list(range(25, 15, -1))
    assert (first["object"], first["has_more"], first["url"]) == ("list", True, "/v1/disputes")


def test_of_objects_created_at_the_same_time_the_later_one_comes_first():
    assert ids(page([{"id": "du_1", "created": 5}, {"id": "du_2", "created": 5}])) == [2, 1]


def test_both_cursors_exclude_the_object_they_name(things):
    assert ids(page(things, starting_after="du_16", limit=3)) == [15, 14, 13]
    assert ids(page(things, ending_before="du_16", limit=3)) == [19, 18, 17]


def test_has_more_refers_to_the_direction_of_paging(things):
    assert page(things, starting_after="du_4", limit=3)["has_more"] is False
    assert page(things, starting_after="du_5", limit=3)["has_more"] is True
    assert page(things, ending_before="du_22", limit=3)["has_more"] is False
    assert page(things, ending_before="du_21", limit=3)["has_more"] is True


def test_paging_by_cursor_returns_each_object_once(things):
    seen, params = [], {"limit": 7}
    while True:
        at = page(things, **params)
        seen += ids(at)
        if not at["has_more"]:
            break
        params["starting_after"] = at["data"][-1]["id"]

    assert seen == list(range(25, 0, -1))


def test_a_cursor_may_be_an_object_excluded_by_the_filters(things):
    odd = things[::2]

    assert ids(page(odd, things, starting_after="du_16", limit=3)) == [15, 13, 11]
    assert ids(page(odd, things, ending_before="du_16", limit=3)) == [21, 19, 17]
    assert page([], things, starting_after="du_16")["data"] == []


@pytest.mark.parametrize("cursor", ["starting_after", "ending_before"])
def test_an_unknown_cursor_is_refused(things, cursor):
    with pytest.raises(StripeError) as caught:
        page(things, **{cursor: "ch_1"})

    assert (caught.value.status, caught.value.code, caught.value.param) == (400, "resource_missing", cursor)
    assert caught.value.message == "No such dispute: 'ch_1'"


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        (0, "This value must be greater than or equal to 1."),
        (-1, "This value must be greater than or equal to 1."),
        (101, "This value must be less than or equal to 100."),
    ],
)
def test_a_limit_out_of_range_is_refused(limit, message):
    with pytest.raises(StripeError) as caught:
        lists.check({"limit": limit})

    assert (caught.value.code, caught.value.param, caught.value.message) == (
        "parameter_invalid_integer",
        "limit",
        message,
    )


@pytest.mark.parametrize(
    "params",
    [{"starting_after": "a", "ending_before": "b"}, {"type": "charge.*", "types": ["charge.updated"]}],
)
def test_mutually_exclusive_parameters_are_refused(params):
    with pytest.raises(StripeError) as caught:
        lists.check(params)

    assert caught.value.code == "parameters_exclusive"


def test_more_than_20_event_types_are_refused():
    lists.check({"types": ["charge.updated"] * 20})
    with pytest.raises(StripeError):
        lists.check({"types": ["charge.updated"] * 21})


def test_a_filter_is_never_silently_ignored():
    with pytest.raises(StripeError, match="does not filter by price") as caught:
        lists.check({"price": "price_1"})

    assert caught.value.chosen


@pytest.mark.parametrize(
    ("created", "left"),
    [
        (2, ["du_2"]),
        ({"gt": 1}, ["du_2", "du_3"]),
        ({"gte": 2, "lt": 3}, ["du_2"]),
        ({"lte": 2}, ["du_1", "du_2"]),
        ({"gt": 3}, []),
    ],
)
def test_lists_are_filtered_by_creation_time(state, created, left):
    for n in (1, 2, 3):
        state.add("disputes", {"id": f"du_{n}", "created": n})

    assert select(state, "disputes", created=created) == left


def test_lists_are_filtered_by_references_that_must_exist(state):
    state.add("charges", {"id": "ch_1", "created": 1, "customer": "cus_1"})
    state.add("charges", {"id": "ch_2", "created": 2, "customer": None})
    state.add("customers", {"id": "cus_1"})

    assert select(state, "charges", customer="cus_1") == ["ch_1"]
    with pytest.raises(StripeError) as caught:
        select(state, "charges", customer="cus_x")
    assert (caught.value.status, caught.value.code, caught.value.param) == (400, "resource_missing", "customer")


def test_a_reference_to_the_other_mode_is_refused(state):
    state.add("customers", {"id": "cus_1", "livemode": False})

    with pytest.raises(StripeError, match="a similar object exists in test mode") as caught:
        select(state, "charges", customer="cus_1", livemode=True)
    assert (caught.value.status, caught.value.code, caught.value.param) == (400, "resource_missing", "customer")


def test_objects_of_the_other_mode_and_deleted_ones_are_not_listed(state):
    state.add("customers", {"id": "cus_1", "livemode": True})
    state.add("customers", {"id": "cus_2", "livemode": False})
    state.add("customers", {"id": "cus_3", "livemode": False, "deleted": True})

    assert select(state, "customers") == ["cus_2"]
    assert select(state, "customers", livemode=True) == ["cus_1"]


def test_invoices_are_filtered_by_their_parents_subscription(state):
    state.add("subscriptions", {"id": "sub_1"})
    state.add("invoices", {"id": "in_1", "parent": {"subscription_details": {"subscription": "sub_1"}}})
    state.add("invoices", {"id": "in_2", "parent": None, "due_date": None})

    assert select(state, "invoices", subscription="sub_1") == ["in_1"]
    assert select(state, "invoices", due_date={"gte": 0}) == []


def test_invoice_payments_are_found_by_payment_intent(state):
    payment = {"id": "inpay_1", "payment": {"type": "payment_intent", "payment_intent": "pi_1"}}
    state.add("invoices", {"id": "in_1", "payments": {"data": [payment]}})
    state.add("invoices", {"id": "in_2"})

    assert select(state, "invoice_payments", payment={"type": "payment_intent", "payment_intent": "pi_1"}) == [
        "inpay_1"
    ]
    assert select(state, "invoice_payments", payment={"type": "payment_intent", "payment_intent": "pi_2"}) == []


@pytest.mark.parametrize(
    ("status", "left"),
    [(None, ["a", "e"]), ("all", ["a", "c", "e"]), ("canceled", ["c"]), ("ended", ["c", "e"]), ("active", ["a"])],
)
def test_cancelled_subscriptions_are_listed_only_on_request(state, status, left):
    for name, value in {"a": "active", "c": "canceled", "e": "incomplete_expired"}.items():
        state.add("subscriptions", {"id": name, "status": value})

    assert select(state, "subscriptions", **({"status": status} if status else {})) == left


@pytest.mark.parametrize(
    ("params", "left"),
    [
        ({}, ["evt_1", "evt_2"]),
        ({"type": "charge.dispute.*"}, ["evt_1"]),
        ({"type": "charge.*"}, ["evt_1", "evt_2"]),
        ({"types": ["charge.updated"]}, ["evt_2"]),
        ({"delivery_success": True}, ["evt_1"]),
        ({"delivery_success": False}, ["evt_2"]),
    ],
)
def test_events_are_filtered_and_kept_for_30_days(state, params, left):
    now = state.clock.now()
    state.add("events", {"id": "evt_0", "type": "charge.updated", "created": now - 31 * 86400, "pending_webhooks": 0})
    state.add("events", {"id": "evt_1", "type": "charge.dispute.created", "created": now, "pending_webhooks": 0})
    state.add("events", {"id": "evt_2", "type": "charge.updated", "created": now, "pending_webhooks": 1})

    assert select(state, "events", **params) == left

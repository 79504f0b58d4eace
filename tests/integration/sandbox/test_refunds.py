"""Refunds over the wire: what Stripe refuses, and what one changes."""

import pytest
import stripe


@pytest.fixture
def api(running):
    return running.client().v1


def refused(call, *args, kind=stripe.InvalidRequestError):
    with pytest.raises(kind) as caught:
        call(*args)
    return caught.value


def events(api, kind):
    return [event.data.object.id for event in api.events.list({"type": kind, "limit": 100}).data]


def test_a_charge_is_refunded_in_full_without_an_amount(api):
    refund = api.refunds.create({"charge": "ch_calm", "reason": "fraudulent", "metadata": {"why": "warned"}})

    assert (refund.amount, refund.currency, refund.status, refund.charge) == (500, "usd", "succeeded", "ch_calm")
    assert (refund.reason, refund.metadata["why"]) == ("fraudulent", "warned")
    charge = api.charges.retrieve("ch_calm", {"expand": ["refunds"]})
    assert (charge.amount_refunded, charge.refunded, charge.refunds.data[0].id) == (500, True, refund.id)
    assert api.refunds.retrieve(refund.id).created == refund.created
    assert events(api, "refund.created") == [refund.id]
    assert events(api, "charge.refunded") == ["ch_calm"]


def test_a_charge_is_refunded_in_parts_until_nothing_is_left(api):
    api.refunds.create({"charge": "ch_calm", "amount": 200})
    assert not api.charges.retrieve("ch_calm").refunded
    error = refused(api.refunds.create, {"charge": "ch_calm", "amount": 301})
    assert (error.http_status, error.param) == (400, "amount")
    assert "($3.01)" in error.user_message
    assert "($3.00)" in error.user_message
    assert api.refunds.create({"charge": "ch_calm"}).amount == 300
    assert refused(api.refunds.create, {"charge": "ch_calm"}).code == "charge_already_refunded"


def test_a_payment_intent_leads_to_its_charge(api):
    error = refused(api.refunds.create, {"payment_intent": "pi_1"})
    assert (error.code, "Charge ch_1 has been charged back" in error.user_message) == ("charge_disputed", True)


@pytest.mark.parametrize("dispute_id", ["du_1", "du_3"])
def test_a_charge_under_a_chargeback_is_not_refunded(api, dispute_id):
    charge = api.disputes.retrieve(dispute_id).charge
    assert refused(api.refunds.create, {"charge": charge}).code == "charge_disputed"
    assert charge not in events(api, "charge.refunded")


def test_after_a_win_the_charge_can_be_refunded(running, api):
    running.control("POST", "disputes/du_2/win")
    assert api.refunds.create({"charge": "ch_2"}).amount == 900


def test_a_full_refund_ends_an_inquiry(api):
    api.refunds.create({"charge": "ch_asked", "amount": 499})
    assert api.disputes.retrieve("du_inquiry").status == "warning_needs_response"
    api.refunds.create({"charge": "ch_asked"})

    dispute = api.disputes.retrieve("du_inquiry")
    assert (dispute.status, dispute.is_charge_refundable) == ("warning_closed", False)
    assert events(api, "charge.dispute.closed") == ["du_inquiry"]
    assert refused(api.disputes.update, "du_inquiry", {"submit": False}).http_status == 400


def test_a_full_refund_ends_an_inquiry_under_review_which_then_does_not_escalate(running, api):
    api.disputes.update("du_inquiry", {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}})
    api.refunds.create({"charge": "ch_asked"})
    running.control("POST", "clock", {"advance": 60})
    assert api.disputes.retrieve("du_inquiry").status == "warning_closed"


@pytest.mark.parametrize(
    ("params", "status", "code", "param"),
    [
        ({}, 400, "parameter_missing", None),
        ({"charge": "ch_calm", "payment_intent": "pi_1"}, 400, "parameters_exclusive", "charge"),
        ({"charge": "ch_no"}, 404, "resource_missing", "charge"),
        ({"payment_intent": "pi_no"}, 400, "resource_missing", "payment_intent"),
        ({"charge": "ch_calm", "amount": 0}, 400, "parameter_invalid_integer", "amount"),
        ({"charge": "ch_calm", "amount": "much"}, 400, "parameter_invalid_integer", "amount"),
        ({"charge": "ch_calm", "remark": "x"}, 400, "parameter_unknown", "remark"),
        ({"charge": "ch_calm", "reverse_transfer": True}, 400, None, "reverse_transfer"),
    ],
)
def test_an_invalid_refund_is_refused_and_changes_nothing(api, params, status, code, param):
    error = refused(api.refunds.create, params)
    assert (error.http_status, error.code, error.param) == (status, code, param)
    assert [refund.id for refund in api.refunds.list().data] == ["re_1"]


def test_one_idempotency_key_refunds_once(api):
    first, second = (api.refunds.create({"charge": "ch_calm"}, {"idempotency_key": "k1"}) for _ in range(2))
    assert first.id == second.id
    assert api.charges.retrieve("ch_calm").amount_refunded == 500


def test_a_restricted_key_can_only_read_refunds(running):
    api = running.client(running.keys.restricted).v1
    assert api.refunds.retrieve("re_1").amount == 100
    error = refused(api.refunds.create, {"charge": "ch_calm"}, kind=stripe.PermissionError)
    assert "rak_charge_write" in error.user_message


def test_a_charge_of_the_other_mode_is_not_refunded(running, api):
    live = running.client(running.keys.of_other_mode).v1
    for name, paid, status in (("charge", "ch_calm", 404), ("payment_intent", "pi_1", 400)):
        error = refused(live.refunds.create, {name: paid})
        assert (error.http_status, error.code, error.param) == (status, "resource_missing", name)
        assert "a similar object exists in test mode" in error.user_message
    assert api.charges.retrieve("ch_calm").amount_refunded == 0


@pytest.mark.parametrize(
    "params", [{}, {"charge": "ch_calm", "payment_intent": "pi_1"}, {"charge": "ch_1", "amount": 0}]
)
def test_parameters_that_are_refused_do_not_use_up_the_key(api, params):
    error = refused(api.refunds.create, params, {"idempotency_key": "k1"})
    assert "Stripe-Should-Retry" not in error.headers
    assert error.code in {"parameter_missing", "parameters_exclusive", "parameter_invalid_integer"}
    assert api.refunds.create({"charge": "ch_calm"}, {"idempotency_key": "k1"}).amount == 500

"""Disputes that come while the sandbox runs: copies of seeds, and seeds that arrive later."""

import json
from urllib.error import HTTPError

import pytest
import stripe


@pytest.fixture
def seeds_folder(seeds_folder):
    """One of the disputes arrives later."""
    script = "du_1: {bank: won, after: 5}\ndu_2: {arrives: true, bank: lost}\n"
    (seeds_folder / "script.yaml").write_text(script, "utf-8")
    return seeds_folder


def types(running, object_id):
    events = running.client().v1.events.list({"limit": 100, "type": "charge.dispute.*"}).data
    return [event.type for event in reversed(events) if event.data.object.id == object_id]


def test_a_copy_gets_new_ids_and_shares_the_customer(running):
    client = running.client()
    assert running.control("POST", "disputes", {"copy_of": "du_1", "count": 2, "prefix": "du_x"}) == {
        "disputes": ["du_x0001", "du_x0002"]
    }
    dispute = client.v1.disputes.retrieve("du_x0002", {"expand": ["charge", "payment_intent"]})
    assert (dispute.charge.id, dispute.payment_intent.id) == ("ch_x0002", "pi_x0002")
    assert (dispute.charge.payment_intent, dispute.payment_intent.latest_charge) == ("pi_x0002", "ch_x0002")
    assert dispute.charge.customer == "cus_ann"
    assert [refund.id for refund in client.v1.refunds.list({"charge": "ch_x0002"}).data] == ["re_x0002"]
    (payment,) = client.v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": "pi_x0002"}})
    assert (payment.id, payment.invoice) == ("inpay_x0002", "in_x0002")
    assert client.v1.disputes.retrieve("du_1").charge == "ch_1"


def test_copies_with_different_prefixes_share_no_charge(running):
    prefixes = ("du_x", "dp_x")
    made = [running.control("POST", "disputes", {"copy_of": "du_1", "prefix": each})["disputes"] for each in prefixes]
    charges = [running.client().v1.disputes.retrieve(dispute_id).charge for (dispute_id,) in made]

    assert made == [["du_x0001"], ["dp_x0002"]]
    assert charges == ["ch_x0001", "ch_x0002"]


def test_a_copy_opens_now_with_the_seeds_days_to_respond(running):
    client = running.client()
    client.v1.disputes.update("du_1", {"evidence": {"uncategorized_text": "answered"}})
    running.control("POST", "clock", {"advance": 20 * 24 * 3600})
    running.control("POST", "disputes", {"copy_of": "du_1", "prefix": "du_x"})
    dispute, now = client.v1.disputes.retrieve("du_x0001"), running.control("GET", "clock")["now"]

    assert (dispute.status, dispute.evidence_details.submission_count) == ("needs_response", 0)
    assert dispute.evidence.uncategorized_text is None
    assert abs(dispute.created - now) < 60
    assert (dispute.evidence_details.due_by + 1) % 86400 == 0
    assert 11 < (dispute.evidence_details.due_by - now) / 86400 < 14
    assert types(running, "du_x0001") == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_a_copy_follows_the_script_of_its_seed(running):
    running.control("POST", "disputes", {"copy_of": "du_1", "prefix": "du_x"})
    running.client().v1.disputes.update("du_x0001", {"evidence": {"uncategorized_text": "x"}})
    running.control("POST", "clock", {"advance": 6})

    assert running.client().v1.disputes.retrieve("du_x0001").status == "won"
    assert running.control("GET", "script")["du_x0001"] == {"bank": "won", "after": 5}


def test_without_a_named_seed_the_disputes_that_need_a_response_are_copied_in_turn(running):
    made = running.control("POST", "disputes", {"count": 4})["disputes"]
    disputes = [running.client().v1.disputes.retrieve(dispute_id) for dispute_id in made]

    assert [each.reason for each in disputes] == ["general", "fraudulent", "product_not_received", "general"]
    assert [each.status for each in disputes][::3] == ["warning_needs_response"] * 2
    assert types(running, made[0]) == ["charge.dispute.created"]


def test_the_numbering_of_copies_continues(running):
    for expected in ("du_x0001", "du_x0002"):
        assert running.control("POST", "disputes", {"copy_of": "du_1", "prefix": "du_x"})["disputes"] == [expected]


def test_a_thousand_copies_at_once_are_listed_newest_first(running):
    running.control("POST", "disputes", {"copy_of": "du_2", "count": 1000, "prefix": "du_x", "documents": False})

    assert running.client().v1.disputes.list({"limit": 1}).data[0].id == "du_x1000"


@pytest.mark.parametrize(
    ("body", "status"), [({"copy_of": "du_no"}, 404), ({"count": 0}, 400), ({"prefix": "charge"}, 400)]
)
def test_invalid_copies_are_refused(running, body, status):
    with pytest.raises(HTTPError) as caught:
        running.control("POST", "disputes", body)
    assert caught.value.code == status
    assert json.loads(caught.value.read())["error"]


def test_a_dispute_that_has_not_arrived_is_unknown(running):
    client = running.client()
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.disputes.retrieve("du_2")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")
    assert "du_2" not in {each.id for each in client.v1.disputes.list({"limit": 100}).data}
    assert types(running, "du_2") == []
    assert not client.v1.charges.retrieve("ch_2").disputed


def test_an_arriving_dispute_exists_with_the_events_of_its_creation(running):
    told = running.control("POST", "disputes/du_2/arrive")
    dispute = running.client().v1.disputes.retrieve("du_2")

    assert told["id"] == dispute.id
    assert abs(dispute.created - running.control("GET", "clock")["now"]) < 60
    assert dispute.evidence.customer_name == "Ann Lee"
    assert running.client().v1.charges.retrieve("ch_2").disputed
    assert types(running, "du_2") == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    with pytest.raises(HTTPError, match="404"):
        running.control("POST", "disputes/du_2/arrive")


def test_a_copy_of_a_dispute_that_arrives_later_exists_at_once(running):
    running.control("POST", "disputes", {"copy_of": "du_2", "prefix": "du_x"})

    assert running.client().v1.disputes.retrieve("du_x0001").status == "needs_response"
    assert running.control("GET", "script")["du_x0001"] == {"bank": "lost"}

"""Webhooks over the wire, verified by the unmodified ``stripe`` package."""

import socket
from collections import Counter
from urllib.error import HTTPError

import pytest
import stripe
from tests.integration.sandbox.receiver import receiver, until


@pytest.fixture
def hook():
    with receiver() as got:
        yield got


def deliveries(running):
    (endpoint,) = running.control("GET", "webhook_endpoints")
    return endpoint["deliveries"]


def stage(running, text="x"):
    evidence = {"uncategorized_text": text}
    return running.client().v1.disputes.update("du_1", {"evidence": evidence, "submit": False})


def event_ids(running):
    return [event.id for event in running.client().v1.events.list({"limit": 100}).data]


def test_an_event_is_posted_with_a_signature_that_the_package_accepts(running, hook):
    registered = running.control("POST", "webhook_endpoints", {"url": hook.url})
    stage(running)
    (post,) = hook.wait(1)

    event = post.event(registered["secret"])
    assert registered["secret"] == running.keys.webhook_secret
    assert (event.type, event.data.object.id, event.pending_webhooks) == ("charge.dispute.updated", "du_1", 1)
    assert event.data.previous_attributes.to_dict() == {"evidence": {"uncategorized_text": None}}
    assert ",v0=" in post.signature
    with pytest.raises(stripe.SignatureVerificationError):
        post.event("whsec_other")


def test_only_the_wanted_types_are_posted(running, hook):
    wanted = {"url": hook.url, "enabled_events": ["charge.dispute.closed", "radar.*"]}
    running.control("POST", "webhook_endpoints", wanted)
    stage(running)
    running.control("POST", "disputes/du_1/win")
    hook.wait(1)

    assert [delivery["type"] for delivery in deliveries(running)] == ["charge.dispute.closed"]


def test_a_delivered_event_is_shown_as_delivered_and_no_longer_pending(running, hook):
    running.control("POST", "webhook_endpoints", {"url": hook.url, "secret": "whsec_mine"})
    stage(running)
    event = hook.wait(1)[0].event("whsec_mine")
    until(lambda: deliveries(running)[0]["state"] == "delivered")

    assert deliveries(running) == [
        {"event": event.id, "type": event.type, "attempts": 1, "last_status": 200, "state": "delivered"}
    ]
    assert running.client().v1.events.retrieve(event.id).pending_webhooks == 0


@pytest.mark.parametrize("status", [500, 302, 400])
def test_a_rejected_event_is_sent_again_with_a_new_signature(running, hook, status):
    hook.answers[:] = [status, status]
    running.control("POST", "webhook_endpoints", {"url": hook.url, "secret": "whsec_mine"})
    stage(running)
    posts = hook.wait(3)
    until(lambda: deliveries(running)[0]["state"] == "delivered")

    assert len({post.event("whsec_mine").id for post in posts}) == 1
    assert len({post.signature for post in posts}) == 3
    assert deliveries(running)[0]["attempts"] == 3


def test_an_endpoint_that_comes_back_gets_what_it_missed(running):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running.control("POST", "webhook_endpoints", {"url": f"http://127.0.0.1:{port}/hook", "secret": "whsec_mine"})
    stage(running)
    until(lambda: deliveries(running)[0]["attempts"])
    assert (deliveries(running)[0]["last_status"], deliveries(running)[0]["state"]) == (None, "pending")
    (event_id,) = [running.client().v1.events.list({"delivery_success": False}).data[0].id]

    with receiver(port) as back:
        assert back.wait(1)[0].event("whsec_mine").id == event_id


def test_a_rolled_secret_still_signs_for_a_day_besides_the_new_one(running, hook):
    endpoint = running.control("POST", "webhook_endpoints", {"url": hook.url, "secret": "whsec_old"})
    new = running.control("POST", f"webhook_endpoints/{endpoint['id']}/roll")["secret"]
    stage(running)
    (both,) = hook.wait(1)
    assert both.event(new).id == both.event("whsec_old").id

    running.control("POST", "clock", {"advance": 24 * 3600})
    stage(running, "y")
    _, later = hook.wait(2)
    assert later.event(new).type == "charge.dispute.updated"
    with pytest.raises(stripe.SignatureVerificationError):
        later.event("whsec_old")


def test_stored_events_are_sent_again_as_often_as_asked_in_another_order(running, hook):
    running.control("POST", "webhook_endpoints", {"url": hook.url, "secret": "whsec_mine"})
    ids = event_ids(running)
    sent = running.control("POST", "deliver", {"events": ids, "copies": 3, "shuffle": 7})["events"]
    again = running.control("POST", "deliver", {"events": ids, "copies": 3, "shuffle": 7})["events"]
    posts = hook.wait(6 * len(ids))

    assert Counter(post.event("whsec_mine").id for post in posts) == dict.fromkeys(ids, 6)
    assert sent == again
    assert sent != ids * 3


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("webhook_endpoints", {"url": "http://example.com/hook"}, 400),
        ("webhook_endpoints", {}, 400),
        ("webhook_endpoints", {"url": "http://127.0.0.1:9/", "enabled_events": ["charge.disputed.*"]}, 400),
        ("webhook_endpoints/we_x/roll", None, 404),
        ("deliver", {"events": ["evt_x"]}, 400),
        ("deliver", {"events": [], "copies": 0}, 400),
    ],
)
def test_invalid_webhook_requests_are_refused(running, path, body, status):
    with pytest.raises(HTTPError) as caught:
        running.control("POST", path, body)
    assert caught.value.code == status


def test_a_verdict_is_posted_without_any_request(running, hook):
    wanted = {"url": hook.url, "enabled_events": ["charge.dispute.closed"]}
    running.control("POST", "webhook_endpoints", wanted)
    running.client().v1.disputes.update("du_2", {"evidence": {"shipping_carrier": "UPS"}})
    (post,) = hook.wait(1)

    assert post.event(running.keys.webhook_secret).data.object.status == "won"
    assert len(hook.posts) == 1


def test_a_secret_that_cannot_sign_is_refused(running, hook):
    with pytest.raises(HTTPError) as caught:
        running.control("POST", "webhook_endpoints", {"url": hook.url, "secret": "whsec_\ud800"})
    assert caught.value.code == 400

import time

import pytest

from sandbox.delivery.webhooks import MOST_ENDPOINTS, Webhooks
from sandbox.errors import StripeError
from sandbox.events import emit

NOBODY = "http://127.0.0.1:9/hook"  # the discard port: refused
WANTED = {"url": NOBODY, "enabled_events": ["*"]}


@pytest.fixture
def webhooks(bench):
    posting = Webhooks(bench.state)
    bench.state.listeners.append(posting.send)
    yield posting
    posting.close()


def refusal(call, *args, **kwargs):
    with pytest.raises(StripeError) as caught:
        call(*args, **kwargs)
    return caught.value


def happen(bench, kind="charge.updated"):
    with bench.state.lock:
        return emit(bench.state, kind, {"id": "ch_1"}, {})


def test_the_api_shows_an_endpoint_without_its_secret(bench, webhooks):
    endpoint = webhooks.create({**WANTED, "description": "ours", "metadata": {"a": "b"}}, livemode=False)
    shown = bench.state.get("webhook_endpoints", endpoint.shown["id"])

    assert endpoint.secret.startswith("whsec_")
    assert endpoint.secret not in str(shown)
    assert (shown["status"], shown["description"], shown["metadata"]) == ("enabled", "ours", {"a": "b"})
    assert (shown["api_version"], shown["enabled_events"], shown["url"]) == (None, ["*"], NOBODY)


def test_an_update_changes_only_the_fields_it_names(webhooks):
    endpoint_id = webhooks.create({**WANTED, "description": "ours"}, livemode=False).shown["id"]
    shown = webhooks.update(endpoint_id, {"enabled_events": ["charge.updated"], "metadata": {"a": "b"}})
    assert (shown["enabled_events"], shown["description"], shown["metadata"]) == (
        ["charge.updated"],
        "ours",
        {"a": "b"},
    )
    shown = webhooks.update(endpoint_id, {"url": "http://localhost:9/other", "description": "", "metadata": ""})
    assert (shown["url"], shown["description"], shown["metadata"]) == ("http://localhost:9/other", None, {})


def test_a_refused_update_changes_nothing(webhooks):
    endpoint = webhooks.create(WANTED, livemode=False)
    changes = {"disabled": True, "enabled_events": ["charge.updated"]}
    for wrong in ({"url": "https://example.com"}, {"metadata": {"x" * 41: "y"}}):
        before = dict(endpoint.shown)
        refusal(webhooks.update, endpoint.shown["id"], changes | wrong)
        assert endpoint.shown == before


def test_an_endpoint_gets_its_chosen_types_and_nothing_while_disabled(bench, webhooks):
    endpoint = webhooks.create({"url": NOBODY, "enabled_events": ["charge.refunded"]}, livemode=False)
    happen(bench)
    happen(bench, "charge.refunded")
    webhooks.update(endpoint.shown["id"], {"disabled": True})
    happen(bench, "charge.refunded")
    webhooks.update(endpoint.shown["id"], {"disabled": False, "enabled_events": ["*"]})
    happen(bench)

    assert [each.event["type"] for each in endpoint.deliveries] == ["charge.refunded", "charge.updated"]


def test_an_endpoint_of_the_other_mode_gets_nothing(bench, webhooks):
    endpoint = webhooks.create(WANTED, livemode=True)
    assert happen(bench)["pending_webhooks"] == 0
    assert endpoint.deliveries == []


def test_a_deleted_endpoint_is_gone_and_no_event_waits_for_it(bench, webhooks):
    endpoint = webhooks.create(WANTED, livemode=False)
    endpoint_id = endpoint.shown["id"]
    with bench.state.lock:  # nothing is posted meanwhile
        event = happen(bench)
        gone = webhooks.delete(endpoint_id)

    assert gone == {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}
    assert (bench.state.get("webhook_endpoints", endpoint_id), webhooks.endpoints()) == (None, [])
    assert (event["pending_webhooks"], endpoint.deliveries[0].state) == (0, "given_up")


def test_a_delivery_that_is_due_for_a_disabled_endpoint_is_given_up(bench, webhooks):
    endpoint = webhooks.create(WANTED, livemode=False)
    with bench.state.lock:
        event = happen(bench)
        webhooks.update(endpoint.shown["id"], {"disabled": True})
    (delivery,) = endpoint.deliveries
    end = time.monotonic() + 10
    while delivery.state == "pending" and time.monotonic() < end:
        time.sleep(0.01)

    assert (delivery.state, delivery.attempts) == ("given_up", 0)
    assert event["pending_webhooks"] == 1


def test_at_most_sixteen_endpoints_per_mode_are_allowed(webhooks):
    for _ in range(MOST_ENDPOINTS):
        webhooks.create(WANTED, livemode=False)
    error = refusal(webhooks.create, WANTED, livemode=False)

    assert (error.status, error.code) == (400, None)
    assert "16 test webhook endpoints" in error.message
    assert webhooks.create(WANTED, livemode=True).shown["livemode"] is True


def test_an_unknown_endpoint_cannot_be_rolled(webhooks):
    error = refusal(webhooks.roll, "we_no")
    assert (error.status, error.code) == (404, "resource_missing")

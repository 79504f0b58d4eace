import threading
import time

import pytest

from sandbox.delivery import webhooks
from sandbox.delivery.webhook_endpoints import WebhookEndpoint, check_url
from sandbox.errors import StripeError
from sandbox.events import emit

NOBODY = "http://127.0.0.1:9/hook"  # the discard port: refused


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8080/x", "http://127.9.9.9/x", "https://localhost/x", "http://[::1]:8080/x", "HTTP://LOCALHOST"],
)
def test_addresses_of_this_machine_are_accepted(url):
    check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/x",
        "http://127.0.0.1@example.com/x",
        "http://example.com\\@127.0.0.1/x",
        "http://127.0.0.1.example.com/x",
        "http://localhost.example.com/x",
        "http://192.168.0.1/x",
        "http://0.0.0.0/x",
        "ftp://127.0.0.1/x",
        "/x",
        "http://[::1/x",
        "",
    ],
)
def test_no_other_address_is_accepted(url):
    with pytest.raises(StripeError) as caught:
        check_url(url)
    assert caught.value.param == "url"


def test_live_mode_has_no_decoy_signature():
    endpoint = WebhookEndpoint({}, "whsec_1")
    signature = endpoint.signature(b"{}", at=1_700_000_000, now=0, livemode=True)

    assert signature.startswith("t=1700000000,v1=")
    assert "v0=" not in signature


def test_every_secret_of_the_last_day_signs_the_newest_first():
    endpoint = WebhookEndpoint({}, "whsec_1")
    alone = endpoint.signature(b"{}", at=5, now=0, livemode=True)
    endpoint.roll(now=0)
    endpoint.roll(now=80_000)
    early = endpoint.signature(b"{}", at=5, now=86_399, livemode=True)
    late = endpoint.signature(b"{}", at=5, now=86_400, livemode=True)

    assert early.count("v1=") == 3
    assert alone.removeprefix("t=5,") in early.removeprefix("t=5,").split(",")[1:]
    assert late.count("v1=") == 2
    assert alone.removeprefix("t=5,") not in late


def test_after_the_last_attempt_the_delivery_stops_and_stays_pending(bench, monkeypatch):
    monkeypatch.setattr(webhooks, "PAUSES", (0.01,) * 9)
    posting = webhooks.Webhooks(bench.state)
    bench.state.listeners.append(posting.send)
    endpoint = posting.create({"url": NOBODY, "enabled_events": ["*"]}, livemode=False)
    event = emit(bench.state, "charge.updated", {"id": "ch_1"}, {})
    (delivery,) = endpoint.deliveries
    end = time.monotonic() + 10
    while delivery.state == "pending" and time.monotonic() < end:
        time.sleep(0.01)
    posting.close()

    assert (delivery.state, delivery.attempts, delivery.last_status) == ("given_up", 10, None)
    assert event["pending_webhooks"] == 1


def test_stopping_leaves_no_thread_behind(bench):
    before = threading.active_count()
    posting = webhooks.Webhooks(bench.state)
    bench.state.listeners.append(posting.send)
    posting.create({"url": NOBODY, "enabled_events": ["*"]}, livemode=False)
    emit(bench.state, "charge.updated", {"id": "ch_1"}, {})
    assert threading.active_count() > before
    posting.close()

    assert threading.active_count() == before

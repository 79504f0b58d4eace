"""Webhook endpoints over the wire: set up by the unmodified ``stripe`` package, and refused by hand."""

import json
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import stripe
from tests.integration.sandbox.receiver import receiver, until


@pytest.fixture
def api(running):
    return running.client().v1


@pytest.fixture
def hook():
    with receiver() as got:
        yield got


def refused(call, *args, kind=stripe.InvalidRequestError):
    with pytest.raises(kind) as caught:
        call(*args)
    return caught.value


def stage(api, text="x"):
    return api.disputes.update("du_1", {"evidence": {"uncategorized_text": text}, "submit": False})


def test_the_secret_is_shown_once_and_signs_what_is_posted(api, hook):
    wanted = {"url": hook.url, "enabled_events": ["charge.dispute.updated"], "description": "ours"}
    endpoint = api.webhook_endpoints.create({**wanted, "metadata": {"team": "risk"}})
    stage(api)
    (post,) = hook.wait(1)

    assert endpoint.secret.startswith("whsec_")
    assert (post.event(endpoint.secret).type, endpoint.status) == ("charge.dispute.updated", "enabled")
    (listed,) = api.webhook_endpoints.list().data
    updated = api.webhook_endpoints.update(endpoint.id, {"metadata": {"team": ""}})
    for shown in (api.webhook_endpoints.retrieve(endpoint.id), listed, updated):
        assert "secret" not in shown
        assert (shown.id, shown.description, shown.enabled_events) == (endpoint.id, "ours", ["charge.dispute.updated"])
    assert (updated.metadata.to_dict(), updated.api_version, updated.application) == ({}, None, None)


def test_an_endpoint_made_by_the_api_can_be_used_by_the_control_interface(running, api, hook):
    endpoint = api.webhook_endpoints.create({"url": hook.url, "enabled_events": ["*"]})
    stage(api)
    hook.wait(1)
    until(lambda: running.control("GET", "webhook_endpoints")[0]["deliveries"][0]["state"] == "delivered")
    new = running.control("POST", f"webhook_endpoints/{endpoint.id}/roll")["secret"]
    stage(api, "y")

    assert hook.wait(2)[1].event(new).id == hook.posts[1].event(endpoint.secret).id
    made = running.control("POST", "webhook_endpoints", {"url": hook.url, "enabled_events": ["charge.dispute.*"]})
    assert api.webhook_endpoints.retrieve(made["id"]).enabled_events == [
        "charge.dispute.closed",
        "charge.dispute.created",
        "charge.dispute.funds_reinstated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
    ]


def test_an_event_comes_in_the_version_of_its_endpoint(api, hook):
    wanted = {"url": hook.url, "enabled_events": ["*"], "api_version": "2023-10-16"}
    endpoint = api.webhook_endpoints.create(wanted)
    stage(api)
    event = hook.wait(1)[0].event(endpoint.secret)
    assert (endpoint.api_version, event.api_version) == ("2023-10-16", "2023-10-16")
    assert api.events.retrieve(event.id).api_version == "2026-10-28.endive"


def test_a_disabled_endpoint_gets_nothing_and_a_changed_url_gets_the_events(api, hook):
    endpoint = api.webhook_endpoints.create({"url": "http://127.0.0.1:9/hook", "enabled_events": ["*"]})
    assert api.webhook_endpoints.update(endpoint.id, {"disabled": True}).status == "disabled"
    assert stage(api, "unseen")
    moved = api.webhook_endpoints.update(endpoint.id, {"disabled": False, "url": hook.url})
    stage(api, "seen")
    (post,) = hook.wait(1)

    assert (moved.status, moved.url) == ("enabled", hook.url)
    assert post.event(endpoint.secret).data.object.evidence.uncategorized_text == "seen"


def test_after_a_delete_nothing_is_posted(running, api, hook):
    hook.answers[:] = [500]
    endpoint = api.webhook_endpoints.create({"url": hook.url, "enabled_events": ["*"]})
    stage(api)
    hook.wait(1)
    gone = api.webhook_endpoints.delete(endpoint.id)
    stage(api, "y")

    assert (gone.id, gone.deleted) == (endpoint.id, True)
    assert (api.webhook_endpoints.list().data, running.control("GET", "webhook_endpoints")) == ([], [])
    assert all(event.pending_webhooks == 0 for event in api.events.list({"limit": 100}).data)
    assert len(hook.posts) == 1
    for call, *args in (
        (api.webhook_endpoints.retrieve, endpoint.id),
        (api.webhook_endpoints.update, endpoint.id, {"disabled": True}),
        (api.webhook_endpoints.delete, endpoint.id),
    ):
        error = refused(call, *args)
        assert (error.http_status, error.code) == (404, "resource_missing")
        assert error.user_message == f"No such webhook endpoint: '{endpoint.id}'"


URL = "http://127.0.0.1:9/hook"


@pytest.mark.parametrize(
    ("pairs", "code", "param"),
    [
        ([("enabled_events[]", "*")], "parameter_missing", "url"),
        ([("url", URL)], "parameter_missing", "enabled_events"),
        ([("url", URL), ("enabled_events", "")], "parameter_invalid_empty", "enabled_events"),
        ([("url", URL), ("enabled_events", "*")], None, "enabled_events"),
        ([("url", URL), ("enabled_events[]", "charge.dispute.*")], None, "enabled_events[0]"),
        ([("url", URL), ("enabled_events[]", "*"), ("enabled_events[]", "nonsense")], None, "enabled_events[1]"),
        ([("url", "http://[::1"), ("enabled_events[]", "*")], "url_invalid", "url"),
        ([("url", "https://example.com"), ("enabled_events[]", "*")], "url_invalid", "url"),
        ([("url", URL), ("enabled_events[]", "*"), ("api_version", "1999-01-01")], None, "api_version"),
        ([("url", URL), ("enabled_events[]", "*"), ("connect", "true")], None, "connect"),
        ([("url", URL), ("enabled_events[]", "*"), ("secret", "whsec_mine")], "parameter_unknown", "secret"),
        ([("url", URL), ("enabled_events[]", "*"), ("disabled", "true")], "parameter_unknown", "disabled"),
    ],
)
def test_an_invalid_endpoint_is_refused_and_none_is_created(running, api, pairs, code, param):
    request = Request(f"{running.base}/v1/webhook_endpoints", urlencode(pairs).encode(), method="POST")
    request.add_header("Authorization", f"Bearer {running.keys.secret}")
    with pytest.raises(HTTPError) as caught:
        urlopen(request, timeout=5)
    error = json.load(caught.value)["error"]
    assert (caught.value.code, error.get("code"), error.get("param")) == (400, code, param)
    assert api.webhook_endpoints.list().data == []


def test_the_version_and_the_secret_cannot_be_changed(running, api):
    endpoint = api.webhook_endpoints.create({"url": URL, "enabled_events": ["*"]})
    for name, value in (("api_version", "2023-10-16"), ("secret", "whsec_mine")):
        error = refused(api.webhook_endpoints.update, endpoint.id, {name: value})
        assert (error.http_status, error.code, error.param) == (400, "parameter_unknown", name)
    assert api.webhook_endpoints.update(endpoint.id, {"description": ""}).description is None


def test_one_idempotency_key_creates_one_endpoint(running, api):
    wanted = {"url": URL, "enabled_events": ["*"]}
    first, second = (api.webhook_endpoints.create(wanted, {"idempotency_key": "k1"}) for _ in range(2))
    assert (first.id, first.secret) == (second.id, second.secret)
    assert len(api.webhook_endpoints.list().data) == 1


def test_a_restricted_key_reads_endpoints_but_cannot_change_them(running, api):
    endpoint = api.webhook_endpoints.create({"url": URL, "enabled_events": ["*"]})
    reader = running.client(running.keys.restricted).v1
    assert [each.id for each in reader.webhook_endpoints.list().data] == [endpoint.id]
    for call, *args in (
        (reader.webhook_endpoints.create, {"url": URL, "enabled_events": ["*"]}),
        (reader.webhook_endpoints.update, endpoint.id, {"disabled": True}),
        (reader.webhook_endpoints.delete, endpoint.id),
    ):
        error = refused(call, *args, kind=stripe.PermissionError)
        assert (error.http_status, "rak_webhook_write" in error.user_message) == (403, True)
    assert api.webhook_endpoints.retrieve(endpoint.id).status == "enabled"

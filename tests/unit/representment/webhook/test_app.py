"""The endpoint by itself: what it accepts, what it refuses, and what it stores."""

import asyncio
import json
import time
from collections import Counter
from contextlib import nullcontext
from itertools import islice
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError
from stripe import WebhookSignature

from representment.webhook import app as webhook
from representment.webhook import bodies, signing_secrets
from representment.webhook.signing_secrets import WebhookSecrets

SECRET = "whsec_one"
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "charge.dispute.created",
    "data": {"object": {"id": "du_1", "object": "dispute", "evidence": {"customer_name": "Ann Lee"}}},
}


@pytest.fixture
def kept(monkeypatch):
    """What was stored, and what was counted; `answer` is what Airflow answers."""
    kept = SimpleNamespace(hints=[], counts=[], answer=object())

    def register(*, asset, extra, session):
        if isinstance(kept.answer, Exception):
            raise kept.answer
        kept.hints.append((asset.name, asset.uri, extra))
        return kept.answer

    monkeypatch.setattr("airflow.assets.manager.asset_manager.register_asset_change", register)
    monkeypatch.setattr("airflow.utils.session.create_session", nullcontext)
    monkeypatch.setattr(webhook.stats, "incr", lambda name: kept.counts.append(name))
    monkeypatch.setattr(webhook, "SECRETS", WebhookSecrets())
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_ACCOUNTS", '["stripe_default", "stripe_second"]')
    connect(monkeypatch, "stripe_default", SECRET)
    return kept


@pytest.fixture
def client():
    return TestClient(webhook.app, raise_server_exceptions=False)


def connect(monkeypatch, account, secrets, conn_type="stripe"):
    connection = {"conn_type": conn_type, "password": "sk_test", "extra": {"webhook_secrets": secrets}}
    monkeypatch.setenv(f"AIRFLOW_CONN_{account.upper()}", json.dumps(connection))


def post(client, body=EVENT, *, secret=SECRET, at=None, path="/webhook"):
    text = body if isinstance(body, str) else json.dumps(body)
    header = WebhookSignature.generate_signature_header(text, secret, timestamp=at)
    return client.post(path, content=text, headers={"Stripe-Signature": header}).status_code


def test_only_the_ids_of_a_signed_event_are_kept(client, kept):
    assert post(client) == 200
    ids = {"event": "evt_1", "type": "charge.dispute.created", "object": "du_1", "account": "stripe_default"}
    assert kept.hints == [
        ("stripe_webhook", "representment://stripe/webhook", ids),
        ("stripe_dispute", "representment://stripe/dispute", {}),
    ]
    assert kept.counts == ["representment.webhook.accepted"]


@pytest.mark.parametrize(
    ("kind", "woken"),
    [
        ("charge.dispute.updated", "stripe_dispute"),
        ("charge.dispute.closed", "stripe_dispute_ended"),
        ("charge.dispute.funds_reinstated", "stripe_dispute_ended"),
        ("radar.early_fraud_warning.created", "stripe_early_fraud_warning"),
    ],
)
def test_an_event_triggers_only_the_dag_it_concerns(client, kept, kind, woken):
    assert post(client, EVENT | {"type": kind}) == 200
    assert [name for name, _, _ in kept.hints] == ["stripe_webhook", woken]


def test_an_event_that_we_caused_is_accepted_and_triggers_nothing(client, kept):
    ours = {"request": {"id": "req_1", "idempotency_key": "representment-stage-ab"}}
    assert post(client, EVENT | ours | {"type": "charge.dispute.updated"}) == 200
    assert kept.hints == []
    theirs = {"request": {"id": "req_1", "idempotency_key": "dashboard"}}
    assert post(client, EVENT | theirs | {"type": "charge.dispute.updated"}) == 200
    assert post(client, EVENT | ours | {"type": "charge.dispute.closed"}) == 200
    assert len(kept.hints) == 4


def test_each_account_has_its_own_address_and_secrets(client, kept, monkeypatch):
    connect(monkeypatch, "stripe_second", "whsec_two")
    assert post(client, secret="whsec_two", path="/webhook/stripe_second") == 200
    assert kept.hints[0][2]["account"] == "stripe_second"
    assert post(client, secret="whsec_two") == 400
    assert post(client, path="/webhook/stripe_second") == 400


def test_a_thin_event_is_read_by_its_related_object(client, kept):
    thin = {
        "id": "evt_2",
        "object": "v2.core.event",
        "type": "v1.charge.dispute.updated",
        "related_object": {"id": "du_2", "type": "dispute", "url": "/v1/disputes/du_2"},
    }
    assert post(client, thin) == 200
    assert (kept.hints[0][2]["type"], kept.hints[0][2]["object"]) == ("charge.dispute.updated", "du_2")


def test_an_unknown_event_type_is_accepted_too(client, kept):
    assert post(client, EVENT | {"type": "charge.dispute_again.happened"}) == 200
    assert kept.hints[0][2]["type"] == "charge.dispute_again.happened"


def test_an_event_of_a_connected_account_names_it(client, kept):
    assert post(client, EVENT | {"account": "acct_9"}) == 200
    assert kept.hints[0][2]["connected"] == "acct_9"


@pytest.mark.parametrize("secrets", ["whsec_new whsec_one", "whsec_one  whsec_new"])
def test_while_a_secret_is_rolled_both_are_accepted(client, kept, monkeypatch, secrets):
    connect(monkeypatch, "stripe_default", secrets)
    assert [post(client), post(client, secret="whsec_new")] == [200, 200]


def test_a_rolled_secret_is_found_within_a_second_although_the_old_one_is_cached(client, kept, monkeypatch):
    assert post(client) == 200
    connect(monkeypatch, "stripe_default", "whsec_new")
    later = time.monotonic() + 1.5
    monkeypatch.setattr("representment.webhook.signing_secrets.time.monotonic", lambda: later)
    assert post(client, secret="whsec_new") == 200


@pytest.fixture
def reads(monkeypatch):
    """The connections that were looked up."""
    reads = []
    read = signing_secrets._secrets_of
    monkeypatch.setattr(signing_secrets, "_secrets_of", lambda account: reads.append(account) or read(account))
    return reads


def test_refused_events_read_a_connection_at_most_once_a_second(client, kept, reads):
    assert {post(client, secret="whsec_wrong") for _ in range(20)} == {400}
    assert len(reads) <= 2


def test_requests_for_invented_connections_are_refused_without_looking_them_up(client, kept, reads, monkeypatch):
    listed = []
    get = signing_secrets.Variable.get
    monkeypatch.setattr(signing_secrets.Variable, "get", lambda *a, **k: listed.append(a) or get(*a, **k))
    assert {post(client, path=f"/webhook/stripe_{number}") for number in range(300)} == {400}
    assert (reads, len(listed)) == ([], 1)


def test_a_connection_of_another_type_is_refused(client, kept, monkeypatch):
    connect(monkeypatch, "stripe_second", SECRET, conn_type="generic")
    assert post(client, path="/webhook/stripe_second") == 400


def test_if_the_accounts_cannot_be_read_the_event_is_answered_with_503(client, kept, monkeypatch, caplog):
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_ACCOUNTS", "stripe_default")
    assert post(client) == 503
    assert "variable representment_accounts" in caplog.text


def test_a_signed_event_nested_too_deeply_is_refused(client, kept):
    assert post(client, "[" * 100_000) == 400
    assert kept.hints == []


def refusals():
    text = json.dumps(EVENT)
    header = WebhookSignature.generate_signature_header(text, SECRET)
    old = WebhookSignature.generate_signature_header(text, SECRET, timestamp=int(time.time()) - 301)
    wrong = WebhookSignature.generate_signature_header(text, "whsec_wrong")
    return {
        "no header": (text, "", "/webhook", 400),
        "old": (text, old, "/webhook", 400),
        "wrong secret": (text, wrong, "/webhook", 400),
        "tampered": (text.replace("du_1", "du_2"), header, "/webhook", 400),
        "no such connection": (text, header, "/webhook/nobody", 400),
        "no id of a connection": (text, header, "/webhook/a%20b", 400),
        "10 MB": ("x" * 10_000_000, header, "/webhook", 413),
    }


@pytest.mark.parametrize("case", refusals())
def test_a_refused_event_leaves_no_trace_except_a_counter(client, kept, caplog, case):
    text, header, path, status = refusals()[case]
    answer = client.post(path, content=text, headers={"Stripe-Signature": header} if header else {})
    assert (answer.status_code, answer.content) == (status, b"")
    assert (kept.hints, kept.counts) == ([], ["representment.webhook.refused"])
    assert [record for record in caplog.records if record.name.startswith("representment")] == []


def headers(body=b"{}", *, at=None, length=None):
    signature = WebhookSignature.generate_signature_header(body.decode(), SECRET, timestamp=at)
    found = [(b"stripe-signature", signature.encode())]
    return found if length is None else [*found, (b"content-length", str(length).encode())]


def ask(receive, *, sent_headers, path="/webhook"):
    """The status of one request, whose body comes by `receive`."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "headers": sent_headers, "query_string": b""}
    return webhook.app(scope, receive, send), sent


def status_of(receive, sent_headers, path="/webhook"):
    answer, sent = ask(receive, sent_headers=sent_headers, path=path)
    asyncio.run(answer)
    return sent[0]["status"]


async def never():
    raise AssertionError("the body was read")


@pytest.mark.parametrize(
    ("sent_headers", "path", "status"),
    [
        (list, "/webhook", 400),
        (lambda: [(b"stripe-signature", b"t=soon,v1=ab")], "/webhook", 400),
        (lambda: headers(at=1_600_000_000), "/webhook", 400),
        (headers, "/webhook/nobody", 400),
        (lambda: headers(length=1024 * 1024 + 1), "/webhook", 413),
    ],
    ids=["no header", "malformed", "old", "no such account", "too long"],
)
def test_a_request_that_cannot_be_stripes_is_refused_before_its_body_is_read(kept, sent_headers, path, status):
    assert status_of(never, sent_headers(), path) == status


def test_at_most_a_megabyte_of_an_endless_body_is_read(kept):
    parts = []

    async def receive():
        parts.append(b"x" * 65_536)
        return {"type": "http.request", "body": parts[-1], "more_body": True}

    assert status_of(receive, headers()) == 413
    assert sum(map(len, parts)) == 1024 * 1024 + 65_536


def test_a_sender_that_stops_halfway_times_out(kept, monkeypatch):
    monkeypatch.setattr(bodies, "SECONDS", 0.05)

    async def receive():
        await asyncio.sleep(60)

    assert status_of(receive, headers()) == 408


def test_only_a_few_of_hundreds_of_unfinished_bodies_are_held(kept):
    held = []

    async def burst():
        all_came = asyncio.Event()

        async def receive():
            held.append(b"x" * 65_536)
            await all_came.wait()
            return {"type": "http.disconnect"}

        asked = [ask(receive, sent_headers=headers()) for _ in range(300)]
        answers = asyncio.as_completed([answer for answer, _ in asked])
        for refused in islice(answers, 300 - bodies.AT_ONCE):
            await refused
        all_came.set()
        for read in answers:
            await read
        return Counter(sent[0]["status"] for _, sent in asked)

    statuses = asyncio.run(burst())
    assert len(held) == bodies.AT_ONCE
    assert statuses == {400: bodies.AT_ONCE, 503: 300 - bodies.AT_ONCE}


def test_a_body_after_slow_ones_is_accepted(client, kept, monkeypatch):
    async def receive():
        await asyncio.sleep(60)

    with monkeypatch.context() as impatient:
        impatient.setattr(bodies, "SECONDS", 0.05)
        for _ in range(bodies.AT_ONCE + 1):
            assert status_of(receive, headers()) == 408
    assert post(client) == 200


def test_a_sender_that_disconnects_causes_no_error(kept):
    async def receive():
        return {"type": "http.disconnect"}

    assert (status_of(receive, headers()), kept.hints) == (400, [])


@pytest.mark.parametrize("body", ["not JSON", "[]", '{"object": "event"}', '{"id": "evt_1", "object": "charge"}'])
def test_a_body_that_is_not_an_event_is_refused_even_if_signed(client, kept, body):
    assert post(client, body) == 400
    assert kept.hints == []


@pytest.mark.parametrize("answer", [None, OperationalError("insert Ann Lee", {}, Exception("down"))])
def test_an_event_that_could_not_be_stored_is_answered_so_that_stripe_repeats_it(client, kept, caplog, answer):
    kept.answer = answer
    assert post(client) == 503
    assert kept.counts == []
    assert "Ann" not in caplog.text


def test_the_webhook_app_serves_nothing_else(client):
    assert [client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")] == [404, 404, 404]
    assert client.get("/webhook").status_code == 405

"""The hook against the sandbox: modes, our own errors, pages, headers."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import stripe
from tests.integration.representment.seeds_folder import PDF
from tests.integration.representment.steps import connect

from representment.exceptions import ModeError, StripeRefusedError, StripeUnavailableError
from representment.hooks.stripe_hook import StripeHook
from representment.modes import Mode

UPDATE = {"evidence": {"service_date": "today"}, "metadata": {}, "submit": False}
DISPUTE = "du_plain000"


def writes_of(hook, dispute):
    return [
        lambda: hook.update_dispute(dispute, UPDATE, idempotency_key="k1"),
        lambda: hook.update_dispute(dispute, UPDATE | {"submit": True}, idempotency_key="k2"),
        lambda: hook.upload("a.pdf", PDF, idempotency_key="k3"),
        lambda: hook.close_dispute(dispute, idempotency_key="k4"),
    ]


@pytest.mark.parametrize("extra", [{"mode": "shadow"}, {"mode": ""}, {"mode": None}])
def test_shadow_mode_refuses_every_write_before_it_is_sent(world, monkeypatch, extra):
    hook = connect(world, monkeypatch, **extra)
    for write in writes_of(hook, DISPUTE):
        with pytest.raises(ModeError, match="mode is shadow"):
            write()
    assert hook.retrieve_dispute(DISPUTE)["id"] == DISPUTE
    assert world.writes() == []


def test_stage_mode_saves_and_uploads_but_neither_submits_nor_closes(world, monkeypatch):
    dispute = world.take("plain")
    save, submit, upload, close = writes_of(connect(world, monkeypatch, mode="stage"), dispute)
    assert save()["evidence"]["service_date"] == "today"
    assert upload()["purpose"] == "dispute_evidence"
    for write in (submit, close):
        with pytest.raises(ModeError, match="needs submit"):
            write()
    assert [one["path"] for one in world.writes()] == [f"/v1/disputes/{dispute}", "/v1/files"]


def test_a_live_key_without_a_mode_is_in_shadow_mode(world, monkeypatch):
    hook = connect(world, monkeypatch, key=world.secret_key.replace("test", "live"), mode=None)
    assert hook.mode is Mode.SHADOW
    with pytest.raises(ModeError):
        hook.update_dispute(DISPUTE, UPDATE, idempotency_key="k")
    assert world.log() == []


@pytest.mark.parametrize("word", ["Submit", "live", "true"])
def test_an_invalid_mode_refuses_writes_and_fails_the_connection_test(world, monkeypatch, word):
    hook = connect(world, monkeypatch, mode=word)
    with pytest.raises(ModeError, match="is not one of shadow, stage, submit"):
        hook.update_dispute(DISPUTE, UPDATE, idempotency_key="k")
    works, message = StripeHook().test_connection()
    assert not works
    assert word in message
    assert world.writes() == []


def test_the_submit_parameter_is_required(world):
    with pytest.raises(KeyError):
        StripeHook().update_dispute(DISPUTE, {"metadata": {"a": "b"}}, idempotency_key="k")
    assert world.log() == []


def test_a_connection_without_a_key_is_reported(world, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_STRIPE_DEFAULT", '{"conn_type": "stripe"}')
    assert StripeHook().test_connection()[0] is False
    with pytest.raises(ModeError, match="it has no API key"):
        StripeHook().retrieve_dispute(DISPUTE)


def test_a_connection_of_another_type_is_refused(world, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_STRIPE_DEFAULT", '{"conn_type": "http", "password": "sk_test_other"}')
    with pytest.raises(ModeError, match="connection stripe_default: its type is http, not stripe"):
        StripeHook().retrieve_dispute("du_1")


def test_the_connection_test_checks_every_permission_and_changes_nothing(world):
    assert StripeHook().test_connection() == (
        True,
        "Connected in mode submit; the key has every permission that this mode needs",
    )
    calls = world.calls("")
    assert {"GET /v1/disputes", "GET /v1/radar/early_fraud_warnings", "POST /v1/disputes/du_0"} <= set(calls)
    assert {one for one in calls if one.startswith("POST")} == {"POST /v1/disputes/du_0", "POST /v1/files"}


@pytest.mark.parametrize(("mode", "missing"), [("shadow", []), ("stage", ["dispute", "file"])])
def test_the_connection_test_says_which_permissions_the_mode_lacks(world, monkeypatch, mode, missing):
    works, message = connect(world, monkeypatch, key=world.restricted_key, mode=mode).test_connection()
    assert works is not bool(missing)
    assert ("mode stage needs it: The provided key" in message) is bool(missing)
    for right in ("dispute", "file"):
        assert (f"'rak_{right}_write'" in message) is (right in missing)


def test_the_connection_test_shows_what_stripe_says(world, monkeypatch):
    works, message = connect(world, monkeypatch, key="sk_test_wrong").test_connection()
    assert not works
    assert "Invalid API Key" in message


@pytest.mark.parametrize(
    ("key", "account", "status", "code"),
    [
        ("sk_test_wrong", None, 401, "Invalid API Key"),
        ("sk_test_expired", None, 401, "api_key_expired"),
        (None, "acct_other", 403, "account_invalid"),
    ],
)
def test_a_refused_key_is_a_final_error_with_its_code(world, monkeypatch, key, account, status, code):
    if key == "sk_test_expired":
        key = world.secret_key.replace("sk_test_", "sk_test_expired")
    hook = connect(world, monkeypatch, key=key, account=account)
    with pytest.raises(StripeRefusedError, match=code) as caught:
        hook.update_dispute(DISPUTE, UPDATE, idempotency_key="k")
    assert f"Stripe answered {status}" in str(caught.value)
    assert (caught.value.passing, caught.value.stored) == (False, False)
    assert caught.value.remedy


def test_the_error_for_a_restricted_key_names_the_missing_permission(world, monkeypatch):
    hook = connect(world, monkeypatch, key=world.restricted_key)
    with pytest.raises(StripeRefusedError, match="rak_dispute_write") as caught:
        hook.update_dispute(DISPUTE, UPDATE, idempotency_key="k")
    assert (caught.value.passing, caught.value.stored) == (False, False)


def test_an_unknown_dispute_is_a_final_error_that_names_it(world):
    with pytest.raises(StripeRefusedError, match=r"^du_none: Stripe answered 404: .*resource_missing; param dispute"):
        StripeHook().retrieve_dispute("du_none")


def test_a_refused_parameter_is_a_final_stored_error_with_stripes_request_id(world):
    params = UPDATE | {"evidence": {"receipt": "file_none"}}
    with pytest.raises(StripeRefusedError, match=r"resource_missing; param evidence\[receipt\]") as caught:
        StripeHook().update_dispute(world.take("plain"), params, idempotency_key="missing-file")
    assert (caught.value.passing, caught.value.stored) == (False, True)
    assert caught.value.request_id.startswith("req_")


def test_reusing_a_key_for_another_request_is_a_final_error(world):
    hook, dispute = StripeHook(), world.take("plain")
    hook.update_dispute(dispute, UPDATE, idempotency_key="two-uses")
    with pytest.raises(StripeRefusedError) as caught:
        hook.update_dispute(dispute, UPDATE | {"evidence": {"service_date": "x"}}, idempotency_key="two-uses")
    assert caught.value.passing is False


@pytest.mark.parametrize(
    ("kind", "when", "code", "stored"),
    [
        ("429", "before", "429", False),
        ("lock_timeout", "before", "lock_timeout", False),
        ("500", "before", "500", True),
        ("500", "after", "500", True),
        ("reset", "before", "nothing", False),
        ("reset", "after", "nothing", False),
        ("hang", "after", "nothing", False),
    ],
)
def test_a_write_that_fails_temporarily_is_never_repeated_by_the_client(world, kind, when, code, stored):
    dispute = world.take("plain")
    world.fault(kind, when, method="POST", seconds=0.1)
    with pytest.raises(StripeUnavailableError, match=code) as caught:
        StripeHook().update_dispute(dispute, UPDATE, idempotency_key=dispute)
    assert (caught.value.passing, caught.value.stored) == (True, stored)
    assert len(world.writes()) == 1


def test_a_key_in_use_is_a_temporary_error_with_its_code(world):
    hook, dispute = StripeHook(), world.take("plain")
    world.fault("latency", "after", method="POST", seconds=3)
    first = threading.Thread(target=hook.update_dispute, args=(dispute, UPDATE), kwargs={"idempotency_key": dispute})
    first.start()
    while not world.writes():
        time.sleep(0.02)
    with pytest.raises(StripeUnavailableError, match=r"answered 409: .*idempotency_key_in_use") as caught:
        StripeHook().update_dispute(dispute, UPDATE, idempotency_key=dispute)
    first.join()
    assert caught.value.stored is False


def test_a_request_that_hangs_times_out(world):
    hook = StripeHook()
    hook.client = stripe.StripeClient(
        world.secret_key, base_addresses={"api": world.api_base}, http_client=stripe.RequestsClient(timeout=0.3)
    )
    world.fault("hang", method="POST", seconds=60)
    with pytest.raises(StripeUnavailableError, match="nothing") as caught:
        hook.update_dispute(DISPUTE, UPDATE, idempotency_key="hang")
    assert caught.value.stored is False


@pytest.mark.parametrize("kind", ["500", "lock_timeout", "reset"])
def test_a_failed_read_is_repeated_by_the_client(world, kind):
    world.fault(kind, count=2)
    assert StripeHook().retrieve_dispute(DISPUTE)["id"] == DISPUTE
    assert len(world.log()) == 3


@pytest.fixture
def proxy():
    """Something between us and Stripe that answers in HTML."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.do_POST()

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(int(self.path.rpartition("du_")[2]))
            self.end_headers()
            self.wfile.write(b"<html>Bad gateway</html>")

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("status", [200, 502, 503])
def test_an_answer_not_from_stripe_does_not_say_whether_the_write_happened(world, monkeypatch, proxy, status):
    hook = connect(world, monkeypatch, base_url=proxy)
    with pytest.raises(StripeUnavailableError) as caught:
        hook.update_dispute(f"du_{status}", UPDATE, idempotency_key="k")
    assert (caught.value.passing, caught.value.stored) == (True, False)


@pytest.mark.parametrize("find", [StripeHook.find_dispute, StripeHook.find_warning])
def test_a_404_not_from_stripe_does_not_mean_that_the_object_is_missing(world, monkeypatch, proxy, find):
    with pytest.raises(StripeUnavailableError):
        find(connect(world, monkeypatch, base_url=proxy), "du_404")
    assert find(connect(world, monkeypatch), "du_404") is None


def test_all_of_many_refunds_are_read(world):
    refunds = StripeHook().retrieve_dispute("du_refunds")["charge"]["refunds"]
    assert not refunds["has_more"]
    assert len({refund["id"] for refund in refunds["data"]}) == 12
    assert len(world.log()) == 2


def test_disputes_are_read_newest_first_a_hundred_per_request(world):
    disputes = [one["id"] for one in StripeHook().disputes_since(0)]
    assert len(disputes) == len(set(disputes)) > 100
    assert world.calls("") == ["GET /v1/disputes"] * -(-len(disputes) // 100)


def test_disputes_before_the_lookback_are_not_returned(world):
    disputes = [one["id"] for one in StripeHook().disputes_since(int(time.time()) - 60 * 24 * 3600)]
    assert "du_old" not in disputes
    assert DISPUTE in disputes


def test_a_customers_disputes_are_those_of_the_customers_charges(world):
    disputed = [charge["id"] for charge in StripeHook().charges_of("cus_ann") if charge["disputed"]]
    hook = StripeHook()
    found = hook.disputes_among(hook.charges_of("cus_ann"))
    assert {dispute["charge"] for dispute in found} == set(disputed)
    assert [one["path"] for one in world.log()].count("/v1/disputes") == len(disputed)


def test_a_file_is_read_back_byte_for_byte(world):
    hook = StripeHook()
    file = hook.upload("a.pdf", PDF, idempotency_key="content")
    assert hook.file_content(file["id"]) == PDF


def test_a_missing_file_is_a_final_error_and_a_fault_is_temporary(world):
    with pytest.raises(StripeRefusedError) as caught:
        StripeHook().file_content("file_none")
    assert caught.value.passing is False
    for kind in ("500", "429", "reset"):
        world.fault(kind, path="/v1/files/*", count=3)
        with pytest.raises(StripeUnavailableError):
            StripeHook().file_content("file_none")


def test_a_file_is_read_again_after_a_fault(world):
    hook = StripeHook()
    file = hook.upload("a.pdf", PDF, idempotency_key="content")
    for kind in ("500", "429", "reset"):
        world.fault(kind, path="/v1/files/*", count=2)
        assert hook.file_content(file["id"]) == PDF


def test_the_account_is_sent_with_every_call(world, monkeypatch):
    hook = connect(world, monkeypatch, account="acct_1")
    file = hook.upload("a.pdf", PDF, idempotency_key="account")
    assert hook.file_content(file["id"]) == PDF
    stranger = connect(world, monkeypatch, account="acct_2")
    for call in (
        lambda: stranger.retrieve_dispute(DISPUTE),
        lambda: stranger.file_content(file["id"]),
        lambda: list(stranger.files_since(0)),
        lambda: stranger.upload("a.pdf", PDF, idempotency_key="k"),
    ):
        with pytest.raises(StripeRefusedError, match="403"):
            call()


ACCOUNT = {
    "id": "acct_seller",
    "object": "account",
    "created": 1,
    "business_profile": {"name": "Ana's Pottery", "support_email": "ana@pottery.example", "url": "https://x.example"},
    "external_accounts": {"data": [{"last4": "6789"}]},
}


@contextmanager
def marketplace(status, account):
    """Answers with a dispute of a seller's charge, and with its account; the sandbox has no accounts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            of_account = self.path.startswith("/v1/accounts/")
            dispute = {"id": "du_1", "object": "dispute", "charge": {"id": "ch_1", "on_behalf_of": "acct_seller"}}
            self.send_response(status if of_account else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Request-Id", "req_1")
            self.end_headers()
            self.wfile.write(json.dumps(account if of_account else dispute).encode())

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def refused(kind, code):
    return {"error": {"type": kind, "code": code, "message": "No"}}


def test_only_the_public_profile_of_a_marketplaces_seller_is_read(world, monkeypatch):
    with marketplace(200, ACCOUNT) as url:
        seller = connect(world, monkeypatch, base_url=url).retrieve_dispute("du_1")["charge"]["on_behalf_of"]
    assert seller["business_profile"] == {
        "name": "Ana's Pottery",
        "support_email": "ana@pottery.example",
        "support_phone": None,
    }
    assert "6789" not in json.dumps(seller)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, refused("invalid_request_error", "account_invalid")),
        (404, refused("invalid_request_error", "resource_missing")),
    ],
)
def test_a_seller_that_the_key_cannot_read_stays_an_id(world, monkeypatch, status, error):
    with marketplace(status, error) as url:
        charge = connect(world, monkeypatch, base_url=url).retrieve_dispute("du_1")["charge"]
    assert charge["on_behalf_of"] == "acct_seller"


def test_a_key_unknown_to_stripe_is_an_error_when_reading_the_seller_too(world, monkeypatch):
    with marketplace(401, refused("invalid_request_error", None)) as url, pytest.raises(StripeRefusedError):
        connect(world, monkeypatch, base_url=url).retrieve_dispute("du_1")

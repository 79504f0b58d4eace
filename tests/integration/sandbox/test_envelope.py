"""The envelope, as a plain HTTP client sees it."""

import base64
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def error(self) -> Any:
        return self.body["error"]


@pytest.fixture
def connection(running):
    connection = HTTPConnection(running.base.removeprefix("http://"), timeout=5)
    yield connection
    connection.close()


@pytest.fixture
def call(connection, running) -> Callable[..., Answer]:
    def send(method: str, path: str, form: Any = None, *, key: str | None = "", **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent["Authorization"] = f"Bearer {key or running.keys.secret}"
        body = None
        if form is not None:
            body = form if isinstance(form, str) else urlencode(form)
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())

    return send


def test_every_answer_has_its_own_id_and_the_version(call):
    first, second = call("GET", "/v1/disputes/du_1"), call("GET", "/v1/disputes/du_x", Stripe_Version="2023-10-16")

    assert first.headers["Request-Id"].startswith("req_")
    assert first.headers["Request-Id"] != second.headers["Request-Id"]
    assert first.headers["Stripe-Version"] == "2026-10-28.endive"
    assert second.headers["Stripe-Version"] == "2023-10-16"
    assert first.headers["Content-Type"] == "application/json"


def test_one_connection_serves_many_requests(call, connection):
    call("GET", "/v1/disputes")
    socket = connection.sock
    call("POST", "/v1/disputes/du_1", {"submit": "false"})
    call("POST", "/v1/nowhere", {"never": "read"})
    call("GET", "/v1/disputes", key=None)

    assert socket is not None
    assert connection.sock is socket


def test_a_chunked_body_is_read_completely(call, connection, running):
    headers = {
        "Authorization": f"Bearer {running.keys.secret}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Transfer-Encoding": "chunked",
    }
    connection.request(
        "POST", "/v1/disputes/du_1", iter([b"submit=false&meta", b"data[a]=b"]), headers, encode_chunked=True
    )
    response = connection.getresponse()

    assert json.loads(response.read())["metadata"] == {"a": "b"}
    assert call("GET", "/v1/disputes/du_1").body["status"] == "needs_response"


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        (None, 401, None),
        ("sk_test_wrong", 401, None),
        ("pk_test_0123456789abcdefwxyz", 401, None),
        ("sk_test_expired0123456789abcdefwxyz", 401, "api_key_expired"),
    ],
)
def test_a_request_without_a_valid_key_is_refused(call, key, status, code):
    answer = call("GET", "/v1/disputes", key=key)

    assert (answer.status, answer.error["type"], answer.error.get("code")) == (status, "invalid_request_error", code)
    assert answer.headers["Request-Id"]


def test_basic_authentication_works_like_bearer(call, running):
    user = base64.b64encode(f"{running.keys.secret}:".encode()).decode()

    assert call("GET", "/v1/disputes/du_1", key=None, Authorization=f"Basic {user}").status == 200


def test_a_restricted_key_reads_and_never_writes(call, running):
    key = running.keys.restricted

    assert call("GET", "/v1/disputes/du_1", key=key).status == 200
    for path in ("/v1/disputes/du_1", "/v1/disputes/du_1/close", "/v1/files"):
        refused = call("POST", path, {"nonsense": "first the key, then the parameters"}, key=key)
        assert refused.status == 403
        assert "_write" in refused.error["message"]


def test_a_truncated_body_closes_the_connection(call, connection, running):
    connection.putrequest("POST", "/v1/disputes/du_1")
    connection.putheader("Authorization", f"Bearer {running.keys.secret}")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders(b"no chunk\r\n")
    response = connection.getresponse()

    assert (response.status, response.headers["Connection"]) == (400, "close")
    response.read()
    assert call("GET", "/v1/disputes/du_1").body["status"] == "needs_response"


def test_the_keys_own_account_is_echoed_and_another_is_refused(call):
    own = call("GET", "/v1/account").body["id"]
    echoed = call("GET", "/v1/disputes", Stripe_Account=own)
    refused = call("GET", "/v1/disputes", Stripe_Account="acct_other")

    assert (echoed.status, echoed.headers["Stripe-Account"]) == (200, own)
    assert (refused.status, refused.error["code"]) == (403, "account_invalid")


def test_an_unknown_version_is_refused(call):
    refused = call("GET", "/v1/disputes", Stripe_Version="2030-01-01.pine")

    assert (refused.status, refused.error["message"]) == (400, "Invalid Stripe API version: 2030-01-01.pine.")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/v1/nothing"),
        ("GET", "/v1/disputes/"),
        ("GET", "/v1//disputes"),
        ("POST", "/v1/charges"),
        ("PUT", "/v1/disputes/du_1"),
        ("DELETE", "/v1/disputes/du_1"),
        ("OPTIONS", "/v1/disputes"),
    ],
)
def test_an_error_names_an_unknown_address_and_its_method(call, method, path):
    answer = call(method, path)

    assert answer.status == 404
    assert answer.error["message"].startswith(f"Unrecognized request URL ({method}: {path}).")


def test_an_object_of_the_other_mode_is_reported_as_existing_there(call, running):
    answer = call("GET", "/v1/disputes/du_1", key=running.keys.of_other_mode)

    assert (answer.status, answer.error["code"], answer.error["param"]) == (404, "resource_missing", "dispute")
    assert "a similar object exists in test mode, but a live mode key was used" in answer.error["message"]
    assert call("GET", "/v1/disputes", key=running.keys.of_other_mode).body["data"] == []


def named(content):
    file = BytesIO(content)
    file.name = "receipt.pdf"
    return file


def test_a_file_belongs_to_the_mode_it_was_uploaded_in(call, running, pdf):
    live = running.client(running.keys.of_other_mode)
    file = live.v1.files.create({"purpose": "dispute_evidence", "file": named(pdf)})
    seen = call("GET", f"/v1/files/{file.id}")
    attached = call("POST", "/v1/disputes/du_1", {"evidence[receipt]": file.id, "submit": "false"})

    assert live.v1.files.retrieve(file.id).id == file.id
    assert (seen.status, attached.status) == (404, 400)
    for answer in (seen, attached):
        assert "a similar object exists in live mode, but a test mode key was used" in answer.error["message"]


def test_an_invalid_request_target_is_a_bad_request(running):
    host, port = running.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as client:
        client.sendall(b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 400 " in client.makefile("rb").readline()


def test_a_form_may_have_more_than_a_thousand_parts(call):
    part = '--x\r\nContent-Disposition: form-data; name="metadata[k]"\r\n\r\nv\r\n'
    body = part * 1_001 + "--x--\r\n"
    answer = call("POST", "/v1/disputes/du_1", body, Content_Type="multipart/form-data; boundary=x")

    assert (answer.status, answer.body["metadata"]) == (200, {"k": "v"})


@pytest.mark.parametrize(
    ("path", "param", "label"),
    [
        ("/v1/disputes/du_x", "dispute", "dispute"),
        ("/v1/disputes/ch_1", "dispute", "dispute"),
        ("/v1/charges/ch_x", "id", "charge"),
        ("/v1/payment_intents/pi_x", "intent", "payment_intent"),
        ("/v1/files/file_x/contents", "file", "file_upload"),
    ],
)
def test_a_missing_object_in_the_path_is_a_404(call, path, param, label):
    answer = call("GET", path)

    assert (answer.status, answer.error["code"], answer.error["param"]) == (404, "resource_missing", param)
    assert answer.error["message"].startswith(f"No such {label}: ")


@pytest.mark.parametrize("query", ["charge=ch_x", "payment_intent=pi_x", "starting_after=du_x", "ending_before=du_x"])
def test_a_missing_object_in_a_filter_or_cursor_is_a_400(call, query):
    answer = call("GET", f"/v1/disputes?{query}")

    assert (answer.status, answer.error["code"]) == (400, "resource_missing")


def test_parameters_are_checked_before_the_object_is_looked_up(call):
    assert call("POST", "/v1/disputes/du_x", {"submit": "maybe"}).error["param"] == "submit"


def test_a_refused_parameter_leaves_no_trace(call):
    refused = call("POST", "/v1/disputes/du_1", {"evidence[customer_name]": "Ann", "metadata[a]": "b", "submit": "so"})

    assert refused.status == 400
    dispute = call("GET", "/v1/disputes/du_1").body
    assert (dispute["metadata"], dispute["evidence_details"]["submission_count"]) == ({}, 0)


def test_parameters_in_the_query_of_a_post_count(call):
    assert call("POST", "/v1/disputes/du_1?submit=false", {"metadata[a]": "b"}).body["status"] == "needs_response"


def test_a_json_body_is_refused(call):
    refused = call("POST", "/v1/disputes/du_1", '{"submit": false}', Content_Type="application/json")

    assert refused.status == 400
    assert "application/x-www-form-urlencoded" in refused.error["message"]
    assert refused.headers["Sandbox-Chosen"] == "true"


def test_an_overlong_request_line_is_answered_by_the_proxy_in_html(call):
    answer = call("GET", "/v1/disputes?charge=" + "x" * 16_384)

    assert answer.status == 414
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text.startswith("<html>")


def test_retry_advice_is_given_exactly_where_stripe_gives_it(call):
    advice = [
        call("GET", "/v1/disputes/du_1"),
        call("GET", "/v1/disputes/du_x"),
        call("POST", "/v1/disputes/du_1", {"submit": "maybe"}),
        call("POST", "/v1/disputes/du_1", {"submit": "false"}),
        call("POST", "/v1/disputes/du_3", {"submit": "false"}),
        call("POST", "/v1/disputes/du_x", {"submit": "false"}),
    ]

    assert [answer.headers["Stripe-Should-Retry"] for answer in advice] == [None, None, None, "false", "false", "false"]


def test_a_post_with_a_key_names_the_key_and_the_first_request(call):
    answer = call("POST", "/v1/disputes/du_1", {"submit": "false"}, Idempotency_Key="k1")

    assert answer.headers["Idempotency-Key"] == "k1"
    assert answer.headers["Original-Request"] == answer.headers["Request-Id"]
    assert answer.headers["Idempotent-Replayed"] is None


def test_a_get_ignores_an_idempotency_key(call):
    answers = [call("GET", "/v1/disputes/du_1", Idempotency_Key="k1") for _ in range(2)]

    assert all(answer.status == 200 and answer.headers["Idempotency-Key"] is None for answer in answers)


def test_the_body_of_an_error_has_no_empty_fields(call):
    closed = call("POST", "/v1/disputes/du_3", {"submit": "false"})

    assert closed.body == {"error": {"type": "invalid_request_error", "message": "This dispute is already closed"}}


def test_an_internal_error_of_the_sandbox_looks_like_one_of_stripes(call, monkeypatch, capfd):
    monkeypatch.setattr("sandbox.disputes.close", lambda *_: 1 / 0)
    answer = call("POST", "/v1/disputes/du_1/close", {})

    assert (answer.status, answer.error["type"]) == (500, "api_error")
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_an_internal_error_before_execution_frees_the_key(call, monkeypatch, capfd):
    with monkeypatch.context() as broken:
        broken.setattr("sandbox.http.expand.parse", lambda *_, **__: 1 / 0)
        assert call("POST", "/v1/disputes/du_1", {"submit": "false"}, Idempotency_Key="k1").status == 500
    assert "ZeroDivisionError" in capfd.readouterr().err

    assert call("POST", "/v1/disputes/du_1", {"submit": "false"}, Idempotency_Key="k1").status == 200

"""From a request to an answer, in Stripe's order: authentication, rate, idempotency key, parameters, object, state.

A refusal before execution leaves no trace, not even under the idempotency key. Everything after that is kept under it.
"""

import json
import sys
import time
import traceback
from dataclasses import dataclass
from typing import Any

from flask import request

from sandbox import disputes, errors, file_links
from sandbox.context import Sandbox
from sandbox.events import API_VERSION
from sandbox.http import auth, expand, form, params, request_errors
from sandbox.http.calls import Call, Chosen, Download, Endpoint
from sandbox.http.faults import Fault
from sandbox.http.idempotency import Answer
from sandbox.http.server import CONNECTION_HEADER
from sandbox.state import Origin

_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
_FILES_HOST = '"url": "https://files.stripe.com/'


@dataclass
class Exchange:
    """One request on its way.

    :param endpoint: None for an address that the API does not have
    :param ids: the ids in the path, by name
    :param key: the idempotency key, where it counts
    :param original: the request that first ran under the key
    :param executed: the answer comes out of execution, so the same request would get the same answer
    :param answered: the id of the answered object; None for a list
    """

    endpoint: Endpoint | None
    ids: dict[str, str]
    request_id: str
    version: str = API_VERSION
    key: str | None = None
    original: str | None = None
    replayed: bool = False
    executed: bool = False
    fault: Fault | None = None
    answered: str | None = None


def answer(sandbox: Sandbox, exchange: Exchange) -> Answer:
    """Answer Flask's current request, and note on the exchange what the headers and the log need.

    :raises StripeError: refused before execution
    """
    caller, endpoint = _admit(sandbox, exchange)
    exchange.fault = sandbox.faults.meet(request.method, request.path)
    early = _meet(exchange.fault, "before")
    if early:
        return early
    sent = _form()
    key = request.headers.get("Idempotency-Key") if request.method == "POST" and endpoint.idempotent else None
    if key:
        replay = sandbox.idempotency.begin(
            key, livemode=caller.livemode, path=request.path, params=sent, request_id=exchange.request_id
        )
        exchange.key, exchange.original = key, exchange.request_id
        if replay:
            exchange.original, exchange.replayed, exchange.executed = replay.request_id, True, True
            return _meet(exchange.fault, "after") or replay.answer
    try:
        call = _check(sandbox, endpoint, caller, sent, exchange)
    except Exception:
        if key:
            sandbox.idempotency.forget(key, livemode=caller.livemode)
        raise
    refused = exchange.fault is not None and exchange.fault.kind == "400"
    done = refusal(request_errors.refused(400)) if refused else _execute(endpoint, call, exchange)
    exchange.executed = True
    late = _meet(exchange.fault, "after")
    if late and late.status == 500:
        done = late
    if key:
        sandbox.idempotency.finish(key, livemode=caller.livemode, answer=done)
    return late or done


def refusal(error: errors.StripeError) -> Answer:
    """Give an error as an answer."""
    return Answer(error.status, _json(error.body()), error.headers)


def _admit(sandbox: Sandbox, exchange: Exchange) -> tuple[auth.Caller, Endpoint]:
    """Check who asks, and whether they may ask this."""
    account = sandbox.state.account.id
    caller = auth.authenticate(request.headers.get("Authorization"), sandbox.keys)
    auth.check_account(caller, request.headers.get("Stripe-Account"), account)
    exchange.version = auth.check_version(request.headers.get("Stripe-Version"))
    if exchange.endpoint is None:
        raise request_errors.unknown_url(request.method, request.path)
    auth.check_right(caller, request.method, exchange.endpoint.right, account)
    return caller, exchange.endpoint


def _form() -> dict[str, Any]:
    """The parameters of the query and of the body."""
    if request.method == "POST" and request.get_data() and request.mimetype not in _FORMS:
        raise errors.invalid_request(
            "Invalid request (check that your POST content type is application/x-www-form-urlencoded).", chosen=True
        )
    sources = (request.args, request.form, request.files)
    return form.decode((name, value) for source in sources for name, value in source.items(multi=True))


def _check(sandbox: Sandbox, endpoint: Endpoint, caller: auth.Caller, sent: dict[str, Any], exchange: Exchange) -> Call:
    checked = params.validate(endpoint.shape, sent)
    endpoint.check(checked)
    return Call(
        state=sandbox.state,
        webhooks=sandbox.webhooks,
        caller=caller,
        path=request.path,
        ids=exchange.ids,
        params=checked,
        tree=expand.parse(endpoint.kind, checked.get("expand", ()), on_list=endpoint.is_list),
        origin=Origin(exchange.request_id, exchange.key),
    )


def _execute(endpoint: Endpoint, call: Call, exchange: Exchange) -> Answer:
    try:
        with call.state.lock:
            disputes.advance(call.state)
            file_links.expire(call.state)
            result = endpoint.run(call)
            if isinstance(result, Download):
                return Answer(200, result.content, mimetype=result.mimetype)
            body, headers = (result.body, errors.CHOSEN) if isinstance(result, Chosen) else (result, {})
            exchange.answered = body.get("id")
            # A client that follows a file's own address must come here, not to Stripe.
            text = _json(body).replace(_FILES_HOST.encode(), f'"url": "{request.host_url}'.encode())
            return Answer(200, text, headers)
    except errors.StripeError as error:
        return refusal(error)
    except Exception:  # noqa: BLE001 - a fault of the sandbox itself: answered as Stripe would, and printed
        traceback.print_exc(file=sys.stderr)
        return refusal(request_errors.api_error())


def _meet(fault: Fault | None, when: str) -> Answer | None:
    """The answer that a fault gives in place of the true one."""
    if fault is None or fault.when != when:
        return None
    match fault.kind:
        case "latency":
            time.sleep(fault.seconds)
            return None
        case "400":
            return None  # refused instead of being executed, and kept under the key
        case "403":
            return refusal(request_errors.refused(403))
        case "429":
            return refusal(request_errors.rate_limited())
        case "lock_timeout":
            return refusal(request_errors.lock_timeout())
        case "500":
            return refusal(request_errors.api_error())
        case "hang":
            return Answer(200, b"", {CONNECTION_HEADER: str(fault.seconds)})
        case "reset":
            return Answer(200, b"", {CONNECTION_HEADER: "0"})


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, indent=2, ensure_ascii=False).encode() + b"\n"

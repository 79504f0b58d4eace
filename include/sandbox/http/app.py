"""The Flask application: addresses, headers, the log of requests."""

import json
import sys
import traceback

from flask import Flask, Response, request
from werkzeug.exceptions import ClientDisconnected, HTTPException

from sandbox import errors, file_links
from sandbox.context import Sandbox
from sandbox.control.routes import build_routes
from sandbox.http import pipeline, request_errors
from sandbox.http.calls import Endpoint
from sandbox.http.endpoints import ENDPOINTS
from sandbox.http.file_endpoints import MIMETYPES
from sandbox.http.idempotency import Answer
from sandbox.http.pipeline import Exchange
from sandbox.http.server import CONNECTION_HEADER
from sandbox.state import new_id

REQUEST_LINE_BYTES = 16 * 1024
CONTROL = "/_control"


def create_app(sandbox: Sandbox) -> Flask:
    """Build the application of a sandbox."""
    app = Flask("sandbox", static_folder=None)
    app.config.update(MAX_FORM_MEMORY_SIZE=None, MAX_FORM_PARTS=None)
    app.url_map.merge_slashes = False  # a doubled slash is an unknown address, not a redirect
    for endpoint in ENDPOINTS:
        app.add_url_rule(
            endpoint.rule,
            f"{endpoint.method} {endpoint.rule}",
            lambda endpoint=endpoint, **ids: _serve(sandbox, endpoint, ids),
            methods=[endpoint.method],
            provide_automatic_options=False,
        )
    app.add_url_rule("/links/<token>", "link", lambda token: _serve_link(sandbox, token))
    app.register_blueprint(build_routes(sandbox), url_prefix=CONTROL)

    @app.errorhandler(HTTPException)
    def answer_unrouted(error: HTTPException) -> Response:
        if request.path.startswith(CONTROL):
            return Response(json.dumps({"error": error.description}), error.code, mimetype="application/json")
        return _serve(sandbox, None, {})

    return app


def _serve(sandbox: Sandbox, endpoint: Endpoint | None, ids: dict[str, str]) -> Response:
    try:
        request.get_data()  # the whole body, or it would be read as the connection's next request
    except (ClientDisconnected, OSError):
        return Response("The body could not be read.\n", 400, {"Connection": "close"}, mimetype="text/plain")
    entry = sandbox.log.add(
        at=sandbox.state.clock.now(),
        method=request.method,
        path=request.path,
        idempotency_key=request.headers.get("Idempotency-Key"),
        params=[*request.args.items(multi=True), *request.form.items(multi=True)],
    )
    if len(f"{request.method} {request.environ.get('REQUEST_URI', '')} HTTP/1.1") > REQUEST_LINE_BYTES:
        entry.status = 414
        return Response("<html><head><title>414 Request-URI Too Large</title></head></html>\n", 414)
    exchange = Exchange(endpoint, ids, new_id("req"))
    try:
        answer = pipeline.answer(sandbox, exchange)
    except errors.StripeError as error:
        answer = pipeline.refusal(error)
    except Exception:  # noqa: BLE001 - a fault of the sandbox itself: answered as Stripe would, and printed
        traceback.print_exc(file=sys.stderr)
        answer = pipeline.refusal(request_errors.api_error())
    if exchange.answered:
        entry.ids.add(exchange.answered)
    entry.fault = str(exchange.fault) if exchange.fault else None
    entry.status = None if CONNECTION_HEADER in answer.headers else answer.status
    return Response(answer.body, answer.status, _headers(exchange, answer), mimetype=answer.mimetype)


def _serve_link(sandbox: Sandbox, token: str) -> Response:
    """What a file link shows to whoever follows it: no key, and the log leaves it out, since it is not the API."""
    with sandbox.state.lock:
        linked = file_links.read(sandbox.state, token)
    if linked is None:
        return Response("This link does not exist or has expired.\n", 404, mimetype="text/plain")
    content, kind = linked
    return Response(content, mimetype=MIMETYPES[kind])


def _headers(exchange: Exchange, answer: Answer) -> dict[str, str]:
    headers = {"Request-Id": exchange.request_id, "Stripe-Version": exchange.version}
    account = request.headers.get("Stripe-Account")
    if account:
        headers["Stripe-Account"] = account
    if exchange.key:
        headers["Idempotency-Key"] = exchange.key
        headers["Original-Request"] = exchange.original or exchange.request_id
    if exchange.replayed:
        headers["Idempotent-Replayed"] = "true"
    refused_for_rate = answer.status == 429
    if exchange.executed and request.method == "POST" and _names_retry(exchange) and not refused_for_rate:
        headers["Stripe-Should-Retry"] = "false"
    return {**headers, **answer.headers}


def _names_retry(exchange: Exchange) -> bool:
    """The files host sends no headers about keys and retries."""
    return exchange.endpoint is not None and exchange.endpoint.idempotent

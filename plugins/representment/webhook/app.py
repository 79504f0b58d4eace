"""Stripe's events come in here: `POST /stripe/webhook/<connection>`, without a login, signed.

What is stored is a hint, an Airflow asset event that holds ids; `dispute_intake` reads the dispute and decides.
The answer is 200 once that stands in Airflow's database, so nothing that Stripe was told is lost with this process.
"""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from airflow._shared.observability.metrics import stats
from airflow.assets.manager import asset_manager
from airflow.serialization.definitions.assets import SerializedAssetUniqueKey
from airflow.utils.session import create_session
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect

from representment.inbox.events import WAKING_ASSETS, WEBHOOK_ASSET, Hint
from representment.settings import DEFAULT_ACCOUNT
from representment.webhook.signing_secrets import WebhookSecrets

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

LONGEST = 1024 * 1024
"""Bytes of a body. Stripe's events are far smaller: a dispute's texts hold 150,000 characters at the most."""
REFUSED = "representment.webhook.refused"
ACCEPTED = "representment.webhook.accepted"

app = FastAPI(title="Stripe webhooks", docs_url=None, redoc_url=None, openapi_url=None)
SECRETS = WebhookSecrets()


@app.post("/webhook")
@app.post("/webhook/{account}")
async def receive(request: Request, account: str = DEFAULT_ACCOUNT) -> Response:
    """Take one event: 200 stored, 400 not signed by Stripe, 413 too long, 503 not stored, so that Stripe repeats it.

    :param account: id of the connection whose `webhook_secrets` sign
    """
    body = await _body(request)
    if body is None:
        return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        signed = await run_in_threadpool(SECRETS.signed, account, body, request.headers.get("stripe-signature", ""))
        event = _event(body) if signed else None
        hint = Hint.of(event, account=account)
        if event is None or hint is None:
            return _refused(HTTPStatus.BAD_REQUEST)
        stored = Hint.is_echo(event) or await run_in_threadpool(_store, hint)
    except SQLAlchemyError as error:
        log.error("An event was not stored: %s", type(error).__name__)  # noqa: TRY400 - the statement would tell more
        stored = False
    if not stored:
        return Response(status_code=int(HTTPStatus.SERVICE_UNAVAILABLE))
    stats.incr(ACCEPTED)
    return Response(status_code=int(HTTPStatus.OK))


async def _body(request: Request) -> bytes | None:
    """The body; None as soon as it is too long, empty when the sender went away."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > LONGEST:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def _event(body: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _store(hint: Hint) -> bool:
    """What `POST /api/v2/assets/events` does; False when no DAG that knows the assets has been parsed yet.

    The hint stands on one asset, that all read; the event of another one wakes the DAG whose topic it is.
    """
    assets = [(WEBHOOK_ASSET, hint.as_json()), *([(WAKING_ASSETS[hint.topic], {})] if hint.topic else [])]
    with create_session() as session:
        return all(_register(session, SerializedAssetUniqueKey(*asset), extra) for asset, extra in assets)


def _register(session: Session, asset: SerializedAssetUniqueKey, extra: dict[str, Any]) -> bool:
    return asset_manager.register_asset_change(asset=asset, extra=extra, session=session) is not None


def _refused(status: HTTPStatus) -> Response:
    stats.incr(REFUSED)
    # What was not read of a body must not be taken for the connection's next request.
    return Response(status_code=int(status), headers={"Connection": "close"})

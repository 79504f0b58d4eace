"""Receives Stripe's events: `POST /stripe/webhook/<connection>`, without a login, signed.

It stores a hint, an Airflow asset event with ids only; `dispute_intake` reads the dispute and decides.
The answer is 200 once the hint is in Airflow's database, so no event is lost with this process.
"""

from __future__ import annotations

import json
import logging
import time
from http import HTTPStatus
from typing import Any

from airflow.observability import stats
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from disputes.errors import InputError
from representment.airflow_internals.assets import store_asset_events
from representment.inbox.events import WAKING_ASSETS, WEBHOOK_ASSET, Hint
from representment.metrics import Metric
from representment.settings import DEFAULT_ACCOUNT
from representment.webhook.bodies import BodyReader, UnreadableBodyError
from representment.webhook.signature import SignatureHeader
from representment.webhook.signing_secrets import WebhookSecrets

log = logging.getLogger(__name__)

app = FastAPI(title="Stripe webhooks", docs_url=None, redoc_url=None, openapi_url=None)
SECRETS = WebhookSecrets()
BODIES = BodyReader()


@app.post("/webhook")
@app.post("/webhook/{account}")
async def receive(request: Request, account: str = DEFAULT_ACCOUNT) -> Response:
    """Take one event: 200 once it is stored, 503 when it is not, so that Stripe repeats it.

    400: not signed by Stripe. 408: the body came too slowly. 413: the body is too long. Header and account are
    checked before any of the body is read.

    :param account: id of the connection whose `webhook_secrets` sign
    """
    header = SignatureHeader.parse(request.headers.get("stripe-signature", ""), now=time.time())
    if header is None:
        return _refuse(HTTPStatus.BAD_REQUEST)
    try:
        if not await run_in_threadpool(SECRETS.serves, account):
            return _refuse(HTTPStatus.BAD_REQUEST)
        body = await BODIES.read(request)
        signed = await run_in_threadpool(_is_signed, account, header, body)
        event = _event(body) if signed else None
        hint = Hint.of(event, account=account)
        if event is None or hint is None:
            return _refuse(HTTPStatus.BAD_REQUEST)
        stored = Hint.is_echo(event) or await run_in_threadpool(_store, hint)
    except UnreadableBodyError as error:
        return _refuse(error.status)
    except InputError as error:
        log.error("An event was not stored: %s", error)  # noqa: TRY400 - the message says all
        stored = False
    except SQLAlchemyError as error:
        log.error("An event was not stored: %s", type(error).__name__)  # noqa: TRY400 - the statement would tell more
        stored = False
    if not stored:
        return Response(status_code=int(HTTPStatus.SERVICE_UNAVAILABLE))
    stats.incr(Metric.WEBHOOK_ACCEPTED)
    return Response(status_code=int(HTTPStatus.OK))


def _is_signed(account: str, header: SignatureHeader, body: bytes) -> bool:
    return header.fits(body, SECRETS.known(account)) or header.fits(body, SECRETS.renewed(account))


def _event(body: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _store(hint: Hint) -> bool:
    """Store the event on one asset that all DAGs read, and on a second one that wakes the topic's DAG."""
    events = [(WEBHOOK_ASSET, hint.as_json())]
    if hint.topic:
        events.append((WAKING_ASSETS[hint.topic], {}))
    return store_asset_events(events)


def _refuse(status: HTTPStatus) -> Response:
    stats.incr(Metric.WEBHOOK_REFUSED)
    # The unread rest of a body must not be mistaken for the connection's next request.
    return Response(status_code=int(status), headers={"Connection": "close"})

"""Webhook endpoints: create, update and delete them as a merchant's program does."""

from collections.abc import Mapping
from typing import Any

import stripe
from stripe import params as typed

from sandbox import errors
from sandbox.http.calls import Call, Endpoint
from sandbox.resources import RESOURCES
from sandbox.state import StripeObject

_PATH, _RIGHT = "/v1/webhook_endpoints", "webhook"
_KIND = stripe.WebhookEndpoint


def _check(params: Mapping[str, Any]) -> None:
    if params.get("connect"):
        message = "The account of this sandbox is not a Connect platform."
        raise errors.invalid_request(message, param="connect", chosen=True)


def _create(call: Call) -> StripeObject:
    endpoint = call.webhooks.create(call.params, livemode=call.caller.livemode)
    return call.render(endpoint.shown) | {"secret": endpoint.secret}  # shown here and never again


def _update(call: Call) -> StripeObject:
    return call.render(call.webhooks.update(_find(call), call.params))


def _delete(call: Call) -> StripeObject:
    return call.webhooks.delete(_find(call))


def _find(call: Call) -> str:
    return str(call.find(RESOURCES["webhook_endpoints"])["id"])


WEBHOOK_ENDPOINTS = (
    Endpoint("POST", _PATH, typed.WebhookEndpointCreateParams, _KIND, _RIGHT, _create, _check),
    Endpoint("POST", f"{_PATH}/<id>", typed.WebhookEndpointUpdateParams, _KIND, _RIGHT, _update),
    Endpoint("DELETE", f"{_PATH}/<id>", typed.WebhookEndpointDeleteParams, _KIND, _RIGHT, _delete),
)

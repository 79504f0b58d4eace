"""The endpoints: which parameters each takes, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import stripe
from stripe import params as typed
from werkzeug.datastructures import FileStorage

from sandbox import disputes, errors, files, refunds
from sandbox.http import expand, lists
from sandbox.http.auth import Caller
from sandbox.resources import RESOURCES, Resource, find
from sandbox.state import Origin, State, StripeObject

MIMETYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


@dataclass(frozen=True)
class Call:
    """One call of an endpoint, checked.

    :param ids: what stands in the path, by name
    :param params: the parameters in their types
    :param tree: what to expand
    """

    state: State
    caller: Caller
    path: str
    ids: dict[str, str]
    params: dict[str, Any]
    tree: expand.Tree
    origin: Origin


@dataclass(frozen=True)
class Download:
    """An answer that is no JSON."""

    content: bytes
    mimetype: str


@dataclass(frozen=True)
class Chosen:
    """An answer of ours where nobody has seen Stripe's; it says so in its headers."""

    body: StripeObject


Result = StripeObject | Chosen | Download


@dataclass(frozen=True)
class Endpoint:
    """A method on a path.

    :param rule: the path in Flask's notation
    :param shape: the typed parameters, a class of ``stripe.params``
    :param kind: the package's class of what is answered
    :param right: what a restricted key needs, ``dispute``
    :param check: checks what the types do not say, before anything is kept under an idempotency key
    :param idempotent: the endpoint honours idempotency keys
    """

    method: str
    rule: str
    shape: Any
    kind: Any
    right: str
    run: Callable[[Call], Result]
    check: Callable[[Mapping[str, Any]], None] = lambda _: None
    is_list: bool = False
    idempotent: bool = True


def _find(call: Call, resource: Resource, object_id: str) -> StripeObject:
    livemode, param = call.caller.livemode, resource.path_param
    return find(call.state, resource, object_id, livemode=livemode, param=param, status=404)


def _list(resource: Resource) -> Callable[[Call], StripeObject]:
    def run(call: Call) -> StripeObject:
        state, livemode = call.state, call.caller.livemode
        things = lists.select(state, resource, call.params, livemode=livemode)
        among = lists.list_visible(state, resource, livemode=livemode)
        page = lists.page(things, call.params, url=call.path, label=resource.label, among=among)
        page["data"] = [expand.render(call.state, thing, call.tree) for thing in page["data"]]
        return page

    return run


def _retrieve(resource: Resource) -> Callable[[Call], StripeObject]:
    def run(call: Call) -> StripeObject:
        return expand.render(call.state, _find(call, resource, call.ids["id"]), call.tree)

    return run


def _update_dispute(call: Call) -> Result:
    _find(call, RESOURCES["disputes"], call.ids["id"])
    changes = {name: value for name, value in call.params.items() if name != "expand"}
    dispute = disputes.update(call.state, call.ids["id"], changes, call.origin)
    shown = expand.render(call.state, dispute, call.tree)
    # That a cleared field reads as null is our best reading.
    return Chosen(shown) if "" in call.params.get("evidence", {}).values() else shown


def _close_dispute(call: Call) -> Result:
    _find(call, RESOURCES["disputes"], call.ids["id"])
    dispute = disputes.close(call.state, call.ids["id"], call.origin)
    shown = expand.render(call.state, dispute, call.tree)
    # How an inquiry ends that the merchant closes was never shown.
    return Chosen(shown) if dispute["status"] == "warning_closed" else shown


def _refund(call: Call) -> StripeObject:
    refund = refunds.create(call.state, call.params, call.origin, livemode=call.caller.livemode)
    return expand.render(call.state, refund, call.tree)


def _dispute_of_charge(call: Call) -> StripeObject:
    charge = _find(call, RESOURCES["charges"], call.ids["id"])
    of_charge = [each for each in call.state.collections["disputes"].values() if each["charge"] == charge["id"]]
    if not of_charge:
        raise errors.no_dispute_for_charge(charge["id"])
    return expand.render(call.state, of_charge[-1], call.tree)


def _upload(call: Call) -> StripeObject:
    upload = call.params["file"]
    if not isinstance(upload, FileStorage):
        raise errors.invalid_request("Invalid file: must be uploaded as multipart/form-data", param="file", chosen=True)
    if "file_link_data" in call.params:
        raise errors.invalid_request("This sandbox makes no file links.", param="file_link_data", chosen=True)
    purpose, name = call.params["purpose"], upload.filename or "file"
    file = files.create(call.state, purpose, name, upload.read(), livemode=call.caller.livemode)
    return expand.render(call.state, file, call.tree)


def _contents(call: Call) -> Download:
    file = _find(call, RESOURCES["files"], call.ids["id"])
    content = files.content(call.state, file["id"])
    return Download(content, MIMETYPES.get(file["type"], "application/octet-stream"))


def _account(call: Call) -> StripeObject:
    return {
        "id": call.state.account.id,
        "object": "account",
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": "US",
        "default_currency": "usd",
        "details_submitted": True,
        "email": None,
        "metadata": {},
        "payouts_enabled": True,
        "type": "standard",
    }


_DISPUTES, _FILES = RESOURCES["disputes"], RESOURCES["files"]

ENDPOINTS = (
    *(
        Endpoint("GET", each.path, each.listing, each.kind, each.name, _list(each), lists.check, is_list=True)
        for each in RESOURCES.values()
    ),
    *(
        Endpoint("GET", f"{each.path}/<id>", each.retrieval, each.kind, each.name, _retrieve(each))
        for each in RESOURCES.values()
    ),
    Endpoint("POST", "/v1/disputes/<id>", typed.DisputeUpdateParams, _DISPUTES.kind, "dispute", _update_dispute),
    Endpoint("POST", "/v1/disputes/<id>/close", typed.DisputeCloseParams, _DISPUTES.kind, "dispute", _close_dispute),
    Endpoint(
        "GET", "/v1/charges/<id>/dispute", typed.DisputeRetrieveParams, _DISPUTES.kind, "charge", _dispute_of_charge
    ),
    Endpoint("POST", "/v1/refunds", typed.RefundCreateParams, stripe.Refund, "charge", _refund, refunds.check),
    # Nothing shows that uploads are idempotent at Stripe: the same key uploads twice.
    Endpoint("POST", "/v1/files", typed.FileCreateParams, _FILES.kind, "file", _upload, idempotent=False),
    Endpoint("GET", "/v1/files/<id>/contents", typed.FileRetrieveParams, _FILES.kind, "file", _contents),
    Endpoint("GET", "/v1/account", typed.AccountRetrieveCurrentParams, stripe.Account, "account", _account),
)

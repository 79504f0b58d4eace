"""The endpoints: which parameters each takes, and what it does."""

from collections.abc import Callable

import stripe
from stripe import params as typed

from sandbox import disputes, errors, refunds
from sandbox.http import lists
from sandbox.http.calls import Call, Chosen, Endpoint, Result
from sandbox.http.file_endpoints import FILE_ENDPOINTS
from sandbox.http.webhook_endpoints import WEBHOOK_ENDPOINTS
from sandbox.resources import RESOURCES, Resource
from sandbox.state import StripeObject


def _list(resource: Resource) -> Callable[[Call], StripeObject]:
    def run(call: Call) -> StripeObject:
        state, livemode = call.state, call.caller.livemode
        things = lists.select(state, resource, call.params, livemode=livemode)
        among = lists.list_visible(state, resource, livemode=livemode)
        page = lists.page(things, call.params, url=call.path, label=resource.label, among=among)
        page["data"] = [call.render(thing) for thing in page["data"]]
        return page

    return run


def _retrieve(resource: Resource) -> Callable[[Call], StripeObject]:
    def run(call: Call) -> StripeObject:
        return call.render(call.find(resource))

    return run


def _update_dispute(call: Call) -> Result:
    call.find(RESOURCES["disputes"])
    changes = {name: value for name, value in call.params.items() if name != "expand"}
    dispute = disputes.update(call.state, call.ids["id"], changes, call.origin)
    shown = call.render(dispute)
    # That a cleared field reads as null is our best reading.
    return Chosen(shown) if "" in call.params.get("evidence", {}).values() else shown


def _close_dispute(call: Call) -> Result:
    call.find(RESOURCES["disputes"])
    dispute = disputes.close(call.state, call.ids["id"], call.origin)
    shown = call.render(dispute)
    # Nobody has seen how an inquiry that the merchant closes ends.
    return Chosen(shown) if dispute["status"] == "warning_closed" else shown


def _refund(call: Call) -> StripeObject:
    refund = refunds.create(call.state, call.params, call.origin, livemode=call.caller.livemode)
    return call.render(refund)


def _find_dispute_of_charge(call: Call) -> StripeObject:
    charge = call.find(RESOURCES["charges"])
    of_charge = [each for each in call.state.collections["disputes"].values() if each["charge"] == charge["id"]]
    if not of_charge:
        raise errors.no_dispute_for_charge(charge["id"])
    return call.render(of_charge[-1])


def _show_account(call: Call) -> StripeObject:
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


_DISPUTE = stripe.Dispute

ENDPOINTS = (
    *(
        Endpoint("GET", each.path, each.listing, each.kind, each.name, _list(each), lists.check, is_list=True)
        for each in RESOURCES.values()
    ),
    *(
        Endpoint("GET", f"{each.path}/<id>", each.retrieval, each.kind, each.name, _retrieve(each))
        for each in RESOURCES.values()
    ),
    Endpoint("POST", "/v1/disputes/<id>", typed.DisputeUpdateParams, _DISPUTE, "dispute", _update_dispute),
    Endpoint("POST", "/v1/disputes/<id>/close", typed.DisputeCloseParams, _DISPUTE, "dispute", _close_dispute),
    Endpoint(
        "GET", "/v1/charges/<id>/dispute", typed.DisputeRetrieveParams, _DISPUTE, "charge", _find_dispute_of_charge
    ),
    Endpoint("POST", "/v1/refunds", typed.RefundCreateParams, stripe.Refund, "charge", _refund, refunds.check),
    *FILE_ENDPOINTS,
    *WEBHOOK_ENDPOINTS,
    Endpoint("GET", "/v1/account", typed.AccountRetrieveCurrentParams, stripe.Account, "account", _show_account),
)

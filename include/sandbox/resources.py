"""The kinds of object that the API serves, and how each is named, listed and filtered."""

from dataclasses import dataclass, field
from typing import Any

import stripe
from stripe import params
from stripe.params import radar

from sandbox.errors import no_such, other_mode
from sandbox.state import State, StripeObject


@dataclass(frozen=True)
class Resource:
    """One kind of object.

    :param collection: its name in the state, and in the path ``/v1/<folder><collection>``
    :param kind: the package's class; its annotations say what can be expanded
    :param listing: the typed parameters of the list
    :param retrieval: the typed parameters of a retrieve
    :param label: what an error calls it, "No such file_upload: …"
    :param path_param: the ``param`` of a 404
    :param fields: the field of a filter whose name differs from it: ``parent.subscription_details.subscription``
    :param folder: is in the path before the collection: ``radar/``
    """

    collection: str
    kind: Any
    listing: type
    retrieval: type
    label: str
    path_param: str
    fields: dict[str, str] = field(default_factory=dict)
    folder: str = ""

    @property
    def path(self) -> str:
        """Where it is listed."""
        return f"/v1/{self.folder}{self.collection}"

    @property
    def name(self) -> str:
        """Stripe's name for it, as in the member ``object``."""
        return str(self.kind.OBJECT_NAME)


RESOURCES = {
    resource.collection: resource
    for resource in (
        Resource(
            "disputes", stripe.Dispute, params.DisputeListParams, params.DisputeRetrieveParams, "dispute", "dispute"
        ),
        Resource("charges", stripe.Charge, params.ChargeListParams, params.ChargeRetrieveParams, "charge", "id"),
        Resource(
            "customers",
            stripe.Customer,
            params.CustomerListParams,
            params.CustomerRetrieveParams,
            "customer",
            "customer",
        ),
        Resource(
            "payment_intents",
            stripe.PaymentIntent,
            params.PaymentIntentListParams,
            params.PaymentIntentRetrieveParams,
            "payment_intent",
            "intent",
        ),
        Resource("refunds", stripe.Refund, params.RefundListParams, params.RefundRetrieveParams, "refund", "refund"),
        Resource(
            "invoices",
            stripe.Invoice,
            params.InvoiceListParams,
            params.InvoiceRetrieveParams,
            "invoice",
            "invoice",
            {"subscription": "parent.subscription_details.subscription"},
        ),
        Resource(
            "invoice_payments",
            stripe.InvoicePayment,
            params.InvoicePaymentListParams,
            params.InvoicePaymentRetrieveParams,
            "invoice_payment",
            "invoice_payment",
            {"payment": "payment"},
        ),
        Resource(
            "subscriptions",
            stripe.Subscription,
            params.SubscriptionListParams,
            params.SubscriptionRetrieveParams,
            "subscription",
            "subscription",
        ),
        Resource("files", stripe.File, params.FileListParams, params.FileRetrieveParams, "file_upload", "file"),
        Resource(
            "file_links",
            stripe.FileLink,
            params.FileLinkListParams,
            params.FileLinkRetrieveParams,
            "file link",
            "id",
        ),
        Resource(
            "webhook_endpoints",
            stripe.WebhookEndpoint,
            params.WebhookEndpointListParams,
            params.WebhookEndpointRetrieveParams,
            "webhook endpoint",
            "webhook_endpoint",
        ),
        Resource("events", stripe.Event, params.EventListParams, params.EventRetrieveParams, "event", "event"),
        Resource(
            "early_fraud_warnings",
            stripe.radar.EarlyFraudWarning,
            radar.EarlyFraudWarningListParams,
            radar.EarlyFraudWarningRetrieveParams,
            "early_fraud_warning",
            "early_fraud_warning",
            folder="radar/",
        ),
    )
}

BY_NAME = {resource.name: resource for resource in RESOURCES.values()}
BY_KIND = {resource.kind.__name__: resource for resource in RESOURCES.values()}


def objects(state: State, resource: Resource) -> dict[str, StripeObject]:
    """Every object of a kind by id, oldest first. The payments of an invoice are part of the invoice."""
    if resource.collection != "invoice_payments":
        return state.collections[resource.collection]
    invoices = state.collections["invoices"].values()
    return {payment["id"]: payment for invoice in invoices for payment in invoice.get("payments", {}).get("data", [])}


def livemode_of(state: State, thing: StripeObject) -> bool:
    """The mode of an object. A file does not say it; what is part of another object has the account's."""
    return bool(thing.get("livemode", state.file_modes.get(thing["id"], state.account.livemode)))


def find(
    state: State, resource: Resource, object_id: str, *, livemode: bool, param: str, status: int = 400
) -> StripeObject:
    """Find an object of a kind, as the caller may see it.

    :param livemode: the caller's mode
    :param param: what the error names
    :raises StripeError: it does not exist, or belongs to the other mode
    """
    thing = objects(state, resource).get(object_id)
    if thing is None:
        raise no_such(resource.label, object_id, param=param, status=status)
    there = livemode_of(state, thing)
    if there != livemode:
        raise other_mode(resource.label, object_id, livemode=there, param=param, status=status)
    return thing

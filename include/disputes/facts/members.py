"""Every fact that evidence may rest on, by group, with the type of its value."""

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from disputes.facts.states import states
from disputes.facts.types import (
    AccessEntry,
    Address,
    Complaint,
    Count,
    Currency,
    Day,
    Flag,
    IpAddress,
    Item,
    Message,
    Moment,
    Money,
    Number,
    Period,
    PriorCharge,
    PriorOrder,
    RefundPart,
    Text,
    ThreeDSecure,
)

_Items = tuple[Item, ...]
_PriorCharges = tuple[PriorCharge, ...]


def _state(name: str) -> Any:
    """A status of a closed list (`states.yaml`); any other is kept, and a person is asked."""
    known = "one of the list; usual spellings are understood; any other value is kept, and a person is asked"
    schema = {"anyOf": [{"enum": list(states()[name])}, {"type": "string", "minLength": 1}], "description": known}
    return Annotated[Text, WithJsonSchema(schema)]


GROUPS: dict[str, dict[str, Any]] = {
    "merchant": {  # who answers the bank
        "name": Text,
        "contact": Annotated[Text, Field(description="e-mail address or telephone number that the bank may use")],
    },
    "seller": {  # for whom a marketplace took the charge
        "name": Text,
        "contact": Text,
    },
    "order": {  # as it stood at purchase
        "id": Text,
        "placed_at": Moment,
        "items": _Items,
        "total": Money,
        "currency": Currency,
        "confirmation_sent_at": Moment,
        "promised_delivery_date": Day,
        "tags": Annotated[
            tuple[Text, ...], Field(description="the shop's own tags for a kind of order, which playbooks may use")
        ],
    },
    "charge": {
        "created": Moment,
        "amount": Money,
        "currency": Currency,
        "amount_refunded": Money,
        "billing_address": Address,  # the one that the issuer checked
        "statement_descriptor": Text,
        "avs_line1": Text,
        "avs_postal_code": Text,
        "cvc_check": Text,
        "card_brand": Text,
        "last4": Text,
        "card_fingerprint": Text,
        "wallet": Text,
        "authorization_code": Text,
        "network_transaction_id": Text,
        "risk_level": Text,
        "three_d_secure": ThreeDSecure,
    },
    "checkout": {
        "ip": IpAddress,
        "ip_location": Text,
        "device_id": Text,
        "device_fingerprint": Text,
        "billing_address": Address,
        "shipping_address": Address,
        "terms_accepted_at": Moment,
        "terms_version": Text,
        "acceptance_method": Text,
        "policy_viewed_at": Moment,
        "price_shown": Money,
    },
    "customer": {  # as known at purchase
        "name": Text,
        "email": Text,
        "account_id": Text,
        "account_created_at": Moment,
        "login_method": Text,
    },
    "shipment": {
        "carrier": Annotated[Text, Field(description="separated by commas when there were several")],
        "tracking_number": Annotated[Text, Field(description="separated by commas when there were several")],
        "shipped_at": Moment,
        "delivered_at": Moment,
        "delivered_address": Address,
        "received_by": Text,
        "items": _Items,
        "status": _state("shipment.status"),
        "customs_status": _state("shipment.customs_status"),
        "recipient_name_differs": Annotated[
            Text, Field(description="who the recipient is, and why it is not the customer")
        ],
        "pickup_at": Moment,
    },
    "access": {
        "entries": tuple[AccessEntry, ...],
        "first_at": Moment,
        "last_at": Moment,
        "count": Count,
        "downloads": Count,
        "ip_matches_purchase": Flag,
        "last_before_dispute": Moment,
    },
    "service": {
        "date": Day,
        "period": Period,
        "location": Text,
        "performed_at": Moment,
        "signed_by": Text,
        "hours": Number,
    },
    "booking": {
        "reference": Text,
        "starts_at": Moment,
        "checked_in_at": Moment,
        "no_show": Flag,
        "cancelled_at": Moment,
        "cancel_deadline": Moment,
    },
    "ticket": {
        "event_name": Text,
        "starts_at": Moment,
        "delivered_at": Moment,
        "scanned_at": Moment,
        "transferred_at": Moment,
        "event_status": _state("ticket.event_status"),
    },
    "subscription": {
        "started_at": Moment,
        "plan": Text,
        "price": Money,
        "interval": Text,
        "trial_end": Moment,
        "period_start": Moment,
        "period_end": Moment,
        "status_at_charge": _state("subscription.status_at_charge"),
        "cancel_requested_at": Moment,
        "cancel_effective_at": Moment,
        "cancel_method": Text,
        "is_installment": Flag,
        "first_authenticated_charge": Text,
    },
    "policy": {  # in force at purchase; a version names a file in the policy library
        "refund_text": Text,
        "refund_version": Text,
        "cancellation_text": Text,
        "cancellation_version": Text,
        "shown_where": Text,
        "restrictions": Text,
    },
    "refund": {  # in the charge's currency, through Stripe or not
        "amount": Money,
        "created_at": Moment,
        "status": _state("refund.status"),
        "reference": Text,
        "method": _state("refund.method"),
        "parts": tuple[RefundPart, ...],  # each refund, when there were several; `amount` is their sum
    },
    "return": {
        "requested_at": Moment,
        "tracking_number": Text,
        "received_at": Moment,
        "status": _state("return.status"),
        "condition": Text,
        "none_recorded": Annotated[Flag, Field(description="true: a search of incoming goods found no return")],
    },
    "support": {
        "messages": tuple[Message, ...],
        "complaints": tuple[Complaint, ...],
        "first_contact_at": Moment,
        "contacted_before_dispute": Annotated[
            Flag, Field(description="false: a search of e-mail and tickets found no message")
        ],
        "offers": Text,
        "resolution": Text,
        "cancel_survey_answer": Text,
        "admitted_fault": Annotated[
            Text, Field(description="the merchant's own words to the customer that admit the fault")
        ],
        "refund_promised_at": Moment,  # in writing
    },
    "history": {
        "prior_undisputed": _PriorCharges,
        "prior_disputed_fraud": _PriorCharges,
        "prior_orders": tuple[PriorOrder, ...],
        "recent_charges": _PriorCharges,  # on the same card, too recent to count as history
    },
    "other_charge": {  # the one that the disputed charge is said to repeat, in the same currency
        "id": Text,
        "created": Moment,
        "amount": Money,
        "order_id": Text,
        "items": _Items,
        "status": _state("other_charge.status"),
        "none_found": Annotated[
            Flag, Field(description="true: a search of the books found no other payment for this order")
        ],
    },
    "product": {  # as listed at purchase
        "name": Text,
        "description_as_shown": Text,
        "images_as_shown": Text,
        "listing_version": Text,
        "variant": Text,
        "serial_number": Text,
        "authenticity_source": Text,
        "quality_check": Text,
    },
    "dispute": {
        "created": Moment,
        "amount": Money,
        "currency": Currency,
        "network_reason_code": Text,
        "case_type": Text,
        "claim_text": Annotated[
            Text, Field(description="from the bank's documents, read by a person: the API has no field for it")
        ],
        "withdrawn_at": Moment,  # by the customer, in writing, to the merchant or the bank
    },
}

MEMBERS: dict[str, Any] = {
    f"{group}.{member}": kind for group, members in GROUPS.items() for member, kind in members.items()
}

STRIPES_OWN = frozenset(
    name for name in MEMBERS if name.startswith(("charge.", "dispute.")) or name == "history.recent_charges"
) - {
    "dispute.claim_text",
    "dispute.withdrawn_at",
}
"""Facts that only Stripe knows; a merchant's document may not set them."""

IDENTIFIERS = frozenset(
    {
        "order.id",
        "checkout.device_id",
        "checkout.device_fingerprint",
        "customer.account_id",
        "shipment.tracking_number",
        "booking.reference",
        "subscription.first_authenticated_charge",
        "refund.reference",
        "return.tracking_number",
        "other_charge.id",
        "other_charge.order_id",
        "product.serial_number",
    }
)
"""Facts whose value is an identifier; its digits are never a card number."""

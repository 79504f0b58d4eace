"""Transactions as Visa Compelling Evidence 3.0 compares them: their elements, in the names of Stripe's API.

Source: https://docs.stripe.com/disputes/api/visa-ce3. Elements are compared as they are written, an e-mail
address without case.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from disputes.facts.facts import Facts
from disputes.limits import SHORT_TEXT

DEVICE = {"customer_device_fingerprint": 20, "customer_device_id": 15}
"""The identifiers of a device, with their least lengths; the two together are one element."""
MAIN = ("customer_purchase_ip", *DEVICE)
ELEMENTS = (*MAIN, "shipping_address", "customer_email_address", "customer_account_id")
SOURCES: dict[str, tuple[str, ...]] = {
    "customer_purchase_ip": ("checkout.ip",),
    "customer_device_fingerprint": ("checkout.device_fingerprint",),
    "customer_device_id": ("checkout.device_id",),
    "shipping_address": ("checkout.shipping_address",),
    "customer_email_address": ("customer.email",),
    "customer_account_id": ("customer.account_id",),
    "product_description": ("product.name", "order.items"),
}
"""The facts about the disputed transaction; those about the earlier ones are the two below."""
PRIOR_SOURCES = ("history.prior_orders", "history.prior_undisputed")
_OF_ORDER = {
    "customer_purchase_ip": "ip",
    "customer_device_fingerprint": "device_fingerprint",
    "customer_device_id": "device_id",
    "shipping_address": "shipping_address",
    "customer_email_address": "email",
    "customer_account_id": "account_id",
    "product_description": "product_description",
}
_OF_CHARGE = {
    "shipping_address": "shipping_address",
    "customer_email_address": "email",
    "product_description": "description",
}
_WHOLE_ADDRESS = ("line1", "city", "state", "postal_code", "country")


def disputed_transaction(facts: Facts) -> dict[str, Any]:
    """What is known of the disputed purchase."""
    known = {}
    for member, names in SOURCES.items():
        held = next((facts[name].value for name in names if name in facts), None)
        known[member] = "; ".join(item.description for item in held) if isinstance(held, tuple) else _plain(held)
    return _usable(known)


def prior_transaction(charge: str, facts: Facts) -> dict[str, Any]:
    """What is known of an earlier purchase: as the order has it, and where that is silent as the charge has it."""
    known: dict[str, Any] = {}
    for name, members in zip(reversed(PRIOR_SOURCES), (_OF_CHARGE, _OF_ORDER), strict=True):
        entry = next((one for one in (facts[name].value if name in facts else ()) if one.charge == charge), None)
        given = {member: _plain(getattr(entry, of)) for member, of in members.items()} if entry else {}
        known |= {member: value for member, value in given.items() if value is not None}
    return _usable(known)


def find_shared(transactions: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The elements that are good enough, and the same in all of these."""
    first, *others = transactions
    return frozenset(
        element
        for element in ELEMENTS
        if _counts(element, first.get(element))
        and all(_comparable(element, one.get(element)) == _comparable(element, first[element]) for one in others)
    )


def kinds(elements: Iterable[str]) -> frozenset[str]:
    """The elements, those of a device as one."""
    return frozenset("device" if element in DEVICE else element for element in elements)


def suffices(elements: frozenset[str]) -> bool:
    """Two main elements, or one of those and another one."""
    return any(element in elements for element in MAIN) and len(kinds(elements)) > 1


def _plain(value: Any) -> Any:
    return value.model_dump(exclude_none=True) if isinstance(value, BaseModel) else value


def _usable(transaction: Mapping[str, Any]) -> dict[str, Any]:
    """Elements that count, and a description that fits."""
    return {
        member: value
        for member, value in transaction.items()
        if (_counts(member, value) if member in ELEMENTS else value and len(value) <= SHORT_TEXT)
    }


def _counts(element: str, value: Any) -> bool:
    if element == "shipping_address":
        return isinstance(value, Mapping) and all(value.get(part) for part in _WHOLE_ADDRESS)
    return isinstance(value, str) and DEVICE.get(element, 1) <= len(value) <= SHORT_TEXT


def _comparable(element: str, value: Any) -> Any:
    if element == "shipping_address" and isinstance(value, Mapping):
        return {part: held for part, held in value.items() if held}
    if element == "customer_email_address" and isinstance(value, str):
        return value.casefold()
    return value

"""Facts that cannot both be true."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from disputes.facts.wording import before
from disputes.packet.contradictions.known import Guard, Known, found
from disputes.packet.manifest import Contradiction

_EXCLUSIVE = (
    ("came_and_did_not_come", "booking.no_show", "booking.checked_in_at", "the customer checked in, and did not come"),
    (
        "returned_though_none_recorded",
        "return.none_recorded",
        "return.received_at",
        "no return is recorded, and one was received",
    ),
)
"""A flag that is true, and a fact that is not held then."""


def _both_held(known: Known) -> Iterator[Contradiction]:
    for name, flag, fact, problem in _EXCLUSIVE:
        if known.value(flag) and fact in known.facts:
            yield from found(name, problem, flag, fact)


def _wrote_after_all(known: Known) -> Iterator[Contradiction]:
    """No contact before the dispute is on record, and there is one."""
    flag, opened = "support.contacted_before_dispute", known.value("dispute.created")
    if known.value(flag) is not False or opened is None:
        return
    messages = known.value("support.messages") or ()
    wrote = any(message.author == "customer" and before(message.at, opened) for message in messages)
    shown = "support.messages" if wrote else "support.first_contact_at"
    if wrote or known.before(shown, "dispute.created"):
        problem = "the customer is said not to have written before the dispute, and did"
        yield from found("wrote_after_all", problem, flag, shown, "dispute.created")


def _paid_twice_after_all(known: Known) -> Iterator[Contradiction]:
    """No other payment of the order was found, and one is named."""
    order = known.value("order.id")
    if known.value("other_charge.none_found") and order is not None and known.value("other_charge.order_id") == order:
        problem = "no other payment of the order was found, and one is named"
        yield from found(
            "paid_twice_after_all", problem, "other_charge.none_found", "order.id", "other_charge.order_id"
        )


def _used_from_another_place(known: Known) -> Iterator[Contradiction]:
    """The purchase's IP address is said to be that of the use, and the log shows others alone."""
    bought, entries = known.value("checkout.ip"), known.value("access.entries")
    if not known.value("access.ip_matches_purchase") or bought is None or not entries:
        return
    if all(entry.ip is not None and _address(entry.ip) != _address(bought) for entry in entries):
        problem = "the product is said to be used from the purchase's IP address, and the log shows none from there"
        facts = ("access.ip_matches_purchase", "checkout.ip", "access.entries")
        yield from found("used_from_another_address", problem, *facts)


def _address(text: str) -> IPv4Address | IPv6Address:
    """An IPv4 address may be written as one of IPv6."""
    address = ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address


GUARDS: tuple[Guard, ...] = (_both_held, _wrote_after_all, _paid_twice_after_all, _used_from_another_place)

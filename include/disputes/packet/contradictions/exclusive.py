"""Facts that cannot both be true."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from disputes.facts.wording import before, readable
from disputes.packet.contradictions.situation import Rule, Situation, contradiction
from disputes.packet.manifest import Contradiction

_EXCLUSIVE = (
    (
        "came_and_did_not_come",
        "booking.no_show",
        "booking.checked_in_at",
        "the customer checked in, but is recorded as a no-show",
    ),
    (
        "returned_though_none_recorded",
        "return.none_recorded",
        "return.received_at",
        "no return is recorded, but one was received",
    ),
    (
        "sent_back_though_none_recorded",
        "return.none_recorded",
        "return.tracking_number",
        "no return is recorded, but a returned parcel has a tracking number",
    ),
    (
        "cancelled_and_did_not_come",
        "booking.no_show",
        "booking.cancelled_at",
        "the customer is recorded as a no-show, but had cancelled",
    ),
)
"""A flag that is true, and a fact that contradicts it."""


def _both_held(situation: Situation) -> Iterator[Contradiction]:
    for name, flag, fact, problem in _EXCLUSIVE:
        if situation.value(flag) and fact in situation.facts:
            yield from contradiction(name, problem, flag, fact)


def _under_way_back(situation: Situation) -> Iterator[Contradiction]:
    """No return is recorded, and the return's own status says that there is one."""
    status = situation.state_of("return.status")
    if situation.value("return.none_recorded") and status in ("in_transit", "received", "refunded"):
        problem = f"no return is recorded, but the return's status is “{readable(status)}”"
        yield from contradiction("returned_by_its_status", problem, "return.none_recorded", "return.status")


def _not_as_counted(situation: Situation) -> Iterator[Contradiction]:
    """The log's own rows are the count."""
    count, entries = situation.value("access.count"), situation.value("access.entries")
    if count is not None and entries and count != len(entries):
        problem = f"{count} uses are counted, but the log has {len(entries)}"
        yield from contradiction("log_not_as_counted", problem, "access.count", "access.entries")


def _wrote_after_all(situation: Situation) -> Iterator[Contradiction]:
    """No contact before the dispute is on record, and there is one."""
    flag, opened = "support.contacted_before_dispute", situation.value("dispute.created")
    if situation.value(flag) is not False or opened is None:
        return
    messages = situation.value("support.messages") or ()
    wrote = any(message.author == "customer" and before(message.at, opened) for message in messages)
    shown = "support.messages" if wrote else "support.first_contact_at"
    if wrote or situation.before(shown, "dispute.created"):
        problem = "the customer is said not to have written before the dispute, but did"
        yield from contradiction("wrote_after_all", problem, flag, shown, "dispute.created")


def _paid_twice_after_all(situation: Situation) -> Iterator[Contradiction]:
    """No other payment of the order was found, and one is named."""
    order = situation.value("order.id")
    if (
        situation.value("other_charge.none_found")
        and order is not None
        and situation.value("other_charge.order_id") == order
    ):
        problem = "no other payment for the order was found, but one is named"
        yield from contradiction(
            "paid_twice_after_all", problem, "other_charge.none_found", "order.id", "other_charge.order_id"
        )


def _used_from_another_place(situation: Situation) -> Iterator[Contradiction]:
    """The use is said to come from the purchase's IP address, but the log shows only other addresses."""
    bought, entries = situation.value("checkout.ip"), situation.value("access.entries")
    if not situation.value("access.ip_matches_purchase") or bought is None or not entries:
        return
    if all(entry.ip is not None and _address(entry.ip) != _address(bought) for entry in entries):
        problem = (
            "the product is said to have been used from the purchase's IP address, but the log shows no use from there"
        )
        facts = ("access.ip_matches_purchase", "checkout.ip", "access.entries")
        yield from contradiction("used_from_another_address", problem, *facts)


def _used_by_another(situation: Situation) -> Iterator[Contradiction]:
    """Every row names an e-mail address, and none of them is the customer's."""
    email, entries = situation.value("customer.email"), situation.value("access.entries")
    if email is None or not entries:
        return
    if all(entry.user and "@" in entry.user and entry.user.casefold() != email.casefold() for entry in entries):
        problem = "every use in the log is under an e-mail address other than the customer's"
        yield from contradiction("used_by_another", problem, "customer.email", "access.entries")


def _address(text: str) -> IPv4Address | IPv6Address:
    """An IPv4 address may be written as one of IPv6."""
    address = ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address


RULES: tuple[Rule, ...] = (
    _both_held,
    _under_way_back,
    _not_as_counted,
    _wrote_after_all,
    _paid_twice_after_all,
    _used_from_another_place,
    _used_by_another,
)

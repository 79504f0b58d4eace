"""What was provided, to whom, and whether it was."""

from collections.abc import Iterator

from disputes.facts.addresses import differ
from disputes.facts.wording import before, day, instant
from disputes.packet.contradictions.known import Guard, Known, found
from disputes.packet.manifest import Contradiction

_SENT = ("shipped_at", "delivered_at", "pickup_at", "received_by", "tracking_number")


def _delivered_elsewhere(known: Known) -> Iterator[Contradiction]:
    ordered, delivered = known.value("checkout.shipping_address"), known.value("shipment.delivered_address")
    if ordered and delivered and known.value("shipment.pickup_at") is None and differ(ordered, delivered):
        yield from found(
            "delivered_to_another_address",
            "the parcel was delivered to another address than the order's",
            "checkout.shipping_address",
            "shipment.delivered_address",
        )


def _never_shipped(known: Known) -> Iterator[Contradiction]:
    """No record of a shipment at all, although the merchant's facts are there and the promised day, if any, is over."""
    if known.product_type != "physical_product" or known.claim != "product_not_received":
        return
    if any(f"shipment.{member}" in known.facts for member in _SENT) or "return.received_at" in known.facts:
        return
    promised = known.value("order.promised_delivery_date")
    if promised is None or known.before("order.promised_delivery_date", "dispute.created"):
        rests_on = known.held("order.promised_delivery_date", "order.placed_at", "charge.created")
        yield from found("never_shipped", "nothing shows that the goods were shipped", *rests_on)


def _used_before_only(known: Known) -> Iterator[Contradiction]:
    """Every access was before the purchase: somebody used something else."""
    names = known.held("charge.created", "order.placed_at", "subscription.started_at")
    last = known.value("access.last_at")
    if last is None or not names:
        return
    purchase = min(names, key=lambda name: instant(known.value(name)))
    bought = known.value(purchase)
    if before(last, bought) and not known.used_since(bought, "shipment.delivered_at"):
        problem = f"the last access on record, of {day(last)}, was before the purchase"
        yield from found("access_before_purchase_only", problem, "access.last_at", purchase)


def _admitted(known: Known) -> Iterator[Contradiction]:
    if "support.admitted_fault" in known.facts:
        problem = "our own message to the customer admits the fault"
        yield from found("admitted_fault", problem, "support.admitted_fault")


GUARDS: tuple[Guard, ...] = (_delivered_elsewhere, _never_shipped, _used_before_only, _admitted)

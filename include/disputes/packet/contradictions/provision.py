"""What was provided, to whom, and whether it was."""

from collections.abc import Iterator

from disputes.facts.addresses import differ
from disputes.facts.wording import before, day, instant
from disputes.packet.contradictions.situation import Rule, Situation, contradiction
from disputes.packet.manifest import Contradiction

_SENT = ("shipped_at", "delivered_at", "pickup_at", "received_by", "tracking_number")


def _delivered_elsewhere(situation: Situation) -> Iterator[Contradiction]:
    ordered, delivered = situation.value("checkout.shipping_address"), situation.value("shipment.delivered_address")
    if ordered and delivered and situation.value("shipment.pickup_at") is None and differ(ordered, delivered):
        yield from contradiction(
            "delivered_to_another_address",
            "the parcel was delivered to another address than the order's",
            "checkout.shipping_address",
            "shipment.delivered_address",
        )


def _never_shipped(situation: Situation) -> Iterator[Contradiction]:
    """No record of a shipment at all, although the merchant's facts are there and the promised day, if any, is over."""
    if situation.product_type != "physical_product" or situation.claim != "product_not_received":
        return
    if any(f"shipment.{member}" in situation.facts for member in _SENT) or "return.received_at" in situation.facts:
        return
    promised = situation.value("order.promised_delivery_date")
    if promised is None or situation.before("order.promised_delivery_date", "dispute.created"):
        rests_on = situation.held("order.promised_delivery_date", "order.placed_at", "charge.created")
        yield from contradiction("never_shipped", "nothing shows that the goods were shipped", *rests_on)


def _used_before_only(situation: Situation) -> Iterator[Contradiction]:
    """Every access was before the purchase: somebody used something else."""
    names = situation.held("charge.created", "order.placed_at", "subscription.started_at")
    last = situation.value("access.last_at")
    if last is None or not names:
        return
    purchase = min(names, key=lambda name: instant(situation.value(name)))
    bought = situation.value(purchase)
    if before(last, bought) and not situation.used_since(bought, "shipment.delivered_at"):
        problem = f"the last access on record, of {day(last)}, was before the purchase"
        yield from contradiction("access_before_purchase_only", problem, "access.last_at", purchase)


def _admitted(situation: Situation) -> Iterator[Contradiction]:
    if "support.admitted_fault" in situation.facts:
        problem = "our own message to the customer admits the fault"
        yield from contradiction("admitted_fault", problem, "support.admitted_fault")


RULES: tuple[Rule, ...] = (_delivered_elsewhere, _never_shipped, _used_before_only, _admitted)

"""What was provided, to whom, and whether it was."""

import re
from collections.abc import Iterator

from disputes.facts.addresses import differ
from disputes.facts.types import Item
from disputes.facts.wording import before, day, instant, readable
from disputes.packet.contradictions.situation import Rule, Situation, contradiction
from disputes.packet.manifest import Contradiction

_DELIVERED = "shipment.delivered_at"
_NOT_ARRIVED = ("attempted", "returned", "lost", "damaged", "refused", "exception")
_UNDER_WAY = ("label_created", "in_transit", "out_for_delivery", "ready_for_pickup")
_FEES = re.compile(
    r"\b(shipping|delivery|postage|carriage|freight|handling|discount|coupon|voucher|tax|vat|gst|tip|insurance"
    r"|gift ?wrap|versand\w*|porto|rabatt|mwst|livraison|frais|remise|tva|envío|gastos|descuento|iva|spedizione|sconto"
    r"|verzend\w*|korting|btw|dostawa|wysyłka|rabat|portes|desconto)\b"
)
_SOMEBODY_ELSE = re.compile(
    r"\b(neighbou?rs?|nachbar\w*|voisine?s?|vecin[oa]s?|vicin[oaie]|buur\w*|buren|sąsiad\w*|vizinh[oa]s?"
    r"|rts|returned|(return(ed)? to )?sender|absender\w*|expéditeur|remitente|mittente|afzender|nadawc\w*|remetente)\b"
)
_FAULTY = re.compile(
    r"\b(failed|not passed|did not pass|rejected|nicht bestanden|durchgefallen|non conforme|échec|no superad[oa]"
    r"|rechazad[oa]|non superat[oa]|afgekeurd|niet goedgekeurd|odrzucon\w+|reprovad[oa])\b"
)
_LISTED = re.compile(r"\s*[,;+&]\s*|\s+and\s+")
_PARCELS = re.compile(r"\s*[,;+&/|\n]\s*|\s+(?:and|und|et|y|en|i)\s+")
_A_DAY, _A_BURST = 86_400, 2
_SENT = ("shipped_at", "delivered_at", "pickup_at", "received_by", "tracking_number")


def _delivered_elsewhere(situation: Situation) -> Iterator[Contradiction]:
    ordered, delivered = situation.value("checkout.shipping_address"), situation.value("shipment.delivered_address")
    if ordered and delivered and situation.value("shipment.pickup_at") is None and differ(ordered, delivered):
        yield from contradiction(
            "delivered_to_another_address",
            "the parcel was delivered to an address other than the order's",
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


def _shipment_says_otherwise(situation: Situation) -> Iterator[Contradiction]:
    """The carrier's own status: lost, sent back and the like, or only on its way although a delivery is noted."""
    status, arrived = situation.state_of("shipment.status") or "", situation.held(_DELIVERED, "shipment.pickup_at")
    if status in _NOT_ARRIVED or (status in _UNDER_WAY and arrived):
        problem = f"the shipment's status is “{readable(status)}”"
        yield from contradiction("shipment_not_delivered", problem, "shipment.status", *arrived)


def _kept_at_customs(situation: Situation) -> Iterator[Contradiction]:
    status = situation.state_of("shipment.customs_status")
    if status in ("held", "returned", "seized"):
        problem = f"the goods' status at customs is “{status}”"
        yield from contradiction("kept_at_customs", problem, "shipment.customs_status")


def _shipped_in_part(situation: Situation) -> Iterator[Contradiction]:
    """Something that was ordered is not among what was shipped."""
    ordered, shipped = situation.value("order.items"), situation.value("shipment.items")
    if not ordered or not shipped:
        return
    missing = [item for item in ordered if not _is_fee(item) and not _among(item, shipped)]
    counted = sum(item.quantity for item in ordered if not _is_fee(item)), sum(item.quantity for item in shipped)
    if missing or counted[1] < counted[0]:
        problem = f"{counted[0]} items were ordered, and not all of them were shipped"
        yield from contradiction("shipped_in_part", problem, "order.items", "shipment.items")


def _is_fee(item: Item) -> bool:
    """Whether a line is something other than goods: carriage, tax, a discount."""
    return _FEES.search(item.description.casefold()) is not None


def _among(wanted: Item, shipped: tuple[Item, ...]) -> bool:
    """Whether one of the lines names it; a name may be shorter there, or longer."""
    words = set(re.findall(r"\w+", wanted.description.casefold()))
    names = (set(re.findall(r"\w+", item.description.casefold())) for item in shipped)
    return any(words <= name or name <= words for name in names if name)


def _several_orders(situation: Situation) -> Iterator[Contradiction]:
    """One charge, several orders, and one delivery that names none of its contents."""
    orders, parcels = situation.value("order.id"), situation.value("shipment.tracking_number")
    if orders is None or len(_LISTED.split(orders)) < 2 or "shipment.items" in situation.facts:
        return
    if "shipment.delivered_at" in situation.facts and len(_LISTED.split(parcels or "")) < len(_LISTED.split(orders)):
        problem = (
            "the charge is for several orders, and only one delivery is known: nothing says that it contained them all"
        )
        yield from contradiction("several_orders", problem, *situation.held("order.id", "shipment.tracking_number"))


def _several_parcels(situation: Situation) -> Iterator[Contradiction]:
    """Several parcels and one delivery; the carrier's status of all of them would show it."""
    numbers = situation.value("shipment.tracking_number")
    parcels = len(set(filter(None, _PARCELS.split(numbers)))) if numbers else 0
    if situation.claim != "product_not_received" or parcels < 2 or _DELIVERED not in situation.facts:
        return
    if situation.state_of("shipment.status") == "delivered":
        return
    problem = f"{parcels} parcels were sent, and only one delivery is known: nothing says that all of them arrived"
    yield from contradiction("several_parcels", problem, "shipment.tracking_number", _DELIVERED)


def _received_by_somebody_else(situation: Situation) -> Iterator[Contradiction]:
    """A neighbour, or the sender; who it was and why is a separate fact."""
    receiver = situation.value("shipment.received_by")
    if (
        receiver
        and _SOMEBODY_ELSE.search(receiver.casefold())
        and "shipment.recipient_name_differs" not in situation.facts
    ):
        problem = f"the parcel is recorded as received by “{receiver}”: nothing says that the customer agreed to that"
        yield from contradiction("received_by_somebody_else", problem, "shipment.received_by")


def _burst(situation: Situation) -> Iterator[Contradiction]:
    """Several charges on the card within a day, the disputed one the last: that is how a stolen card is used."""
    charges, made = situation.value("history.recent_charges") or (), situation.value("charge.created")
    if made is None or situation.claim not in ("fraudulent", "unrecognized"):
        return
    close = [one for one in charges if (instant(made) - instant(one.created)).total_seconds() < _A_DAY]
    if len(close) >= _A_BURST:
        problem = (
            f"{len(close)} other charges were attempted on the card within a day before this one, as with a stolen card"
        )
        yield from contradiction("burst_of_charges", problem, "history.recent_charges", "charge.created")


def _used_before_only(situation: Situation) -> Iterator[Contradiction]:
    """Every access was before the purchase, so it was not use of what was bought."""
    # An invoice is paid, and charged, when all is done.
    names = situation.held("order.placed_at", "subscription.started_at")
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


def _found_faulty(situation: Situation) -> Iterator[Contradiction]:
    checked = situation.value("product.quality_check")
    if checked and _FAULTY.search(checked.casefold()):
        problem = "the check before shipping found a fault"
        yield from contradiction("found_faulty", problem, "product.quality_check")


RULES: tuple[Rule, ...] = (
    _delivered_elsewhere,
    _never_shipped,
    _shipment_says_otherwise,
    _kept_at_customs,
    _shipped_in_part,
    _several_orders,
    _several_parcels,
    _received_by_somebody_else,
    _burst,
    _used_before_only,
    _admitted,
    _found_faulty,
)

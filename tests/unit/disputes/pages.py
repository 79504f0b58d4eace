"""Facts, disputes and documents for the tests of the pages."""

from io import BytesIO
from random import Random

import pikepdf
import pypdfium2
from PIL import Image

from disputes.dispute import Dispute
from disputes.exhibits.exhibits import Exhibit
from disputes.exhibits.sheets import Sheet
from disputes.facts import types as fact_types
from disputes.facts.facts import Facts
from disputes.facts.members import MEMBERS
from disputes.packet.edits import NO_EDITS
from disputes.packet.letter import Case, Listed
from disputes.packet.packet import Packet, build_packet
from disputes.rounds import Round, RunId
from disputes.rules.claims import claim_of
from disputes.rules.loading import playbook_for

ADDRESS = {"line1": "12 Elm Street", "city": "Springfield", "state": "IL", "postal_code": "62701", "country": "US"}
CHARGE = {
    "charge.created": "2026-09-01T12:00:05Z",
    "charge.amount": 12900,
    "charge.currency": "usd",
    "charge.avs_line1": "pass",
    "charge.avs_postal_code": "pass",
    "charge.cvc_check": "pass",
    "charge.card_brand": "visa",
    "charge.last4": "4242",
    "dispute.created": "2026-10-12T08:30:00Z",
    "dispute.amount": 12900,
    "dispute.currency": "usd",
    "dispute.network_reason_code": "10.4",
}
ORDER = {
    "order.id": "1001",
    "order.placed_at": "2026-09-01T12:00:00Z",
    "order.items": [{"description": "Teapot"}, {"description": "Cup", "quantity": 4}],
    "order.total": 12900,
    "order.currency": "usd",
    "checkout.ip": "203.0.113.24",
    "checkout.billing_address": ADDRESS,
    "checkout.shipping_address": ADDRESS,
    "customer.name": "Ana Rivera",
    "customer.email": "ana@example.com",
    "product.name": "Stoneware teapot.",
}
SHIPMENT = {
    "shipment.carrier": "UPS",
    "shipment.tracking_number": "1Z999",
    "shipment.shipped_at": "2026-09-02",
    "shipment.delivered_at": "2026-09-05T14:31:00Z",
    "shipment.delivered_address": ADDRESS,
    "shipment.received_by": "A. Rivera",
}


_PRIOR = {"charge": "ch_0", "created": "2026-01-10", "amount": 4500, "currency": "usd"}
_BY_TYPE = [
    (fact_types.Money, 12900),
    (fact_types.Count, 3),
    (fact_types.Number, 1.5),
    (fact_types.Flag, True),
    (fact_types.Day, "2026-09-03"),
    (fact_types.Moment, "2026-09-03T10:00:00Z"),
    (fact_types.Currency, "usd"),
    (fact_types.IpAddress, "203.0.113.24"),
    (fact_types.Address, ADDRESS),
    (fact_types.Period, {"start": "2026-09-01", "end": "2026-09-30"}),
    (fact_types.ThreeDSecure, {"result": "authenticated", "electronic_commerce_indicator": "05"}),
    (tuple[fact_types.Item, ...], [{"description": "Cup"}]),
    (tuple[fact_types.PriorCharge, ...], [_PRIOR]),
    (tuple[fact_types.PriorOrder, ...], [{"charge": "ch_0", "created": "2026-01-10", "amount": 4500}]),
    (tuple[fact_types.RefundPart, ...], [{"amount": 6450, "created_at": "2026-09-03"}] * 2),
    (tuple[fact_types.AccessEntry, ...], [{"at": "2026-09-03", "action": "login"}]),
    (tuple[fact_types.Complaint, ...], [{"text": "It is thin", "answer": "it is as thick as shown"}]),
    (tuple[fact_types.Message, ...], [{"at": "2026-09-03", "author": "customer", "text": "It came, thanks"}]),
]


def everything() -> Facts:
    """Every fact there is; texts read `pass`, the word for a check that succeeded."""
    values = {name: next((value for of, value in _BY_TYPE if of == kind), "pass") for name, kind in MEMBERS.items()}
    values |= {"order.tags": ["gift"]}
    return facts(
        values,
        {"return.none_recorded": True, "support.contacted_before_dispute": False, "refund.status": "succeeded"},
        {"other_charge.none_found": False, "subscription.status_at_charge": "active", "refund.method": "card"},
        {"ticket.event_status": "took place", "shipment.customs_status": "duty unpaid", "other_charge.status": "paid"},
    )


def facts(*parts: dict) -> Facts:
    """Facts with these values."""
    values = {name: value for part in parts for name, value in part.items()}
    about = {"source": "shop order record", "at": "2026-09-01T12:00:00Z"}
    return Facts.read({name: {"value": value, **about} for name, value in values.items()})


def dispute(reason: str = "fraudulent", network: str = "visa", code: str = "10.4", **more) -> Dispute:
    """A dispute as Stripe returns it."""
    card = {"brand": network, "network_reason_code": code, "case_type": "chargeback"}
    return Dispute.model_validate(
        {
            "id": "du_1",
            "amount": 12900,
            "currency": "usd",
            "charge": "ch_1",
            "created": 1791793800,
            "reason": reason,
            "status": "needs_response",
            "payment_method_details": {"type": "card", "card": card},
            **more,
        }
    )


def case(of: Dispute | None = None, *listed: Listed, product_type: str | None = "physical_product") -> Case:
    """A case with these exhibits."""
    of = of or dispute()
    return Case(of, claim_of(of), product_type, listed)


def exhibit(document: str, filename: str = "", pages: int = 1, filling: bytes = b"") -> Exhibit:
    """An exhibit as `make_exhibit` leaves it, made without the guarded process.

    :param filling: bytes that cannot be compressed
    """
    target = pikepdf.new()
    for _ in range(pages):
        Sheet("a4").place_picture(target, pikepdf.Stream(target, filling), 100, 100)
    out = BytesIO()
    target.save(out, deterministic_id=True, compress_streams=False)
    return Exhibit.of(document, filename or f"{document}.pdf", out.getvalue())


def packet(
    *exhibits: Exhibit,
    of=None,
    held=None,
    product_type="physical_product",
    refused=(),
    size="a4",
    current=Round.CHARGEBACK,
    edits=NO_EDITS,
) -> Packet:
    """The packet of a dispute with these exhibits."""
    of = of or dispute()
    claim = claim_of(of)
    return build_packet(
        dispute=of,
        claim=claim,
        playbook=playbook_for(claim.name),
        product_type=product_type,
        facts=facts(CHARGE, ORDER, SHIPMENT) if held is None else held,
        exhibits=exhibits,
        refused=refused,
        round_id=RunId("du_1", current, 2),
        page_size=size,
        edits=edits,
    )


def page_text(pdf: bytes) -> str:
    """All text of a PDF, as a reader can copy it."""
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "\n")


def picture(width: int, height: int, mode: str = "RGB", kind: str = "PNG", **how) -> bytes:
    """An image that gets darker from left to right."""
    image = Image.linear_gradient("L").rotate(90).resize((width, height)).convert(mode)
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def noise(width: int, height: int, grain: int = 3) -> bytes:
    """A photo that compresses badly; the same each time.

    :param grain: pixels; the finer, the more bytes
    """
    across, down = width // grain + 1, height // grain + 1
    coarse = Image.frombytes("L", (across, down), Random(7).randbytes(across * down))
    out = BytesIO()
    coarse.resize((width, height), Image.Resampling.BICUBIC).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()

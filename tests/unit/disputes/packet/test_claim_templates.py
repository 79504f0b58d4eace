"""What the letters say, and what they do not say, when facts are close to it."""

import pytest
from tests.unit.disputes.builders import CLAIMS
from tests.unit.disputes.pages import ADDRESS, CHARGE, ORDER, SHIPMENT, case, dispute, everything, exhibit, facts

from disputes.facts.credentials import REMOVED
from disputes.facts.facts import Facts
from disputes.facts.members import IDENTIFIERS, MEMBERS, STRIPES_OWN
from disputes.facts.types import Text
from disputes.packet.letter import Case, Listed, render_letter
from disputes.packet.statements import sentences
from disputes.packet.templates import environment

OTHER_ADDRESS = {"line1": "1 Other Road", "city": "Reno", "postal_code": "89501", "country": "US"}
REFUND = {"refund.amount": 4000, "refund.status": "succeeded", "refund.created_at": "2026-09-20"}


def said(of: Case, *held: dict, section: str = "") -> list[str]:
    found = sentences(of.template, facts(*held), {"case": of, "exhibits": of.exhibits})
    return [one.text for one in found if section in ("", one.section)]


def has(part: str, of: Case, *held: dict) -> bool:
    return any(part in text for text in said(of, *held))


def of(claim: str, network: str = "visa", code: str = "", **more: object) -> Case:
    return case(dispute(claim, network, code), **more)


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_withdrawal_and_then_a_refund_come_first_whatever_is_claimed(claim: str) -> None:
    listed = Listed(1, exhibit("withdrawal_message"), ("customer_communication",))
    held = {"dispute.withdrawn_at": "2026-10-20T09:00:00Z"}
    answers = said(case(dispute(claim, code=""), listed), CHARGE, ORDER, SHIPMENT, REFUND, held, section="answer")
    assert answers[:2] == [
        "The customer withdrew this dispute in writing on 20 October 2026 (Exhibit 1).",
        "40.00 USD of 129.00 USD was refunded on 20 September 2026, before the dispute.",
    ]


@pytest.mark.parametrize("status", ["failed", "pending", "canceled"])
@pytest.mark.parametrize("claim", CLAIMS)
def test_a_refund_that_was_only_started_is_not_said_to_be_made(claim: str, status: str) -> None:
    held = REFUND | {"refund.status": status}
    for one in (said(of(claim), CHARGE, held), told("refund_refusal_explanation", facts(CHARGE, held))):
        assert not any("was refunded" in text or "has paid" in text for text in one)
    assert has("A refund of 40.00 USD was started", of(claim), CHARGE, held)


@pytest.mark.parametrize(
    ("held", "part"),
    [
        ({"dispute.amount": 2000}, "20.00 USD of the 129.00 USD charged is disputed."),
        ({"dispute.amount": 2000, "dispute.currency": "eur"}, None),
        ({}, None),
    ],
)
def test_the_disputed_part_of_a_charge_is_named(held: dict, part: str | None) -> None:
    texts = [text for text in said(of("general"), CHARGE, held, section="claim") if "is disputed" in text]
    assert texts == ([part] if part else [])


@pytest.mark.parametrize(
    ("network", "code", "claim", "eci", "shifts"),
    [
        ("visa", "10.4", "fraudulent", "05", True),
        ("visa", "10.4", "fraudulent", "06", True),
        ("visa", "10.4", "fraudulent", "07", False),
        ("visa", "10.4", "fraudulent", None, False),
        ("visa", "10.3", "fraudulent", "05", False),
        ("mastercard", "4837", "fraudulent", "02", True),
        ("mastercard", "4837", "fraudulent", "01", True),
        ("mastercard", "4837", "fraudulent", "05", False),
        ("amex", "F29", "fraudulent", "05", False),
    ],
)
def test_3d_secure_shifts_the_liability_only_for_what_it_protects_against(
    network: str, code: str, claim: str, eci: str | None, shifts: bool
) -> None:
    record = {"result": "authenticated", **({"electronic_commerce_indicator": eci} if eci else {})}
    held = {"charge.three_d_secure": record}
    assert has("3D Secure: the cardholder was authenticated for this charge", of(claim, network, code), held)
    assert has("shifts the liability", of(claim, network, code), held) is shifts


def test_the_address_check_names_only_the_address_that_was_checked() -> None:
    known = CHARGE | {"checkout.billing_address": OTHER_ADDRESS}
    check = "Address check (AVS): the issuer confirmed both the street address and the postal code that the buyer gave"
    assert f"{check}." in said(of("fraudulent"), known)
    checked = known | {"charge.billing_address": ADDRESS}
    assert f"{check}: 12 Elm Street, Springfield IL 62701, US." in said(of("fraudulent"), checked)


def test_only_a_delivery_to_the_checked_address_is_said_to_go_to_the_confirmed_one() -> None:
    confirmed = "the billing address that the issuer confirmed"
    assert not has(confirmed, of("fraudulent"), CHARGE, ORDER, SHIPMENT)
    assert has(confirmed, of("fraudulent"), CHARGE, ORDER, SHIPMENT, {"charge.billing_address": ADDRESS})


@pytest.mark.parametrize(
    ("place", "part"),
    [("Springfield, Illinois, US", "; the billing address is in Springfield, US."), ("Lagos, Nigeria", None)],
)
def test_the_place_of_purchase_is_mentioned_only_where_it_matches(place: str, part: str | None) -> None:
    texts = said(of("fraudulent"), CHARGE, ORDER, {"checkout.ip_location": place})
    found = [text for text in texts if text.startswith("Place of purchase")]
    assert found == ([f"Place of purchase: the order's IP address is located at {place}{part}"] if part else [])


@pytest.mark.parametrize(
    ("claim", "held", "part"),
    [
        ("product_not_received", {"refund.created_at": "2026-10-12"}, ", before the dispute"),
        (
            "credit_not_processed",
            {"booking.cancel_deadline": "2026-11-01", "booking.cancelled_at": "2026-11-01T14:00:00Z"},
            "after the deadline for cancelling",
        ),
        ("fraudulent", {"customer.account_created_at": "2026-09-01"}, "before the purchase"),
    ],
)
def test_an_event_on_the_same_day_is_not_said_to_come_before(claim: str, held: dict, part: str) -> None:
    assert not has(part, of(claim), CHARGE, ORDER, REFUND, held)
    earlier = {name: "2026-08-01" for name in held if name != "booking.cancelled_at"}
    assert has(part, of(claim), CHARGE, ORDER, REFUND, held, earlier)


@pytest.mark.parametrize("claim", ["product_unacceptable", "credit_not_processed"])
def test_the_letter_says_only_that_no_return_is_recorded(claim: str) -> None:
    held = {"return.none_recorded": True, "return.requested_at": "2026-09-10"}
    texts = said(of(claim), CHARGE, held, section="answer")
    assert texts[0] == "No return is recorded: we searched our incoming goods and found none from this order."


@pytest.mark.parametrize(
    ("product_type", "due", "answer"),
    [
        ("physical_product", "order.promised_delivery_date", "Delivery was promised for 2 November 2026"),
        ("offline_service", "service.date", "The service is due on 2 November 2026"),
        ("booking_reservation", "booking.starts_at", "The booking is for 2 November 2026"),
        ("event_ticket", "ticket.starts_at", "The event is on 2 November 2026"),
    ],
)
def test_an_order_that_is_not_due_yet_cannot_be_missing(product_type: str, due: str, answer: str) -> None:
    not_due = of("product_not_received", product_type=product_type)
    expected = f"{answer}; the dispute was opened before that day, on 12 October 2026."
    assert said(not_due, CHARGE, {due: "2026-11-02"}, section="answer") == [expected]
    assert not said(not_due, CHARGE, {due: "2026-10-12"}, section="answer")


def test_a_parcel_at_customs_is_an_answer() -> None:
    held = {"shipment.customs_status": "held, duty unpaid"}
    assert said(of("product_not_received"), held, section="answer") == [
        "The order's status at customs is “held, duty unpaid”."
    ]


@pytest.mark.parametrize(
    ("known", "answer"),
    [
        (("order.id", "order.items"), "The statement line “FJELL” refers to order 1001: Teapot; 4 x Cup."),
        ((), "The statement line “FJELL” refers to our charge of 129.00 USD on 1 September 2026."),
    ],
)
def test_an_unrecognised_charge_is_described_by_what_is_known(known: tuple[str, ...], answer: str) -> None:
    held = CHARGE | {"charge.statement_descriptor": "FJELL"} | {name: ORDER[name] for name in known}
    assert said(of("unrecognized"), held, section="answer") == [answer]


def test_without_a_statement_line_the_order_is_named() -> None:
    held = {"order.id": "1001", "order.placed_at": "2026-09-01"}
    assert said(of("unrecognized"), held, section="answer") == ["The charge is for order 1001 of 1 September 2026."]


def test_a_carriers_note_is_quoted_rather_than_called_a_receipt_in_person() -> None:
    texts = said(of("product_not_received"), CHARGE, SHIPMENT, {"shipment.received_by": "left at front door"})
    noted = [text for text in texts if "front door" in text]
    assert len(noted) == 3
    assert all("recorded as received by “left at front door”" in text for text in noted)


def test_a_delivery_on_the_promised_day_in_its_own_zone_is_on_time() -> None:
    held = {"shipment.delivered_at": "2026-09-05T20:45:00-07:00", "order.promised_delivery_date": "2026-09-05"}
    on_time = "Time: delivery was promised for 5 September 2026 and made on 5 September 2026."
    assert on_time in said(of("product_not_received"), SHIPMENT, held)
    late = held | {"shipment.delivered_at": "2026-09-06T00:10:00-07:00"}
    assert not has("Time:", of("product_not_received"), SHIPMENT, late)


WRITTEN = sorted(name for name, kind in MEMBERS.items() if kind == Text and name not in STRIPES_OWN | IDENTIFIERS)


@pytest.mark.parametrize(
    "template", [name for name in environment().list_templates() if name.startswith(("claims/", "fields/", "email/"))]
)
def test_no_template_prints_a_secret_that_somebody_wrote(template: str) -> None:
    secret = dict.fromkeys(WRITTEN, "my password is hunter2")
    people = {
        "support.messages": [{"at": "2026-09-03", "author": "customer", "text": "password: hunter2"}],
        "support.complaints": [{"text": "password: hunter2", "answer": "password: hunter2"}],
        "order.items": [{"description": "password: hunter2"}],
    }
    held = Facts({**everything(), **facts(secret | people)})
    context = {"case": case(), "exhibits": (), "claim": "fraudulent"}
    texts = [one.text for one in sentences(template, held, context)]
    assert not any("hunter2" in text for text in texts)


def test_the_letter_shows_that_a_secret_was_removed() -> None:
    letter = render_letter(of("general"), facts({"support.offers": "the pin is 4711"}), page_size="a4")
    assert f"Offer: the pin is {REMOVED}." in [one.text for one in letter.statements]


def told(field: str, held: Facts) -> list[str]:
    return [one.text for one in sentences(f"fields/{field}.txt.j2", held, {"case": case(), "exhibits": ()})]

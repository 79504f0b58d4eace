"""Whole folders through the command: who approves, and what the letter says."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.disputes.builders import CREATED, charge_json
from tests.unit.disputes.input_files import expanded, facts_json, input_folder
from tests.unit.disputes.pages import page_text

from disputes.__main__ import main

HOME = {"line1": "12 Elm Road", "city": "Salem", "state": "OR", "postal_code": "97301", "country": "US"}
DAY = 86_400
ORDER = {"id": "A-1", "placed_at": "2026-09-21T14:00:00Z", "items": [{"description": "Lamp", "amount": 4200}]}
SENT = {"carrier": "Northern Post", "tracking_number": "NP1", "shipped_at": "2026-09-22T08:00:00Z"}
DELIVERED = SENT | {"delivered_at": "2026-09-25T10:00:00Z", "delivered_address": HOME}
TERMS = {"terms_accepted_at": "2026-09-21T13:59:00Z", "acceptance_method": "box ticked"}
FINAL = {"refund_text": "Sale items are final.", "refund_version": "v3", "shown_where": "at checkout"}
PLAN = {
    "started_at": "2025-09-21T14:00:00Z",
    "period_start": "2026-09-21T14:00:00Z",
    "period_end": "2027-09-21T14:00:00Z",
    "status_at_charge": "active",
}
PROOF = {"documents/proof_of_delivery.txt": b"NP1 delivered"}


def said(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the command reports, and the letter's text."""
    out = folder.parent / "out"
    assert main(["packet", str(folder), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    told["letter"] = " ".join(page_text((out / "files" / "uncategorized_file.pdf").read_bytes()).split())
    assert main(["check", str(out)]) == 0
    capsys.readouterr()
    return told


def folder(path: Path, code: str, groups: dict[str, Any], files: dict[str, Any] | None = None, **more: Any) -> Path:
    reasons = {"13.1": "product_not_received", "13.2": "subscription_canceled", "10.4": "fraudulent"}
    reason = reasons.get(code, "duplicate" if code == "12.6.1" else "credit_not_processed")
    product_type, charge = more.pop("product_type", "physical_product"), more.pop("charge", {})
    dispute = expanded(reason=reason, created=CREATED + 40 * DAY, **more)
    dispute["payment_method_details"]["card"]["network_reason_code"] = code
    customer = dispute["charge"]["customer"]
    dispute["charge"] = charge_json(**{"customer": customer, "shipping": {"name": "A", "address": HOME}} | charge)
    whole = {"documents/order_receipt.txt": None, "documents/proof_of_delivery.txt": None}
    whole |= {"documents/customer_messages.avif": None, "policies/refund_policy-v3.txt": None}
    whole |= {"dispute.json": dispute, "facts.json": facts_json(groups, product_type=product_type)}
    return input_folder(path, whole | (files or {}))


def refunds(amount: int) -> dict[str, Any]:
    one = {"id": "re_1", "created": CREATED + 20 * DAY, "amount": amount, "status": "succeeded"}
    return {"amount": 9000, "amount_refunded": amount, "refunds": {"data": [one]}}


def in_parts(*parts: dict[str, Any]) -> dict[str, Any]:
    told = [{"created_at": "2026-10-05"} | part for part in parts]
    return {"amount": 4200, "created_at": "2026-10-05", "status": "succeeded", "parts": told}


def event(status: str) -> dict[str, Any]:
    ticket = {"event_name": "Rock", "starts_at": "2026-10-10T18:00:00Z", "delivered_at": "2026-09-21T14:05:00Z"}
    return {"order": ORDER, "ticket": ticket | {"event_status": status}}


ASKED: list[tuple[str, str, dict[str, Any], dict[str, Any], str]] = [
    ("only a label", "13.1", {"order": ORDER, "shipment": SENT}, {}, "none of our facts answers the claim"),
    ("no answer", "13.6", {"order": ORDER, "policy": FINAL}, {}, "none of our facts answers the claim"),
    ("weak fraud", "10.4", {"order": ORDER, "shipment": DELIVERED}, {}, "none of our facts answers the claim"),
    (
        "event",
        "13.1",
        event("abgesagt (Veranstalter pleite)"),
        {"product_type": "event_ticket"},
        "ticket.event_status is not a known state",
    ),
    (
        "neighbour",
        "13.1",
        {"order": ORDER, "shipment": DELIVERED | {"received_by": "Nachbar, Nr. 14"}},
        {},
        "recorded as received by “Nachbar, Nr. 14”",
    ),
    (
        "empty box",
        "13.1",
        {
            "order": ORDER,
            "shipment": DELIVERED,
            "support": {
                "messages": [{"at": "2026-09-27", "author": "customer", "text": "The box arrived but it was empty."}]
            },
        },
        {},
        "denies what we claim",
    ),
    ("paused", "13.2", {"subscription": {"status_at_charge": "paused"}}, {}, "was paused when this charge was made"),
    (
        "our own words",
        "13.1",
        {
            "order": ORDER,
            "shipment": DELIVERED,
            "support": {
                "messages": [
                    {"at": "2026-09-27", "author": "merchant", "text": "The driver left it at the wrong house."}
                ]
            },
        },
        {},
        "our own message of 27 September 2026 admits a fault",
    ),
    (
        "in part",
        "13.1",
        {
            "order": ORDER | {"items": [{"description": "Lamp"}, {"description": "Rug"}]},
            "shipment": DELIVERED | {"items": [{"description": "Lamp"}]},
        },
        {},
        "not all of them were shipped",
    ),
    (
        "lost return",
        "13.7",
        {"order": ORDER, "return": {"none_recorded": True, "tracking_number": "RT1"}},
        {},
        "no return is recorded, but a returned parcel",
    ),
    (
        "no show",
        "13.7",
        {"order": ORDER, "booking": {"reference": "R", "no_show": True, "cancelled_at": "2026-10-01"}},
        {"product_type": "booking_reservation"},
        "recorded as a no-show, but had cancelled",
    ),
    (
        "total",
        "13.1",
        {"order": ORDER | {"total": 9999, "currency": "usd"}, "shipment": DELIVERED},
        {},
        "order's total is 99.99 USD",
    ),
    (
        "log",
        "13.1",
        {"order": ORDER, "access": {"count": 212, "entries": [{"at": "2026-09-23T10:00:00Z", "action": "login"}]}},
        {"product_type": "digital_product_or_service"},
        "212 uses are counted, but the log has 1",
    ),
    (
        "store credit",
        "13.6",
        {
            "order": ORDER,
            "refund": {"amount": 4200, "status": "succeeded", "created_at": "2026-10-01", "method": "store credit"},
        },
        {},
        "got no money back",
    ),
    (
        "other terms",
        "13.7",
        {"order": ORDER, "checkout": TERMS | {"terms_version": "v2"}, "policy": FINAL},
        {},
        "the customer accepted terms v2, but the packet quotes v3",
    ),
    (
        "late terms",
        "13.7",
        {"order": ORDER, "checkout": TERMS | {"terms_accepted_at": "2026-10-05T10:00:00Z"}, "policy": FINAL},
        {},
        "accepted on 5 October 2026, after the purchase",
    ),
    (
        "paid time",
        "13.2",
        {"order": ORDER, "subscription": PLAN | {"cancel_effective_at": "2026-09-26T10:00:00Z"}},
        {"product_type": "digital_product_or_service"},
        "the unused time was not refunded",
    ),
    (
        "another refund",
        "13.6",
        {"order": ORDER},
        {"amount": 4000, "charge": refunds(5000)},
        "does not cover the 40.00 USD in dispute",
    ),
    (
        "refund in part by voucher",
        "13.6",
        {"order": ORDER, "refund": in_parts({"amount": 2000}, {"amount": 2200, "method": "gift card"})},
        {},
        'the refund of 5 October 2026 was made by "voucher"',
    ),
    (
        "refund in part too late",
        "13.6",
        {"order": ORDER, "refund": in_parts({"amount": 2000}, {"amount": 2200, "created_at": "2026-11-05"})},
        {},
        "one of the refunds was made on 5 November 2026, after the dispute",
    ),
    (
        "refunds that are less",
        "13.6",
        {"order": ORDER, "refund": in_parts({"amount": 2000}, {"amount": 1200})},
        {},
        "the refunds add up to 32.00 USD, but 42.00 USD",
    ),
    (
        "collected, and waiting",
        "13.1",
        {"order": ORDER, "shipment": {"pickup_at": "2026-09-24T15:00:00Z", "status": "ready for pickup"}},
        {},
        "status is “ready for pickup”",
    ),
    (
        "sent back",
        "13.1",
        {"order": ORDER, "shipment": DELIVERED | {"received_by": "RTS"}},
        {},
        "recorded as received by “RTS”",
    ),
    (
        "a key that was sent",
        "13.1",
        {"order": ORDER, "access": {"entries": [{"at": "2026-09-21T14:05:00Z", "action": "key sent by e-mail"}]}},
        {"product_type": "digital_product_or_service"},
        "none of our facts answers the claim",
    ),
    (
        "cancelled that day",
        "13.2",
        {"order": ORDER, "subscription": PLAN | {"cancel_requested_at": "2026-09-21"}},
        {"product_type": "digital_product_or_service"},
        "nothing says whether before it or after",
    ),
    (
        "no show to come",
        "13.7",
        {
            "order": ORDER,
            "service": {"period": {"start": "2026-12-03", "end": "2026-12-05"}},
            "booking": {"reference": "R", "no_show": True, "starts_at": "2026-10-03T15:00:00Z"},
        },
        {"product_type": "booking_reservation"},
        "the booking begins on 3 October 2026 in one record, and on 3 December 2026 in another",
    ),
    (
        "another currency",
        "13.1",
        {"order": ORDER | {"total": 4200, "currency": "eur"}, "shipment": DELIVERED},
        {},
        "nothing says at what rate",
    ),
    (
        "moved",
        "13.1",
        {
            "order": ORDER,
            "shipment": DELIVERED,
            "support": {
                "messages": [{"at": "2026-09-22", "author": "merchant", "text": "It is now expected in March 2027."}]
            },
        },
        {},
        "says that the agreement was changed",
    ),
    (
        "true duplicate",
        "12.6.1",
        {"other_charge": {"id": "ch_2", "created": "2026-09-21T14:15:00Z", "amount": 4200}},
        {},
        "a true duplicate",
    ),
]


@pytest.mark.parametrize(("code", "groups", "more", "why"), [one[1:] for one in ASKED], ids=[one[0] for one in ASKED])
def test_a_person_is_asked_with_the_reason(
    code: str,
    groups: dict[str, Any],
    more: dict[str, Any],
    why: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = said(folder(tmp_path / "in", code, groups, **more), capsys)
    assert why in told["approval"]
    assert not told["recommended"].startswith("fight")
    for never in ("stays due", "abgesagt", "paused", "store credit", "is paid", "given back already"):
        assert never not in told["letter"]


def test_a_packet_with_a_delivery_to_the_orders_address_is_approved_by_policy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(folder(tmp_path / "in", "13.1", {"order": ORDER, "shipment": DELIVERED}, PROOF), capsys)
    assert told["approval"] == "policy"
    assert told["recommended"].startswith("fight")


def test_a_burst_of_charges_is_not_purchase_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = charge_json()["payment_method_details"]
    burst = [
        charge_json(id=f"ch_{n}", created=CREATED - n * 600, disputed=False, payment_method_details=card)
        for n in (1, 2, 3)
    ]
    files = {"prior_charges.json": burst}
    told = said(folder(tmp_path / "in", "10.4", {"order": ORDER, "shipment": DELIVERED}, files), capsys)
    assert "3 other charges were attempted on the card within a day" in told["approval"]
    assert "Earlier purchases" not in told["letter"]


@pytest.mark.parametrize(("zone", "day"), [("-07:00", "25 September 2026"), ("+00:00", "26 September 2026")])
def test_a_letter_uses_one_time_zone_and_names_it(
    zone: str, day: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ORDER | {"placed_at": f"2026-09-21T10:00:00{zone}"}
    shipment = DELIVERED | {"delivered_at": "2026-09-25T20:00:00-07:00"}
    letter = said(folder(tmp_path / "in", "13.1", {"order": order, "shipment": shipment}, PROOF), capsys)["letter"]
    assert f"The order was delivered on {day}" in letter
    assert f"times in UTC{zone.removeprefix('+00:00')})" in letter
    assert {"25": "25 Sep 2026, 20:00", "26": "26 Sep 2026, 03:00"}[day[:2]] in letter


def test_a_long_order_makes_a_letter_of_two_pages_and_an_exhibit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [{"description": f"Hex bolt M{n}"} for n in range(500)]
    groups = {"order": ORDER | {"items": items}, "shipment": DELIVERED | {"items": items}}
    letter = said(folder(tmp_path / "in", "13.1", groups, PROOF), capsys)["letter"]
    assert "Page 2 of 2" in letter
    assert "500 lines in total" in letter
    assert "Hex bolt M499" in letter
    assert "List of the items" in letter


def test_the_letter_describes_a_no_show_with_stay_property_and_terms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = {
        "order": ORDER,
        "service": {"location": "Hotel Exemplar, Graz", "period": {"start": "2026-10-03", "end": "2026-10-05"}},
        "booking": {"reference": "R-77", "no_show": True, "cancel_deadline": "2026-10-01T16:00:00Z"},
        "policy": {
            "cancellation_text": "Free until two days before.",
            "cancellation_version": "c1",
            "shown_where": "above the button",
        },
        "checkout": TERMS,
    }
    letter = said(folder(tmp_path / "in", "13.7", groups, product_type="booking_reservation"), capsys)["letter"]
    for part in (
        "R-77 at Hotel Exemplar, Graz, 3 October 2026 to 5 October 2026",
        "“Free until two days before.”",
        "(box ticked)",
    ):
        assert part in letter
    assert "refund terms" not in letter


def test_the_letter_says_what_each_of_two_charges_paid_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = {
        "id": "ch_2",
        "created": "2026-09-19T10:00:00Z",
        "amount": 4200,
        "items": [{"description": "Licence B"}],
        "status": "paid",
    }
    told = said(folder(tmp_path / "in", "12.6.1", {"order": ORDER, "other_charge": other}), capsys)
    fields = json.loads((tmp_path / "out" / "fields.json").read_bytes())
    assert "paid for Licence B." in fields["duplicate_charge_explanation"]
    assert "This charge paid for Lamp; the other one, ch_2, paid for Licence B" in told["letter"]


def test_the_head_of_the_letter_names_merchant_and_seller(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    groups = {
        "merchant": {"name": "Bazaar Ltd", "contact": "help@bazaar.example"},
        "seller": {"name": "Pottery Example"},
        "order": ORDER,
        "shipment": DELIVERED,
    }
    letter = said(folder(tmp_path / "in", "13.1", groups, PROOF), capsys)["letter"]
    assert "Answered by: Bazaar Ltd, help@bazaar.example" in letter
    assert "Seller: Pottery Example" in letter


@pytest.mark.parametrize("street", ["שדרות רוטשילד 12", "شارع الملك فهد 7", "12 Elm Road"])
def test_our_own_letter_is_traced_in_every_script(
    street: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = HOME | {"line1": street}
    charge = {"shipping": {"name": "A", "address": place}}
    groups = {"order": ORDER, "shipment": DELIVERED | {"delivered_address": place, "received_by": "דנה כהן"}}
    assert said(folder(tmp_path / "in", "13.1", groups, PROOF, charge=charge), capsys)["approval"] == "policy"


def test_the_letter_lists_a_mail_with_its_day_and_sender(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mail = b"From: Ana Lee <ana@example.com>\nDate: Sat, 26 Sep 2026 09:00:00 +0000\n\nThe lamp came, thank you."
    files = {**PROOF, "documents/customer_messages.eml": mail}
    letter = said(folder(tmp_path / "in", "13.1", {"order": ORDER, "shipment": DELIVERED}, files), capsys)["letter"]
    assert "File: customer_messages.eml, 26 September 2026, 09:00 UTC, Ana Lee · In: customer communication" in letter


def test_each_refund_is_mentioned_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts = in_parts({"amount": 2000, "created_at": "2026-10-01", "reference": "re_a"}, {"amount": 2200})
    letter = said(folder(tmp_path / "in", "13.6", {"order": ORDER, "refund": parts}), capsys)["letter"]
    assert "2 refunds were made: 20.00 USD on 1 October 2026, reference re_a; 22.00 USD on 5 October 2026." in letter
    assert "A refund of" not in letter
    assert "has already been refunded" in letter


def test_an_access_log_without_a_summary_answers_the_claim(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = {"at": "2026-09-21T14:15:00Z", "action": "key redeemed", "ip": "203.0.113.9"}
    for entries, words in (
        ([one], "shows “key redeemed” on 21 September 2026, 14:15 UTC, from the IP address 203.0.113.9."),
        ([one, one | {"at": "2026-09-22", "action": "login"}], "has 2 entries from 21 September 2026, 14:15 UTC to 22"),
    ):
        groups = {"order": ORDER, "access": {"entries": entries}}
        told = said(folder(tmp_path / "in", "13.1", groups, product_type="digital_product_or_service"), capsys)
        assert f"The access log {words}" in told["letter"]
        assert told["approval"] == "policy"


def test_a_refunded_duplicate_answers_the_claim(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = {"id": "ch_2", "created": "2026-09-20T10:00:00Z", "amount": 4200, "order_id": "A-1", "status": "refunded"}
    told = said(folder(tmp_path / "in", "12.6.1", {"order": ORDER, "other_charge": other}), capsys)
    assert "The other charge, ch_2, was refunded: the customer paid once." in told["letter"]
    assert "nothing that we hold" not in told["approval"]


def test_returned_goods_are_mentioned_but_are_not_an_argument(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for more, said_of_it in (({}, "The returned goods arrived."), ({"condition": "broken"}, "condition noted: broken")):
        groups = {"order": ORDER, "return": {"received_at": "2026-10-02", **more}}
        letter = said(folder(tmp_path / "in", "13.6", groups), capsys)["letter"]
        assert said_of_it in letter
        assert "Goods received back" not in letter


def test_whole_hours_are_written_without_decimals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    groups = {"order": ORDER, "service": {"performed_at": "2026-10-01", "hours": 2.0}}
    letter = said(folder(tmp_path / "in", "13.1", groups, product_type="offline_service"), capsys)["letter"]
    assert "on 1 October 2026, 2 hours." in letter

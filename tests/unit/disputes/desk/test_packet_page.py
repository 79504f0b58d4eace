"""Everything that the page of a response shows."""

import pytest
from tests.unit.disputes.builders import SHA, dispute, dispute_json, manifest
from tests.unit.disputes.pages import facts

from disputes.case.gathered import Gathered
from disputes.desk.packet_page import make_packet_page
from disputes.desk.standing import Stage, Standing
from disputes.desk.timeline import Records
from disputes.rounds import Round, RunId

RUN = RunId("du_1", Round.CHARGEBACK)
STANDS = Standing(Stage.WAITS, "waits for you")


def page(made=None, stored=None, records=None, **changes):
    gathered = Gathered(dispute(**changes), facts({"customer.name": "Ana", "order.id": "7"}), "physical_product")
    return make_packet_page(
        RUN,
        STANDS,
        gathered=gathered,
        stored=stored,
        manifest=made,
        packet_sha256=SHA if made else None,
        records=records,
        revisions=(),
    )


def test_before_anything_is_gathered_only_the_state_of_the_round_is_shown() -> None:
    empty = make_packet_page(
        RUN, STANDS, gathered=None, stored=None, manifest=None, packet_sha256=None, records=None, revisions=()
    )
    assert (empty.standing, empty.head, empty.packet, empty.events) == (STANDS, None, None, ())


def test_before_a_packet_is_made_the_round_is_shown() -> None:
    found = page(records=Records(created=1))
    assert found.packet is None
    assert (found.head.customer, found.head.order, found.head.charge) == ("Ana", "7", "ch_1")
    assert found.head.answer_until < found.head.due_by
    assert len(found.events) == 1


def test_an_unknown_network_code_is_shown_as_it_is() -> None:
    assert ", " in page().head.network
    details = {"type": "card", "card": {"network": "visa", "network_reason_code": "99.9"}}
    assert page(payment_method_details=details).head.network == "visa 99.9"


def test_the_packet_says_how_complete_it_is_and_what_is_missing() -> None:
    packet = page(manifest()).packet
    essential = packet.shares[0]
    assert (packet.sha256, packet.score, packet.band) == (SHA, 50, "partial")
    assert (essential.given, essential.expected, essential.missing) == (1, 2, ("shipping address",))
    assert packet.why_asked
    assert packet.answers == ("a delivery",)
    assert packet.kept == (("product description", "from Stripe"),)


def test_each_text_shows_its_limit_and_a_single_value_counts_as_short() -> None:
    long = "product_description"
    fields = page(manifest(fields={"customer_name": "Ana", long: "A tent.", "shipping_address": "a\nb"})).packet.fields
    assert [(field.title, field.limit, field.characters) for field in fields[:2]] == [
        ("Customer name", 5_000, 3),
        ("Product description", 20_000, 7),
    ]
    assert [field.is_short for field in fields] == [True, False, False]


def test_the_file_that_begins_with_our_letter_is_shown_first() -> None:
    exhibit = {"document": "order_receipt", "filename": "r.pdf", "sha256": SHA, "pages": 1}
    entry = {"name": "x.pdf", "sha256": SHA, "bytes": 1000, "pages": 1}
    files = {"receipt": entry | {"exhibits": [exhibit]}, "uncategorized_file": entry | {"pages": 2}}
    packet = page(manifest(files=files)).packet
    assert [(file.field, file.letter) for file in packet.files] == [("uncategorized_file", 2), ("receipt", 0)]
    assert packet.pages == 3


def test_anything_dropped_shortened_or_reduced_is_listed_with_the_reason() -> None:
    cut = {"characters": 9000, "kept": 4000, "notice": "…"}
    lost = {
        "field": "receipt",
        "document": "order_receipt",
        "filename": "r.pdf",
        "pages": 9,
        "bytes": 1,
        "reason": "big",
    }
    small = {"document": "d", "filename": "s.pdf", "dpi": 100, "jpeg": 60, "before": 2000, "after": 1000}
    made = manifest(
        dropped=[lost | {"reason": "big"}],
        reduced=[small],
        shortened=[
            {"field": "product_description", "continued_in": "x"} | cut,
            {"field": "service_date", "continued_in": None} | cut,
        ],
    )
    assert page(made).packet.left_out == (
        "receipt.heic could not be used: is not a PDF",
        "r.pdf is not in receipt: big",
        "product description was cut to 4,000 of 9,000 characters; the rest is an exhibit",
        "service date was cut to 4,000 of 9,000 characters; the rest is not in the packet",
        "s.pdf was made smaller: 2,000 to 1,000 bytes",
    )


def test_an_open_claim_lists_its_alternatives_for_a_person_to_choose() -> None:
    assert page(manifest()).packet.claims == ()
    claims = page(manifest(alternatives=["product_not_received"])).packet.claims
    assert [(claim.name, claim.chosen) for claim in claims] == [("fraudulent", True), ("product_not_received", False)]


@pytest.mark.parametrize(("net", "told"), [(-5700, "minus 57.00 USD"), (100, "1.00 USD")])
def test_amounts_are_shown_as_far_as_they_are_known(net, told) -> None:
    moved = [{"fee": 1500, "currency": "usd"}, {"fee": 0, "currency": "usd"}]
    outcome = {"outcome": "lost", "seen_at": 9, "net": net, "balance_currency": "usd"}
    found = page(
        stored=dispute_json() | {"balance_transactions": moved},
        records=Records(created=1, outcome=outcome),
        charge={"id": "ch_1", "amount": 9900, "amount_refunded": 100, "currency": "usd"},
    )
    assert dict(found.money)["Dispute fee, charged"] == "15.00 USD"
    assert dict(found.money)["Refunded before"] == "1.00 USD"
    assert dict(found.money)["Net amount"] == told


def test_no_fee_is_shown_in_a_currency_without_a_known_fee() -> None:
    assert [label for label, _ in page(currency="sek", charge="ch_1").money] == ["Disputed"]
    whole = page(charge={"id": "ch_1", "amount": 9900, "currency": "usd"}, records=Records(created=1))
    assert [label for label, _ in whole.money] == ["Disputed", "Charged", "Fee for answering, unless won"]


def test_the_page_looks_back_once_the_bank_has_decided() -> None:
    assert page(manifest(), records=Records(created=1)).look_back is None
    found = page(manifest(), records=Records(created=1, outcome={"outcome": "lost", "seen_at": 9})).look_back
    assert found.missing == ("shipping_address",)
    assert "a delivery" in found.held


def test_changes_made_by_people_are_shown() -> None:
    edits = {"texts": {"customer_name": {"text": "Ana", "by": "bea", "at": 1}}}
    assert page(manifest(edits=edits)).packet.edited == ("customer_name was written by hand, by bea",)

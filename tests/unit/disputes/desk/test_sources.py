"""Where each passage of a packet is from."""

import pytest
from tests.unit.disputes.builders import SHA, manifest
from tests.unit.disputes.pages import exhibit, packet

from disputes.desk.sources import (
    Citation,
    Source,
    count_letter_pages,
    list_exhibits,
    list_exhibits_of,
    put_in_words,
    trace_field,
    trace_letter,
)

AT = "2026-09-01 12:00:00Z"


@pytest.fixture(scope="module")
def made():
    return packet(exhibit("signed_contract", pages=2), exhibit("order_receipt"), exhibit("proof_of_delivery")).manifest


def test_a_field_that_is_one_fact_names_it_with_source_and_time(made) -> None:
    (passage,) = trace_field("shipping_carrier", made)
    assert (passage.text, passage.traced) == ("UPS", True)
    assert passage.sources == (Source("shipment.carrier", "UPS", "shop order record", AT),)


def test_a_field_under_headings_is_traced_line_by_line(made) -> None:
    found = trace_field("uncategorized_text", made)
    assert "\n".join(passage.text for passage in found) == made.fields["uncategorized_text"]
    headings = [passage.text for passage in found if not passage.traced and passage.text]
    assert headings[0] == "The claim:"
    assert all(passage.sources == () for passage in found if not passage.traced)


def test_a_sentence_that_cites_an_exhibit_leads_to_the_page_where_it_begins(made) -> None:
    cited = [one for passage in trace_field("uncategorized_text", made) for one in passage.exhibits]
    delivery = next(one for one in cited if one.filename == "proof_of_delivery.pdf")
    assert delivery in list_exhibits(made)
    assert delivery.title == "Proof of delivery"


def test_sentences_that_are_only_in_the_letter_are_listed_separately(made) -> None:
    spoken = trace_letter(made)
    assert spoken
    in_fields = {passage.text for field in made.fields for passage in trace_field(field, made)}
    assert not in_fields & {passage.text for passage in spoken}


def test_exhibit_pages_are_counted_after_the_letter_and_earlier_exhibits(made) -> None:
    for field, entry in made.files.items():
        pages = [one.page for one in sorted(list_exhibits_of(field, made), key=lambda one: one.page)]
        first = count_letter_pages(entry) + 1
        assert pages[:1] in ([], [first])
        assert all(page <= entry.pages for page in pages)
    assert count_letter_pages(made.files["uncategorized_file"]) >= 1


def test_an_exhibit_begins_after_the_one_before_it() -> None:
    exhibits = [
        {"document": name, "filename": f"{name}.pdf", "sha256": SHA, "pages": pages}
        for name, pages in (("signed_contract", 3), ("order_receipt", 1))
    ]
    entry = {"name": "receipt.pdf", "sha256": SHA, "bytes": 1000, "pages": 4, "exhibits": exhibits}
    behind = list_exhibits_of("receipt", manifest(files={"receipt": entry}))[1]
    assert behind == Citation(2, "Order receipt", "order_receipt.pdf", "receipt", 4)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (12900, "12900"),
        ("UPS", "UPS"),
        ({"line1": "1 Quay", "postal_code": "H91"}, "line1: 1 Quay, postal code: H91"),
        ([{"description": "Cup"}, "x"], "description: Cup; x"),
    ],
)
def test_a_value_is_put_into_words(value, words) -> None:
    assert put_in_words(value) == words

"""What the page lets a person change, and what it sends."""

import json

import pytest
from tests.unit.disputes.builders import SHA, manifest
from tests.unit.disputes.pages import exhibit, packet

from disputes.desk.editing import describe_edits, list_editable, read_changes, say_length
from disputes.errors import InputError, LimitError
from disputes.rules.loading import playbook_for

MADE = packet(exhibit("proof_of_delivery"), exhibit("order_receipt")).manifest


def read(made=MADE, **changes):
    return read_changes(json.dumps(changes).encode(), made, by="ana", at=9)


def editable(made=MADE):
    return list_editable(made, playbook_for(made.claim))


def test_every_text_field_of_the_playbook_may_be_edited_even_an_empty_one() -> None:
    texts = {one.field: one for one in editable().texts}
    assert texts["customer_name"].text == MADE.fields["customer_name"]
    assert texts["product_description"].limit == 20_000
    assert any(not one.text for one in texts.values())


def test_every_exhibit_may_be_moved_and_one_taken_out_may_be_put_back() -> None:
    exhibits = editable().exhibits
    assert next((one.filename, one.place) for one in exhibits) == ("proof_of_delivery.pdf", "shipping documentation")
    out = {"document": "order_receipt", "filename": "order_receipt.pdf", "field": None}
    taken = packet(exhibit("proof_of_delivery"), edits=read(exhibits=[out])).manifest
    assert [(one.filename, one.place) for one in editable(taken).exhibits][-1] == ("order_receipt.pdf", "taken out")
    elsewhere = {"document": "proof_of_delivery", "filename": "proof_of_delivery.pdf", "field": "receipt"}
    both = packet(exhibit("proof_of_delivery"), edits=read(exhibits=[out, elsewhere])).manifest
    assert [one.place for one in editable(both).exhibits] == ["receipt", "taken out"]
    strange = taken.model_copy(update={"edits": read(exhibits=[out | {"document": "nobody_knows"}])})
    assert editable(strange).exhibits[-1].title == "Nobody knows"
    assert ("receipt", "Receipt") in editable().fields
    assert not {document for document, _ in editable().documents} & {"order_items"}


def test_a_shortened_text_is_edited_without_its_notice_and_its_rest_cannot_be_moved() -> None:
    cut = {"field": "customer_name", "characters": 900, "kept": 3, "notice": "…", "continued_in": "continuation_of_x"}
    rest = {"document": "continuation_of_x", "filename": "", "sha256": SHA, "pages": 1}
    file = {"name": "receipt.pdf", "sha256": SHA, "bytes": 1, "pages": 1, "exhibits": [rest]}
    made = manifest(fields={"customer_name": "Ana\n…"}, shortened=[cut], files={"receipt": file})
    found = list_editable(made, playbook_for(made.claim))
    assert next(one.text for one in found.texts if one.field == "customer_name") == "Ana"
    assert found.exhibits == ()


def test_edits_are_described_with_who_made_them() -> None:
    added = {"document": "order_receipt", "filename": "order_receipt-2.pdf", "sha256": "0" * 64}
    moved = {"document": "order_receipt", "filename": "order_receipt.pdf", "field": "receipt"}
    edits = read(texts={"customer_name": "Ana R."}, exhibits=[moved], added=[added])
    assert list(describe_edits(edits)) == [
        "customer_name was written by hand, by ana",
        "order_receipt.pdf was moved to receipt, by ana",
        "order_receipt-2.pdf was added, by ana",
    ]


def test_new_edits_are_added_to_those_that_the_packet_was_made_with() -> None:
    once = MADE.model_copy(update={"edits": read(texts={"customer_name": "Ana R."})})
    again = read(once, texts={"service_date": "1 May"})
    assert again.texts.keys() == {"customer_name", "service_date"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "nothing was changed"),
        ({"texts": {"customer_name": MADE.fields["customer_name"]}}, "nothing was changed"),
        ({"texts": {"nickname": "x"}}, "nickname is not known"),
        ({"text": {}}, "did you mean texts"),
        ({"texts": {"customer_name": "x" * 40_001}}, "at most 40000"),
        ({"added": [{"document": "a", "filename": "a", "sha256": "x"}]}, "sha256"),
    ],
)
def test_malformed_edits_are_refused_with_the_reason(changes, told) -> None:
    with pytest.raises(InputError, match=told):
        read(**changes)


def test_texts_that_are_too_long_together_are_refused() -> None:
    full = MADE.model_copy(update={"fields": {f"field_{at}": "x" * 5_000 for at in range(31)}})
    with pytest.raises(LimitError, match="together"):
        read(full, texts={"customer_name": "Ana R."})


def test_the_length_of_a_text_is_shown_while_it_is_typed() -> None:
    assert say_length("customer_name", "Ana") == ("3 of 5,000 characters", True)
    assert say_length("customer_name", "x" * 5_001) == ("5,001 of 5,000 characters", False)
    with pytest.raises(LimitError, match="more than 40,000"):
        say_length("customer_name", "x" * 40_001)

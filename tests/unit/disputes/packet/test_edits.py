"""What people change in a packet by hand."""

import pytest
from pydantic import ValidationError
from tests.unit.disputes.pages import dispute, exhibit, packet

from disputes.checking.consistency import inconsistencies
from disputes.checking.tracing import untraced_lines
from disputes.packet.edits import NO_EDITS, AddedDocument, Edits, MovedExhibit, WrittenText
from disputes.packet.manifest import Manifest
from disputes.record_format import read_model
from disputes.response.approval import list_reasons_to_ask
from disputes.response.deadlines import at_last_moment
from disputes.rules.loading import playbook_for

HAND = {"by": "ana", "at": 1_700_000_000}
FIELD = "product_description"


def written(**texts):
    return Edits(texts={field: WrittenText(text=text, **HAND) for field, text in texts.items()})


def moved(document, field, filename=None):
    return MovedExhibit(document=document, filename=filename or f"{document}.pdf", field=field, **HAND)


def findings(manifest: Manifest):
    lines = [line for text in manifest.fields.values() for line in untraced_lines(text, manifest)]
    return [*inconsistencies(manifest), *lines]


def test_a_text_written_by_a_person_is_a_fact_with_that_person_as_its_source() -> None:
    before = packet().manifest
    text = f"{before.fields[FIELD]}\nIt has a blue door."
    manifest = packet(edits=written(product_description=text)).manifest
    assert manifest.fields[FIELD] == text
    by_text = {one.text: one.facts for one in manifest.statements}
    assert by_text["It has a blue door."] == ("written.product_description",)
    fact = manifest.facts["written.product_description"]
    assert (fact.value, fact.source, fact.at) == (text, "written by ana", "2023-11-14T22:13:20+00:00")
    # Lines of ours that stayed keep the shop's facts.
    kept = {one.text: one.facts for one in before.statements if one.text in before.fields[FIELD].split("\n")}
    assert kept
    assert all(by_text[line] == facts for line, facts in kept.items())
    assert findings(manifest) == []
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_our_headings_state_nothing_and_a_single_fact_may_be_overwritten() -> None:
    summary = packet().manifest.fields["uncategorized_text"]
    manifest = packet(edits=written(uncategorized_text=f"{summary}\nMore.", customer_name="Ana R.")).manifest
    written_texts = [one.text for one in manifest.statements if one.facts == ("written.uncategorized_text",)]
    assert written_texts == ["More."]
    assert manifest.fields["customer_name"] == "Ana R."
    assert findings(manifest) == []


def test_a_text_that_a_person_emptied_is_not_sent() -> None:
    manifest = packet(edits=written(customer_name="")).manifest
    assert "customer_name" in manifest.cleared
    assert not [name for name in manifest.facts if name.startswith("written.")]


def test_a_fact_falsely_attributed_to_a_person_is_found() -> None:
    manifest = packet(edits=written(customer_name="Ana R.")).manifest
    forged = manifest.model_copy(update={"edits": NO_EDITS})
    assert any("a person wrote written.customer_name" in str(found) for found in findings(forged))


def test_an_exhibit_is_taken_out_or_moved_as_a_person_decided() -> None:
    shown = [exhibit(name) for name in ("proof_of_delivery", "order_receipt", "customer_messages")]
    edits = Edits(
        exhibits=(
            moved("order_receipt", None),
            moved("proof_of_delivery", "customer_communication"),
            moved("customer_messages", "cancellation_policy"),
            moved("signed_delivery", "receipt"),
        )
    )
    before, manifest = packet(*shown).manifest, packet(*shown, edits=edits).manifest
    assert "receipt" in before.files
    assert "receipt" in manifest.cleared
    held = {one.document for one in manifest.files["customer_communication"].exhibits}
    # A field that this playbook does not have holds nothing.
    assert held == {"proof_of_delivery", "customer_messages"}
    assert findings(manifest) == []


def test_only_a_person_approves_a_packet_that_a_person_changed() -> None:
    edits = written(customer_name="Ana R.", service_date="").followed_by(
        Edits(
            exhibits=(moved("order_receipt", None), moved("proof_of_delivery", "receipt")),
            added=(AddedDocument(document="order_receipt", filename="order_receipt-2.pdf", sha256="0" * 64, **HAND),),
        )
    )
    manifest = packet(edits=edits).manifest
    playbook = playbook_for(manifest.claim)
    assert list_reasons_to_ask(playbook, dispute(), manifest)[0] == (
        "a person has changed the packet: customer_name was written by hand; service_date was emptied by hand; "
        "order_receipt.pdf was taken out; proof_of_delivery.pdf was moved to receipt; order_receipt-2.pdf was added"
    )
    silent = playbook.model_copy(update={"approval": playbook.approval.model_copy(update={"at_deadline": "submit"})})
    assert at_last_moment(silent, packet().manifest) == "submit"
    assert at_last_moment(silent, manifest) == "leave"


def test_the_later_change_of_a_text_or_exhibit_applies() -> None:
    first = written(customer_name="Ana", service_date="1 May").followed_by(Edits(exhibits=(moved("a", None),)))
    both = first.followed_by(Edits(texts=written(customer_name="Ana R.").texts, exhibits=(moved("a", "receipt"),)))
    assert {field: one.text for field, one in both.texts.items()} == {
        "customer_name": "Ana R.",
        "service_date": "1 May",
    }
    assert [one.field for one in both.exhibits] == ["receipt"]
    assert read_model(Edits, both.to_json(), "edits.json") == both


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({"texts": {"nickname": {"text": "x", **HAND}}}, "nickname is not known"),
        ({"texts": {"customer_name": {"text": "x" * 5_001, **HAND}}}, "5,001 characters, Stripe takes 5,000"),
        ({"exhibits": [{"document": "a", "filename": "a", "field": "reciept", **HAND}]}, "did you mean receipt"),
        ({"exhibits": [{"document": "a", "filename": "a", "field": None, **HAND}] * 101}, "at most 100"),
    ],
)
def test_edits_with_unknown_fields_or_too_large_are_refused(edits, told) -> None:
    with pytest.raises(ValidationError, match=told):
        Edits.model_validate(edits)


def test_secrets_and_hidden_characters_are_removed_from_what_a_person_wrote() -> None:
    one = WrittenText(text="card 4242 4242 4242 4242\r\nand\u202e more \n", **HAND)
    assert one.text == "card [removed]\nand more"

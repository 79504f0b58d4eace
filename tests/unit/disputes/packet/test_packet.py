"""The packet: fields, files, manifest."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.disputes.pages import (
    CHARGE,
    ORDER,
    SHIPMENT,
    dispute,
    everything,
    exhibit,
    facts,
    noise,
    packet,
    page_text,
)

from disputes.errors import LimitError
from disputes.evidence_fields import FILE_FIELDS, TEXT_FIELDS
from disputes.exhibits.exhibits import make_exhibit
from disputes.exhibits.refusal import Refusal
from disputes.facts.facts import Facts
from disputes.limits import ALL_BYTES, LONG_TEXT, MASTERCARD_PAGES, PAGES
from disputes.packet.manifest import Manifest

DOCUMENTS = ("proof_of_delivery", "order_receipt", "customer_messages", "signed_delivery")


def test_a_packet_has_fields_and_one_file_for_each_file_field() -> None:
    made = packet(*(exhibit(name) for name in DOCUMENTS))
    manifest = made.manifest
    assert manifest.fields["shipping_carrier"] == "UPS"
    assert manifest.fields["billing_address"] == "12 Elm Street, Springfield IL 62701, US"
    assert [entry.document for entry in manifest.files["receipt"].exhibits] == ["order_receipt"]
    assert made.files.keys() == manifest.files.keys()
    for field, entry in manifest.files.items():
        assert (entry.name, entry.bytes) == (f"{field}.pdf", len(made.files[field]))
        assert entry.sha256 == sha256(made.files[field]).hexdigest()
    assert (manifest.dispute, manifest.charge, manifest.round, manifest.revision) == ("du_1", "ch_1", "chargeback", 2)
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_the_letter_comes_first_and_exhibits_are_numbered() -> None:
    made = packet(exhibit("prior_orders"), exhibit("proof_of_delivery"), exhibit("order_receipt"))
    text = page_text(made.files["uncategorized_file"])
    assert text.index("Response to a dispute") < text.index("Exhibit 3: Earlier orders")
    assert "Exhibit 1: Proof of delivery" in page_text(made.files["shipping_documentation"])


def test_every_evidence_field_is_given_kept_or_cleared() -> None:
    before = {
        "customer_name": "Old name",
        "service_date": "from Stripe",
        "refund_policy": {"id": "file_1", "object": "file", "size": 10},
        "cancellation_policy": None,
        "cancellation_rebuttal": "",
        "enhanced_evidence": {},
    }
    manifest = packet(of=dispute(evidence=before)).manifest
    assert manifest.kept == {"service_date": "from Stripe", "refund_policy": "file_1"}
    assert manifest.fields["customer_name"] == "Ana Rivera"
    parts = [*manifest.fields, *manifest.files, *manifest.kept, *manifest.cleared]
    assert sorted(parts) == sorted(TEXT_FIELDS + FILE_FIELDS)


def test_every_sentence_has_its_facts_with_source_and_time() -> None:
    manifest = packet(exhibit("proof_of_delivery")).manifest
    for statement in manifest.statements:
        for name in statement.facts:
            assert manifest.facts[name].source == "shop order record"
    assert len({(statement.text, statement.facts) for statement in manifest.statements}) == len(manifest.statements)
    assert "customer.email" in manifest.facts
    assert "order.confirmation_sent_at" not in manifest.facts


def test_refused_documents_and_completeness_are_recorded() -> None:
    refusal = Refusal("order_receipt", "receipt.heic", "is not a PDF")
    manifest = packet(exhibit("proof_of_delivery"), refused=[refusal]).manifest
    assert manifest.refused == (refusal,)
    assert manifest.completeness.essential_missing == ("customer_communication",)
    assert "receipt" in manifest.completeness.strong.expected
    assert "receipt" not in manifest.completeness.strong.given


def test_a_document_may_appear_in_two_fields_under_one_number() -> None:
    held = packet(exhibit("signed_contract"), product_type="offline_service")
    for field in ("service_documentation", "customer_signature"):
        assert "Exhibit 1: Signed agreement" in page_text(held.files[field])


def test_near_the_page_limit_no_exhibit_appears_twice() -> None:
    held = packet(exhibit("signed_contract", pages=30), product_type="offline_service")
    assert "service_documentation" in held.files
    assert "customer_signature" not in held.files
    (dropped,) = held.manifest.dropped
    assert (dropped.field, dropped.reason) == ("customer_signature", "is already in service_documentation")


def test_images_shrink_step_by_step_until_the_packet_fits() -> None:
    photos = [make_exhibit("delivery_photo", f"{n}.jpg", noise(1700, 2200, grain=1)) for n in range(4)]
    assert sum(len(photo.pdf) for photo in photos) > ALL_BYTES
    made = packet(*photos, exhibit("order_receipt"))
    assert sum(map(len, made.files.values())) <= ALL_BYTES
    assert len(made.manifest.files["shipping_documentation"].exhibits) == 4

    assert {one.filename for one in made.manifest.reduced} <= {f"{n}.jpg" for n in range(4)}
    for one in made.manifest.reduced:
        assert (one.dpi, one.jpeg) in {(150, 70), (110, 60)}
        assert one.after < one.before
    assert made.manifest.dropped == ()


def test_an_essential_document_that_cannot_shrink_is_refused_naming_its_field() -> None:
    with pytest.raises(LimitError, match=r"du_1: customer_communication: .* bytes are more than 5000000 for one file"):
        packet(exhibit("customer_messages", filling=Random(1).randbytes(5_100_000)))


def test_the_lowest_ranked_exhibit_is_dropped_and_the_manifest_says_so() -> None:
    made = packet(
        exhibit("customer_messages", pages=20), exhibit("order_receipt", pages=25), exhibit("signed_delivery", pages=9)
    )
    (dropped,) = made.manifest.dropped
    assert (dropped.field, dropped.document, dropped.pages) == ("customer_signature", "signed_delivery", 9)
    assert dropped.reason.startswith("its 9 pages do not fit: ")
    assert "customer_signature" in made.manifest.cleared
    assert "Signature on delivery" not in page_text(made.files["uncategorized_file"])
    (dropped,) = packet(exhibit("order_receipt", filling=Random(1).randbytes(4_600_000))).manifest.dropped
    assert "bytes do not fit: all files together may have 4500000" in dropped.reason


def test_the_first_named_document_of_an_essential_field_stays() -> None:
    made = packet(
        exhibit("proof_of_delivery", pages=5),
        exhibit("delivery_photo", pages=14),
        of=dispute("product_not_received", network="mastercard", code="4855"),
    )
    assert [entry.document for entry in made.manifest.files["shipping_documentation"].exhibits] == ["proof_of_delivery"]
    assert [entry.document for entry in made.manifest.dropped] == ["delivery_photo"]


def test_parts_of_a_document_that_are_not_shown_are_listed_as_refused() -> None:
    mail = b"From: a@example.com\nContent-Type: application/zip; name=all.zip\n\nPK"
    (refusal,) = packet(make_exhibit("customer_messages", "a.eml", mail)).manifest.refused
    assert (refusal.document, refusal.filename) == ("customer_messages", "a.eml: all.zip")


def ordered(count: int) -> Facts:
    """An offer so long that its field is too small for it."""
    offers = "; ".join(f"Cup number {n}" for n in range(count))
    return facts(CHARGE, ORDER, SHIPMENT, {"support.offers": offers})


def test_a_long_text_continues_in_an_exhibit_and_the_manifest_says_so() -> None:
    held = ordered(2_000).merged(facts({"support.resolution": "no cup was taken"}))
    made = packet(exhibit("proof_of_delivery"), exhibit("refund_receipt"), held=held)
    (shortened,) = made.manifest.shortened
    text = made.manifest.fields["refund_refusal_explanation"]
    assert (shortened.field, shortened.continued_in) == (
        "refund_refusal_explanation",
        "continuation_of_refund_refusal_explanation",
    )
    assert len(text) <= LONG_TEXT
    assert text.endswith(f"\n{shortened.notice}")
    assert shortened.notice == "[Continued in Exhibit 3, in the uncategorized file.]"
    file = page_text(made.files["uncategorized_file"])
    assert "Exhibit 3: Continuation of refund refusal explanation\nThe rest of this text field" in file
    whole = " ".join(f"Cup number {n};" for n in range(1_999))
    assert whole in " ".join(f"{text.removesuffix(shortened.notice)} {file}".split()) or "Cup number 1998" in " ".join(
        file.split()
    )
    assert (
        made.manifest.files["uncategorized_file"].exhibits[-1].document == "continuation_of_refund_refusal_explanation"
    )
    stated = [
        one.text for one in made.manifest.statements if "support.offers" in one.facts and "Cup number" in one.text
    ]
    assert any("Cup number 0" in one and "Cup number 1999" not in one for one in stated)
    assert any("Cup number 1999" in one and "Cup number 0;" not in one for one in stated)
    behind = [one.text for one in made.manifest.statements if "support.resolution" in one.facts]
    assert behind == ["Outcome: no cup was taken."]
    assert behind[0] not in text


def test_the_rest_of_a_text_that_has_no_room_is_left_out_and_the_text_says_so() -> None:
    made = packet(exhibit("customer_messages", pages=36), held=ordered(2_000))
    (shortened,) = made.manifest.shortened
    assert shortened.continued_in is None
    assert made.manifest.fields["refund_refusal_explanation"].endswith(
        f"[Shortened: the first {shortened.kept} of {shortened.characters} characters.]"
    )
    assert not any("Cup number 1999" in one.text for one in made.manifest.statements)


def test_the_rest_of_a_text_that_is_longer_than_any_file_is_left_out() -> None:
    (shortened,) = packet(held=ordered(12_000)).manifest.shortened
    assert shortened.continued_in is None
    assert shortened.characters > 170_000


def test_text_is_shortened_to_make_room_for_essential_documents() -> None:
    of = dispute(network="mastercard", code="4837")
    made = packet(exhibit("customer_messages", pages=12), of=of, held=ordered(1_000))
    assert sum(entry.pages for entry in made.manifest.files.values()) <= MASTERCARD_PAGES
    (shortened,) = made.manifest.shortened
    assert shortened.kept < 15_000


def test_a_packet_that_cannot_fit_is_refused_naming_the_field() -> None:
    with pytest.raises(LimitError, match=r"du_1: shipping_documentation: .* pages, more than 19"):
        packet(exhibit("proof_of_delivery", pages=20), of=dispute(network="mastercard", code="4837"))


def test_an_exhibit_that_the_playbook_does_not_ask_for_is_left_out() -> None:
    assert packet(exhibit("mandate")).manifest == packet().manifest


def test_a_claim_without_a_playbook_gets_the_general_one() -> None:
    manifest = packet(of=dispute("something_new", code=""), product_type=None).manifest
    assert manifest.claim == "something_new"
    assert manifest.files["uncategorized_file"].pages >= 1


def test_a_packet_with_every_fact_fits() -> None:
    for reason in ("fraudulent", "product_not_received", "subscription_canceled", "general"):
        made = packet(of=dispute(reason, code=""), held=everything(), size="us-letter")
        assert not set(made.manifest.completeness.essential_missing) & set(TEXT_FIELDS)


PACKED = st.lists(st.tuples(st.sampled_from(DOCUMENTS), st.integers(1, 30), st.integers(0, 1_500_000)), max_size=6)


@settings(max_examples=15, deadline=None)
@given(PACKED)
def test_a_packet_is_within_every_limit_or_is_not_made(documents: list[tuple[str, int, int]]) -> None:
    exhibits = [
        exhibit(name, f"{number}.pdf", pages=pages, filling=Random(number).randbytes(size // pages))
        for number, (name, pages, size) in enumerate(documents)
    ]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("disputes.packet.candidates.shrink_exhibit", lambda each, *_: each)
        try:
            made = packet(*exhibits)
        except LimitError:
            return
    assert sum(map(len, made.files.values())) <= ALL_BYTES
    assert sum(entry.pages for entry in made.manifest.files.values()) <= PAGES


@pytest.mark.slow
def test_the_packet_is_the_same_in_any_process_folder_locale_and_time_zone(tmp_path: Path) -> None:
    code = (
        "from tests.unit.disputes.pages import everything, packet; from disputes.exhibits.exhibits import make_exhibit;"
        "print(packet(make_exhibit('customer_messages', 'a.txt', b'Hello'), held=everything()).manifest.to_json())"
    )
    seen = set()
    for zone, locale in (("Asia/Tokyo", "tr_TR.UTF-8"), ("America/New_York", "C")):
        where = {"TZ": zone, "LC_ALL": locale, "PYTHONPATH": str(Path(__file__).parents[4]), "PYTHONHASHSEED": "random"}
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, env={**os.environ, **where}, cwd=tmp_path, check=True
        )
        seen.add(done.stdout.decode().strip())
    here = packet(make_exhibit("customer_messages", "a.txt", b"Hello"), held=everything())
    assert seen == {str(here.manifest.to_json())}

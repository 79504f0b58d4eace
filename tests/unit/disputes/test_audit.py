"""What Stripe holds against the manifest."""

from typing import Any

import pytest
from tests.unit.disputes.pages import exhibit, packet

from disputes.audit import audit
from disputes.manifest import FileEntry
from disputes.submission import PACKET_KEY

PACKET = packet(exhibit("order_receipt"), exhibit("proof_of_delivery"))
CLEARED = tuple(field for field in PACKET.manifest.cleared if field != "refund_policy")
MANIFEST = PACKET.manifest.model_copy(update={"kept": {"refund_policy": "file_kept"}, "cleared": CLEARED})
CONTENTS = {f"file_{field}": content for field, content in PACKET.files.items()}


def held(**changes: Any) -> dict[str, Any]:
    """The dispute as Stripe returns it after the submit."""
    files = {field: f"file_{field}" for field in PACKET.files}
    evidence = {**dict.fromkeys(MANIFEST.cleared), **MANIFEST.fields, **files, **MANIFEST.kept, **changes}
    return {"id": "du_1", "evidence": evidence, "metadata": {PACKET_KEY: MANIFEST.sha256}}


def problems(dispute: dict[str, Any], contents: dict[str, bytes] = CONTENTS, manifest=MANIFEST) -> list[str]:
    return [str(finding) for finding in audit(dispute, contents, manifest)]


def test_what_was_sent_is_what_is_held() -> None:
    assert problems(held()) == []


def test_files_may_come_expanded() -> None:
    assert problems(held(receipt={"id": "file_receipt"}, refund_policy={"id": "file_kept"})) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"customer_name": "Anna"}, "customer_name: holds 4 characters that are not the packet's 10"),
        ({"customer_name": None}, "customer_name: holds 0 characters"),
        ({"receipt": None}, "receipt: holds no file"),
        ({"receipt": "file_other"}, "receipt: file file_other could not be read back"),
        ({"receipt": "file_shipping_documentation"}, "receipt: holds another file"),
        ({"refund_policy": "file_new"}, "refund_policy: was to be kept and has changed"),
        ({"duplicate_charge_id": "ch_9"}, "duplicate_charge_id: was to be cleared and holds something"),
    ],
)
def test_a_difference_is_found(changes: dict[str, Any], problem: str) -> None:
    assert any(found.startswith(problem) for found in problems(held(**changes)))


def test_another_dispute_or_packet_is_found() -> None:
    assert problems({**held(), "id": "du_2"}) == ["dispute: is du_2, the packet is for du_1"]
    assert problems({**held(), "metadata": None})[0].startswith("dispute: metadata names packet None")
    assert "receipt: holds no file" in problems({"id": "du_1"})


def test_pages_and_sizes_are_counted_anew() -> None:
    entry = MANIFEST.files["receipt"]
    wrong = MANIFEST.model_copy(
        update={"files": {"receipt": FileEntry(**{**entry.model_dump(), "pages": 7, "exhibits": ()})}}
    )
    dispute = {**held(), "metadata": {PACKET_KEY: wrong.sha256}}
    assert problems(dispute, manifest=wrong) == ["receipt: has 1 pages, the manifest says 7"]
    assert any("files of" in found for found in problems(held(), dict.fromkeys(CONTENTS, bytes(2_000_000))))


def test_texts_over_a_limit_are_found() -> None:
    texts = dict.fromkeys(("product_description", "uncategorized_text"), "x" * 20001)
    assert "product_description: holds 20001 characters, more than the limit" in problems(held(**texts))
    assert any(
        "of text, more than" in found for found in problems(held(**dict.fromkeys(MANIFEST.fields, "x" * 20_000)))
    )

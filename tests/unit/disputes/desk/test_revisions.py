"""What changed from one packet to the next."""

from tests.unit.disputes.builders import SHA, manifest

from disputes.desk.revisions import Piece, compare_packets, describe_revision


def texts(pieces: tuple[Piece, ...], kind: str) -> list[str]:
    return [piece.text for piece in pieces if piece.kind == kind]


def test_removed_and_added_words_are_marked_each_on_its_own_side() -> None:
    before = manifest(fields={"product_description": "A small red tent."})
    after = manifest(fields={"product_description": "A large red tent, green."})
    (change,) = compare_packets(before, after)
    assert change.subject == "product_description"
    assert texts(change.before, "removed") == ["small", "tent."]
    assert texts(change.after, "added") == ["large", "tent, green."]
    assert texts(change.before, "same") == texts(change.after, "same") == ["A ", " red "]


def test_unchanged_text_is_cut_to_what_is_next_to_the_change() -> None:
    (change,) = compare_packets(manifest(fields={"x": f"{'a ' * 300}old"}), manifest(fields={"x": f"{'a ' * 300}new"}))
    assert len(texts(change.before, "same")[0]) < 200


def test_a_new_field_has_no_before_and_a_removed_field_has_no_after() -> None:
    (change,) = compare_packets(manifest(fields={}), manifest(fields={"x": "new"}))
    assert change.before == ()
    (change,) = compare_packets(manifest(fields={"x": "old"}), manifest(fields={}))
    assert change.after == ()


def test_a_file_is_compared_by_the_exhibits_in_it() -> None:
    exhibit = {"document": "order_receipt", "filename": "receipt.pdf", "sha256": SHA, "pages": 1}
    entry = {"name": "receipt.pdf", "sha256": SHA, "bytes": 1000, "pages": 1}
    (change,) = compare_packets(
        manifest(files={"receipt": entry}), manifest(files={"receipt": entry | {"exhibits": [exhibit]}})
    )
    assert "receipt.pdf (1 p., " in "".join(piece.text for piece in change.after)
    assert "our letter" in "".join(piece.text for piece in change.before)


def test_a_revision_says_who_asked_for_it_and_why() -> None:
    one = describe_revision(2, manifest(), SHA, {"remark": "Say when.", "by": "ann"}, manifest(fields={}))
    assert (one.number, one.remark, one.by, one.score) == (2, "Say when.", "ann", 50)
    assert [change.subject for change in one.changes] == ["customer_name"]
    unmade = describe_revision(3, None, None, {}, manifest())
    assert (unmade.sha256, unmade.score, unmade.changes) == (None, None, ())

"""Long texts: what stays in the field, and where the rest is."""

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.disputes.builders import manifest
from tests.unit.disputes.pages import page_text

from disputes.checking.tracing import untraced_lines
from disputes.limits import ALL_TEXT, LONG_FIELDS, LONG_TEXT
from disputes.packet.exhibit_numbers import number_exhibits
from disputes.packet.shortening import continuation, cut, cuts

RANKED = sorted(LONG_FIELDS - {"reason_for_filing"})


def test_a_text_is_cut_after_a_sentence() -> None:
    made = cut('One. Two "ok." Three goes on', 22)
    assert (made.kept, made.rest) == ('One. Two "ok."', "Three goes on")
    assert cut("一つ。二つ。三つ", 7).kept == "一つ。二つ。"
    assert cut("a line\nand another", 10).kept == "a line"
    assert cut("v1.2 is out. No", 13).kept == "v1.2 is out."


def test_a_text_without_a_sentence_is_cut_after_a_word() -> None:
    made = cut("A. many words and no end", 20)
    assert (made.kept, made.rest) == ("A. many words and no", "end")
    assert cut("x" * 50, 20).kept == ""
    assert cut("One. Two.", 0).kept == cut("One. Two.", -5).kept == ""


@given(st.text("ab. \n", min_size=1), st.integers(0, 60))
def test_nothing_is_lost_and_no_word_is_cut(text: str, most: int) -> None:
    made = cut(text, most)
    assert len(made.kept) <= most
    assert f"{made.kept} {made.rest}".split() == text.split()


def test_texts_within_the_limits_are_not_cut() -> None:
    assert cuts(dict.fromkeys(RANKED[:7], "x " * 10_000) | {"customer_name": "x" * 5_000}, RANKED) == {}


def test_a_field_over_its_limit_is_cut() -> None:
    made = cuts({"uncategorized_text": "A sentence. " * 2_000, "product_description": "short"}, RANKED)
    assert made.keys() == {"uncategorized_text"}
    assert LONG_TEXT - 300 < len(made["uncategorized_text"].kept) <= LONG_TEXT
    assert made["uncategorized_text"].kept.endswith("sentence.")


def test_the_lowest_ranked_text_is_cut_when_all_texts_exceed_the_limit() -> None:
    made = cuts(dict.fromkeys(RANKED, "A sentence. " * 1_666), RANKED)
    assert made.keys() == {RANKED[-1]}


@given(st.dictionaries(st.sampled_from([*RANKED, "customer_name"]), st.integers(0, 30_000)), st.integers(0, ALL_TEXT))
def test_all_texts_together_stay_within_the_limits(lengths: dict[str, int], room: int) -> None:
    texts = {field: ("word " * (length // 5 + 1))[:length] for field, length in lengths.items()}
    made = cuts(texts, RANKED, room)
    after = {
        field: f"{made[field].kept}\n{made[field].notice(99)}" if field in made else text
        for field, text in texts.items()
    }
    assert all(len(text) <= LONG_TEXT for field, text in after.items() if field in LONG_FIELDS)
    short = len(texts.get("customer_name", ""))
    assert sum(map(len, after.values())) <= max(room, short + 200 * len(made))


def test_a_notice_tells_the_reader_that_a_text_was_cut() -> None:
    made = cut("One. Two.", 5)
    assert made.notice(3) == "[Continued in Exhibit 3, in the uncategorized file.]"
    assert made.notice(None) == "[Shortened: the first 4 of 8 characters.]"


def test_a_continuation_is_numbered_after_all_other_exhibits() -> None:
    def entry(*exhibits: tuple[str, str]) -> dict[str, object]:
        parts = [{"document": document, "filename": name, "sha256": "0", "pages": 1} for document, name in exhibits]
        return {"name": "x.pdf", "sha256": "0", "bytes": 1, "pages": 2, "exhibits": parts}

    made = manifest(
        files={
            "uncategorized_file": entry(("refund_receipt", "r.pdf"), ("continuation_of_product_description", "")),
            "receipt": entry(("order_receipt", "o.pdf")),
        },
        completeness={"strong": {"expected": ["uncategorized_file"]}, "helpful": {"expected": ["receipt"]}},
    )
    assert [one.exhibit.document for one in number_exhibits(made)] == [
        "refund_receipt",
        "order_receipt",
        "continuation_of_product_description",
    ]


def test_a_cut_text_can_be_traced() -> None:
    cut_field = {"field": "uncategorized_text", "characters": 9, "kept": 4, "notice": "[Cut]", "continued_in": None}
    made = manifest(shortened=[cut_field], statements=[{"text": "One.", "facts": []}])
    assert untraced_lines("One.\n[Cut]", made) == []
    assert untraced_lines("One.\n[Other]", made) == ["[Other]"]


def test_the_rest_of_a_text_is_put_on_its_own_pages() -> None:
    made = continuation("product_description", "The rest.", "a4")
    assert made is not None
    assert (made.document, made.title, made.pages) == (
        "continuation_of_product_description",
        "Continuation of product description",
        1,
    )
    assert page_text(made.pdf) == "The rest."
    assert continuation("product_description", "x" * 150_001, "a4") is None

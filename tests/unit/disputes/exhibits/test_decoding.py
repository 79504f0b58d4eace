"""Text from bytes."""

import pytest

from disputes.exhibits.decoding import decoded
from disputes.exhibits.typesetting import visible

GERMAN = "Grüße aus Köln, das Paket ist da."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_common_encodings_are_told_apart(encoding: str) -> None:
    assert decoded(GERMAN.encode(encoding)) == GERMAN


def test_half_a_pair_costs_only_itself() -> None:
    assert visible(decoded(b"a\xed\xa0\x80b") or "") == "ab"


def test_an_encoding_that_the_document_names_is_believed() -> None:
    assert decoded("Привет, где заказ".encode("cp1251"), "windows-1251") == "Привет, где заказ"
    assert decoded(GERMAN.encode("latin-1"), "no-such-encoding") == GERMAN
    assert decoded(GERMAN.encode("latin-1"), "a\0b") == GERMAN


JAPANESE = "ご注文が届きました。"


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (JAPANESE, "iso-2022-jp", "ISO-2022-JP"),
        (JAPANESE, "iso-2022-jp", None),
        (JAPANESE, "iso-2022-jp", "utf-8"),
        ("ｶﾅ", "iso2022_jp_ext", "iso-2022-jp"),
        ("주문", "iso-2022-kr", "iso-2022-kr"),
        ("订单", "hz", "hz-gb-2312"),
        ("Grüße", "utf-7", "utf-7"),
        ("Grüße", "utf-8", "iso-2022-jp"),
    ],
)
def test_letters_written_in_ascii_are_told_apart(text: str, encoding: str, declared: str | None) -> None:
    assert decoded(text.encode(encoding), declared) == text


def test_colours_of_a_terminal_are_no_shift() -> None:
    assert decoded("\x1b[31mGrüße\x1b(B".encode()) == "\x1b[31mGrüße\x1b(B"


@pytest.mark.parametrize(
    "content",
    [
        "Привет, где мой заказ".encode("cp1251"),  # would be read as Ïðèâåò
        b"\xff\xfe\x00",  # half a character
        b"\x81\x8d text",  # in no Western table
        bytes(range(32)) * 20,
        b"\x00\x00\xd8" * 50,
        "주문".encode("iso-2022-kr"),  # nothing says that it is Korean
        "Grüße \x1b$B".encode(),
    ],
)
def test_what_cannot_be_told_is_not_guessed(content: bytes) -> None:
    assert decoded(content) is None


def test_a_text_with_a_stray_control_character_is_a_text() -> None:
    assert decoded(b"x" * 50 + b"\x07") is not None
    assert decoded(b"") == ""

"""Text from bytes."""

# ruff: noqa: RUF001  (the letters of many languages)

import pytest

from disputes.exhibits.decoding import decode
from disputes.exhibits.typesetting import visible

GERMAN = "Grüße aus Köln, das Paket ist da."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_common_encodings_are_recognised(encoding: str) -> None:
    assert decode(GERMAN.encode(encoding)) == GERMAN


def test_half_a_surrogate_pair_is_left_out_alone() -> None:
    assert visible(decode(b"a\xed\xa0\x80b") or "") == "ab"


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("windows-1251", "cp1251", "Привет, где заказ"),
        ("ISO-8859-1", "cp1252", "I paid € 59,00 – “it’s fine”"),
        ("iso-8859-2", "iso-8859-2", "Łukasz Wiśniewski, przesyłka dotarła"),
        ("iso-8859-9", "cp1254", "Şikâyet – teşekkür"),
        ("gb2312", "gb18030", "您好，朱镕基 € 59"),
        ("GBK", "gb18030", "您好，朱镕基 € 59"),
        ("Shift_JIS", "cp932", "①品物 ㈱山田 髙橋"),
        ("ks_c_5601-1987", "cp949", "홍길똠 햏"),
        ("euc-kr", "cp949", "홍길똠 햏"),
        ("euc-jp", "euc_jis_2004", "①荷物は届きました"),
        ("big5", "cp950", "您好，包裹已收到"),
        ("gb2312", "gb18030", "小"),  # whose bytes are a letter in UTF-8, too
        ("gb2312", "utf-8", "您好，包裹已收到，谢谢。"),  # which is labelled wrongly
        ("windows-1252", "utf-8", "Größe"),
    ],
)
def test_labels_mean_what_they_mean_to_browsers(label: str, encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), label) == text


@pytest.mark.parametrize("label", [None, "no-such-encoding", "a\0b", "us-ascii", "utf-8", "utf-16", "x-user-defined"])
@pytest.mark.parametrize("text", ["Łukasz Wiśniewski, przesyłka dotarła", "Jiří Dvořák", "Привет", "Grüße"])
def test_the_encoding_of_a_text_without_a_valid_label_is_never_guessed(label: str | None, text: str) -> None:
    encoding = {"Ł": "cp1250", "J": "cp1250", "П": "cp1251", "G": "cp1252"}[text[0]]
    assert decode(text.encode(encoding), label) is None


def test_a_text_that_contradicts_its_own_label_is_refused() -> None:
    assert decode(b"\xff\xff\xff", "shift_jis") is None
    assert decode(b"a\x81b\xfc", "iso-8859-1") is None
    assert decode("Grüße".encode(), "no-such-encoding") == "Grüße"


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
def test_encodings_that_write_letters_in_ascii_are_recognised(text: str, encoding: str, declared: str | None) -> None:
    assert decode(text.encode(encoding), declared) == text


def test_terminal_colours_are_not_taken_for_an_encoding() -> None:
    assert decode("\x1b[31mGrüße\x1b(B".encode()) == "\x1b[31mGrüße\x1b(B"


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
def test_an_encoding_that_cannot_be_determined_is_not_guessed(content: bytes) -> None:
    assert decode(content) is None


def test_a_text_with_a_stray_control_character_is_still_a_text() -> None:
    assert decode(b"x" * 50 + b"\x07") is not None
    assert decode(b"") == ""

"""Typst, kept away from the network and other files."""

import os
import subprocess
import sys
import unicodedata
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.disputes.pages import page_text

from disputes.exhibits.typesetting import FONTS, TEXT, literal, typeset, visible

HOSTILE = [
    '#read("/etc/passwd")',
    '"); #read("OFL.txt") #("',
    "$ x^2 $ *b* _i_ @ref <label> `raw` ~ -- --- ... 'q' \"q\"",
    "\\u{41} \\n \\",
    "{{ 7 * 7 }} {% raw %} {# no #}",
    '#import "@preview/cetz:0.3.0"',
    "= heading\n- list\n+ list\n/ term: x // comment /* comment */",
]


def set_text(text: str) -> str:
    return page_text(typeset(f"#set page(width: 2000pt, height: auto)\n{TEXT}#{literal(text)};"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_value_is_printed_as_it_is(text: str) -> None:
    assert set_text(text).split() == text.split()


# What a copy of the page gives back letter by letter: no ligatures, no right-to-left, no combining marks.
# The Greek block includes Coptic, which no font here has.
LETTERS = st.characters(
    codec="utf-8",
    categories=("Lu", "Ll", "Nd", "Po", "Sc", "Cc"),
    max_codepoint=0x4FF,
    exclude_characters="".join(map(chr, range(0x3E2, 0x3F0))),
)


@settings(max_examples=40, deadline=None)
@given(st.text(LETTERS, min_size=1, max_size=40))
def test_every_text_survives_except_its_control_characters(text: str) -> None:
    kept = [c for c in text if unicodedata.category(c) != "Cc" and not c.isspace()]
    shown = unicodedata.normalize("NFC", set_text(text).replace("\u200b", ""))
    assert "".join(shown.split()) == unicodedata.normalize("NFC", "".join(kept))


def test_control_characters_and_reversals_are_removed() -> None:
    assert visible("a\x00b\x1b[31m\u202ec\ud800\ufeff\r\nd\re\u2028f\tg") == "ab[31mc\nd\ne\nf\tg"


def test_a_very_long_word_may_break() -> None:
    assert "\u200b" in literal("x" * 41)
    assert "\u200b" not in literal("x" * 40)


def test_nothing_is_read_from_the_network_or_from_other_files() -> None:
    for source in ('#import "@preview/cetz:0.3.0": *', '#read("/etc/passwd")', '#read("../letter.py")'):
        with pytest.raises(typst.TypstError):
            typeset(source)


def missing_glyphs(pdf: bytes) -> bool:
    """Whether any text shows glyph 0, the empty box."""
    found = False
    for page in pikepdf.open(BytesIO(pdf)).pages:
        for operands, operator in pikepdf.parse_content_stream(page):
            shown = operands[0] if str(operator) == "TJ" else operands if str(operator) == "Tj" else ()
            strings = [bytes(part) for part in shown if isinstance(part, pikepdf.String)]
            found |= any(string[at : at + 2] == b"\0\0" for string in strings for at in range(0, len(string), 2))
    return found


@pytest.mark.parametrize(
    "name",
    [
        "Żółć Ğüneş Straße Nguyễn",
        "Γιώργος Παπαδόπουλος",
        "Юрий Гагарин, Київ",
        "محمد علي",
        "דוד כהן",
        "山田太郎 ありがとう",
        "王小明 北京",
        "김철수 서울특별시",
        "अमित कुमार",
        "สมชาย ใจดี",
        "Հայկ",
        "გიორგი",
        "রহিম",
        "தமிழ்",
        "తెలుగు",
        "😀 👍🏽 ❤️ ✓ → € ₹ №",
    ],
)
def test_names_of_many_scripts_have_their_glyphs(name: str) -> None:
    assert not missing_glyphs(typeset(f"{TEXT}#{literal(name)};"))


def test_a_missing_glyph_is_noticed_by_the_test() -> None:
    assert missing_glyphs(typeset(f"{TEXT}#{literal(chr(0x13000))};"))


def test_the_fonts_come_with_their_licences() -> None:
    names = (FONTS / "README.md").read_text()
    for font in FONTS.glob("*.ttf"):
        assert font.stem.removeprefix("NotoSans").split("-")[0] in names
    assert (FONTS / "OFL.txt").exists()
    assert (FONTS / "APACHE-2.0.txt").exists()


def test_the_same_source_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    source = f"{TEXT}#{literal('Żółć 山田 😀')};"
    code = (
        "import hashlib; from disputes.exhibits.typesetting import typeset;"
        f"print(hashlib.sha256(typeset({source!r})).hexdigest())"
    )
    here = sha256(typeset(source)).hexdigest()
    for zone, locale in (("Asia/Tokyo", "tr_TR.UTF-8"), ("America/New_York", "C")):
        changed = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": "7"}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=changed, cwd=tmp_path, check=True)
        assert done.stdout.decode().strip() == here

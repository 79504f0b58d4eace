"""Characters that our fonts have, and those that they lack."""

import pytest

from disputes.exhibits.glyphs import missing_glyphs


@pytest.mark.parametrize(
    "text",
    [
        "Zoë Łódź Nguyễn",
        "Nguye\u0302\u0303n",
        "Ελευθερία Юлія",
        "مُحَمَّد בִּנְיָמִין",
        "श्रीमती กิตติศักดิ์",
        "张伟 김철수 ﾀﾅｶ",
        "👍🏽 葛\U000e0100 ☎\ufe0f",
        "a\u00a0b\u200bc\n",
    ],
)
def test_characters_that_a_font_has_are_not_reported(text: str) -> None:
    assert missing_glyphs(text) == ""


@pytest.mark.parametrize(
    ("text", "missing"),
    [("Mr አበበ, አበበ", "አበ"), ("𠮷野家", "𠮷"), ("\uffff", "\uffff"), ("\ue000", "\ue000")],
)
def test_a_character_that_no_font_has_is_named_once(text: str, missing: str) -> None:
    assert missing_glyphs(text) == missing

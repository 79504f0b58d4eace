"""Whether a message can be searched: its script and its language."""

import pytest
from tests.bench.messages import measure

from disputes.rules.languages import is_in_known_language, is_in_known_script


def test_every_message_that_the_patterns_are_measured_on_is_in_a_known_language() -> None:
    assert [text for one in measure() for text in one.texts if not is_in_known_language(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Paketim hala gelmedi.",
        "Özür dileriz, iade edeceğiz.",
        "Hej, jag har inte fått mitt paket än",
        "Csomag nem érkezett meg",
        "Посылка не пришла.",
        "申し訳ございません",
    ],
)
def test_a_message_in_another_language_is_recognised(text: str) -> None:
    assert not is_in_known_language(text)


@pytest.mark.parametrize("text", ["Lamp?", "OK 👍", "FP-30101", "Where\u2019s the manual", ""])
def test_a_few_words_are_not_judged_by_language(text: str) -> None:
    assert is_in_known_language(text)


@pytest.mark.parametrize(
    ("text", "known"), [("Wysłano 5 września", True), ("Доставлено, NP1", False), ("12 / 34", True)]
)
def test_known_scripts_are_recognised(text: str, known: bool) -> None:
    assert is_in_known_script(text) is known

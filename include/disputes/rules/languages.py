"""Whether a message is in a script and a language for which we have patterns."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

import yaml

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_FEWEST = 3
"""Words that a message needs before its language can be determined."""
_SHARE = 0.15
"""Least share of a message's words that are common words of a language."""


def is_in_known_script(text: str) -> bool:
    """Whether most of its letters are Latin ones."""
    letters = [unicodedata.name(character, "").startswith("LATIN") for character in text if character.isalpha()]
    return 2 * sum(letters) >= len(letters)


def is_in_known_language(text: str) -> bool:
    """Whether it has the common words of a known language; a message of a few words counts as known."""
    words = _WORD.findall(text.casefold().replace("\u2019", "'"))
    if not is_in_known_script(text):
        return False
    return len(words) < _FEWEST or any(
        sum(word in common or word.partition("'")[0] in common for word in words) >= _SHARE * len(words)
        for common in common_words()
    )


@cache
def common_words() -> tuple[frozenset[str], ...]:
    """Each language's most frequent words."""
    text = files("disputes.rules").joinpath("function_words.yaml").read_bytes()
    by_language: dict[str, str] = yaml.load(text, yaml.CSafeLoader)
    return tuple(frozenset(words.split()) for words in by_language.values())

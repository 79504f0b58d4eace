"""Finds messages that a person has to read; the data file beside this module lists the patterns."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

import yaml

Kind = Literal["admits", "apologises", "promises", "changes", "denies", "confirms", "mentions"]
OURS: tuple[Kind, ...] = ("admits", "apologises", "promises", "changes")
CUSTOMERS: tuple[Kind, ...] = ("denies",)
_PLAIN = str.maketrans("\u2019\u2018`\u00b4\u201c\u201d\u201e\u00a0", "''''\"\"\" ")
_END = re.compile(r"(?<=[.!?])\s+")
_IF = re.compile(
    r"\W*(if|in case|should|falls|wenn|sollten?|si|en cas|en caso|qualora|als|indien|mocht|jeśli|jeżeli|caso"
    r"|se(?! (\w+ ){0,2}(\w+(ó|aron|ieron|eu|ou|iu)|ha \w+[aid]do)\b))\b"  # in Spanish also: "se perdió"
)
_MOST = 240


class Passage(NamedTuple):
    """Something that was written, and what it does.

    :param quoted: the sentence, as it was written
    """

    kind: Kind
    quoted: str


def passages(text: str, kinds: Iterable[Kind]) -> Iterator[Passage]:
    """The first passage of each kind in a text that a person has to read."""
    sentences = _sentences(text)
    for kind in kinds:
        found = (sentence for sentence in sentences if _says(kind, sentence.lower()))
        sentence = next(found, None)
        if sentence is not None:
            yield Passage(kind, sentence if len(sentence) <= _MOST else f"{sentence[:_MOST]} …")


def confirms(text: str) -> bool:
    """Whether the customer says that the purchase arrived or is in use, and denies nothing in the same message."""
    if any(passages(text, CUSTOMERS)):
        return False
    sentences = (sentence.lower() for sentence in _sentences(text))
    return any(_says("confirms", sentence) and not _says("mentions", sentence) for sentence in sentences)


def _sentences(text: str) -> list[str]:
    sentences = [sentence for line in text.translate(_PLAIN).splitlines() for sentence in _END.split(line)]
    return [" ".join(sentence.split()) for sentence in sentences]


def _says(kind: Kind, sentence: str) -> bool:
    if kind != "promises" and _IF.match(sentence):
        return False
    return any(pattern.search(sentence) for pattern in patterns()[kind])


@cache
def patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    """The data file's patterns by kind; compiling them takes as long as a task."""
    text = files("disputes.rules").joinpath("admissions.yaml").read_bytes()
    by_kind: dict[str, dict[str, list[str]]] = yaml.load(text, yaml.CSafeLoader)
    return {
        kind: tuple(re.compile(pattern) for patterns in languages.values() for pattern in patterns)
        for kind, languages in by_kind.items()
    }

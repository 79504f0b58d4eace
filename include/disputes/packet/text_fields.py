"""Text fields of the evidence, from a fact or from a template of sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from disputes.exhibits.typesetting import visible
from disputes.facts.credentials import printable
from disputes.facts.facts import Facts
from disputes.facts.types import Address
from disputes.facts.wording import address, day
from disputes.packet.letter import Case, drop_repeated, sections
from disputes.packet.manifest import Statement
from disputes.packet.statements import Sentence, sentences

_HEADINGS = {
    "claim": "The claim",
    "answer": "Our answer",
    "comparison": "The two charges (this one | the other one)",
    "argument": "Why it does not hold",
    "close": "What we ask",
}
_SHORTENED = ("argument", "comparison", "answer", "claim")
"""Sections that lose sentences if a summary is too long, in this order."""
SUMMARY = 3_000
"""Longest summary of an argument that is in the letter in full, in characters."""


@dataclass(frozen=True)
class Text:
    """A field's text, and the statements in it; an empty text fills no field."""

    text: str
    statements: tuple[Statement, ...] = ()


def fact_text(name: str, facts: Facts) -> Text:
    """A field that is one fact."""
    fact = facts.get(name)
    if fact is None:
        return Text("")
    text = _worded(printable(name, fact.value))
    return Text(text, (Statement(text, (name,)),))


def template_text(name: str, case: Case, facts: Facts) -> Text:
    """A field written from `templates/fields`: one sentence per line, under headings where the template has sections.

    :param name: of the template
    """
    found = drop_repeated(sentences(f"fields/{name}.txt.j2", facts, {"case": case, "exhibits": case.exhibits}))
    plain = [sentence for sentence in found if sentence.section == "text"]
    if plain:
        return Text("\n".join(one.text for one in plain), tuple(one.statement for one in plain))
    return _summary(sections(found))


def _summary(by_section: Mapping[str, Sequence[Sentence]]) -> Text:
    """Claim, answer, arguments and what is asked, under headings; when it is too long, arguments are dropped first."""
    kept = {section: list(by_section[section]) for section in _HEADINGS}
    while len(_under_headings(kept)) > SUMMARY and (left := [section for section in _SHORTENED if kept[section]]):
        kept[left[0]].pop()
    return Text(_under_headings(kept), tuple(sentence.statement for section in kept.values() for sentence in section))


def _under_headings(kept: Mapping[str, Sequence[Sentence]]) -> str:
    parts = [
        "\n".join([f"{heading}:", *(sentence.text for sentence in kept[section])])
        for section, heading in _HEADINGS.items()
        if kept[section]
    ]
    return "\n\n".join(parts)


def _worded(value: Any) -> str:
    if isinstance(value, Address):
        return visible(address(value))
    return day(value) if isinstance(value, date) else visible(str(value))

"""Text fields of the evidence, from a fact or from a template of sentences."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from disputes.exhibits.typesetting import visible
from disputes.facts.credentials import printable
from disputes.facts.facts import Facts
from disputes.facts.types import Address
from disputes.facts.wording import address, day, moment
from disputes.packet.letter import Case, sections
from disputes.packet.manifest import Statement
from disputes.packet.statements import Sentence, sentences

_HEADINGS = {
    "claim": "The claim",
    "answer": "Our answer",
    "comparison": "The two charges (this one | the other one)",
    "timeline": "What happened",
    "argument": "Why it does not hold",
}


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
    """A field written from `templates/fields`: a sentence a line, under headings where the template has sections.

    :param name: of the template
    """
    found = sentences(f"fields/{name}.txt.j2", facts, {"case": case, "exhibits": case.exhibits})
    plain = [sentence for sentence in found if sentence.section == "text"]
    kept = plain + [sentence for section in _HEADINGS for sentence in sections(found)[section]]
    lines = [sentence.text for sentence in plain]
    for section, heading in _HEADINGS.items():
        of_section = [_line(sentence) for sentence in sections(found)[section]]
        if of_section:
            lines += [*([""] if lines else []), f"{heading}:", *of_section]
    return Text("\n".join(lines), tuple(sentence.statement for sentence in kept))


def _line(sentence: Sentence) -> str:
    return sentence.text if sentence.at is None else f"{moment(sentence.at)}: {sentence.text}"


def _worded(value: Any) -> str:
    if isinstance(value, Address):
        return visible(address(value))
    return day(value) if isinstance(value, date) else visible(str(value))

"""Checks that every sentence in a packet's texts and letter is a statement that rests on facts.

Of a letter's pages only letters and digits are compared, without those of scripts that run from right to left: a PDF
keeps no line ends, and gives those scripts back in the order of the page. It may give a character with marks on it
more than once.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from disputes.checking.reading import RIGHT_TO_LEFT
from disputes.facts.types import Moment
from disputes.facts.wording import brief, moment
from disputes.packet.exhibit_numbers import number_exhibits
from disputes.packet.manifest import Manifest, Statement

_MOMENT: TypeAdapter[Any] = TypeAdapter(Moment)
_TEXT_HEADINGS = frozenset(
    {
        "",
        "The claim:",
        "Our answer:",
        "The two charges (this one | the other one):",
        "Why it does not hold:",
        "What we ask:",
    }
)
_LETTER_HEADINGS = (
    "The claim",
    "Our answer",
    "The two charges",
    "This charge",
    "The other charge",
    "Why the claim does not hold",
    "What was written",
    "What we ask",
    "No. Exhibit and what it shows Pages",
    "No. Exhibit and what it proves Pages",
    "Exhibits",
)
# Right-to-left writing, with the numbers and characters in it and beside it.
_RIGHT = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
_SIDES = re.compile(rf"((?:[\d\W_]*[{_RIGHT}]+)+[\d\W_]*)")
_FRAME = (r"(?:Appealina|Responsetoa)dispute", r"WhathappenedtimesinUTC(?:\d{4}(?=\d{1,2}[A-Z]))?")
"""The title, and the heading that names the zone."""


def untraced_lines(text: str, manifest: Manifest) -> list[str]:
    """Lines of a text field that are neither a statement of the manifest, nor a heading, nor the notice of a cut."""
    known = {*_TEXT_HEADINGS, *(one.notice for one in manifest.shortened)}
    return [line for line, statement in split_passages(text, manifest) if statement is None and line not in known]


def split_passages(text: str, manifest: Manifest) -> Iterator[tuple[str, Statement | None]]:
    """A text field, statement by statement in its order; a line of another kind with None."""
    ordered = sorted(manifest.statements, key=lambda statement: -len(statement.text))
    while text:
        begun = ((one, _begins(text, one, manifest)) for one in ordered)
        statement, length = next(((one, length) for one, length in begun if length), (None, 0))
        length = length or len(text.partition("\n")[0])
        yield text[:length], statement
        text = text[length + 1 :]


def untraced_passages(pages: Sequence[str], manifest: Manifest) -> list[str]:
    """Passages of a letter that are neither a statement of the manifest nor part of every letter.

    :param pages: the text of each page
    """
    foot = re.compile(rf"{_ids(manifest, ' *· *')}\s*Page\s*\d+\s*of\s*\d+")
    text = unicodedata.normalize("NFKC", "\n".join(foot.sub("", page) for page in pages))
    places = [place for place, character in enumerate(text) if _compared(character)]
    written, known = "".join(text[place] for place in places), _known(manifest)
    found, start, position = [], 0, 0
    while position < len(written):
        match = known.match(written, position)
        if match is None:
            position += 1
            continue
        found += [(start, position)] if start < position else []
        start = position = match.end()
    found += [(start, position)] if start < position else []
    return [" ".join(text[places[first] : places[last - 1] + 1].split()) for first, last in found]


def plain(text: str) -> str:
    """What is compared of a text."""
    return "".join(filter(_compared, unicodedata.normalize("NFKC", text)))


def pattern(text: str) -> str:
    """A pattern that finds it in the plain text of a page, where a character with marks may occur more than once.

    Numbers inside right-to-left writing are on the page in another order: of those only the characters count.
    """
    normal = unicodedata.normalize("NFKC", text)
    return "".join(
        _in_any_order(part) if any(map(_from_the_right, part)) else _in_order(part) for part in _SIDES.split(normal)
    )


def _in_order(text: str) -> str:
    marked = [unicodedata.category(after).startswith("M") for after in f"{text[1:]} "]
    return "".join(
        re.escape(character) + ("+" if has_marks else "")
        for character, has_marks in zip(text, marked, strict=False)
        if _compared(character)
    )


def _in_any_order(text: str) -> str:
    characters = [re.escape(character) for character in text if _compared(character)]
    return f"[{''.join(sorted(set(characters)))}]{{{len(characters)}}}" if characters else ""


def _begins(text: str, statement: Statement, manifest: Manifest) -> int:
    """Length of a line or lines that are this statement, with its time before it or without; 0 where they are not."""
    for before in ("", *(f"{moment(time)}: " for time in _times(statement, manifest))):
        line = before + statement.text
        if text == line or text.startswith(f"{line}\n"):
            return len(line)
    return 0


def _known(manifest: Manifest) -> re.Pattern[str]:
    """Everything that may be in the letter, the longest first."""
    statements = [
        (one.text, "|".join([r"\d{1,2}", *(plain(brief(time)) for time in _times(one, manifest))]))
        for one in manifest.statements
    ]
    spoken = [(text, f"(?:{before})?{pattern(text)}") for text, before in statements if plain(text)]
    frame = [(text, pattern(text)) for text in (*_LETTER_HEADINGS, *_rows(manifest))]
    ordered = sorted([*spoken, *frame], key=lambda one: -len(plain(one[0])))
    return re.compile("|".join([*_FRAME, *(found for _, found in ordered)]))


def _rows(manifest: Manifest) -> Iterator[str]:
    """The letter's list of exhibits; 0.1.0 said what an exhibit shows even if a sentence cites it."""
    for one in number_exhibits(manifest):
        listed = one.listed
        file = f"File: {listed.file}" if listed.file else ""
        for about in (*([f"Proves: {one.proves}"] if one.proves else []), listed.exhibit.shows):
            yield f"{one.number} {listed.exhibit.title} {about} {file} In: {listed.places} {listed.exhibit.pages}"


def _times(statement: Statement, manifest: Manifest) -> list[Any]:
    """Those of the statement's facts that are times."""
    times = []
    for name in statement.facts:
        try:
            times.append(_MOMENT.validate_python(manifest.facts[name].value))
        except (KeyError, ValidationError):
            continue
    return times


def _ids(manifest: Manifest, between: str) -> str:
    return f"{re.escape(manifest.dispute)}{between}{re.escape(manifest.charge)}"


def _from_the_right(character: str) -> bool:
    return unicodedata.bidirectional(character) in RIGHT_TO_LEFT


def _compared(character: str) -> bool:
    return character.isalnum() and not _from_the_right(character)

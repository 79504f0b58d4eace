"""Each passage of a packet, with the facts on which it rests and the pages that it cites."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from disputes.checking.explaining import find_cited
from disputes.checking.tracing import split_passages
from disputes.facts.wording import readable
from disputes.packet.exhibit_numbers import Numbered, number_exhibits
from disputes.packet.manifest import FileEntry, Manifest, Statement


@dataclass(frozen=True)
class Source:
    """A fact behind a passage.

    :param name: like `shipment.delivered_at`
    :param value: in words
    :param source: where it is recorded
    :param at: as of when, as the fact's record has it
    """

    name: str
    value: str
    source: str
    at: str


@dataclass(frozen=True)
class Citation:
    """An exhibit, and the page on which it begins.

    :param field: an evidence field whose file holds it
    :param page: in that file, from 1
    """

    number: int
    title: str
    filename: str
    field: str
    page: int


@dataclass(frozen=True)
class Passage:
    """A line of the packet.

    :param traced: whether it is a statement; headings and whatever else is there have no sources
    """

    text: str
    traced: bool
    sources: tuple[Source, ...] = ()
    exhibits: tuple[Citation, ...] = ()


def trace_field(field: str, manifest: Manifest) -> tuple[Passage, ...]:
    """A text field, line by line, as it will be sent."""
    found = split_passages(manifest.fields[field], manifest)
    return tuple(_passage(text, statement, manifest) for text, statement in found)


def trace_letter(manifest: Manifest) -> tuple[Passage, ...]:
    """The statements of the letter: those that are in no text field."""
    texts = [text for field in manifest.fields for text, statement in split_passages(manifest.fields[field], manifest)]
    spoken = [one for one in manifest.statements if not any(text.endswith(one.text) for text in texts)]
    return tuple(_passage(one.text, one, manifest) for one in spoken)


def list_exhibits(manifest: Manifest) -> tuple[Citation, ...]:
    """Every exhibit of the packet, by its number, where it comes first."""
    return tuple(_citation(one, one.fields[0], manifest) for one in number_exhibits(manifest))


def list_exhibits_of(field: str, manifest: Manifest) -> tuple[Citation, ...]:
    """The exhibits that are in a field's file, by number."""
    return tuple(_citation(one, field, manifest) for one in number_exhibits(manifest) if field in one.fields)


def _citation(one: Numbered, field: str, manifest: Manifest) -> Citation:
    exhibit = one.listed.exhibit
    page = _first_page(manifest.files[field], exhibit.document, exhibit.filename)
    return Citation(one.number, exhibit.title, exhibit.filename, field, page)


def count_letter_pages(entry: FileEntry) -> int:
    """How many of a file's first pages are our letter's."""
    return entry.pages - sum(exhibit.pages for exhibit in entry.exhibits)


def _first_page(entry: FileEntry, document: str, filename: str) -> int:
    before = takewhile(lambda one: (one.document, one.filename) != (document, filename), entry.exhibits)
    return count_letter_pages(entry) + 1 + sum(exhibit.pages for exhibit in before)


def _passage(text: str, statement: Statement | None, manifest: Manifest) -> Passage:
    if statement is None:
        return Passage(text, traced=False)
    sources = tuple(_source(name, manifest) for name in statement.facts if name in manifest.facts)
    numbers = {one.number for one in find_cited(statement, manifest)}
    named = tuple(one for one in list_exhibits(manifest) if one.number in numbers)
    return Passage(text, traced=True, sources=sources, exhibits=named)


def _source(name: str, manifest: Manifest) -> Source:
    fact = manifest.facts[name]
    return Source(name, put_in_words(fact.value), fact.source, fact.at.replace("T", " "))


def put_in_words(value: Any) -> str:
    """A fact's value for a reader: what an object or a list holds, not how it is written."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{readable(name)}: {put_in_words(part)}" for name, part in value.items())
    if isinstance(value, list):
        return "; ".join(map(put_in_words, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

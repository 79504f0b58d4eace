"""Where something in a packet comes from: the facts behind it with source and time, and the exhibits it cites."""

import json
from collections.abc import Iterable

from disputes.checking.nested_tracing import values
from disputes.evidence_fields import FILE_FIELDS, TEXT_FIELDS
from disputes.facts.wording import count_pages
from disputes.packet.citations import cited
from disputes.packet.exhibit_numbers import Numbered, number_exhibits
from disputes.packet.manifest import Manifest, Statement
from disputes.packet.nested import leaves

_FEWEST = 2
"""Words that a line and a sentence must share, at the end of one and the beginning of the other, to match."""


def explain(asked: str, manifest: Manifest) -> list[str]:
    """Lines about an evidence field, or about every statement that contains these words; none if nothing matches.

    If no statement does: about those in a line of text or page, or the letter's list of exhibits.

    :param asked: an evidence field's name, any part of a sentence, or a line; spaces and case do not matter
    """
    if asked in TEXT_FIELDS + FILE_FIELDS or asked in manifest.fields:
        return _field(asked, manifest)
    if asked == "enhanced_evidence":
        return _enhanced(manifest)
    wanted = _words(asked)
    if not wanted:
        return []
    holding = _statements([one for one in manifest.statements if wanted in _words(one.text)], manifest)
    return holding or _statements(_in_line(wanted, manifest), manifest) or _listed(wanted, manifest)


def _field(field: str, manifest: Manifest) -> list[str]:
    if field in manifest.kept:
        return [f"{field} was on the dispute before, is not ours, and is kept: {manifest.kept[field]}"]
    if field in manifest.files:
        return _file(field, manifest)
    text = manifest.fields.get(field)
    return [] if text is None else _statements([one for one in manifest.statements if one.text in text], manifest)


def _in_line(line: str, manifest: Manifest) -> list[Statement]:
    """Statements that are whole in a line, and those that end at its beginning or begin at its end."""
    ending = _most({one: _overlap(_words(one.text), line) for one in manifest.statements})
    whole = [one for one in manifest.statements if f" {_words(one.text)} " in f" {line} "]
    beginning = _most({one: _overlap(line, _words(one.text)) for one in manifest.statements})
    found = list(dict.fromkeys([*ending, *whole, *beginning]))
    return [one for one in found if not any(one != other and one.text in other.text for other in found)]


def _overlap(first: str, then: str) -> int:
    """How many words at the end of one text are also the beginning of the other."""
    ending, beginning = first.split(), then.split()
    counts = range(min(len(ending), len(beginning)), 0, -1)
    return next((count for count in counts if ending[-count:] == beginning[:count]), 0)


def _most(counts: dict[Statement, int]) -> list[Statement]:
    most = max(counts.values(), default=0)
    return [one for one, count in counts.items() if count == most >= _FEWEST]


def _listed(line: str, manifest: Manifest) -> list[str]:
    """The exhibits in whose row of the letter's list this is."""
    return [_exhibit(one) for one in number_exhibits(manifest) if any(line in _words(said) for said in _row(one))]


def _row(one: Numbered) -> tuple[str, ...]:
    listed = one.listed
    exhibit = listed.exhibit
    return (
        f"{one.number} {exhibit.title} {exhibit.pages}",
        f"{exhibit.shows}.",
        f"Proves: {listed.proves}",
        f"In: {listed.places}",
    )


def _enhanced(manifest: Manifest) -> list[str]:
    lines = [f"Visa Compelling Evidence 3.0 {manifest.compelling_evidence}"] if manifest.compelling_evidence else []
    if "enhanced_evidence" in manifest.kept:
        lines.append("On the dispute before, not ours, and kept:")
        lines += [f"  {place} = {value}" for place, value in leaves(manifest.kept["enhanced_evidence"], "")]
    for value in values(manifest):
        lines.append(f"{value.place} = {value.text}")
        lines += [f"  {_fact(name, manifest)}" for name in value.facts]
    return lines + ([f"{manifest.fee}: only a person may acknowledge the fee"] if manifest.fee else [])


def _file(field: str, manifest: Manifest) -> list[str]:
    entry = manifest.files[field]
    own = entry.pages - sum(exhibit.pages for exhibit in entry.exhibits)
    letter = [f"Our letter, {count_pages(own)}: ask for any of its sentences"] if own > 0 else []
    return [
        f"{entry.name}: {count_pages(entry.pages)}, {entry.bytes} bytes, sha256 {entry.sha256}",
        *(f"  {line}" for line in letter),
        *(f"  {_exhibit(one)}" for one in number_exhibits(manifest) if field in one.fields),
    ]


def _statements(found: Iterable[Statement], manifest: Manifest) -> list[str]:
    lines = []
    for statement in found:
        lines += [f"“{statement.text}”", *(f"  {_fact(name, manifest)}" for name in statement.facts)]
        own = f"  the claim {manifest.claim} of {manifest.dispute}, round {manifest.round}, as Stripe names them"
        lines += [] if statement.facts else [own]
        lines += [f"  {_exhibit(one)}" for one in find_cited(statement, manifest)]
    return lines


def _fact(name: str, manifest: Manifest) -> str:
    fact = manifest.facts.get(name)
    if fact is None:
        return f"{name}: not in the manifest"
    value = json.dumps(fact.value, ensure_ascii=False, sort_keys=True)
    return f"{name} = {value} (source: {fact.source}; as of {fact.at})"


def find_cited(statement: Statement, manifest: Manifest) -> list[Numbered]:
    """The exhibits that a sentence names."""
    return [one for one in number_exhibits(manifest) if one.number in cited(statement)]


def _exhibit(one: Numbered) -> str:
    exhibit = one.exhibit
    return (
        f"Exhibit {one.number}: {exhibit.document} ({exhibit.filename}), {count_pages(exhibit.pages)}, "
        f"in {', '.join(one.fields)}, sha256 {exhibit.sha256}"
    )


def _words(text: str) -> str:
    return " ".join(text.casefold().split())

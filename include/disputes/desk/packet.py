"""The packet itself on the page of a response: what will be sent, how complete it is, and the facts against us."""

from collections.abc import Iterator
from dataclasses import dataclass

from disputes.desk.editing import Editable, describe_edits, list_editable
from disputes.desk.sources import (
    Citation,
    Passage,
    count_letter_pages,
    list_exhibits,
    list_exhibits_of,
    trace_field,
    trace_letter,
)
from disputes.dispute import Dispute
from disputes.facts.wording import readable
from disputes.limits import SHORT_TEXT, text_limit
from disputes.packet.manifest import Contradiction, Decision, Manifest
from disputes.packet.scoring import IMPORTANCES, band, score, would_help
from disputes.response.approval import why_a_person
from disputes.rules.claims import demands
from disputes.rules.playbook import Playbook


@dataclass(frozen=True)
class TextField:
    """A text field as it will be sent.

    :param limit: characters that Stripe takes
    """

    name: str
    title: str
    passages: tuple[Passage, ...]
    characters: int
    limit: int

    @property
    def is_short(self) -> bool:
        """Whether it is one value, like a name or a date, which needs no heading."""
        return self.limit == SHORT_TEXT and len(self.passages) == 1


@dataclass(frozen=True)
class File:
    """A PDF as it will be sent.

    :param letter: how many of its first pages are our letter's
    :param exhibits: those that are in it
    """

    field: str
    title: str
    sha256: str
    pages: int
    bytes: int
    letter: int
    exhibits: tuple[Citation, ...]


@dataclass(frozen=True)
class Share:
    """Evidence of one importance: how much the playbook expects, how much is there, what is not."""

    importance: str
    given: int
    expected: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """A claim that a person may choose, with what decides it."""

    name: str
    about: str
    chosen: bool


@dataclass(frozen=True)
class Packet:
    """The packet itself, and what is to be said about it.

    :param sha256: what a person approves
    :param why_asked: why a person has to decide; None where the policy may
    :param left_out: documents and text that are not in it, each with the reason
    :param kept: what was on the dispute before, and is sent with the rest
    :param edited: what people changed by hand, and who
    :param editable: what may be changed
    """

    sha256: str
    score: int
    band: str
    shares: tuple[Share, ...]
    decision: Decision | None
    why_asked: str | None
    answers: tuple[str, ...]
    against: tuple[Contradiction, ...]
    would_help: tuple[str, ...]
    fields: tuple[TextField, ...]
    files: tuple[File, ...]
    letter: tuple[Passage, ...]
    exhibits: tuple[Citation, ...]
    left_out: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    claims: tuple[Claim, ...]
    compelling_evidence: str | None
    edited: tuple[str, ...]
    editable: Editable

    @property
    def pages(self) -> int:
        """Of all files."""
        return sum(file.pages for file in self.files)


def describe_packet(dispute: Dispute, manifest: Manifest, sha256: str, playbook: Playbook) -> Packet:
    """The packet with this manifest.

    :param sha256: of the manifest's stored bytes
    """
    return Packet(
        sha256=sha256,
        score=score(manifest.completeness),
        band=band(manifest),
        shares=tuple(_shares(manifest)),
        decision=manifest.decision,
        why_asked=why_a_person(playbook, dispute, manifest),
        answers=tuple(one.says for one in manifest.answers),
        against=manifest.contradictions,
        would_help=tuple(would_help(manifest, playbook)),
        fields=tuple(_text_field(field, manifest) for field in manifest.fields),
        files=_files(manifest),
        letter=trace_letter(manifest),
        exhibits=list_exhibits(manifest),
        left_out=tuple(_left_out(manifest)),
        kept=tuple((readable(field), str(value)) for field, value in manifest.kept.items()),
        claims=tuple(_claims(dispute, manifest)),
        compelling_evidence=manifest.compelling_evidence,
        edited=tuple(describe_edits(manifest.edits)),
        editable=list_editable(manifest, playbook),
    )


def _text_field(field: str, manifest: Manifest) -> TextField:
    passages = trace_field(field, manifest)
    return TextField(field, _title(field), passages, len(manifest.fields[field]), text_limit(field))


def _files(manifest: Manifest) -> tuple[File, ...]:
    """The one that begins with our letter first, as the letter names all others."""
    files = [_file(field, manifest) for field in manifest.files]
    return tuple(sorted(files, key=lambda file: not file.letter))


def _file(field: str, manifest: Manifest) -> File:
    entry = manifest.files[field]
    exhibits = list_exhibits_of(field, manifest)
    return File(field, _title(field), entry.sha256, entry.pages, entry.bytes, count_letter_pages(entry), exhibits)


def _title(field: str) -> str:
    return readable(field).capitalize()


def _shares(manifest: Manifest) -> Iterator[Share]:
    for importance in IMPORTANCES:
        share = getattr(manifest.completeness, importance)
        missing = tuple(readable(name) for name in share.expected if name not in share.given)
        yield Share(importance, len(share.given), len(share.expected), missing)


def _left_out(manifest: Manifest) -> Iterator[str]:
    yield from (f"{one.filename} could not be used: {one.reason}" for one in manifest.refused)
    yield from (f"{one.filename} is not in {readable(one.field)}: {one.reason}" for one in manifest.dropped)
    for one in manifest.shortened:
        rest = "the rest is an exhibit" if one.continued_in else "the rest is not in the packet"
        yield f"{readable(one.field)} was cut to {one.kept:,} of {one.characters:,} characters; {rest}"
    yield from (f"{one.filename} was made smaller: {one.before:,} to {one.after:,} bytes" for one in manifest.reduced)


def _claims(dispute: Dispute, manifest: Manifest) -> Iterator[Claim]:
    """Every claim that code and rules leave open; none once a person has chosen."""
    if manifest.alternatives:
        known = demands(dispute)
        for name in (manifest.claim, *manifest.alternatives):
            yield Claim(name, known.get(name) or "", name == manifest.claim)

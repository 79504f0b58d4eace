"""What changed from one revision of a packet to the next."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from disputes.packet.manifest import FileEntry, Manifest
from disputes.packet.scoring import score

Kind = Literal["same", "removed", "added"]
_WORD = re.compile(r"\s+|[^\s]+")
_CONTEXT = 90
"""Characters that stay on each side of what has changed."""


@dataclass(frozen=True)
class Piece:
    """A part of a text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """A field or file that differs, each side by itself.

    :param subject: the evidence field
    """

    subject: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True)
class Revision:
    """One packet of the round.

    :param sha256: of the packet; None where none was made
    :param remark: the remark with which it was asked for
    :param by: who asked
    :param score: completeness, 0 to 100
    :param changes: from the revision before
    """

    number: int
    sha256: str | None
    remark: str | None
    by: str | None
    score: int | None
    changes: tuple[Change, ...]


def describe_revision(
    number: int, manifest: Manifest | None, sha256: str | None, asked: Mapping[str, str], before: Manifest | None
) -> Revision:
    """A packet, and what changed since the one before.

    :param asked: the record of the request for it: `remark`, `by`; empty for the first
    :param before: the manifest before it, None for the first
    """
    return Revision(
        number,
        sha256,
        asked.get("remark"),
        asked.get("by"),
        score(manifest.completeness) if manifest else None,
        compare_packets(before, manifest) if before and manifest else (),
    )


def compare_packets(before: Manifest, after: Manifest) -> tuple[Change, ...]:
    """The text fields and files in which two packets differ, by field."""
    texts = _differing(before.fields, after.fields)
    old, new = (_described(one.files) for one in (before, after))
    return (*texts, *_differing(old, new))


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    fields = [field for field in dict.fromkeys([*before, *after]) if before.get(field) != after.get(field)]
    return tuple(Change(field, *_sides(before.get(field, ""), after.get(field, ""))) for field in fields)


def _sides(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, begin, end, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            same = Piece("same", _clipped("".join(old[begin:end])))
            left.append(same)
            right.append(same)
            continue
        if begin < end:
            left.append(Piece("removed", "".join(old[begin:end])))
        if start < stop:
            right.append(Piece("added", "".join(new[start:stop])))
    return tuple(left), tuple(right)


def _clipped(text: str) -> str:
    return text if len(text) <= 2 * _CONTEXT else f"{text[:_CONTEXT]} … {text[-_CONTEXT:]}"


def _described(files: Mapping[str, FileEntry]) -> dict[str, str]:
    """Each file as a text: its exhibits, and the pages that are not theirs."""
    return {
        field: "\n".join([*(f"{one.filename} ({one.pages} p., {one.sha256[:8]})" for one in entry.exhibits)])
        or f"our letter ({entry.pages} p.)"
        for field, entry in files.items()
    }

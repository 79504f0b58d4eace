"""After the verdict: what the packet contained, what it lacked, and what would help the next one."""

from collections.abc import Iterator
from dataclasses import dataclass

from disputes.packet.manifest import Manifest
from disputes.packet.scoring import IMPORTANCES, would_help
from disputes.rules.playbook import Playbook


@dataclass(frozen=True)
class LookBack:
    """A packet, seen after the verdict. Each line is for a reader, and names no person.

    :param held: what answered the claim, and the evidence that was given
    :param missing: evidence fields that the playbook expects and the packet did not give, the most important first
    :param helps_next: what to have at hand for the next dispute of this claim
    """

    held: tuple[str, ...]
    missing: tuple[str, ...]
    helps_next: tuple[str, ...]


def look_back(manifest: Manifest, playbook: Playbook) -> LookBack:
    """What a packet contained and lacked; not why the bank decided, since banks do not say."""
    return LookBack(tuple(_list_held(manifest)), list_missing(manifest), tuple(_list_helps(manifest, playbook)))


def list_missing(manifest: Manifest) -> tuple[str, ...]:
    """The evidence fields that the playbook expects and the packet does not give, the most important first."""
    shares = [getattr(manifest.completeness, rank) for rank in IMPORTANCES]
    return tuple(name for share in shares for name in share.expected if name not in share.given)


def _list_held(manifest: Manifest) -> Iterator[str]:
    yield from (one.says for one in manifest.answers)
    for name, file in manifest.files.items():
        yield f"{name}: {file.pages} {'page' if file.pages == 1 else 'pages'}"
    yield from (f"{name}: text" for name in manifest.fields)


def _list_helps(manifest: Manifest, playbook: Playbook) -> Iterator[str]:
    yield from would_help(manifest, playbook)
    yield from (f"{one.document}: a file that can be read; this one {one.reason}" for one in manifest.refused)
    yield from (f"a shorter file: {line}" for line in manifest.left_behind)
    yield from (f"settle it with the customer before a dispute: {one.problem}" for one in manifest.contradictions)

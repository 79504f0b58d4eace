"""The numbers that letter and captions give to a packet's exhibits, worked out from its manifest alone."""

from typing import NamedTuple

from disputes.exhibits.exhibits import Exhibit
from disputes.packet.citations import proved
from disputes.packet.letter import Listed
from disputes.packet.manifest import CONTINUATION, ExhibitEntry, Manifest


class Numbered(NamedTuple):
    """An exhibit under its number, the fields whose files hold it, and the sentence that it proves."""

    number: int
    exhibit: ExhibitEntry
    fields: tuple[str, ...]
    proves: str = ""

    @property
    def listed(self) -> Listed:
        """As the letter lists it; its pages are not at hand."""
        entry = self.exhibit
        exhibit = Exhibit(entry.document, entry.filename, b"", entry.pages, entry.sha256, (), entry.written)
        return Listed(self.number, exhibit, self.fields, self.proves)


def number_exhibits(manifest: Manifest) -> tuple[Numbered, ...]:
    """Every exhibit once, from 1, in the order of the fields, the most important first; rests of texts come last."""
    given = manifest.completeness
    by_rank = [*given.essential.expected, *given.strong.expected, *given.helpful.expected]
    found: dict[tuple[str, str], Numbered] = {}
    for field in (field for field in by_rank if field in manifest.files):
        for exhibit in manifest.files[field].exhibits:
            key = exhibit.document, exhibit.filename
            before = found.get(key) or Numbered(0, exhibit, ())
            found[key] = before._replace(fields=(*before.fields, field))
    last = sorted(found.values(), key=lambda one: one.exhibit.document.startswith(CONTINUATION))
    proofs = proved(manifest.statements)
    return tuple(one._replace(number=at, proves=proofs.get(at, "")) for at, one in enumerate(last, 1))

"""Exhibits: the merchant's documents as portrait pages, each with a caption that names it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from types import MappingProxyType
from typing import Any

import pikepdf
from pikepdf import Dictionary

from disputes.exhibits.cleaning import save
from disputes.exhibits.images import Quality
from disputes.exhibits.isolation import run_isolated
from disputes.exhibits.making import make_pages, page_count
from disputes.exhibits.refusal import LeftOut, Refusal
from disputes.exhibits.rows import LogFocus
from disputes.exhibits.sheets import BAND, MARGIN, POINTS, PageSize
from disputes.exhibits.typesetting import TEXT, literal, typeset, visible
from disputes.facts.wording import shortened
from disputes.rules.titles import titles

_LONG_NAME = 60
_LONG_PROOF = 80
"""Characters of the sentence in a caption, which has three lines."""
_LONG_HEADING = 79
"""Characters of a caption's first line."""


@dataclass(frozen=True)
class Exhibit:
    """One document, ready for a file of the packet.

    :param document: the playbook's name for it, like `proof_of_delivery`
    :param filename: the merchant's name for it
    :param pdf: its pages without captions
    :param sha256: of `pdf`
    :param left_out: parts of it that are not on its pages, like attachments that cannot be shown
    :param written: when and by whom, of a mail
    """

    document: str
    filename: str
    pdf: bytes
    pages: int
    sha256: str
    left_out: tuple[LeftOut, ...] = ()
    written: str = ""

    @classmethod
    def of(
        cls, document: str, filename: str, pdf: bytes, left_out: tuple[LeftOut, ...] = (), written: str = ""
    ) -> "Exhibit":
        """Count and digest the pages."""
        return cls(document, filename, pdf, page_count(pdf), sha256(pdf).hexdigest(), left_out, written)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What is left out, for the manifest."""
        return tuple(Refusal(self.document, f"{self.filename}: {part.filename}", part.reason) for part in self.left_out)

    @property
    def title(self) -> str:
        """Its title in letter and caption."""
        known = titles().get(self.document)
        return known.title if known else self.document.replace("_", " ").capitalize()

    @property
    def shows(self) -> str:
        """A description of its contents; empty for an unknown document."""
        if not self.filename and self.document not in titles():  # the rest of a text of ours
            return "The rest of this text field, which is longer than the field allows"
        known = titles().get(self.document)
        return known.shows if known else ""


def make_exhibit(
    document: str, filename: str, content: bytes, *, page_size: PageSize = "a4", focus: LogFocus | None = None
) -> Exhibit:
    """Make an exhibit from a document of any format, recognised by its content first, then by its name.

    :param document: the playbook's name for it
    :param filename: the merchant's name for it
    :param focus: what makes a row of a long log relevant
    :raises DocumentError: when it cannot be used, with what to supply instead
    """
    made = make_pages(filename, content, page_size, focus or LogFocus())
    return Exhibit.of(document, filename, made.pdf, made.left_out, made.written)


def heading(number: int, exhibit: Exhibit) -> str:
    """The first line of a caption: which exhibit it is, and when and by whom a mail was written."""
    line = ", ".join(filter(None, (f"Exhibit {number}: {exhibit.title}", exhibit.written)))
    return line if len(line) <= _LONG_HEADING else f"{line[:_LONG_HEADING].rstrip()}…"


def purpose(exhibit: Exhibit, proves: str) -> str:
    """What a caption says an exhibit is there for; empty if unknown.

    :param proves: the letter's sentence that it proves; empty where no sentence cites it
    """
    if proves:
        return f"Proves: {shortened(proves, _LONG_PROOF)}"
    return f"{exhibit.shows}." if exhibit.shows else ""


def shrink_exhibit(exhibit: Exhibit, quality: Quality, page_size: PageSize) -> Exhibit:
    """The exhibit with smaller images; the same one where that saves nothing."""
    pdf = run_isolated("shrink", exhibit.pdf, page_size, quality, filename=exhibit.filename).content
    return replace(exhibit, pdf=pdf, sha256=sha256(pdf).hexdigest()) if len(pdf) < len(exhibit.pdf) else exhibit


def compile_exhibits(
    letter: bytes | None,
    exhibits: Sequence[tuple[int, Exhibit]],
    page_size: PageSize,
    *,
    proofs: Mapping[int, str] = MappingProxyType({}),
) -> bytes:
    """One PDF of a letter and exhibits, with a caption on each exhibit's pages, the first one saying what it proves.

    :param exhibits: in order, each with its number in the letter's list
    :param proofs: by number, the letter's sentence that an exhibit proves; without one the caption says what it shows
    """
    target = pikepdf.new()
    if letter is not None:
        target.pages.extend(pikepdf.open(BytesIO(letter)).pages)
    if exhibits:
        captions = pikepdf.open(BytesIO(_captions(exhibits, page_size, proofs)))
        first = len(target.pages)
        for _, exhibit in exhibits:
            target.pages.extend(pikepdf.open(BytesIO(exhibit.pdf)).pages)
        for at, caption in enumerate(captions.pages):
            _lay_over(target.pages[first + at], target.copy_foreign(caption.as_form_xobject()))
    return save(target)


def _lay_over(page: pikepdf.Page, caption: pikepdf.Object) -> None:
    shared: Any = page.resources  # pages may share one
    resources: Any = Dictionary(shared)
    resources.XObject = Dictionary(resources.XObject if "/XObject" in resources else {})
    resources.XObject.Caption = caption
    page.obj.Resources = resources
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q q /Caption Do Q")


def _captions(exhibits: Sequence[tuple[int, Exhibit]], page_size: PageSize, proofs: Mapping[int, str]) -> bytes:
    """A page of captions for each page of the exhibits, empty elsewhere."""
    width, height = POINTS[page_size]
    texts = [text for number, exhibit in exhibits for text in _caption(number, exhibit, proofs.get(number, ""))]
    box = f"width: 100%, height: {BAND - 8}pt, clip: true, inset: (top: 2pt), stroke: (bottom: 0.5pt)"
    head = f"#set page(width: {width}pt, height: {height}pt, margin: {MARGIN}pt, fill: none)\n{TEXT}"
    return typeset(head + "\n#pagebreak()\n".join(f"#block({box})[{text}]" for text in texts))


def _caption(number: int, exhibit: Exhibit, proves: str) -> list[str]:
    name = " ".join(visible(exhibit.filename).split())
    if len(name) > _LONG_NAME:  # the band holds three lines
        name = f"{name[: _LONG_NAME // 2]}…{name[-_LONG_NAME // 2 :]}"
    about = " ".join(part for part in (purpose(exhibit, proves), f"File supplied: {name}" if name else "") if part)
    first = f"*#{literal(heading(number, exhibit))}*#linebreak()#{literal(about)}"
    later = [
        f"*#{literal(f'Exhibit {number}: {exhibit.title}, page {page} of {exhibit.pages}')}*"
        for page in range(2, exhibit.pages + 1)
    ]
    return [first, *later]

"""Exhibits: documents of the merchant's as portrait pages, each with a caption that names it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from pathlib import PurePath

import pikepdf
import yaml

from disputes.cleaning import save
from disputes.errors import DocumentError
from disputes.images import STEPS, Quality
from disputes.limits import PAGES
from disputes.opening import opened
from disputes.sheets import BAND, MARGIN, POINTS, PageSize, Sheet
from disputes.typesetting import TEXT, literal, typeset, visible

_TEXT_SUFFIXES = (".txt", ".text", ".log")
_LONG_NAME = 60
MAX_CHARACTERS = 150_000
"""Of a text document: more would fill the whole packet."""
_OTHERS = {
    (".heic", ".heif", ".tif", ".tiff", ".webp", ".gif", ".bmp", ".svg"): "Supply the picture as JPEG or PNG",
    (".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods", ".csv", ".ppt", ".pptx", ".pages"): "Print it to a PDF",
    (".eml", ".msg", ".html", ".htm", ".mht", ".md"): "Print it to a PDF",
    (".zip", ".7z", ".rar", ".gz", ".tar"): "Supply the documents inside it, each as a file of its own",
    (".mp3", ".wav", ".m4a", ".mp4", ".mov", ".avi", ".webm"): "Banks take no audio or video: supply stills or a text",
}


@dataclass(frozen=True)
class Exhibit:
    """One document, ready to stand in a file.

    :param document: the playbook's name for it, like `proof_of_delivery`
    :param filename: the merchant's name for it
    :param pdf: its pages without captions
    :param sha256: of `pdf`
    """

    document: str
    filename: str
    pdf: bytes
    pages: int
    sha256: str

    @classmethod
    def of(cls, document: str, filename: str, pdf: bytes) -> "Exhibit":
        """Count and digest the pages."""
        return cls(document, filename, pdf, page_count(pdf), sha256(pdf).hexdigest())

    @property
    def title(self) -> str:
        """What letter and caption call it."""
        return _titles().get(self.document, (self.document.replace("_", " ").capitalize(), ""))[0]

    @property
    def shows(self) -> str:
        """What the reader finds in it; empty for a document that is not known."""
        return _titles().get(self.document, ("", ""))[1]


@lru_cache(maxsize=1)
def _titles() -> dict[str, tuple[str, str]]:
    content = yaml.safe_load((files("disputes") / "exhibit_titles.yaml").read_text("utf-8"))
    return {name: (title, shows) for name, (title, shows) in content.items()}


def make_exhibit(document: str, filename: str, content: bytes, *, page_size: PageSize = "a4") -> Exhibit:
    """Make a PDF, JPEG, PNG or plain text into an exhibit. What it is, its content says, not its name.

    :param document: the playbook's name for it
    :param filename: the merchant's name for it
    :raises DocumentError: when it cannot be used, with what to supply instead
    """
    if content[:1024].lstrip().startswith(b"%PDF-"):
        pdf = opened("pdf", content, page_size, STEPS[0], filename=filename)
    elif content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        pdf = opened("image", content, page_size, STEPS[0], filename=filename)
    elif PurePath(filename).suffix.lower() in _TEXT_SUFFIXES:
        pdf = _text_pages(filename, content, page_size)
    else:
        raise DocumentError("is no PDF, JPEG, PNG or plain text", subject=filename, remedy=_advice(filename))
    exhibit = Exhibit.of(document, filename, pdf)
    if exhibit.pages > PAGES:
        raise DocumentError(
            f"makes {exhibit.pages} pages, more than {PAGES}", subject=filename, remedy="Supply only what matters"
        )
    return exhibit


def page_count(pdf: bytes) -> int:
    """Pages of a PDF of ours."""
    return len(pikepdf.open(BytesIO(pdf)).pages)


def shrunk(exhibit: Exhibit, quality: Quality, page_size: PageSize) -> Exhibit:
    """The exhibit with smaller images."""
    pdf = opened("shrink", exhibit.pdf, page_size, quality, filename=exhibit.filename)
    return replace(exhibit, pdf=pdf, sha256=sha256(pdf).hexdigest())


def captioned(exhibit: Exhibit, number: int, page_size: PageSize) -> bytes:
    """The exhibit's pages with a caption on each, the first one saying what it shows.

    :param number: of the exhibit in the letter's list
    """
    pdf, captions = pikepdf.open(BytesIO(exhibit.pdf)), pikepdf.open(BytesIO(_captions(exhibit, number, page_size)))
    for page, caption in zip(pdf.pages, captions.pages, strict=True):
        page.obj.Resources.XObject.Caption = pdf.copy_foreign(caption.as_form_xobject())
        page.contents_add(b"q /Caption Do Q")
    return save(pdf)


def merged(parts: Iterable[bytes]) -> bytes:
    """One PDF of several, in order."""
    target = pikepdf.new()
    for part in parts:
        target.pages.extend(pikepdf.open(BytesIO(part)).pages)
    return save(target)


def _text_pages(filename: str, content: bytes, page_size: PageSize) -> bytes:
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError("is not UTF-8 text", subject=filename, remedy="Save it as UTF-8, or as PDF") from None
    text = visible(text).strip("\n").expandtabs(4)
    if not text.strip():
        raise DocumentError("holds no text", subject=filename, remedy="Supply the document again")
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(
            f"has {len(text)} characters, more than {MAX_CHARACTERS}",
            subject=filename,
            remedy="Supply only what matters",
        )
    plain = typeset(_page(page_size) + f"#text({literal(text)})")
    target, sheet = pikepdf.new(), Sheet(page_size)
    for page in pikepdf.open(BytesIO(plain)).pages:
        sheet.place(target, target.copy_foreign(page.as_form_xobject()))
    return save(target)


def _page(page_size: PageSize) -> str:
    sheet = Sheet(page_size)
    return f"#set page(width: {sheet.width}pt, height: {sheet.height}pt, margin: 2pt)\n{TEXT}"


def _captions(exhibit: Exhibit, number: int, page_size: PageSize) -> bytes:
    """A page of captions for each page of the exhibit, empty elsewhere."""
    width, height = POINTS[page_size]
    name = exhibit.filename
    if len(name) > _LONG_NAME:  # the band holds three lines
        name = f"{name[: _LONG_NAME // 2]}…{name[-_LONG_NAME // 2 :]}"
    about = f"{exhibit.shows}. File supplied: {name}" if exhibit.shows else f"File supplied: {name}"
    first = f"*#{literal(f'Exhibit {number}: {exhibit.title}')}*#linebreak()#{literal(about)}"
    later = [
        f"*#{literal(f'Exhibit {number}: {exhibit.title}, page {page} of {exhibit.pages}')}*"
        for page in range(2, exhibit.pages + 1)
    ]
    box = f"width: 100%, height: {BAND - 8}pt, clip: true, inset: (top: 2pt), stroke: (bottom: 0.5pt)"
    head = f"#set page(width: {width}pt, height: {height}pt, margin: {MARGIN}pt, fill: none)\n{TEXT}"
    return typeset(head + "\n#pagebreak()\n".join(f"#block({box})[{text}]" for text in (first, *later)))


def _advice(filename: str) -> str:
    suffix = PurePath(filename).suffix.lower()
    for suffixes, advice in _OTHERS.items():
        if suffix in suffixes:
            return advice
    return "Supply it as PDF, JPEG, PNG or plain text (.txt)"

"""Recognises a document's format: by its content, then by its name."""

import re
from pathlib import PurePath
from typing import TypeVar

from disputes.errors import DocumentError
from disputes.exhibits.decoding import UNKNOWN, decode
from disputes.exhibits.heic import is_heic

_T = TypeVar("_T")

_PDF = re.compile(rb"(?:\A|\s|\0)%PDF-\d")
_PICTURES = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
)
_BY_NAME = {
    (".html", ".htm", ".xhtml"): "html",
    (".eml", ".mht", ".mhtml"): "mail",
    (".csv", ".tsv"): "csv",
    (".md", ".markdown"): "markdown",
    (".ics", ".vcs"): "calendar",
    (".log", ".jsonl", ".ndjson"): "log",
}
_NAMED_OTHERWISE = (".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".gif", ".bmp")

_PICTURE = "is a picture in a format that banks do not accept", "Supply it as JPEG or PNG"
_OFFICE = "is an office document", "Print it to a PDF"
_ARCHIVE = "is an archive", "Supply each document inside it as a separate file"
_MEDIA = "is audio or video", "Banks accept neither: supply stills, or a transcript"
_OTHER = "is not a PDF, picture, e-mail or text", "Supply it as PDF, JPEG, PNG or plain text (.txt)"

_SUFFIXES = {
    (".heic", ".heif", ".avif", ".svg", ".psd", ".ico", ".jp2", ".jxl", ".eps", ".ai", ".raw", ".dng"): _PICTURE,
    (".doc", ".docx", ".docm", ".odt", ".rtf", ".pages", ".wps", ".tex"): _OFFICE,
    (".xls", ".xlsx", ".xlsm", ".ods", ".numbers", ".ppt", ".pptx", ".odp", ".key", ".msg", ".pst", ".ps"): _OFFICE,
    (".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".tar", ".jar", ".mbox"): _ARCHIVE,
    (".mp3", ".wav", ".m4a", ".aac", ".ogg", ".flac", ".amr", ".opus"): _MEDIA,
    (".mp4", ".m4v", ".mov", ".avi", ".webm", ".mkv", ".3gp", ".wmv"): _MEDIA,
}
_SIGNATURES = (
    (b"PK\x03\x04", _ARCHIVE),
    (b"PK\x05\x06", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!\x1a\x07", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ\0", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OFFICE),
    (b"{\\rtf", _OFFICE),
    (b"%!PS", _OFFICE),
    (b"ID3", _MEDIA),
    (b"OggS", _MEDIA),
    (b"fLaC", _MEDIA),
    (b"\x1aE\xdf\xa3", _MEDIA),
    (b"RIFF", _MEDIA),
)
_STILLS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
_OFFICE_ARCHIVE = (b"[Content_Types].xml", b"mimetypeapplication/vnd.", b"Index/Document.iwa")

_BEFORE = r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
_HTML = re.compile(rf"{_BEFORE}<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_SVG = re.compile(rf"{_BEFORE}(?:<!doctype svg[^>]*>\s*)?<svg\b", re.IGNORECASE | re.DOTALL)
_MAIL = re.compile(r"\A(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*(?:Received|Message-ID|MIME-Version):", re.IGNORECASE)
_SNIFFED = 4096


def kind_of(filename: str, content: bytes) -> str:
    """The kind of a document: `pdf`, `image`, `html`, `mail`, `csv`, `markdown`, `calendar`, `log` or `text`.

    :param filename: the merchant's name for it
    :raises DocumentError: when its format cannot be used, with what to supply instead
    """
    suffix = PurePath(filename).suffix.lower()
    if not content:
        raise DocumentError("is empty", subject=filename, remedy="Supply the document again")
    if _PDF.search(content[:1024]):
        return "pdf"
    if _is_picture(content):
        return "image"
    refusal = _refused_by_content(content) or _by_suffix(_SUFFIXES, suffix)
    if refusal:
        raise DocumentError(refusal[0], subject=filename, remedy=refusal[1])
    return _kind_of_text(filename, suffix, content)


def _kind_of_text(filename: str, suffix: str, content: bytes) -> str:
    text = decode(content)
    if text is None:
        named = _by_suffix(_BY_NAME, suffix)
        if named in ("html", "mail"):  # they say themselves how they are encoded
            return named
        if named or suffix in (".txt", ".text"):
            raise DocumentError(UNKNOWN[0], subject=filename, remedy=UNKNOWN[1])
        raise DocumentError(_OTHER[0], subject=filename, remedy=_OTHER[1])
    start = text[:_SNIFFED]
    if suffix in _NAMED_OTHERWISE:
        raise DocumentError(
            f"is named {suffix} but contains text", subject=filename, remedy="Check that it is the right document"
        )
    if _SVG.match(start):
        raise DocumentError(_PICTURE[0], subject=filename, remedy=_PICTURE[1])
    if _HTML.match(start):
        return "html"
    if _MAIL.match(start.replace("\r\n", "\n")):
        return "mail"
    if start.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        return "calendar"
    return _by_suffix(_BY_NAME, suffix) or "text"


def _is_picture(content: bytes) -> bool:
    return (
        content.startswith(_PICTURES)
        or (content.startswith(b"RIFF") and content[8:12] == b"WEBP")
        or (content.startswith(b"BM") and content[6:10] == bytes(4))
        or is_heic(content)
    )


def _refused_by_content(content: bytes) -> tuple[str, str] | None:
    if content[4:8] == b"ftyp":
        return _PICTURE if content[8:12] in _STILLS else _MEDIA
    if content.startswith(b"PK") and any(mark in content[:_SNIFFED] for mark in _OFFICE_ARCHIVE):
        return _OFFICE
    if content[257:262] == b"ustar":
        return _ARCHIVE
    if content.startswith((b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        return _MEDIA
    return next((refusal for signature, refusal in _SIGNATURES if content.startswith(signature)), None)


def _by_suffix(groups: dict[tuple[str, ...], _T], suffix: str) -> _T | None:
    return next((value for suffixes, value in groups.items() if suffix in suffixes), None)

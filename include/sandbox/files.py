"""Files: what Stripe accepts as an upload, and what it shows of it.

The content decides the type, never the name. Limits: 5 MB a file, 50 pages ("fewer than 50" in Stripe's message, but a
document of exactly 50 was taken).
"""

import struct
from pathlib import PurePosixPath
from threading import Lock

import pypdfium2

from sandbox.errors import (
    StripeError,
    file_empty,
    file_too_large,
    file_too_long,
    file_type_not_supported,
    invalid_choice,
    invalid_request,
    no_such,
)
from sandbox.state import State, StripeObject, new_id

MOST_BYTES = 5_000_000
MOST_PAGES = 50
KEPT_FOR = 270 * 24 * 3600
"""Seconds until a file expires."""

PURPOSES = (
    "account_requirement",
    "additional_verification",
    "business_icon",
    "business_logo",
    "customer_signature",
    "dispute_evidence",
    "identity_document",
    "issuing_regulatory_reporting",
    "pci_document",
    "platform_terms_of_service",
    "tax_document_user_upload",
    "terminal_android_apk",
    "terminal_reader_splashscreen",
    "terminal_wifi_certificate",
    "terminal_wifi_private_key",
)
_IDENTITY = ("additional_verification", "identity_document")
_MIMETYPES = ("application/pdf", "image/jpeg", "image/png")
_ONE_AT_A_TIME = Lock()
"""PDFium is not safe in several threads, and each account answers in its own."""
_MAGIC = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


def create(state: State, purpose: str, filename: str, content: bytes, *, livemode: bool) -> StripeObject:
    """Keep an uploaded file. The same bytes twice are two files: uploads are not idempotent.

    :param livemode: the mode of the key that uploads
    :raises StripeError: unknown purpose, empty, too large, of another type, too many pages, an image Stripe cannot use
    """
    if purpose not in PURPOSES:
        raise invalid_choice("purpose", PURPOSES)
    kind = _identify(content)
    now = state.clock.now()
    file_id = new_id("file")
    private = purpose in _IDENTITY
    file = {
        "id": file_id,
        "object": "file",
        "created": now,
        "expires_at": None if private else now + KEPT_FOR,
        "filename": PurePosixPath(filename).name,  # a client may send the whole path
        "links": {"object": "list", "data": [], "has_more": False, "url": f"/v1/file_links?file={file_id}"},
        "purpose": purpose,
        "size": len(content),
        "title": None,
        "type": kind,
        "url": None if private else f"https://files.stripe.com/v1/files/{file_id}/contents",
    }
    return keep(state, file, content, livemode=livemode)


def keep(state: State, file: StripeObject, content: bytes, *, livemode: bool) -> StripeObject:
    """Keep a file that Stripe has taken: one just uploaded, or one of the seeds.

    :param file: Stripe's object
    """
    state.contents[file["id"]] = content
    state.file_modes[file["id"]] = livemode
    return state.add("files", file)


def content(state: State, file_id: str) -> bytes:
    """The bytes of a file.

    :raises StripeError: 404 for an unknown id
    """
    if file_id not in state.contents:
        raise no_such("file upload", file_id, param="file", status=404)
    return state.contents[file_id]


def pages(state: State, file_id: str) -> int:
    """Pages of a file on a dispute; an image takes one."""
    return _pdf_pages(state.contents[file_id]) if state.collections["files"][file_id]["type"] == "pdf" else 1


def _identify(content: bytes) -> str:
    if not content:
        raise file_empty()
    if len(content) > MOST_BYTES:
        raise file_too_large(MOST_BYTES)
    kind = next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), None)
    if kind is None:
        raise file_type_not_supported(_MIMETYPES)
    if kind == "pdf" and _pdf_pages(content) > MOST_PAGES:
        raise file_too_long()
    if kind == "png":
        _check_png(content)
    return kind


def _pdf_pages(content: bytes) -> int:
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise _unusable("The PDF could not be read.") from error
        try:
            return len(document)
        finally:
            document.close()


def _check_png(content: bytes) -> None:
    """Stripe refuses PNG of 16-bit depth or with interlacing (seen by others, never its words)."""
    if len(content) < 33 or content[12:16] != b"IHDR":
        raise _unusable("The image could not be read.")
    _, _, depth, _, _, _, interlace = struct.unpack(">IIBBBBB", content[16:29])
    if depth == 16:
        raise _unusable("Images with 16 bits a channel are not supported.")
    if interlace:
        raise _unusable("Interlaced images are not supported.")


def _unusable(message: str) -> StripeError:
    return invalid_request(message, param="file", chosen=True)

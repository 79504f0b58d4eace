"""Mails as blocks and attachments: only ever called inside the isolated process of :mod:`.isolation`."""

import base64
import codecs
import email
import json
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.policy import default
from typing import Any

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Block
from disputes.exhibits.markup import of_html
from disputes.exhibits.texts import text_of

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_TRIPS = (ValueError, TypeError, LookupError, AttributeError)
"""What the standard parser raises over some broken headers."""
_LOGO = 10_000
"""Bytes below which a picture inside a mail's text is decoration."""


def unpack(content: bytes) -> bytes:
    """A mail as JSON: the blocks of its head and text, and its attachments in base64.

    :raises DocumentError: when it is no mail
    """
    message = email.message_from_bytes(content.removeprefix(codecs.BOM_UTF8), policy=default)
    head = [(name, _header(message, name)) for name in _HEADERS]
    blocks = [Block("verbatim", "\n".join(f"{name}: {value}" for name, value in head if value)), Block("rule")]
    if not any(value for _, value in head):
        raise DocumentError("is no mail: it has neither sender nor date nor subject", remedy="Print it to a PDF")
    body = message.get_body(("html", "plain")) if isinstance(message, EmailMessage) else None
    text = _text(body)
    if not text and isinstance(message, EmailMessage):
        body = message.get_body(("plain",))
        text = _text(body)
    attachments: list[tuple[str, bytes]] = []
    for part, alternative in _leaves(message):
        if part is body or (alternative and part.get_content_maintype() == "text"):
            continue
        if part.get_content_maintype() == "text" and part.get_content_disposition() is None and not _name(part):
            text += _text(part)
        elif not _is_decoration(part):
            attachments.append((_name(part) or _other_name(part, len(attachments) + 1), _content(part)))
    blocks += text or [Block("note", "The mail has no text of its own.")]
    return json.dumps(
        {
            "blocks": [block.to_json() for block in blocks],
            "attachments": [
                {"filename": name, "content": base64.b64encode(content).decode("ascii")}
                for name, content in attachments
            ],
        }
    ).encode()


def _header(message: Message, name: str) -> str:
    try:
        return " ".join(str(message[name] or "").split())
    except _TRIPS:
        return ""


def _text(part: Message | None) -> list[Block]:
    if part is None:
        return []
    data = part.get_payload(decode=True)
    content = data if isinstance(data, bytes) else b""
    if part.get_content_type() == "text/html":
        return of_html(content, part.get_content_charset())
    text = text_of(content, part.get_content_charset()).strip("\n") if content else ""
    return [Block("verbatim", text.expandtabs(4))] if text.strip() else []


def _leaves(part: Any, alternative: bool = False) -> Iterator[tuple[Message, bool]]:
    """The parts of a mail that hold something, and whether each stands for the same as another one.

    An attached mail is such a part, and its own parts are not.
    """
    payload = part.get_payload()
    if not isinstance(payload, list) or part.get_content_type() == "message/rfc822":
        yield part, alternative
        return
    for inner in payload:
        yield from _leaves(inner, alternative or part.get_content_subtype() == "alternative")


def _is_decoration(part: Message) -> bool:
    """Whether it is a picture inside the text too small to be one to look at."""
    return (
        part.get_content_maintype() == "image"
        and part.get_content_disposition() != "attachment"
        and len(_content(part)) < _LOGO
    )


def _content(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner: Any = part.get_payload()
        return bytes(inner[0].as_bytes()) if isinstance(inner, list) and inner else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _name(part: Message) -> str:
    try:
        return str(part.get_filename() or "")
    except _TRIPS:
        return ""


def _other_name(part: Message, number: int) -> str:
    subtype = "eml" if part.get_content_type() == "message/rfc822" else part.get_content_subtype()
    return f"attachment {number}.{subtype}"

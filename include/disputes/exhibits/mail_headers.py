"""The head of an e-mail as text: only ever called inside the isolated process of :mod:`.isolation`."""

from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from disputes.exhibits.texts import text_of
from disputes.facts.wording import moment

_TRIPS = (ValueError, TypeError, LookupError, AttributeError, HeaderParseError)
"""What the standard parser raises on some broken headers."""


def header(message: Message, name: str) -> str:
    """A header's value on one line; empty where there is none.

    :raises DocumentError: when its encoding cannot be determined
    """
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    # The parser keeps bytes beyond ASCII as halves of pairs, and says nothing of their encoding.
    if not str(raw).isascii():
        return " ".join(text_of(str(raw).encode("utf-8", "surrogateescape")).split())
    try:
        parts = decode_header(str(raw))
    except _TRIPS:
        parts = []
    text = "".join(part if isinstance(part, str) else text_of(part, label) for part, label in parts)
    return " ".join((text or str(raw)).split())


def when_and_who(message: Message) -> str:
    """When it was written, in the mail's own zone, and by whom; what its head does not say is left out."""
    name, address = parseaddr(header(message, "From"))
    try:
        written = moment(parsedate_to_datetime(header(message, "Date")))
    except _TRIPS:
        written = ""
    return ", ".join(part for part in (written, name or address) if part)


def name_of(part: Message) -> str:
    """The file name of a part; empty where it has none."""
    try:
        return str(part.get_filename() or "")
    except _TRIPS:
        return ""

"""E-mails as blocks and attachments: only ever called inside the isolated process of :mod:`.isolation`."""

import base64
import codecs
import email
import json
import quopri
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from email.policy import default
from typing import Any

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Block, plain_block
from disputes.exhibits.calendars import read_calendar
from disputes.exhibits.decoding import decode
from disputes.exhibits.mail_headers import header, name_of, when_and_who
from disputes.exhibits.markup import read_html
from disputes.exhibits.pictures import Pictures
from disputes.exhibits.texts import text_of

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_TEXTS = ("text/plain", "text/html")
_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.decodebytes,
    "quoted-printable": quopri.decodestring,
}
_OTHER_TEXT = "other text of this mail.txt"
_WORDS = re.compile(r"[^\W\d_]{3,}")
_LINKS = re.compile(r"\S*(?:://|www\.|@)\S*")
_SHARE, _FEW = 0.3, 3
"""Share and least number of a text's words that are only in it, for it to count as different."""
_CALENDARS = ("text/calendar", "application/ics")
_MAILS = ("message/rfc822", "message/global")
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_REPORTS = ("message/delivery-status", "message/disposition-notification")


def unpack(content: bytes) -> bytes:
    """An e-mail as JSON: when and by whom it was written, its blocks of head and text, its attachments in base64.

    :raises DocumentError: when it is not an e-mail
    """
    message = email.message_from_bytes(content.removeprefix(codecs.BOM_UTF8), policy=default)
    head = [f"{name}: {value}" for name in _HEADERS if (value := header(message, name))]
    if not head:
        raise DocumentError("is not an e-mail: it has no sender, date or subject", remedy="Print it to a PDF")
    if _is_encrypted(message):
        raise DocumentError("is an encrypted e-mail", remedy="Open it in your mail program and print it to a PDF")
    mail = _Mail()
    mail.read(message)
    blocks = [
        plain_block("verbatim", "\n".join(head)),
        Block("rule"),
        *(mail.blocks or [plain_block("note", "The e-mail itself has no text.")]),
    ]
    return json.dumps(
        {
            "written": when_and_who(message),
            "blocks": [block.to_json() for block in blocks],
            "attachments": [
                {"filename": name, "content": base64.b64encode(content).decode("ascii")}
                for name, content in mail.attachments
            ],
        }
    ).encode()


def _is_encrypted(message: Any) -> bool:
    kind, of_seal = message.get_content_type(), str(message.get_param("smime-type") or "")
    return kind == "multipart/encrypted" or (kind in _SEALED and "signed" not in of_seal)


@dataclass
class _Mail:
    """What was found in an e-mail so far.

    :param beside: what its HTML may show, by address
    :param styles: style sheets for its HTML
    """

    blocks: list[Block] = field(default_factory=list)
    attachments: list[tuple[str, bytes]] = field(default_factory=list)
    pictures: Pictures = field(default_factory=Pictures)
    styles: str = ""

    def read(self, part: Any) -> None:
        """Read a part of the e-mail, and those in it."""
        kind, inner = part.get_content_type(), part.get_payload()
        if kind in _REPORTS and isinstance(inner, list):
            self.blocks.append(plain_block("verbatim", "\n".join(str(one).strip() for one in inner)))
        elif not isinstance(inner, list) or kind in _MAILS:
            self._read_leaf(part)
        elif kind == "multipart/alternative":
            self._read_alternative(inner)
        elif kind == "multipart/related":
            self._read_related(part, inner)
        else:
            for one in inner:
                self.read(one)

    def _read_leaf(self, part: Message) -> None:
        kind = part.get_content_type()
        is_calendar = kind in _CALENDARS or name_of(part).lower().endswith(".ics")
        if is_calendar and self._read_calendar(part):
            return
        is_text = kind in _TEXTS and part.get_content_disposition() != "attachment" and not name_of(part)
        if is_text:
            self.blocks += self._text(part)
        else:
            name = name_of(part) or _name(part, len(self.attachments) + 1)
            self.attachments.append((name, _labelled(part)))

    def _read_alternative(self, parts: list[Any]) -> None:
        """The last part that shows something is what the reader saw; non-text content in the others counts too."""
        best: _Mail | None = None
        others: list[Any] = []
        earlier: list[Block] = []
        for part in parts:
            if not any(one.get_content_type() in _TEXTS for one in part.walk()):
                others.append(part)
                continue
            mail = _Mail(pictures=self.pictures)
            mail.read(part)
            if mail.blocks or best is None:
                if best:
                    mail.attachments = [*best.attachments, *mail.attachments]
                    earlier += best.blocks
                best = mail
            else:
                best.attachments += mail.attachments
        if best:
            self.blocks += best.blocks
            self.attachments += best.attachments
            if _says_something_else(earlier, best.blocks):
                self.attachments.append((_OTHER_TEXT, "\n".join(one.text for one in earlier).encode("utf-8-sig")))
        for part in others:
            if part.get_content_maintype() != "text" or part.get_content_type() == "text/calendar":
                self.read(part)

    def _read_related(self, whole: Message, parts: list[Any]) -> None:
        """A text and what it shows, each by its address."""
        start = str(whole.get_param("start") or "").strip("<> ")
        root = next((part for part in parts if start and _id(part) == start), parts[0])
        beside = [part for part in parts if part is not root]
        sheets = [part for part in beside if part.get_content_type() == "text/css"]
        mail = _Mail(
            pictures=Pictures({address: _content(part) for part in beside for address in _addresses(part)}),
            styles="\n".join(text_of(_content(part), part.get_content_charset()) for part in sheets),
        )
        mail.read(root)
        self.blocks += mail.blocks
        self.attachments += mail.attachments
        for part in beside:
            if part not in sheets and not mail.pictures.used.intersection(_addresses(part)):
                self.read(part)

    def _read_calendar(self, part: Message) -> bool:
        """Whether it could be read; the same appointment a second time adds nothing."""
        try:
            found = read_calendar(_content(part), part.get_content_charset())
        except DocumentError:
            return False
        self.blocks += [block for block in found if block not in self.blocks]
        return True

    def _text(self, part: Message) -> list[Block]:
        content = _content(part)
        if part.get_content_type() == "text/html":
            return read_html(content, part.get_content_charset(), self.pictures, self.styles)
        text = text_of(content, part.get_content_charset()).strip("\n") if content else ""
        return [plain_block("verbatim", text.expandtabs(4))] if text.strip() else []


def _says_something_else(unseen: list[Block], seen: list[Block]) -> bool:
    """Whether a text that the reader did not see has words, apart from links, that the one they saw lacks."""
    one, other = (_LINKS.sub(" ", " ".join(block.text for block in blocks)).casefold() for blocks in (unseen, seen))
    words = set(_WORDS.findall(one))
    own = words - set(_WORDS.findall(other))
    return len(own) >= max(_FEW, _SHARE * len(words))


def _content(part: Message) -> bytes:
    if part.get_content_type() in _MAILS:
        return _mail_in(part)
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _labelled(part: Message) -> bytes:
    """An attachment; a text whose encoding the e-mail names is converted to UTF-8 with a mark that says so."""
    content, label = _content(part), part.get_content_charset()
    text = decode(content, label) if label and part.get_content_maintype() == "text" else None
    return content if text is None else text.encode("utf-8-sig", "surrogatepass")


def _mail_in(part: Message) -> bytes:
    """An e-mail inside an e-mail, even if it is encoded, which the standard forbids but programs do."""
    inner: Any = part.get_payload(0)
    decode = _DECODERS.get(str(part.get("Content-Transfer-Encoding", "")).strip().lower(), bytes)
    return decode(bytes(inner.as_bytes()))


def _id(part: Message) -> str:
    return str(part.get("Content-ID", "")).strip("<> ")


def _addresses(part: Message) -> list[str]:
    """The addresses by which the text of an e-mail refers to a part."""
    place = str(part.get("Content-Location", "")).strip()
    return [address for address in (f"cid:{_id(part)}" if _id(part) else "", place) if address]


def _name(part: Message, number: int) -> str:
    """A name for a part that has none."""
    return f"attachment {number}.{'eml' if part.get_content_type() in _MAILS else part.get_content_subtype()}"

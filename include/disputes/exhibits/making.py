"""Makes portrait pages from documents of any format; an e-mail's attachments are opened separately."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

import pikepdf

from disputes.errors import DocumentError
from disputes.exhibits.blocks import plain_block
from disputes.exhibits.cleaning import save
from disputes.exhibits.images import STEPS
from disputes.exhibits.isolation import run_isolated
from disputes.exhibits.kinds import kind_of
from disputes.exhibits.refusal import LeftOut, Made
from disputes.exhibits.rows import LogFocus
from disputes.exhibits.sheets import PageSize
from disputes.exhibits.typesetting import visible
from disputes.limits import PAGES

MAILS_IN_MAILS = 3
"""How deeply nested e-mails are opened."""
ATTACHMENTS = 30
"""Most attachments opened of one e-mail; further ones are only named."""


@dataclass(frozen=True)
class Pages:
    """A document's pages as PDF, and what is not on them.

    :param written: when and by whom, of a mail
    """

    pdf: bytes
    count: int
    left_out: tuple[LeftOut, ...] = ()
    written: str = ""


def make_pages(filename: str, content: bytes, page_size: PageSize, focus: LogFocus, mails: int = 0) -> Pages:
    """Make pages from a document of any format.

    :param filename: the merchant's name for it
    :param focus: what makes a row of a log relevant
    :param mails: in how many e-mails it is nested
    :raises DocumentError: when it cannot be used, with what to supply instead
    """
    kind = kind_of(filename, content)
    job = partial(run_isolated, size=page_size, quality=STEPS[0], filename=filename, focus=focus)
    if kind != "mail":
        return _count(filename, job(kind, content))
    if mails >= MAILS_IN_MAILS:
        raise DocumentError(
            f"is an e-mail nested inside {mails} others", subject=filename, remedy="Supply it as a separate document"
        )
    mail = json.loads(job("mail", content).content)
    return _Mail(filename, mail, page_size, focus, mails + 1).pages(job)


def page_count(pdf: bytes) -> int:
    """Pages of a PDF of ours."""
    return len(pikepdf.open(BytesIO(pdf)).pages)


def _count(filename: str, made: Made) -> Pages:
    count = page_count(made.content)
    if count > PAGES:
        raise DocumentError(
            f"makes {count} pages, more than {PAGES}", subject=filename, remedy="Supply only the relevant part"
        )
    return Pages(made.content, count, made.left_out)


@dataclass(frozen=True)
class _Attached:
    filename: str
    pages: Pages


class _Mail:
    """An e-mail that was taken apart."""

    def __init__(self, filename: str, mail: dict[str, Any], page_size: PageSize, focus: LogFocus, mails: int) -> None:
        self._filename = filename
        self._written = visible(mail["written"])
        self._blocks = mail["blocks"]
        self._attachments = [
            (" ".join(visible(one["filename"]).split()), base64.b64decode(one["content"]))
            for one in mail["attachments"]
        ]
        self._page_size = page_size
        self._focus = focus
        self._mails = mails

    def pages(self, job: Callable[[str, bytes], Made]) -> Pages:
        """Its own pages, which list the attachments, then those.

        :param job: does a job in the isolated process
        """
        own = self._set(job, [])
        attached, left_out = self._make_attached(PAGES - own.count - 1)
        text = self._set(job, self._list(attached, left_out, own.count, is_inside=self._mails > 1))
        if text.count != own.count:  # the list took one more page, which shifts the numbers in it
            text = self._set(job, self._list(attached, left_out, text.count, is_inside=self._mails > 1))
        target = pikepdf.open(BytesIO(text.pdf))
        for one in attached:
            target.pages.extend(pikepdf.open(BytesIO(one.pages.pdf)).pages)
        inner = [
            LeftOut(f"{one.filename}: {part.filename}", part.reason) for one in attached for part in one.pages.left_out
        ]
        return Pages(save(target), len(target.pages), (*left_out, *inner), self._written)

    def _make_attached(self, room: int) -> tuple[list[_Attached], list[LeftOut]]:
        """The attachments that can be shown, and the others.

        :param room: pages
        """
        attached: list[_Attached] = []
        left_out: list[LeftOut] = []
        for number, (name, content) in enumerate(self._attachments):
            if number >= ATTACHMENTS:
                left_out.append(LeftOut(name, f"the e-mail has more than {ATTACHMENTS} attachments"))
                continue
            try:
                made = make_pages(name, content, self._page_size, self._focus, self._mails)
            except DocumentError as error:
                left_out.append(LeftOut(name, f"{error.problem}. {error.remedy}"))
                continue
            if made.count > room:
                left_out.append(LeftOut(name, f"its {made.count} pages would make the e-mail longer than {PAGES}"))
                continue
            attached.append(_Attached(name, made))
            room -= made.count
        return attached, left_out

    def _set(self, job: Callable[[str, bytes], Made], listed: Sequence[dict[str, Any]]) -> Pages:
        head, *others = self._blocks
        return _count(self._filename, job("blocks", json.dumps([head, *listed, *others]).encode()))

    @staticmethod
    def _list(
        attached: Sequence[_Attached], left_out: Sequence[LeftOut], own: int, *, is_inside: bool
    ) -> list[dict[str, Any]]:
        """The list of the attachments, as blocks.

        :param own: pages of the e-mail itself
        :param is_inside: of an e-mail inside another one, whose pages are counted there
        """
        lines, page = [], own + 1
        for one in attached:
            last = page + one.pages.count - 1
            where = f"page {page}" if page == last else f"pages {page} to {last}"
            lines.append(f"{one.filename}: {'below' if is_inside else where}")
            page = last + 1
        lines += [f"{part.filename}: not shown" for part in left_out]
        return [plain_block("note", "\n".join(["Attachments of this mail:", *lines])).to_json()] if lines else []

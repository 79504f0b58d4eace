"""The pages of a packet's files as pictures: each file is drawn once, by its digest."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from disputes.desk.drawing import draw

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BYTES = 96 * 1024 * 1024
"""Bytes of pictures kept in memory: a packet of 49 pages has about 6 MB."""


class Pictures:
    """Caches the last used pictures, only in memory: they show customers' documents.

    :param most_bytes: size of the cache; the least recently used pictures are dropped first
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._drawn: OrderedDict[str, tuple[bytes, ...]] = OrderedDict()
        # One file at a time: the machine has the tasks' API to serve too.
        self._lock = Lock()

    def page(self, sha256: str, number: int, name: str, read: Callable[[], bytes]) -> bytes | None:
        """A page as PNG; None where the file has fewer.

        :param number: from 1
        :param name: what the reader calls the file
        :param read: gives the file with that digest
        :raises DocumentError: it cannot be drawn
        """
        with self._lock:
            pages = self._drawn.get(sha256)
            if pages is None:
                pages = self._drawn[sha256] = draw(read(), name)
            self._drawn.move_to_end(sha256)
            self._forget()
        return pages[number - 1] if 1 <= number <= len(pages) else None

    def _forget(self) -> None:
        while (
            len(self._drawn) > 1
            and sum(map(len, (page for pages in self._drawn.values() for page in pages))) > self._most
        ):
            self._drawn.popitem(last=False)

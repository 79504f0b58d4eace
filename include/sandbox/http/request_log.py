"""The log of requests, for counting."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

_CONTENT = frozenset({"evidence", "metadata"})
"""Parameters whose values are a merchant's words, not references."""


@dataclass
class Entry:
    """One request. ``status`` and ``fault`` are filled in later, and stay None when no answer goes out.

    :param at: Unix seconds
    :param idempotency_key: as the header had it
    :param ids: what the request is about: the parts of its path, its parameters, and the id of the answered object
    """

    n: int
    at: int
    method: str
    path: str
    idempotency_key: str | None
    ids: set[str]
    status: int | None = None
    fault: str | None = None

    def show(self) -> dict[str, Any]:
        """The entry without its ids."""
        return {name: value for name, value in vars(self).items() if name != "ids"}


class RequestLog:
    """Every request to the API in the order of arrival."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: list[Entry] = []

    def add(
        self, *, at: int, method: str, path: str, idempotency_key: str | None, params: Iterable[tuple[str, str]] = ()
    ) -> Entry:
        """Note a request.

        :param at: Unix seconds
        :param params: the names and values of query and form
        """
        named = {value for name, value in params if name.partition("[")[0] not in _CONTENT}
        with self._lock:
            entry = Entry(len(self._entries) + 1, at, method, path, idempotency_key, named | set(path.split("/")))
            self._entries.append(entry)
        return entry

    def entries(self) -> list[Entry]:
        """Every entry, oldest first."""
        with self._lock:
            return list(self._entries)

    def clear(self) -> None:
        """Forget all entries; counting starts at 1 again."""
        with self._lock:
            self._entries.clear()


def select(entries: Iterable[Entry], ids: set[str]) -> list[Entry]:
    """The entries that are about one of the objects."""
    return [entry for entry in entries if entry.ids & ids]

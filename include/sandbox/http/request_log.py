"""The log of requests, for counting."""

from threading import Lock
from typing import Any


class RequestLog:
    """Every request to the API in the order of arrival."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: list[dict[str, Any]] = []

    def add(self, *, at: int, method: str, path: str, idempotency_key: str | None) -> dict[str, Any]:
        """Note a request; its ``status`` and ``fault`` are filled in later, and stay null when no answer goes out.

        :param at: Unix seconds
        """
        with self._lock:
            entry = {
                "n": len(self._entries) + 1,
                "at": at,
                "method": method,
                "path": path,
                "idempotency_key": idempotency_key,
                "status": None,
                "fault": None,
            }
            self._entries.append(entry)
        return entry

    def entries(self) -> list[dict[str, Any]]:
        """Every entry, oldest first."""
        with self._lock:
            return [dict(entry) for entry in self._entries]

    def clear(self) -> None:
        """Forget all entries; counting starts at 1 again."""
        with self._lock:
            self._entries.clear()

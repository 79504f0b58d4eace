"""JSON records in S3, each written once: what a retry finds again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from representment.hooks.s3_store import S3Store


def as_json(value: Any) -> bytes:
    """JSON with sorted keys, for a record that is written once."""
    return json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False).encode()


class Records:
    """The records below one name.

    :param store: where all rounds are kept
    :param path: what their names begin with, without a slash at the end
    """

    def __init__(self, store: S3Store, path: str) -> None:
        self.store = store
        self.path = path

    def record(self, name: str) -> dict[str, Any] | None:
        """A record, or None."""
        content = self.store.read(f"{self.path}/{name}")
        return None if content is None else json.loads(content)

    def keep(self, name: str, value: dict[str, Any]) -> dict[str, Any]:
        """Write a record, once; what stands there afterwards."""
        self.store.write_once(f"{self.path}/{name}", as_json(value))
        standing: dict[str, Any] = json.loads(self.store.need(f"{self.path}/{name}"))
        return standing

    def keep_latest(self, below: str, value: dict[str, Any]) -> None:
        """Write one more record below a name; of several in one second the last one is the latest.

        :param value: with its time `at`, Unix seconds
        """
        number = 0
        while self.keep(f"{below}/{value['at']:012d}-{number:03d}.json", value) != value:
            number += 1

    def latest(self, below: str) -> dict[str, Any] | None:
        """The latest of what :meth:`keep_latest` wrote, or None."""
        names = list(self.store.names(f"{self.path}/{below}/"))
        return self.record(max(names).removeprefix(f"{self.path}/")) if names else None

    def attempt(self, operation: str) -> int:
        """Number of the attempt that is due: one more than those whose keys are spent."""
        names = self.store.names(f"{self.path}/{operation}/")
        return 1 + sum(name.endswith("/spent.json") for name in names)

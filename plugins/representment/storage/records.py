"""JSON records in S3, each written once: what a retry finds again."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from disputes.errors import PersonNeededError
from disputes.record_format import read_model, read_record, with_format

if TYPE_CHECKING:
    from representment.hooks.s3_store import S3Store

_Model = TypeVar("_Model", bound=BaseModel)


def as_json(value: dict[str, Any]) -> bytes:
    """JSON with sorted keys and the format of today, for a record that is written once."""
    return json.dumps(with_format(value), sort_keys=True, indent=2, ensure_ascii=False).encode()


def same(record: dict[str, Any], value: dict[str, Any]) -> bool:
    """Whether a record contains a value; one that another release wrote may contain more."""
    return {name: record[name] for name in value if name in record} == value


def check_digest(content: bytes, digest: str, name: str) -> bytes:
    """The content, if it has the digest that its record gives.

    :param digest: its sha256, as the record gives it
    :param name: where it is
    :raises PersonNeededError: it is not
    """
    if sha256(content).hexdigest() != digest:
        raise PersonNeededError(
            f"does not have the sha256 {digest}",
            subject=name,
            remedy="Find out who changed it; nothing is sent. Then trigger this DAG with the next revision",
        )
    return content


class Records:
    """The records below one name.

    A record that cannot be read raises :class:`PersonNeededError`, which names it.

    :param store: where all rounds are kept
    :param path: what their names begin with, without a slash at the end
    """

    def __init__(self, store: S3Store, path: str) -> None:
        self.store = store
        self.path = path
        self._found: dict[str, bytes] = {}

    def content(self, name: str) -> bytes | None:
        """The bytes of a record, or None. Nothing is written twice, so what was found is not read again."""
        if name not in self._found:
            content = self.store.read(f"{self.path}/{name}")
            if content is None:
                return None
            self._found[name] = content
        return self._found[name]

    def need_content(self, name: str) -> bytes:
        """The bytes of a record, which an earlier task has written."""
        return self.content(name) or self.store.need(f"{self.path}/{name}")

    def record(self, name: str) -> dict[str, Any] | None:
        """A record, without its format, or None."""
        content = self.content(name)
        return None if content is None else read_record(content, f"{self.path}/{name}")

    def keep(self, name: str, value: dict[str, Any]) -> dict[str, Any]:
        """Write a record, once; what is stored afterwards."""
        return read_record(self.keep_content(name, as_json(value)), f"{self.path}/{name}")

    def keep_content(self, name: str, content: bytes) -> bytes:
        """Write a record's bytes, once; what is stored afterwards."""
        self._found[name] = self.store.keep(f"{self.path}/{name}", content)
        return self._found[name]

    def need(self, name: str) -> dict[str, Any]:
        """A record, which an earlier task has written, without its format."""
        return read_record(self.need_content(name), f"{self.path}/{name}")

    def model(self, model: type[_Model], name: str) -> _Model | None:
        """A record as a model, or None."""
        content = self.content(name)
        return None if content is None else read_model(model, content, f"{self.path}/{name}")

    def need_model(self, model: type[_Model], name: str) -> _Model:
        """A record, which an earlier task has written, as a model."""
        return read_model(model, self.need_content(name), f"{self.path}/{name}")

    def keep_model(self, name: str, value: _Model) -> _Model:
        """Write a model as a record, once; what is stored afterwards."""
        content = self.keep_content(name, as_json(value.model_dump(mode="json")))
        return read_model(type(value), content, f"{self.path}/{name}")

    def keep_latest(self, below: str, value: dict[str, Any]) -> None:
        """Write one more record below a name; of several in one second the last one is the latest.

        :param value: with its time `at`, Unix seconds
        """
        number = 0
        while not same(self.keep(f"{below}/{value['at']:012d}-{number:03d}.json", value), value):
            number += 1

    def latest(self, below: str) -> dict[str, Any] | None:
        """The latest of what :meth:`keep_latest` wrote, or None."""
        names = list(self.store.names(f"{self.path}/{below}/"))
        return self.record(max(names).removeprefix(f"{self.path}/")) if names else None

    def attempt(self, operation: str) -> int:
        """Number of the attempt that is due: one more than those whose keys are spent."""
        names = self.store.names(f"{self.path}/{operation}/")
        return 1 + sum(name.endswith("/spent.json") for name in names)

"""An S3 in memory, as far as this project uses one: conditional puts, listings in order of names, and its failures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ReadTimeoutError
from tests.simulation.tries import stop_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOST, AWAY, REPEATED = "lose the answer", "refuse for now", "repeat"


@dataclass
class MemoryS3:
    """The client that `S3Store` gets.

    :ivar objects: contents by bucket and key
    :ivar written: the step at which an object was first written
    :ivar listeners: called with bucket, key and content after each write
    """

    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    written: dict[tuple[str, str], int] = field(default_factory=dict)
    listeners: list[Callable[[str, str, bytes], None]] = field(default_factory=list)
    now: Callable[[], int] = lambda: 0

    def put_object(self, *, Bucket: str, Key: str, Body: Any, IfNoneMatch: str | None = None, **_: Any) -> Any:  # noqa: N803
        content = bytes(Body) if isinstance(Body, bytes | bytearray) else Body.read()

        def put() -> dict[str, Any]:
            if IfNoneMatch == "*" and (Bucket, Key) in self.objects:
                raise _error("PreconditionFailed", 412, "PutObject")
            self.objects[Bucket, Key] = content
            self.written.setdefault((Bucket, Key), self.now())
            for listener in self.listeners:
                listener(Bucket, Key, content)
            return {"ETag": _etag(content)}

        def repeated(effect: Callable[[], Any]) -> Any:
            """The client itself repeats a put whose answer was lost."""
            effect()
            return effect()

        return stop_at(f"PUT {Key}", put, {LOST: _lost, AWAY: _away, REPEATED: repeated})

    def get_object(self, *, Bucket: str, Key: str, **_: Any) -> Any:  # noqa: N803
        def get() -> dict[str, Any]:
            if (Bucket, Key) not in self.objects:
                raise _error("NoSuchKey", 404, "GetObject")
            content = self.objects[Bucket, Key]
            return {"Body": BytesIO(content), "ETag": _etag(content), "ContentLength": len(content)}

        return stop_at(f"GET {Key}", get, {AWAY: _away})

    def head_object(self, *, Bucket: str, Key: str, **_: Any) -> Any:  # noqa: N803
        def head() -> dict[str, Any]:
            if (Bucket, Key) not in self.objects:
                raise _error("404", 404, "HeadObject")
            content = self.objects[Bucket, Key]
            return {"ETag": _etag(content), "ContentLength": len(content)}

        return stop_at(f"HEAD {Key}", head, {AWAY: _away})

    def delete_object(self, *, Bucket: str, Key: str, **_: Any) -> Any:  # noqa: N803
        return stop_at(f"DELETE {Key}", lambda: self.objects.pop((Bucket, Key), None) and {}, {LOST: _lost})

    def list_objects_v2(self, *, Bucket: str, Prefix: str = "", StartAfter: str = "", **_: Any) -> Any:  # noqa: N803
        def listed() -> dict[str, Any]:
            keys = sorted(key for bucket, key in self.objects if bucket == Bucket and key.startswith(Prefix))
            found = [{"Key": key, "Size": len(self.objects[Bucket, key])} for key in keys if key > StartAfter]
            return {"Contents": found, "KeyCount": len(found), "IsTruncated": False} if found else {"KeyCount": 0}

        return stop_at(f"LIST {Prefix}", listed, {AWAY: _away})

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_objects_v2"
        return _Pages(self)


@dataclass(frozen=True)
class _Pages:
    client: MemoryS3

    def paginate(self, **parameters: Any) -> Iterator[dict[str, Any]]:
        parameters.pop("PaginationConfig", None)
        yield self.client.list_objects_v2(**parameters)


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _error(code: str, status: int, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, operation)  # type: ignore[typeddict-item]


def _away(effect: Callable[[], Any]) -> Any:
    raise _error("ServiceUnavailable", 503, "PutObject")


def _lost(effect: Callable[[], Any]) -> Any:
    effect()
    raise ReadTimeoutError(endpoint_url="s3")

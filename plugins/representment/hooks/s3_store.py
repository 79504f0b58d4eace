"""Objects in S3: the merchant's evidence, which is read, and the rounds' records, which are written once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from disputes.errors import InputError
from representment.exceptions import StorageError
from representment.hooks.s3_errors import code_of, translate_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SIDE_BY_SIDE = 8
"""Downloads or uploads that run at the same time."""
NOTHING_THERE = ("NoSuchKey", "404")
"""S3's error codes for a missing object."""


@dataclass(frozen=True)
class _Listing:
    """The names below a prefix when it was listed, and those that we have written since."""

    below: str
    names: set[str]

    def lacks(self, name: str) -> bool:
        return name.startswith(self.below) and name not in self.names


class S3Store:
    """Reads and writes below one address such as `s3://bucket/prefix`.

    Every call raises :class:`StorageUnavailableError` when the same call may succeed later, :class:`StorageError` when
    S3 refuses permanently.

    :param uri: `s3://bucket` or `s3://bucket/prefix`; all names are relative to it
    :param aws_conn_id: connection of type `aws`
    :raises InputError: the address is not of that form
    """

    def __init__(self, uri: str, *, aws_conn_id: str = "aws_default") -> None:
        parts = urlsplit(uri)
        if parts.scheme != "s3" or not parts.netloc:
            raise InputError(
                f"{uri!r} is not an S3 address",
                remedy="Write representment_rounds_uri and representment_evidence_uri like s3://bucket/prefix",
            )
        self.bucket = parts.netloc
        self.prefix = f"{parts.path.strip('/')}/".lstrip("/")
        self.aws_conn_id = aws_conn_id
        self._listing: _Listing | None = None

    @cached_property
    def client(self) -> Any:
        """The boto3 client of the amazon provider's hook."""
        from representment.hooks.s3_client import SharingS3Hook

        with translate_errors(self.uri("")):
            return SharingS3Hook(aws_conn_id=self.aws_conn_id).conn

    def at(self, uri: str) -> Self:
        """The store at another address, with the same client.

        :raises InputError: the address is not of that form
        """
        _ = self.client  # created before threads share it
        other = copy(self)
        S3Store.__init__(other, uri, aws_conn_id=self.aws_conn_id)
        return other

    def uri(self, name: str) -> str:
        """The full address of a name."""
        return f"s3://{self.bucket}/{self.prefix}{name}"

    def write_once(self, name: str, content: bytes) -> bool:
        """Write unless something is already stored there; whether exactly this content is stored there."""
        return self.keep(name, content) == content

    def write_each_once(self, names: Iterable[str], content: bytes) -> None:
        """Write the same content below each name unless something is there already; side by side."""
        self._side_by_side(lambda name: self.write_once(name, content), names)

    def keep(self, name: str, content: bytes) -> bytes:
        """Write unless something is already stored there (`If-None-Match: *`); what is stored there.

        botocore repeats a write whose answer was lost, and S3 then refuses the second one: so the stored object is
        read, and equal bytes count as our own write.
        """
        with translate_errors(self.uri(name)):
            try:
                self.client.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=content, IfNoneMatch="*")
            except ClientError as error:
                if code_of(error) != "PreconditionFailed":
                    raise
                return self._get(name)
            finally:
                if self._listing:
                    self._listing.names.add(name)
        return content

    def overwrite(self, name: str, content: bytes) -> None:
        """Overwrite: only for a derived view, never for a record of what somebody did or Stripe said."""
        with translate_errors(self.uri(name)):
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=content)

    def names_ever(self, below: str) -> list[str]:
        """Every name with this prefix, including deleted objects if the bucket is versioned."""
        with translate_errors(self.uri(below)):
            names = (entry["Key"].removeprefix(self.prefix) for entry in self._versions(self.prefix + below))
            return list(dict.fromkeys(names))

    def erase(self, names: Iterable[str]) -> int:
        """Delete objects permanently, with every version in the bucket; the number of versions."""
        return sum(self._erase(name, lambda _: True) for name in names)

    def erase_earlier(self, name: str) -> None:
        """Delete every version of an object except the current one."""
        self._erase(name, lambda entry: not entry["IsLatest"])

    def _erase(self, name: str, is_meant: Callable[[dict[str, Any]], bool]) -> int:
        key = self.prefix + name
        with translate_errors(self.uri(name)):
            meant = [entry for entry in self._versions(key) if entry["Key"] == key and is_meant(entry)]
            for entry in meant:
                self.client.delete_object(Bucket=self.bucket, Key=key, VersionId=entry["VersionId"])
        return len(meant)

    def _versions(self, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self.client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=prefix)
        for page in pages:
            yield from page.get("Versions", ())
            yield from page.get("DeleteMarkers", ())

    def read(self, name: str) -> bytes | None:
        """The content, or None where there is nothing."""
        if self._listing and self._listing.lacks(name):
            return None
        with translate_errors(self.uri(name)):
            try:
                return self._get(name)
            except ClientError as error:
                if code_of(error) in NOTHING_THERE:
                    return None
                raise

    def need(self, name: str) -> bytes:
        """The content of something that an earlier task wrote.

        :raises StorageError: it does not exist; S3 is consistent, so waiting does not help
        """
        content = self.read(name)
        if content is None:
            raise StorageError("is missing", subject=self.uri(name), remedy="Clear the task that writes it")
        return content

    def read_all(self, names: Iterable[str]) -> list[bytes]:
        """The contents of what earlier tasks wrote, in the order of the names, read side by side."""
        return self._side_by_side(self.need, names)

    def read_each(self, names: Iterable[str]) -> list[bytes | StorageError]:
        """The contents of somebody else's objects in the order of the names, read side by side.

        The result for one that is archived, denied or gone is its error; an error that affects all of them is raised.
        """
        return self._side_by_side(self._read_or_error, names)

    def names(self, below: str) -> Iterator[str]:
        """Every name with this prefix, in S3's order."""
        if self._listing and below.startswith(self._listing.below):
            yield from sorted(name for name in self._listing.names if name.startswith(below))
            return
        with translate_errors(self.uri(below)):
            paginator = self.client.get_paginator("list_objects_v2")
            for page in paginator.paginate(Bucket=self.bucket, Prefix=self.prefix + below):
                for entry in page.get("Contents", []):
                    yield entry["Key"].removeprefix(self.prefix)

    @contextmanager
    def listed_once(self, below: str) -> Iterator[None]:
        """Within this context, treat names that one listing lacks as absent, and do not list again.

        It is as old as its beginning: for reading many records of one moment, not for waiting for another's.

        :param below: what the names begin with
        """
        if self._listing and below.startswith(self._listing.below):
            yield
            return
        self._listing = _Listing(below, set(self.names(below)))
        try:
            yield
        finally:
            self._listing = None

    def names_all(self, prefixes: Iterable[str]) -> list[list[str]]:
        """The names below each of these, listed side by side."""
        return self._side_by_side(lambda below: list(self.names(below)), prefixes)

    def _read_or_error(self, name: str) -> bytes | StorageError:
        try:
            with translate_errors(self.uri(name), reads=True):
                return self._get(name)
        except StorageError as error:
            if error.of_document:
                return error
            raise

    def _get(self, name: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"].read()
        return content

    def _side_by_side(self, call: Any, names: Iterable[str]) -> list[Any]:
        _ = self.client  # one client, made before the threads share it
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            return list(pool.map(call, names))

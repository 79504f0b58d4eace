"""Documents in S3: the merchant's evidence to read, the rounds' own work to write once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from representment.exceptions import StorageUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SIDE_BY_SIDE = 8
"""Downloads and uploads at the same time."""


class S3Store:
    """Reads and writes below one address such as `s3://bucket/prefix`.

    Every call raises :class:`StorageUnavailableError` when S3 gives no usable answer.

    :param uri: `s3://bucket` or `s3://bucket/prefix`; all names are relative to it
    :param aws_conn_id: connection of type `aws`
    """

    def __init__(self, uri: str, *, aws_conn_id: str = "aws_default") -> None:
        parts = urlsplit(uri)
        self.bucket = parts.netloc
        self.prefix = f"{parts.path.strip('/')}/".lstrip("/")
        self.aws_conn_id = aws_conn_id

    @cached_property
    def client(self) -> Any:
        """The boto3 client of the amazon provider's hook."""
        from airflow.providers.amazon.aws.hooks.s3 import S3Hook

        return S3Hook(aws_conn_id=self.aws_conn_id).conn

    def uri(self, name: str) -> str:
        """The full address of a name."""
        return f"s3://{self.bucket}/{self.prefix}{name}"

    def write_once(self, name: str, content: bytes) -> bool:
        """Write unless something stands there already (`If-None-Match: *`); whether this call wrote it."""
        try:
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=content, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] == "PreconditionFailed":
                return False
            raise self._unavailable(name, error) from error
        except BotoCoreError as error:
            raise self._unavailable(name, error) from error
        return True

    def overwrite(self, name: str, content: bytes) -> None:
        """Write whatever stands there: for a view that is made anew, never for what somebody did or Stripe said."""
        try:
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=content)
        except (BotoCoreError, ClientError) as error:
            raise self._unavailable(name, error) from error

    def read(self, name: str) -> bytes | None:
        """The content, or None where there is nothing."""
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)
            content: bytes = answer["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise self._unavailable(name, error) from error
        except BotoCoreError as error:
            raise self._unavailable(name, error) from error
        return content

    def need(self, name: str) -> bytes:
        """The content of something that an earlier task wrote."""
        content = self.read(name)
        if content is None:
            raise StorageUnavailableError(
                "is not there yet", subject=self.uri(name), remedy="Clear the task that writes it"
            )
        return content

    def read_all(self, names: Iterable[str]) -> list[bytes]:
        """The contents in the order of the names, read side by side."""
        _ = self.client  # one client, made before the threads share it
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            return list(pool.map(self.need, names))

    def names(self, below: str) -> Iterator[str]:
        """Every name that begins so, in S3's order."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + below)
        try:
            for page in pages:
                for entry in page.get("Contents", []):
                    yield entry["Key"].removeprefix(self.prefix)
        except (BotoCoreError, ClientError) as error:
            raise self._unavailable(below, error) from error

    def names_all(self, prefixes: Iterable[str]) -> list[list[str]]:
        """The names below each of these, listed side by side."""
        _ = self.client  # one client, made before the threads share it
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            return list(pool.map(lambda below: list(self.names(below)), prefixes))

    def _unavailable(self, name: str, error: Exception) -> StorageUnavailableError:
        return StorageUnavailableError(
            str(error), subject=self.uri(name), remedy="Check the bucket, its rights and the connection aws_default"
        )

"""The S3 beside the sandbox, as a client of plain HTTP sees it."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from sandbox import s3

if TYPE_CHECKING:
    from collections.abc import Iterator

OBJECT = f"/{s3.EVIDENCE_BUCKET}/receipt.txt"
SIGNED = "AWS4-HMAC-SHA256 Credential=anybody/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=any"


@pytest.fixture(scope="module")
def connection() -> Iterator[HTTPConnection]:
    with s3.serve({"receipt.txt": b"Paid.\n"}) as endpoint:
        opened = HTTPConnection(urlsplit(endpoint).netloc, timeout=20)
        opened.connect()
        yield opened
        opened.close()


def answer(
    connection: HTTPConnection, method: str, *, headers: dict[str, str] | None = None, **request: object
) -> tuple[int, str | None, bytes]:
    """Status, length and body, over the open connection; a new one would be an error."""
    held = connection.sock
    connection.request(method, OBJECT, headers={"Authorization": SIGNED} | (headers or {}), **request)
    got = connection.getresponse()
    body = got.read()
    assert connection.sock is held
    return got.status, got.headers["Content-Length"], body


def test_a_connection_stays_open_after_an_object_is_refused(connection):
    refused, _, _ = answer(connection, "PUT", body=b"x" * 1_000_000, headers={"If-None-Match": "*"})
    assert refused == 412
    assert answer(connection, "GET") == (200, "6", b"Paid.\n")


def test_a_chunked_body_is_read_to_its_end(connection):
    written, _, _ = answer(connection, "PUT", body=iter([b"Pa", b"id.\n"]), encode_chunked=True)
    assert written == 200
    assert answer(connection, "GET") == (200, "6", b"Paid.\n")


def test_head_returns_the_length_of_what_get_would_return(connection):
    assert answer(connection, "HEAD") == (200, "6", b"")

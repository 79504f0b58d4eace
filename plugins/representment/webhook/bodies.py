"""Reads the bodies of unauthenticated requests, with limits on length, time and number.

The endpoint is part of Airflow's API server, which also serves the tasks, so strangers' requests must not exhaust it.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from fastapi import Request

LONGEST = 1024 * 1024
"""Bytes. Stripe's events are far smaller: a dispute's texts have at most 150,000 characters."""
SECONDS = 10.0
"""Seconds for a whole body. Stripe sends one in a fraction of a second."""
AT_ONCE = 32
"""Bodies read at the same time; a further request gets a 503, and Stripe repeats it."""


class UnreadableBodyError(Exception):
    """A body that was not read to its end.

    :param status: what to answer
    """

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class BodyReader:
    """Reads a few bodies at a time, each up to a length and within a time."""

    def __init__(self) -> None:
        self._reading = 0

    async def read(self, request: Request) -> bytes:
        """The whole body.

        :raises UnreadableBodyError: it is too long (413), too slow (408), not sent to its end (400), or too many others
            are being read (503)
        """
        if int(_stated_length(request)) > LONGEST:
            raise UnreadableBodyError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if self._reading >= AT_ONCE:
            raise UnreadableBodyError(HTTPStatus.SERVICE_UNAVAILABLE)
        self._reading += 1
        try:
            async with asyncio.timeout(SECONDS):
                return await _read(request)
        except TimeoutError:
            raise UnreadableBodyError(HTTPStatus.REQUEST_TIMEOUT) from None
        except ClientDisconnect:
            raise UnreadableBodyError(HTTPStatus.BAD_REQUEST) from None
        finally:
            self._reading -= 1


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            raise UnreadableBodyError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return bytes(body)


def _stated_length(request: Request) -> str:
    stated = request.headers.get("content-length", "")
    return stated if stated.isascii() and stated.isdigit() and len(stated) < 20 else "0"

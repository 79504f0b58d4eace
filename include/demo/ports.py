"""The loopback address: its free TCP ports, and whether a URL leads there."""

import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"


def free_ports(count: int) -> tuple[int, ...]:
    """Return that many different ports that nobody listens on now; another program may still be quicker."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return tuple(each.getsockname()[1] for each in sockets)


def is_local(url: str) -> bool:
    """Whether a URL leads to this machine, around any proxy."""
    return urlsplit(url).hostname in {LOOPBACK, "localhost"}

"""An HTTP receiver for webhooks."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import stripe


@dataclass(frozen=True)
class Post:
    """One request that came."""

    body: bytes
    headers: dict[str, str]

    @property
    def signature(self) -> str:
        """Stripe's header."""
        return self.headers["Stripe-Signature"]

    def event(self, secret: str) -> stripe.Event:
        """The event, its signature checked by the unmodified package."""
        return stripe.Webhook.construct_event(self.body, self.signature, secret)


@dataclass
class Receiver:
    """What came, and what is answered: the next of ``answers``, then 200."""

    url: str
    answers: list[int] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)

    def wait(self, count: int) -> list[Post]:
        """The posts, once there are so many."""
        until(lambda: len(self.posts) >= count)
        return list(self.posts)


def until(done: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait until ``done`` says so, and give what it says."""
    end = time.monotonic() + seconds
    while not (said := done()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return said


@contextmanager
def receiver(port: int = 0) -> Iterator[Receiver]:
    """Serve a receiver."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.posts.append(Post(body, dict(self.headers)))
            self.send_response(got.answers.pop(0) if got.answers else 200)
            self.send_header("Location", got.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    got = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield got
    finally:
        server.shutdown()
        server.server_close()

"""A way to S3 or Stripe that can be closed: an HTTP proxy on this machine."""

from __future__ import annotations

import http.client
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.faults.traffic import LONGEST_HOLD, S3, Request, now

from demo.ports import LOOPBACK

if TYPE_CHECKING:
    from tests.faults.traffic import Rule, Traffic

HOP_BY_HOP = {"connection", "expect", "host", "keep-alive", "transfer-encoding"}
"""Headers of one connection; ours have their own."""
SLOW_DOWN = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
INTERNAL = "<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>"


class Gate:
    """Passes requests on to one service.

    :param upstream: its address
    """

    def __init__(self, service: str, upstream: str, traffic: Traffic) -> None:
        self.service = service
        self.upstream = urlsplit(upstream).netloc
        self.traffic = traffic
        self.is_open = True
        gate = self

        class Handler(_Handler):
            via = gate

        self._server = _Server((LOOPBACK, 0), Handler)
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Print nothing: the client is dead, as intended."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    via: Gate

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        key = self.headers.get("Idempotency-Key")
        request = Request(self.via.service, self.command, self.path, body, key, now())
        if not self.via.is_open:
            self.close_connection = True
            return
        rule = self.via.traffic.meet(request)
        if rule and rule.when == "before" and self._meets(rule, request):
            return
        answer = self._ask(request)
        if answer is None or (rule and rule.when == "after" and self._meets(rule, request)):
            self.close_connection = True
            return
        self._send(*answer)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = _pass  # noqa: N815 - names of the base class

    def _meets(self, rule: Rule, request: Request) -> bool:
        """Apply the rule; return whether the request ends here."""
        if rule.holds:
            rule.reached.set()
            rule.released.wait(LONGEST_HOLD)
            if rule.goes_on:
                return False
        elif rule.status:
            self.via.traffic.note(request, rule.status)
            text = (SLOW_DOWN if rule.status == 503 else INTERNAL) if request.service == S3 else "{}"
            self._send(rule.status, [("Content-Type", "application/xml")], text.encode())
            return True
        self.via.traffic.note(request, None)
        self.close_connection = True
        return True

    def _ask(self, request: Request) -> tuple[int, list[tuple[str, str]], bytes] | None:
        """Status, headers and body of the service's answer; None where it gave none."""
        connection = http.client.HTTPConnection(self.via.upstream, timeout=LONGEST_HOLD)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        try:
            connection.request(request.method, request.path, request.body or None, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self.via.traffic.note(request, None)
            return None
        finally:
            connection.close()
        self.via.traffic.note(request, response.status)
        return response.status, response.getheaders(), content

    def _send(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        has_length = False
        for name, value in headers:
            if name.lower() == "content-length":
                has_length = True
            if name.lower() not in HOP_BY_HOP and (name.lower() != "content-length" or self.command == "HEAD"):
                self.send_header(name, value)
        if self.command != "HEAD" or not has_length:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        try:
            self.wfile.flush()
        except OSError:  # the client is dead
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing: the traffic has its own log."""

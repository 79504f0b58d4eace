"""HTTP/1.1 with connections that stay open, and that can be hung or reset on purpose."""

import os
import socket
import struct
import time
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

CONNECTION_HEADER = "Sandbox-Connection"
"""Never sent: an answer with this header is withheld; the socket hangs for its value in seconds, then is reset."""

_STOP_SECONDS = 0.05  # how long a stop may go unnoticed


class Handler(WSGIRequestHandler):
    """werkzeug's own closes every connection after one answer, because it does not know whether the body was read.

    Here the connection stays open: the application must read the body.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one packet

    def run_wsgi(self) -> None:
        """Answer a request of the application."""
        try:
            environ = self.make_environ()
        except ValueError:  # a target like http://[::1
            self.send_error(400)
            return
        body, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        if CONNECTION_HEADER in headers:
            self._reset(float(headers[CONNECTION_HEADER]))
            return
        content = b"".join(body)
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        if self.command != "HEAD" or "Content-Length" not in headers:
            headers["Content-Length"] = str(len(content))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        self.wfile.flush()

    def handle_expect_100(self) -> bool:
        """Tell the client to go on. Flushed at once, or it may wait for a second."""
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def _reset(self, seconds: float) -> None:
        time.sleep(seconds)
        self.close_connection = True
        # Lingering for no time makes the kernel send RST in place of FIN. The streams hold the socket too, so
        # its close() would do nothing yet.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def log_request(self, *_: Any) -> None:
        """Log nothing: the sandbox keeps its own log."""


class Server:
    """Serves an application from a thread.

    :param port: 0 takes a free one
    :param host: where to listen
    :param handler: what reads a request and writes its answer
    """

    def __init__(
        self, app: "WSGIApplication", port: int = 0, host: str = "127.0.0.1", handler: type[Handler] = Handler
    ) -> None:
        self._server = make_server(host, port, app, threaded=True, request_handler=handler)
        self.base = f"http://{host}:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(_STOP_SECONDS,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

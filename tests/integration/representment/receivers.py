"""Real servers that notifiers talk to: one for HTTP, one for mail."""

from __future__ import annotations

import json
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import StreamRequestHandler, TCPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


HTTP = "airflow.providers.http.notifications.HttpNotifier"


@contextmanager
def _served(server: Any) -> Iterator[Any]:
    with server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@contextmanager
def http_receiver(status: int = 200) -> Iterator[tuple[int, list[Any]]]:
    """A port, and the JSON bodies that were posted to it."""
    heard: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with _served(HTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield server.server_port, heard


@contextmanager
def mail_receiver() -> Iterator[tuple[int, list[Any]]]:
    """A port that speaks as much SMTP as smtplib wants, and the messages that were sent there."""
    heard: list[Any] = []

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                word = line.strip().upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = iter(self.rfile.readline, b".\r\n")
                    heard.append(message_from_bytes(b"".join(lines)))
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
                if word == b"QUIT":
                    return

    with _served(TCPServer(("127.0.0.1", 0), Handler)) as server:
        yield server.server_address[1], heard


def webhook(environment: Any, name: str, port: int) -> dict[str, Any]:
    """The entry of a plain webhook among the notifiers, and its connection."""
    connection = {"conn_type": "http", "host": "127.0.0.1", "port": port}
    environment.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(connection))
    told = {"subject": "{{ alert.subject }}", "text": "{{ alert.message }}"}
    return {"notifier": HTTP, "kwargs": {"http_conn_id": name, "json": told, "extra_options": {"timeout": 5}}}

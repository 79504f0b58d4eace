"""If the environment names a SOCKS proxy, tasks still start, and this machine is reached without it."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest
import requests

from representment.hooks.stripe_requests import MeasuredClient


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_airflows_own_client_and_stripes_reach_this_machine_without_the_proxy(server):
    assert httpx.Client().get(server).json() == {}
    assert MeasuredClient("stripe_default").request("get", server, {}, None)[:2] == (b"{}", 200)


def test_everything_else_goes_to_the_proxy(server):
    with pytest.raises(requests.ConnectionError, match="SOCKS"):
        requests.get("http://stripe.invalid", timeout=5)

"""What prometheus/statsd_exporter does with deploy/monitoring/statsd_mapping.yml, where no registry has that program.

Statsd lines with InfluxDB's tags come in by UDP; `/metrics` has counters, gauges, and durations as histograms.
"""

from __future__ import annotations

import re
import socket
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

MAPPING = Path(__file__).parents[2] / "deploy" / "monitoring" / "statsd_mapping.yml"
LINE = re.compile(
    r"(?P<name>[^,:]+)(?P<tags>(?:,[^=,]+=[^,:]*)*):(?P<number>[+-]?[\d.e+-]+)\|(?P<kind>c|g|ms)(?:\|@.*)?"
)


@dataclass
class Figures:
    """Everything that has come in, as Prometheus names it."""

    buckets: list[float]
    values: dict[str, float] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def take(self, line: str) -> None:
        """Count one line in; what is none of ours is left out, as statsd_exporter does."""
        found = LINE.fullmatch(line)
        if not found:
            return
        name = _cleaned(found["name"])
        labels = [f'{_cleaned(key)}="{value}"' for key, value in re.findall(r",([^=,]+)=([^,]*)", found["tags"])]
        number = float(found["number"])
        with self.lock:
            if found["kind"] == "ms":
                self._observe(name, labels, number / 1000)
            elif found["kind"] == "g" and found["number"][0] not in "+-":
                self.values[_series(name, labels)] = number
            else:
                self._add(_series(name, labels), number)

    def text(self) -> str:
        """The page that Prometheus reads."""
        with self.lock:
            return "".join(f"{series} {value}\n" for series, value in sorted(self.values.items()))

    def _add(self, series: str, number: float) -> None:
        self.values[series] = self.values.get(series, 0.0) + number

    def _observe(self, name: str, labels: list[str], seconds: float) -> None:
        for bound in [*self.buckets, float("inf")]:
            le = "+Inf" if bound == float("inf") else f"{bound:g}"
            self._add(_series(f"{name}_bucket", [*labels, f'le="{le}"']), float(seconds <= bound))
        self._add(_series(f"{name}_sum", labels), seconds)
        self._add(_series(f"{name}_count", labels), 1.0)


def _cleaned(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _series(name: str, labels: list[str]) -> str:
    return f"{name}{{{','.join(sorted(labels))}}}"


@contextmanager
def exporter() -> Iterator[tuple[int, int]]:
    """The port that takes statsd by UDP, and the port that has `/metrics`."""
    figures = Figures(yaml.safe_load(MAPPING.read_text("utf-8"))["defaults"]["histogram_options"]["buckets"])

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = figures.text().encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    def listen() -> None:
        while packet := statsd.recv(65_536):
            for line in packet.decode().splitlines():
                figures.take(line)

    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as statsd,
        ThreadingHTTPServer(("127.0.0.1", 0), Page) as page,
    ):
        statsd.bind(("127.0.0.1", 0))
        port = statsd.getsockname()[1]
        threads = [Thread(target=listen, daemon=True), Thread(target=page.serve_forever, daemon=True)]
        for thread in threads:
            thread.start()
        try:
            yield port, page.server_port
        finally:
            page.shutdown()
            statsd.sendto(b"", ("127.0.0.1", port))
            threads[0].join(5)

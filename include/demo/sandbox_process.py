"""The sandbox (Stripe and S3) as a child, and its control routes."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from demo.process import Child, wait_until

SEEDS = Path(__file__).parents[1] / "sandbox" / "seeds"


@dataclass(frozen=True)
class Sandbox:
    """Addresses and keys of a running sandbox, as it prints them."""

    api_base: str
    s3_endpoint: str
    secret_key: str
    restricted_key: str
    webhook_secret: str
    control_url: str
    evidence_bucket: str

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call a control route, such as ``faults`` or ``disputes/du_1/win``.

        :raises httpx.HTTPStatusError: the sandbox refused.
        """
        response = httpx.request(method, f"{self.control_url}/{path}", json=body, trust_env=False, timeout=30)
        response.raise_for_status()
        return response.json() if response.content else None

    def requests(self, dispute: str = "") -> list[dict[str, Any]]:
        """Every request that reached Stripe's side, oldest first; of a dispute only those that were about it."""
        log: list[dict[str, Any]] = self.control("GET", f"requests?dispute={dispute}" if dispute else "requests")
        return log


def start(seeds: Path, *, env: Mapping[str, str], logs: Path, options: Sequence[str] = ()) -> Child:
    """Start a sandbox on a port of its own choice. It serves once :func:`ready` says so."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--seeds", str(seeds), *options]
    return Child.start("sandbox", command, env=env, logs=logs)


def ready(child: Child, seconds: float = 60) -> Sandbox:
    """Wait until it serves.

    :raises StackError: it ended instead.
    """
    wait_until(lambda: _announced(child) is not None, seconds=seconds, what="The sandbox's start", children=[child])
    announced = _announced(child) or {}
    return Sandbox(**{name: announced[name] for name in Sandbox.__dataclass_fields__})


def _announced(child: Child) -> dict[str, Any] | None:
    """Return the line of JSON that it prints when it serves; warnings may be before it."""
    for line in child.log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
        if line.startswith('{"') and line.endswith("\n"):
            announced: dict[str, Any] = json.loads(line)
            return announced
    return None

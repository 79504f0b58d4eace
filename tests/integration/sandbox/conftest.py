"""A real server on a free port, with a small folder of seeds."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import stripe

from sandbox import seeds
from sandbox.clock import Clock
from sandbox.context import Sandbox
from sandbox.http.app import create_app
from sandbox.http.auth import Keys
from sandbox.http.server import Server

PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""

OBJECTS: dict[str, dict[str, dict[str, Any]]] = {
    "customers": {
        "cus_ann": {"created": "@-90d", "email": "ann@example.com", "name": "Ann Lee"},
        "cus_gone": {"object": "customer", "deleted": True},
    },
    "payment_intents": {
        "pi_1": {"amount": 4200, "created": "@-40d", "currency": "usd", "customer": "cus_ann", "latest_charge": "ch_1"},
    },
    "charges": {
        "ch_1": {
            "amount": 4200,
            "created": "@-40d",
            "currency": "usd",
            "customer": "cus_ann",
            "description": "Six mugs",
            "payment_intent": "pi_1",
        },
        "ch_2": {"amount": 900, "created": "@-30d", "currency": "usd", "customer": "cus_ann"},
        "ch_3": {"amount": 700, "created": "@-20d", "currency": "usd", "customer": "cus_gone"},
        "ch_asked": {"amount": 500, "created": "@-10d", "currency": "usd", "customer": "cus_ann"},
        "ch_calm": {"amount": 500, "created": "@-10d", "currency": "usd", "customer": "cus_ann"},
    },
    "refunds": {"re_1": {"amount": 100, "charge": "ch_1", "created": "@-39d", "currency": "usd"}},
    "invoices": {
        "in_1": {
            "created": "@-40d",
            "customer": "cus_ann",
            "parent": {"type": "subscription_details", "subscription_details": {"subscription": "sub_1"}},
            "payments": {
                "object": "list",
                "data": [
                    {
                        "id": "inpay_1",
                        "object": "invoice_payment",
                        "created": "@-40d",
                        "invoice": "in_1",
                        "payment": {"type": "payment_intent", "payment_intent": "pi_1"},
                        "status": "paid",
                    }
                ],
                "has_more": False,
                "url": "/v1/invoice_payments",
            },
        },
    },
    "subscriptions": {
        "sub_1": {"created": "@-80d", "customer": "cus_ann", "status": "active", "latest_invoice": "in_1"},
        "sub_old": {"created": "@-89d", "customer": "cus_ann", "status": "canceled"},
    },
    "disputes": {
        "du_1": {
            "amount": 4200,
            "charge": "ch_1",
            "created": "@-3d",
            "currency": "usd",
            "payment_intent": "pi_1",
            "reason": "fraudulent",
            "status": "needs_response",
            "evidence_details": {"due_by": "@+9d end"},
        },
        "du_2": {
            "amount": 900,
            "charge": "ch_2",
            "created": "@-2d",
            "currency": "usd",
            "reason": "product_not_received",
            "status": "needs_response",
            "evidence_details": {"due_by": "@+9d end"},
        },
        "du_3": {
            "amount": 700,
            "charge": "ch_3",
            "created": "@-1d",
            "currency": "usd",
            "reason": "general",
            "status": "lost",
            "evidence_details": {"due_by": "@-1h"},
        },
        "du_inquiry": {
            "amount": 500,
            "charge": "ch_asked",
            "created": "@-5d",
            "currency": "usd",
            "reason": "general",
            "status": "warning_needs_response",
            "evidence_details": {"due_by": "@+9d end"},
        },
    },
}
SCRIPT = "du_2: {bank: won, after: 2}\n"


@dataclass(frozen=True)
class Running:
    """A sandbox that serves, and the means to reach it."""

    base: str
    keys: Keys

    def client(self, key: str = "", *, retries: int = 0, timeout: float = 5) -> stripe.StripeClient:
        """The unmodified package, pointed here."""
        return stripe.StripeClient(
            key or self.keys.secret,
            base_addresses={"api": self.base, "files": self.base},
            max_network_retries=retries,
            http_client=stripe.RequestsClient(timeout=timeout),
        )

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call a control route."""
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.base}/_control/{path}", data, method=method), timeout=10) as answer:
            return json.load(answer)

    def fault(self, kind: str, when: str = "before", path: str = "*", **rule: Any) -> None:
        """Order faults."""
        self.control("POST", "faults", {"kind": kind, "when": when, "path": path, **rule})

    def log(self) -> list[dict[str, Any]]:
        """The log of requests."""
        entries: list[dict[str, Any]] = self.control("GET", "requests")
        return entries

    def upload(
        self, name: str = "receipt.pdf", content: bytes = PDF, *, purpose: str = "dispute_evidence", key: str = ""
    ) -> stripe.File:
        """Upload a file."""
        file = BytesIO(content)
        file.name = name
        options = {"idempotency_key": key} if key else {}
        return self.client().v1.files.create({"purpose": purpose, "file": file}, options)


@pytest.fixture
def pdf() -> bytes:
    """A document of one page."""
    return PDF


@pytest.fixture
def seeds_folder(tmp_path: Path) -> Path:
    """The seeds, as files."""
    for collection, things in OBJECTS.items():
        folder = tmp_path / "seeds" / "stripe" / collection
        folder.mkdir(parents=True)
        for object_id, thing in things.items():
            (folder / f"{object_id}.json").write_text(json.dumps(thing), "utf-8")
    (tmp_path / "seeds" / "script.yaml").write_text(SCRIPT, "utf-8")
    (tmp_path / "seeds" / "bucket" / "charges" / "ch_1").mkdir(parents=True)
    (tmp_path / "seeds" / "bucket" / "charges" / "ch_1" / "facts.json").write_text('{"charge": "ch_1"}', "utf-8")
    return tmp_path / "seeds"


@pytest.fixture
def make(seeds_folder: Path) -> Iterator[Callable[[], Sandbox]]:
    """Build a sandbox from the seeds."""
    with ExitStack() as made:
        keys = Keys("0123456789abcdefwxyz")
        yield lambda: made.enter_context(closing(Sandbox.of(seeds.load(seeds_folder, Clock()), keys)))


@pytest.fixture
def running(make: Callable[[], Sandbox]) -> Iterator[Running]:
    """A sandbox that serves."""
    sandbox = make()
    with Server(create_app(sandbox)) as server:
        yield Running(server.base, sandbox.keys)

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from sandbox import disputes, files, openings
from sandbox.clock import Clock
from sandbox.shapes import complete
from sandbox.state import Account, Origin, State

if TYPE_CHECKING:
    from collections.abc import Callable

REQUEST = Origin("req_1", "key-1")


class Bench:
    """A state with one customer and charge, and short ways to act on its disputes."""

    def __init__(
        self, *, script: dict[str, Any] | None = None, smart_disputes: bool = False, appeals: bool = False
    ) -> None:
        self.clock = Clock()
        self.state = State(self.clock, Account(smart_disputes=smart_disputes, appeals=appeals), script or {})
        customer = {"id": "cus_1", "name": "Kari Nordmann", "email": "kari@mail.example"}
        self.state.add("customers", complete("customers", customer))
        charge = {"id": "ch_1", "amount": 5000, "customer": "cus_1", "description": "Two mugs"}
        self.state.add("charges", complete("charges", charge))

    def open(self, dispute_id: str = "du_1", *, network: str = "visa", **members: Any) -> dict[str, Any]:
        now = self.clock.now()
        members.setdefault("evidence_details", {"due_by": now + 9 * 86400})
        card = {"network": network, "case_type": members.pop("case_type", "chargeback")}
        partial = {"id": dispute_id, "amount": 5000, "charge": "ch_1", "created": now, **members}
        dispute = complete("disputes", {**partial, "payment_method_details": {"card": card}})
        openings.open_dispute(self.state, self.state.add("disputes", dispute))
        return self.read(dispute_id)

    def open_inquiry(self, **members: Any) -> dict[str, Any]:
        return self.open(status="warning_needs_response", case_type="inquiry", **members)

    def read(self, dispute_id: str = "du_1") -> dict[str, Any]:
        disputes.advance(self.state)
        return self.state.collections["disputes"][dispute_id]

    def update(self, dispute_id: str = "du_1", **params: Any) -> dict[str, Any]:
        disputes.advance(self.state)
        return disputes.update(self.state, dispute_id, params, REQUEST)

    def stage(self, dispute_id: str = "du_1", **evidence: Any) -> dict[str, Any]:
        return self.update(dispute_id, evidence=evidence, submit=False)

    def submit(self, dispute_id: str = "du_1", **evidence: Any) -> dict[str, Any]:
        return self.update(dispute_id, evidence=evidence, submit=True)

    def later(self, seconds: int, dispute_id: str = "du_1") -> dict[str, Any]:
        self.clock.advance(seconds)
        return self.read(dispute_id)

    def upload(self, content: bytes | None = None, *, purpose: str = "dispute_evidence") -> str:
        return files.create(self.state, purpose, "x.pdf", content or pdf(), livemode=False)["id"]

    def events(self) -> list[str]:
        return [event["type"] for event in self.state.collections["events"].values()]


def pdf(pages: int = 1, padding: int = 0) -> bytes:
    """A PDF with this many pages, followed by so many bytes that a reader skips."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    written = io.BytesIO()
    document.save(written)
    return written.getvalue() + b"\n%" + b" " * padding if padding else written.getvalue()


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def new_bench() -> type[Bench]:
    """For a state with a script, or with Smart Disputes."""
    return Bench


@pytest.fixture(name="pdf")
def pdf_fixture() -> Callable[..., bytes]:
    return pdf

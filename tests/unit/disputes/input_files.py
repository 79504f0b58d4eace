"""An input folder for the tests of the commands: one dispute, its facts, documents and policies."""

import json
from pathlib import Path
from typing import Any

from tests.unit.disputes.builders import CREATED, charge_json, dispute_json

DAY = "2026-09-22"
FACTS = {
    "order": {"id": "1001", "placed_at": "2026-09-21T14:00:00Z"},
    "product": {"name": "Teapot"},
    "checkout": {"ip": "203.0.113.24"},
    "policy": {"refund_version": "v3"},
    "shipment": {"carrier": "UPS", "tracking_number": "1Z999", "delivered_at": "2026-09-24T10:00:00Z"},
}


def facts_json(groups: dict[str, dict[str, Any]] = FACTS, **changes: Any) -> dict[str, Any]:
    told = {
        group: {name: {"value": value, "source": "shop", "at": DAY} for name, value in members.items()}
        for group, members in groups.items()
    }
    return {"charge": "ch_1", "product_type": "physical_product", "facts": told} | changes


def expanded(**changes: Any) -> dict[str, Any]:
    customer = {"id": "cus_1", "object": "customer", "created": CREATED, "name": "Ana Rivera", "email": "a@example.com"}
    refunds = {"data": [{"id": "re_1", "created": CREATED + 5, "amount": 100, "status": "succeeded"}]}
    return dispute_json(charge=charge_json(customer=customer, refunds=refunds), **changes)


def input_folder(folder: Path, files: dict[str, Any] | None = None) -> Path:
    """Write a complete input; `files` replaces parts of it, None removes a file, bytes are written as they are."""
    whole: dict[str, Any] = {
        "dispute.json": expanded(),
        "facts.json": facts_json(),
        "documents/order_receipt.txt": b"Receipt 1001: one teapot",
        "documents/proof_of_delivery.txt": b"Delivered on 24 September",
        "documents/customer_messages.avif": b"....ftypavif",
        "policies/refund_policy-v3.txt": b"Refunds within 30 days.",
    } | (files or {})
    for name, content in whole.items():
        if content is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return folder

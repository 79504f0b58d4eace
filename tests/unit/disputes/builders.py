"""Stripe objects and manifests for tests, whole enough to read; each takes what a test is about."""

from pathlib import Path
from typing import Any

import disputes
from disputes.dispute import Dispute
from disputes.packet.manifest import Manifest
from disputes.response.submission import Opening

CREATED = 1_790_000_000
SHA = "5f" * 32
PLAYBOOKS = Path(disputes.__file__).parent / "rules" / "playbooks"
CLAIMS = tuple(sorted(path.stem for path in PLAYBOOKS.glob("*.yaml") if path.stem != "base"))
"""Every claim that is shipped with its own playbook; each is a reason of Stripe's too."""


def charge_json(**changes: Any) -> dict[str, Any]:
    return {
        "id": "ch_1",
        "object": "charge",
        "amount": 4200,
        "amount_refunded": 0,
        "currency": "usd",
        "created": CREATED,
        "status": "succeeded",
        "disputed": True,
        "refunded": False,
        "description": None,
        "billing_details": {"address": None, "email": None, "name": None},
        "payment_method_details": {"type": "card", "card": {"brand": "visa", "fingerprint": "fp_1", "last4": "4242"}},
    } | changes


def dispute_json(**changes: Any) -> dict[str, Any]:
    return {
        "id": "du_1",
        "object": "dispute",
        "amount": 4200,
        "currency": "usd",
        "charge": "ch_1",
        "payment_intent": None,
        "created": CREATED + 86_400,
        "reason": "fraudulent",
        "status": "needs_response",
        "evidence": {},
        "evidence_details": {"due_by": CREATED + 864_000, "submission_count": 0, "submission_method": "not_submitted"},
        "metadata": {},
        "payment_method_details": {
            "type": "card",
            "card": {"brand": "visa", "network": "visa", "case_type": "chargeback", "network_reason_code": "10.4"},
        },
    } | changes


def dispute(**changes: Any) -> Dispute:
    return Dispute.model_validate(dispute_json(**changes))


def opening(**changes: Any) -> Opening:
    values = {
        "run_id": "du_1__chargeback__1",
        "dag_id": "respond_fraudulent",
        "submission_count": 0,
        "due_by": CREATED + 864_000,
        "intended_submission_method": None,
        "opened_at": CREATED + 90_000,
    }
    return Opening.model_validate(values | changes)


def manifest(**changes: Any) -> Manifest:
    entry = {"name": "receipt.pdf", "sha256": SHA, "bytes": 1000, "pages": 1}
    values = {
        "dispute": "du_1",
        "charge": "ch_1",
        "round": "chargeback",
        "revision": 1,
        "claim": "fraudulent",
        "product_type": "physical_product",
        "page_size": "a4",
        "fields": {"customer_name": "Zoë Ångström"},
        "files": {"receipt": entry},
        "kept": {"product_description": "from Stripe"},
        "cleared": ["service_date"],
        "statements": [{"text": "The parcel was delivered.", "facts": ["shipment.delivered_at"]}],
        "facts": {"shipment.delivered_at": {"value": "2026-09-03", "source": "carrier", "at": "2026-09-04"}},
        "refused": [{"document": "receipt", "filename": "receipt.heic", "reason": "is not a PDF"}],
        "answers": [{"name": "delivered", "says": "a delivery", "facts": ["shipment.delivered_at"]}],
        "completeness": {"essential": {"expected": ["receipt", "shipping_address"], "given": ["receipt"]}},
    }
    return Manifest.model_validate(values | changes)

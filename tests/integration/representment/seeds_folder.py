"""Writes a folder of seeds: many small disputes, each test takes its own."""

from __future__ import annotations

import json
from math import ceil
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = 260
"""A download that was not received: everything essential is a fact, so the policy approves it. Its only file is the
letter, which makes it quick."""
PARCELS = 40
"""A parcel with three documents, approved by the policy as well."""
ASKED = 110
"""A reason without its own playbook: a person approves."""
INQUIRIES = 40
OPEN_CLAIMS = 20
"""Mastercard's 4853, which fits several claims."""
WARNED = 28
"""A charge that nobody has disputed, and of which an issuer may warn: its merchant has a receipt."""

COMPELLING = 3
"""Visa's 10.4 with two earlier charges on the card, one of which Stripe has filled in."""

PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 48>>stream
BT /F1 12 Tf 72 700 Td (Proof of delivery) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
ADDRESS = {"line1": "1 Quay Street", "city": "Galway", "postal_code": "H91", "country": "IE"}
BOUGHT = {"order": {"id": "A-1", "placed_at": "@-40d 10:00"}, "product": {"name": "Chart of the bay"}}
READ = {
    "access": {
        "entries": [{"at": "@-40d 10:05", "ip": "203.0.113.9", "user": "ann", "action": "downloaded", "object": "map"}],
        "first_at": "@-40d 10:05",
    }
}
SENT = {
    "checkout": {"shipping_address": ADDRESS},
    "shipment": {
        "carrier": "Coastline",
        "tracking_number": "CP1",
        "shipped_at": "@-39d 10:00",
        "delivered_at": "@-37d 10:00",
        "delivered_address": ADDRESS,
    },
    "policy": {"refund_version": "v1"},
}
CHARGE = {
    "amount": 2400,
    "created": "@-40d",
    "currency": "usd",
    "customer": "cus_ann",
    "description": "A chart",
}
DOCUMENTS = {"proof_of_delivery.pdf": PDF, "order_receipt.txt": b"Receipt A-1\n", "customer_messages.txt": b"Thanks!\n"}


class SeedsFolder:
    """A folder that is being filled.

    :param root: an empty folder
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.script: dict[str, Any] = {}

    def put(self, path: str, content: dict[str, Any] | bytes) -> None:
        """Write one file."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())

    def dispute(self, name: str, *, code: str = "13.1", script: dict[str, Any] | None = None, **members: Any) -> None:
        """A dispute `du_<name>` about a charge `ch_<name>`."""
        self.put(f"stripe/charges/ch_{name}.json", CHARGE)
        card = {"network": "visa", "network_reason_code": code} | members.pop("card", {})
        dispute = {
            "amount": 2400,
            "charge": f"ch_{name}",
            "created": "@-6d",
            "currency": "usd",
            "reason": "product_not_received",
            "status": "needs_response",
            "evidence_details": {"due_by": "@+9d end"} | members.pop("details", {}),
            "payment_method_details": {"card": card},
        }
        self.put(f"stripe/disputes/du_{name}.json", dispute | members)
        if script:
            self.script[f"du_{name}"] = script

    def facts(self, name: str, product_type: str, *groups: dict[str, dict[str, Any]]) -> None:
        """What the merchant knows of a charge."""
        told = {
            group: {
                member: {"value": value, "source": "shop record", "at": "@-40d 10:00"}
                for member, value in members.items()
            }
            for each in groups
            for group, members in each.items()
        }
        document = {"charge": f"ch_{name}", "product_type": product_type, "facts": told}
        self.put(f"bucket/charges/ch_{name}/facts.json", document)

    def plain(self, name: str, **members: Any) -> None:
        """See `PLAIN`."""
        self.dispute(name, **members)
        self.facts(name, "digital_product_or_service", BOUGHT, READ)

    def compelling(self, name: str) -> None:
        """See `COMPELLING`."""
        card = {"payment_method_details": {"card": {"fingerprint": f"fp_{name}"}}, "customer": "cus_bea"}
        priors = [f"ch_{name}_a", f"ch_{name}_b"]
        ce3 = {
            "disputed_transaction": {"customer_purchase_ip": "203.0.113.9"},
            "prior_undisputed_transactions": [{"charge": priors[1], "customer_purchase_ip": "203.0.113.9"}],
        }
        offered = {"enhanced_eligibility_types": ["visa_compelling_evidence_3"]}
        evidence = {"enhanced_evidence": {"visa_compelling_evidence_3": ce3}}
        self.dispute(name, code="10.4", reason="fraudulent", evidence=evidence, **offered)
        for charge in (f"ch_{name}", *priors):
            created = "@-300d" if charge in priors else "@-40d"
            self.put(f"stripe/charges/{charge}.json", CHARGE | card | {"created": created})
        known = {"ip": "203.0.113.9", "account_id": "bea", "created": "@-300d 10:00", "amount": 2400}
        orders = [known | {"charge": charge, "product_description": "A chart"} for charge in priors]
        told = {"checkout": {"ip": "203.0.113.9"}, "customer": {"account_id": "bea"}}
        self.facts(name, "digital_product_or_service", BOUGHT, READ, told, {"history": {"prior_orders": orders}})

    def undisputed(self, name: str) -> None:
        """See `WARNED`."""
        self.put(f"stripe/charges/ch_{name}.json", CHARGE)
        self.facts(name, "digital_product_or_service", BOUGHT, READ)
        self.put(f"bucket/charges/ch_{name}/documents/order_receipt.txt", DOCUMENTS["order_receipt.txt"])

    def parcel(self, name: str, documents: dict[str, bytes] = DOCUMENTS, **members: Any) -> None:
        """See `PARCELS`."""
        self.dispute(name, **members)
        self.facts(name, "physical_product", BOUGHT, SENT)
        for document, content in documents.items():
            self.put(f"bucket/charges/ch_{name}/documents/{document}", content)


def fill(root: Path, *, smart_disputes: bool = False, share: float = 1) -> None:
    """Write the whole folder.

    :param share: of the disputes of each kind
    """

    def numbers(count: int) -> range:
        return range(ceil(count * share))

    seeds = SeedsFolder(root)
    seeds.put("account.json", {"id": "acct_1", "smart_disputes": smart_disputes, "appeals": True})
    seeds.put("stripe/customers/cus_ann.json", {"created": "@-90d", "email": "ann@example.com", "name": "Ann Lee"})
    seeds.put("stripe/customers/cus_bea.json", {"created": "@-400d", "email": "bea@example.com", "name": "Bea Ray"})
    seeds.put("bucket/policies/refund_policy/v1.txt", b"Refunds within 30 days.\n")
    for number in numbers(PLAIN):
        seeds.plain(f"plain{number:03d}")
    for number in numbers(PARCELS):
        seeds.parcel(f"parcel{number:03d}")
    for number in numbers(ASKED):
        seeds.dispute(f"asked{number:03d}", code="11.3", reason="general")
    for number in numbers(INQUIRIES):
        seeds.plain(f"inquiry{number:03d}", status="warning_needs_response", card={"case_type": "inquiry"})
    for number in range(2):
        seeds.parcel(f"asked_about{number:03d}", status="warning_needs_response", card={"case_type": "inquiry"})
    for number in numbers(WARNED):
        seeds.undisputed(f"warned{number:03d}")
    for number in numbers(COMPELLING):
        seeds.compelling(f"compelling{number:03d}")
    for number in numbers(OPEN_CLAIMS):
        card = {"network": "mastercard", "brand": "mastercard"}
        seeds.plain(f"open{number:03d}", code="4853", reason="product_unacceptable", card=card)
    _special(seeds)
    (root / "script.yaml").write_text(yaml.safe_dump(seeds.script))


def _special(seeds: SeedsFolder) -> None:
    seeds.parcel("elsewhere")
    elsewhere = ADDRESS | {"line1": "77 Dock Road"}
    delivered = {"shipment": SENT["shipment"] | {"delivered_address": elsewhere, "delivered_at": "@-37d 10:00"}}
    seeds.facts("elsewhere", "physical_product", BOUGHT, SENT | delivered)
    for number in range(2):
        broken = {"customer_messages.pdf": b"%PDF-1.4 and then nothing"}
        seeds.parcel(f"broken{number:03d}", DOCUMENTS | broken)
    seeds.dispute("unknown_parcel")
    seeds.facts("unknown_parcel", "physical_product", BOUGHT)
    seeds.dispute("no_facts")
    seeds.plain("past_due", details={"due_by": "@-1d end"}, script={"at_deadline": "open"})
    seeds.plain("no_answer", details={"due_by": 0})
    answered = {"status": "under_review"}
    seeds.plain("by_hand", details={"submission_count": 1, "submission_method": "manual"}, **answered)
    seeds.plain("by_smart", details={"submission_count": 1, "submission_method": "smart_disputes"}, **answered)
    seeds.plain("new_status", status="a_new_status")
    seeds.plain("monitoring", code="10.5", reason="fraudulent")
    compliance = {"case_type": "compliance", "network_reason_code": None}
    seeds.plain("compliance", code="", reason="noncompliant", card=compliance)
    rounds = {"bank": "escalate", "after": 0, "chargeback_bank": "lost", "appeal": True, "appeal_bank": "won"}
    seeds.plain("three_rounds", status="warning_needs_response", card={"case_type": "inquiry"}, script=rounds)
    seeds.plain("part_inquiry", amount=500, status="warning_needs_response", card={"case_type": "inquiry"})
    klarna = {"type": "klarna", "klarna": {"reason_code": "goods_not_received"}}
    seeds.plain("klarna", status="warning_needs_response", payment_method_details=klarna)
    seeds.plain("refunds", status="warning_needs_response")
    seeds.put("stripe/charges/ch_refunds.json", CHARGE | {"amount_refunded": 120})
    for number in range(12):
        refund = {"amount": 10, "charge": "ch_refunds", "created": "@-10d", "currency": "usd", "status": "succeeded"}
        seeds.put(f"stripe/refunds/re_refunds{number:02d}.json", refund)
    seeds.parcel("first_of_two")
    seeds.dispute("second_of_two", charge="ch_first_of_two", amount=900)
    after_smart = {"submission_count": 1, "submission_method": "smart_disputes"}
    seeds.plain("appeal_after_smart", created="@-80d", status="appeal_needs_response", details=after_smart)
    seeds.plain("soon_won", script={"bank": "won", "after": 0})
    seeds.plain("unstarted", created="@-2d")
    seeds.plain("clicked", script={"meanwhile": [{"when": "staged", "do": "dashboard_submit"}]})
    seeds.plain("old", created="@-70d")

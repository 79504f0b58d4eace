"""What the simulated merchant has sold: a few small disputes, loaded once; each history gets copies."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import time_machine
from tests.integration.representment.seeds_folder import ADDRESS, BOUGHT, DOCUMENTS, SENT, SeedsFolder

from sandbox import seeds
from sandbox.clock import Clock
from sandbox.state import State

if TYPE_CHECKING:
    from collections.abc import Mapping

BEGIN = 1_795_780_800
"""Unix seconds at which every history begins: 27 November 2026, noon."""
REASONS = {
    "plain": "product_not_received",
    "asked": "general",
    "parcel": "product_not_received",
    "inquiry": "product_not_received",
    "asked_inquiry": "general",
    "dear": "product_not_received",
    "smart": "product_not_received",
}
"""Kind of dispute -> its reason. `plain`, `parcel` and `inquiry` are approved by the policy, the others by a person."""
LATE_DOCUMENT = "customer_messages.txt"
_INQUIRY = {"status": "warning_needs_response", "card": {"case_type": "inquiry"}}


@cache
def _loaded() -> seeds.Seeds:
    with TemporaryDirectory() as folder, time_machine.travel(BEGIN, tick=False):
        shop = SeedsFolder(Path(folder))
        shop.put("account.json", {"id": "acct_1", "appeals": True})
        shop.put("stripe/customers/cus_ann.json", {"created": "@-90d", "email": "ann@example.com", "name": "Ann Lee"})
        shop.plain("plain")
        shop.plain("smart")
        shop.plain("dear", amount=12_000)
        shop.dispute("asked", code="11.3", reason="general")
        shop.plain("inquiry", **copy.deepcopy(_INQUIRY))
        shop.dispute("asked_inquiry", code="11.3", reason="general", **copy.deepcopy(_INQUIRY))
        shop.parcel("parcel", {"proof_of_delivery.pdf": DOCUMENTS["proof_of_delivery.pdf"]})
        arrived = {"delivered_at": "@-37d 10:00", "delivered_address": ADDRESS}
        sent = {"checkout": SENT["checkout"], "shipment": SENT["shipment"] | arrived}
        shop.facts("parcel", "physical_product", BOUGHT, sent)
        (shop.root / "script.yaml").write_text(json.dumps(shop.script))
        return seeds.load(Path(folder), Clock())


def evidence() -> Mapping[str, bytes]:
    """The merchant's bucket."""
    return _loaded().bucket


def stripe_state(kind: str, clock: Any) -> State:
    """What Stripe holds of one dispute, `du_<kind>`."""
    loaded = _loaded()
    account = copy.copy(loaded.account)
    if kind == "smart":
        account = type(account)(account.id, smart_disputes=True, appeals=account.appeals)
    state = State(clock, account, {})
    held = loaded.state.collections
    for collection, wanted in (("disputes", f"du_{kind}"), ("charges", f"ch_{kind}"), ("customers", "cus_ann")):
        state.add(collection, copy.deepcopy(held[collection][wanted]))
    if kind == "smart":
        state.collections["disputes"][f"du_{kind}"]["intended_submission_method"] = "prefer_manual"
    state.prefilled |= copy.deepcopy(loaded.state.prefilled)
    return state

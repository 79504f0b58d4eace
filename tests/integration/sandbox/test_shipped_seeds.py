"""The shipped seeds over the wire: if the answers follow the script, each dispute ends as it must."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from tests.integration.sandbox.conftest import Running

from sandbox import script, seeds
from sandbox.clock import Clock
from sandbox.context import Sandbox
from sandbox.http.app import create_app
from sandbox.http.auth import Keys
from sandbox.http.server import Server

SCRIPT = script.read(seeds.SHIPPED / "script.yaml")
ARRIVING = [dispute_id for dispute_id, entry in SCRIPT.items() if entry.get("arrives")]


@pytest.fixture(scope="module")
def shipped():
    return seeds.load(seeds.SHIPPED, Clock())


@contextmanager
def serve(shipped: seeds.Seeds) -> Iterator[Running]:
    """A sandbox in which nothing has happened yet."""
    with closing(Sandbox.of(shipped, Keys("0123456789abcdefwxyz"))) as sandbox, Server(create_app(sandbox)) as server:
        yield Running(server.base, sandbox.keys)


@pytest.fixture(scope="module")
def running(shipped):
    """Instead of the small seeds: one sandbox for all these tests, in which everything has arrived."""
    with serve(shipped) as serving:
        for dispute_id in ARRIVING:
            serving.control("POST", f"disputes/{dispute_id}/arrive")
        yield serving


def evidence_of(running, round_, dispute_id):
    if round_ == "appeal":
        return {"appeal": {"card": {"reason_for_filing": "our appeal", "supporting_files": [running.upload().id]}}}
    if dispute_id == "du_1FP24Engine":
        fee = {"enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}
        return {"uncategorized_text": "our answer", **fee}
    return {"receipt": running.upload().id, "uncategorized_text": f"our answer to the {round_}"}


def answer(running, dispute_id, ends):
    """Do what the product does, up to the leaf of the script."""
    disputes = running.client().v1.disputes
    if ends["leaf"] == "refund":
        running.client().v1.refunds.create({"charge": disputes.retrieve(dispute_id).charge})
    for round_ in ends.get("rounds", ["chargeback"] if ends["leaf"] == "submit" else []):
        evidence = evidence_of(running, round_, dispute_id)
        disputes.update(dispute_id, {"evidence": evidence, "submit": False})
        if ends["run"] == "success":
            disputes.update(dispute_id, {"evidence": evidence, "submit": True})
        running.control("POST", "clock", {"advance": 10})


def test_compelling_evidence_qualifies_with_the_shops_facts(shipped):
    facts = json.loads(shipped.bucket["charges/ch_1FP02Course/facts.json"])["facts"]
    shared = {
        "customer_purchase_ip": facts["checkout"]["ip"]["value"],
        "customer_device_id": facts["checkout"]["device_id"]["value"],
        "customer_account_id": facts["customer"]["account_id"]["value"],
    }
    priors = [
        {
            "charge": order["charge"],
            "product_description": order["product_description"],
            "customer_purchase_ip": order["ip"],
            "customer_device_id": order["device_id"],
            "customer_account_id": order["account_id"],
        }
        for order in facts["history"]["prior_orders"]["value"]
    ]
    disputed = shared | {"product_description": "Coastal navigation", "merchandise_or_services": "services"}
    ce3 = {"disputed_transaction": disputed, "prior_undisputed_transactions": priors}
    update = {"evidence": {"enhanced_evidence": {"visa_compelling_evidence_3": ce3}}, "submit": False}
    with serve(shipped) as serving:
        details = serving.client().v1.disputes.update("du_1FP02Course", update).evidence_details
    assert details.enhanced_eligibility.visa_compelling_evidence_3.status == "qualified"


@pytest.mark.parametrize("dispute_id", SCRIPT)
def test_a_dispute_ends_as_its_seed_says(running, dispute_id):
    ends = SCRIPT[dispute_id]["ends"]
    answer(running, dispute_id, ends)
    dispute = running.client().v1.disputes.retrieve(dispute_id)
    details = dispute.evidence_details
    assert (dispute.status, details.submission_count, details.submission_method) == (
        ends["status"],
        ends["submission_count"],
        ends["submission_method"],
    )


def test_the_seeds_cover_every_product_type(running, shipped):
    charges = {dispute.charge for dispute in running.client().v1.disputes.list({"limit": 100}).data}
    documents = [json.loads(text) for key, text in shipped.bucket.items() if key.endswith("facts.json")]
    assert {document["product_type"] for document in documents if document["charge"] in charges} == {
        "physical_product",
        "digital_product_or_service",
        "offline_service",
        "booking_reservation",
        "event_ticket",
    }


def test_the_seeds_cover_every_reason_and_both_early_warnings(running):
    disputes = running.client().v1.disputes.list({"limit": 100}).data
    assert {dispute.reason for dispute in disputes} >= {
        "credit_not_processed",
        "debit_not_authorized",
        "duplicate",
        "fraudulent",
        "general",
        "noncompliant",
        "product_not_received",
        "product_unacceptable",
        "subscription_canceled",
        "unrecognized",
    }
    warnings = running.client().v1.radar.early_fraud_warnings.list().data
    assert [(warning.charge, warning.actionable) for warning in warnings] == [
        ("ch_1FP31Sled", True),
        ("ch_1FP02Course", False),
    ]


def test_a_subscription_charge_leads_to_its_invoice(running):
    expand = ["data.payments", "data.parent.subscription_details.subscription"]
    invoices = running.client().v1.invoices.list({"customer": "cus_FP05", "expand": expand})
    assert invoices.data[0].payments.data[0].payment.payment_intent == "pi_1FP05Yearly"
    assert invoices.data[0].parent.subscription_details.subscription.status == "active"


def test_a_customers_earlier_charges_carry_the_same_card(running):
    charges = running.client().v1.charges.list({"customer": "cus_FP02"}).data
    assert len(charges) == 3
    assert len({charge.payment_method_details.card.fingerprint for charge in charges}) == 1
    assert [charge.disputed for charge in charges] == [True, False, False]

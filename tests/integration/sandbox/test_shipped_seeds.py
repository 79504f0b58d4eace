"""The shipped seeds over the wire: whoever answers as the script says finds each dispute as it must end."""

import pytest

from sandbox import script, seeds
from sandbox.auth import Keys
from sandbox.clock import Clock
from sandbox.context import Sandbox

SCRIPT = script.read(seeds.SHIPPED / "script.yaml")


@pytest.fixture
def make():
    """In place of the small seeds."""
    return lambda: Sandbox.of(seeds.load(seeds.SHIPPED, Clock()), Keys("0123456789abcdefwxyz"))


@pytest.mark.parametrize("dispute_id", SCRIPT)
def test_a_dispute_ends_as_its_seed_says(running, dispute_id):
    client = running.client()
    ends = SCRIPT[dispute_id]["ends"]
    if ends["leaf"] == "submit":
        evidence = {"receipt": running.upload().id, "uncategorized_text": "our answer"}
        client.v1.disputes.update(dispute_id, {"evidence": evidence, "submit": False})
        if ends["run"] == "success":
            client.v1.disputes.update(dispute_id, {"evidence": evidence, "submit": True})
    running.control("POST", "clock", {"advance": 10})
    dispute = client.v1.disputes.retrieve(dispute_id)
    details = dispute.evidence_details
    assert (dispute.status, details.submission_count, details.submission_method) == (
        ends["status"],
        ends["submission_count"],
        ends["submission_method"],
    )


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

"""What is known of a dispute, and the claim that it decides."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.disputes.builders import charge_json, dispute_json
from tests.unit.disputes.own_rules import OwnRules

from disputes.case.gathered import Gathered, gather
from disputes.dispute import read_dispute
from disputes.errors import InputError

RESOLD = """\
when: {order.tags: resale}
related: [invoices]
approval: {automatic_below: {}, at_deadline: leave, not_after_hours: 12}
missing_essential: ask
"""


def gathered(tags: list[str], claim: str | None = None, **changes: Any) -> tuple[Gathered, list[str]]:
    """What is known, and the lists that were read."""
    stored = dispute_json(charge=charge_json(), **changes)
    about = {"source": "shop order record", "at": "2026-09-01T12:00:00Z"}
    facts = {"order": {"tags": {"value": tags, **about}}}
    document = json.dumps({"charge": "ch_1", "product_type": "event_ticket", "facts": facts}).encode()
    read: list[str] = []

    def read_related(name: str) -> list[Any]:
        read.append(name)
        return []

    return gather(read_dispute(stored), stored, document, read_related, claim), read


def test_a_rule_decides_the_claim_and_what_else_is_read(own_rules: OwnRules) -> None:
    own_rules.write("playbooks/resold.yaml", RESOLD)
    found, read = gathered(["resale"])
    assert (found.claim.name, found.playbook.claim, found.ruled_claims) == ("resold", "resold", ("resold",))
    assert read == ["invoices"]
    assert found.product_type == "event_ticket"


def test_the_reason_decides_where_no_rule_holds(own_rules: OwnRules) -> None:
    own_rules.write("playbooks/resold.yaml", RESOLD)
    found, read = gathered(["gift"])
    assert (found.claim.name, found.ruled_claims) == ("fraudulent", ())
    assert "invoices" not in read


def test_a_person_may_choose_a_claim_that_the_rule_did_not(own_rules: OwnRules) -> None:
    own_rules.write("playbooks/resold.yaml", RESOLD)
    found, _ = gathered(["resale"], "fraudulent")
    assert (found.claim.name, found.claim.alternatives) == ("fraudulent", ())
    with pytest.raises(InputError, match="the claim cannot be duplicate: it is resold or fraudulent"):
        gathered(["resale"], "duplicate")


def test_a_rule_is_not_applied_again_once_it_has_decided(own_rules: OwnRules) -> None:
    """A playbook that changes between two tasks does not change the claim of a packet."""
    own_rules.write("playbooks/resold.yaml", RESOLD)
    found, _ = gathered(["resale"])
    own_rules.write("playbooks/resold.yaml", RESOLD.replace("resale", "other"))
    again = Gathered(found.dispute, found.facts, found.product_type, None, found.ruled_claims)
    assert again.claim.name == "resold"


def test_a_playbook_that_changes_after_gathering_is_named(own_rules: OwnRules) -> None:
    own_rules.write("playbooks/resold.yaml", RESOLD)
    found, _ = gathered(["resale"])
    kept = replace(found, kept_playbook=found.playbook_files())
    assert kept.changed_playbook() == ()
    own_rules.write("playbooks/resold.yaml", RESOLD + "# later\n")
    assert kept.changed_playbook() == ("playbooks/resold.yaml",)
    assert found.changed_playbook() == (), "0.1.0 has not written down what it chose by"


def test_a_reason_without_a_playbook_uses_the_files_of_the_general_one(own_rules: OwnRules) -> None:
    found, _ = gathered([], reason="never_heard_of", payment_method_details={"type": "klarna"})
    assert set(found.playbook_files()) == {"playbooks/base.yaml", "playbooks/general.yaml"}

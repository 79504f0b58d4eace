"""Playbooks from their files: which one is taken, which rules lead to it, and which are refused."""

import pytest
from tests.unit.disputes.builders import dispute
from tests.unit.disputes.own_rules import OwnRules
from tests.unit.disputes.pages import facts

from disputes.errors import InputError
from disputes.rules.conditions import Situation
from disputes.rules.loading import claims_by_rule, has_rule, known_documents, playbook_for, playbooks_with_a_rule
from disputes.rules.rule_files import rule_files
from disputes.rules.titles import titles

REST = "approval: {automatic_below: {}, at_deadline: leave, not_after_hours: 12}\nmissing_essential: ask\n"
RESALE = Situation(dispute(), facts({"order.tags": ["resale", "gift"]}), "event_ticket")


def test_no_shipped_playbook_has_a_rule_but_each_is_reached() -> None:
    assert playbooks_with_a_rule() == ()
    assert claims_by_rule(RESALE) == ()


def test_every_document_of_a_shipped_playbook_has_a_title() -> None:
    """Templates may cite these, and the documents of a merchant's own playbooks."""
    assert known_documents() == titles().keys()


def test_a_rule_leads_to_its_claim(own_rules: OwnRules) -> None:
    own_rules.write("playbooks/resold.yaml", f"when: {{order.tags: resale}}\n{REST}")
    assert claims_by_rule(RESALE) == ("resold",)
    assert claims_by_rule(Situation(dispute(), facts(), None)) == ()
    assert playbook_for("resold").claim == "resold"
    assert has_rule("resold")
    assert not has_rule("fraudulent")


def test_the_most_exact_of_several_matching_rules_comes_first(own_rules: OwnRules) -> None:
    own_rules.write("playbooks/resold.yaml", f"when: {{order.tags: resale}}\n{REST}")
    own_rules.write("playbooks/a_gift.yaml", f"when: {{order.tags: gift}}\n{REST}")
    own_rules.write("playbooks/ticket.yaml", f"when: {{order.tags: gift, product_type: event_ticket}}\n{REST}")
    assert claims_by_rule(RESALE) == ("ticket", "a_gift", "resold")


def test_a_shipped_claim_may_be_reached_by_a_rule_too(own_rules: OwnRules) -> None:
    own_rules.write("playbooks/duplicate.yaml", f"when: {{order.tags: gift}}\n{REST}")
    assert claims_by_rule(RESALE) == ("duplicate",)


@pytest.mark.parametrize("rule", ["", "when: {}\n", "# when: nothing\n"])
def test_a_playbook_that_nothing_leads_to_is_refused(own_rules: OwnRules, rule: str) -> None:
    path = own_rules.write("playbooks/resold.yaml", rule + REST)
    with pytest.raises(InputError) as raised:
        claims_by_rule(RESALE)
    assert str(raised.value) == (
        f"{path}: nothing leads to the claim resold: no reason, network code or rule. "
        "Write the facts that lead to it under `when:`, such as `order.tags: resale`"
    )


def test_a_playbook_named_after_a_misspelt_claim_is_refused_with_the_claim_that_was_meant(own_rules: OwnRules) -> None:
    own_rules.write("playbooks/product_not_recieved.yaml", REST)
    with pytest.raises(InputError, match="product_not_recieved is not known, did you mean product_not_received"):
        playbooks_with_a_rule()


def test_a_wrong_rule_is_refused_with_file_and_line(own_rules: OwnRules) -> None:
    path = own_rules.write(
        "playbooks/resold.yaml", f"{REST}when:\n  reason: [general,\n    fradulent]\n  order.tag: a\n"
    )
    with pytest.raises(InputError) as raised:
        claims_by_rule(RESALE)
    assert str(raised.value) == (
        f"{path}:5: when.reason.1: reason fradulent is not known, did you mean fraudulent?; "
        f"{path}:6: when.order.tag: fact order.tag is not known, did you mean order.tags?"
    )
    assert playbook_for("fraudulent").claim == "fraudulent"  # what waits to be submitted continues


def test_a_merchants_own_base_applies_to_every_playbook(own_rules: OwnRules) -> None:
    shipped = rule_files()["playbooks/base.yaml"].content.decode()
    own_rules.write("playbooks/base.yaml", shipped.replace("handling: {usd: 100}", "handling: {usd: 777}"))
    assert playbook_for("fraudulent").decision.handling == {"usd": 777}

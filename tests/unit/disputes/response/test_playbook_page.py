"""The playbook as the DAG's page shows it."""

import pytest
from tests.unit.disputes.own_rules import OwnRules

from disputes.response.playbook_page import write_playbook_page

OWN = """
approval: {automatic_below: {}, at_deadline: submit, not_after_hours: 6, not_before_hours: 48}
missing_essential: leave
answers: {every: [withdrawn]}
fields:
  customer_name: {importance: helpful, fact: customer.name}
  receipt: {importance: essential, documents: [order_receipt, price_breakdown]}
products:
  physical_product: {customer_name: null}
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    return OwnRules(tmp_path, monkeypatch)


def test_the_page_says_who_approves_until_when_and_which_evidence_counts() -> None:
    page = write_playbook_page("fraudulent")
    assert "## The playbook `fraudulent`, as it is now" in page
    assert "approves by itself below 50.00 USD, 50.00 EUR, if nothing is in doubt" in page
    assert "12 hours before the bank's deadline" in page
    assert "| `customer_purchase_ip` | strong | the fact `checkout.ip` |" in page
    assert "| `billing_address` | strong | the template `billing_address` |" in page
    assert "| `uncategorized_file` | strong | our letter and `issuer_withdrawal`, " in page
    assert "### Additional evidence for a physical product" in page
    assert page == write_playbook_page("fraudulent")


def test_a_merchants_own_playbook_is_shown_instead_of_the_shipped_one(own) -> None:
    own.write("playbooks/fraudulent.yaml", OWN)
    page = write_playbook_page("fraudulent")
    assert "always asks a person" in page
    assert "is left to a person" in page
    assert "nobody has decided on by then is submitted" in page
    assert "The answer starts 48 hours after the dispute" in page
    assert "| `customer_name` | none | not given |" in page
    assert page.index("| `receipt` | essential |") < page.index("| `customer_name` | helpful |")


def test_a_playbook_that_cannot_be_read_is_reported_without_stopping_the_dag(own) -> None:
    own.write("playbooks/fraudulent.yaml", "approvals: {}")
    page = write_playbook_page("fraudulent")
    assert "cannot be read" in page
    assert "did you mean approval" in page


def test_a_reason_without_a_playbook_shows_the_general_one() -> None:
    assert "## The playbook `general`" in write_playbook_page("bank_cannot_process")

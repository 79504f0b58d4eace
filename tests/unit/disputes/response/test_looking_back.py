"""What a packet held and lacked, seen from the end of its round."""

from tests.unit.disputes.builders import manifest

from disputes.response.looking_back import look_back
from disputes.rules.loading import playbook_for

PLAYBOOK = playbook_for("fraudulent")


def test_it_says_what_was_held_what_was_missing_and_what_would_help_the_next_one():
    seen = look_back(manifest(), PLAYBOOK)
    assert seen.held == ("a delivery", "receipt: 1 page", "customer_name: text")
    assert seen.missing == ("shipping_address",)
    assert seen.helps_next == (
        "shipping_address (essential): the fact checkout.shipping_address",
        "receipt: a file that can be read; this one is not a PDF",
    )


def test_what_did_not_fit_and_what_spoke_against_us_is_listed_as_helping_next():
    cut = {"field": "access_activity_log", "characters": 9, "kept": 5, "notice": "cut", "continued_in": None}
    against = {"name": "admitted_fault", "problem": "our own message admits the fault", "facts": []}
    files = {"receipt": {"name": "receipt.pdf", "sha256": "5f" * 32, "bytes": 9, "pages": 3}}
    whole = {"strong": {"expected": ["receipt"], "given": ["receipt"]}}
    changes = {"shortened": [cut], "contradictions": [against], "refused": [], "files": files, "completeness": whole}
    seen = look_back(manifest(**changes), PLAYBOOK)
    assert "receipt: 3 pages" in seen.held
    assert seen.missing == ()
    assert seen.helps_next == (
        "a shorter file: the end of access_activity_log",
        "settle it with the customer before a dispute: our own message admits the fault",
    )


def test_the_most_important_missing_field_comes_first():
    completeness = {"helpful": {"expected": ["a", "b"], "given": ["b"]}, "essential": {"expected": ["c"]}}
    assert look_back(manifest(completeness=completeness), PLAYBOOK).missing == ("c", "a")

"""Choosing the merchant's documents by name."""

from datetime import date

from disputes.case.document_choice import choose_documents, choose_policies
from disputes.facts.facts import Fact, Facts
from disputes.rules.playbook import DocumentWish

DELIVERY = DocumentWish("proof_of_delivery", "shipping_documentation", "essential")
LABEL = DocumentWish("shipping_label", "shipping_documentation", "essential")
REFUNDS = DocumentWish("refund_policy", "refund_policy", "helpful")
CANCELLATION = DocumentWish("cancellation_policy", "cancellation_policy", "essential")


def test_documents_come_in_the_playbooks_order_then_by_name() -> None:
    names = ["shipping_label.png", "proof_of_delivery-2.pdf", "proof_of_delivery-1.jpg", "proof_of_delivery.pdf"]
    assert choose_documents(names, [DELIVERY, LABEL]) == (
        (DELIVERY, "proof_of_delivery-1.jpg"),
        (DELIVERY, "proof_of_delivery-2.pdf"),
        (DELIVERY, "proof_of_delivery.pdf"),
        (LABEL, "shipping_label.png"),
    )


def test_numbers_in_names_count_as_numbers() -> None:
    names = [f"proof_of_delivery{end}.pdf" for end in ("-10", "-2", "-02", "", "-b10", "-b9")]
    assert [name for _, name in choose_documents(names, [DELIVERY])] == [
        f"proof_of_delivery{end}.pdf" for end in ("-02", "-2", "-10", "-b9", "-b10", "")
    ]


def test_files_that_no_playbook_asks_for_are_ignored() -> None:
    assert choose_documents(["proof_of_deliveries.pdf", "notes.txt", "shipping_labels-1.pdf"], [DELIVERY, LABEL]) == ()


def test_a_document_in_an_unsupported_format_is_still_found() -> None:
    assert choose_documents(["shipping_label.tar.gz", "shipping_label"], [LABEL]) == (
        (LABEL, "shipping_label"),
        (LABEL, "shipping_label.tar.gz"),
    )


def test_a_document_may_serve_two_fields() -> None:
    other = DocumentWish("shipping_label", "customer_signature", "helpful")
    assert choose_documents(["shipping_label.pdf"], [LABEL, other]) == (
        (LABEL, "shipping_label.pdf"),
        (other, "shipping_label.pdf"),
    )


def test_only_the_policy_in_force_at_purchase_is_chosen() -> None:
    at = date(2026, 9, 1)
    facts = Facts({"policy.refund_version": Fact("2026-03.1", "shop", at)})
    library = [
        "refund_policy/2026-03.pdf",
        "refund_policy/2026-03.1.pdf",
        "refund_policy/2026-03.1",
        "refund_policy/2026-09.pdf",
        "cancellation_policy/2026-03.1.pdf",
    ]
    assert choose_policies(library, [DELIVERY, REFUNDS, CANCELLATION], facts) == (
        (REFUNDS, "refund_policy/2026-03.1.pdf"),
    )


def test_no_policy_is_chosen_without_a_known_version() -> None:
    assert choose_policies(["refund_policy/2026-03.pdf"], [REFUNDS], Facts()) == ()

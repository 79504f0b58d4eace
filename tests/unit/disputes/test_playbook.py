"""Playbooks: their content, and what is said about a broken one."""

from importlib.resources import files
from typing import get_args

import pytest

from disputes.errors import InputError
from disputes.evidence_fields import FILE_FIELDS, TEXT_FIELDS
from disputes.fact_types import ProductType
from disputes.playbook import DocumentWish, FieldPlan, Playbook, playbook_for, read_playbook

CLAIMS = (
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
)
PRODUCT_TYPES = get_args(ProductType)
BASE = b"fields: {receipt: {importance: strong, documents: [order_receipt]}}"
POLICY = b"approval: {automatic_below: {usd: 5000}, at_deadline: leave, not_after_hours: 12}\nmissing_essential: ask\n"


def read(text: bytes = b"", base: bytes = BASE) -> Playbook:
    return read_playbook("lost_parcel", POLICY + text, base=base)


def test_every_shipped_playbook_is_found_by_its_claim() -> None:
    shipped = {file.name.removesuffix(".yaml") for file in (files("disputes") / "playbooks").iterdir()}
    assert shipped == {*CLAIMS, "base"}
    assert [playbook_for(claim).claim for claim in CLAIMS] == list(CLAIMS)


@pytest.mark.parametrize("claim", ["insufficient_funds", "base", "../general", "a_new_reason"])
def test_a_claim_without_a_playbook_is_answered_by_the_general_one(claim: str) -> None:
    assert playbook_for(claim).claim == "general"


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("product_type", [*PRODUCT_TYPES, None])
def test_every_plan_argues_the_case_and_puts_the_letter_into_one_file(claim: str, product_type: str | None) -> None:
    plan = playbook_for(claim).plan(product_type)
    assert [field for field, how in plan.items() if how.letter] == ["uncategorized_file"]
    assert {"uncategorized_text", "receipt", "customer_communication", "product_description"} <= plan.keys()


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("product_type", [*PRODUCT_TYPES[1:], None])
def test_nothing_is_said_of_shipping_where_nothing_was_shipped(claim: str, product_type: str | None) -> None:
    plan = playbook_for(claim).plan(product_type)
    assert not [field for field in plan if field.startswith("shipping_")]


@pytest.mark.parametrize(
    ("claim", "product_type", "essential"),
    [
        (
            "fraudulent",
            "physical_product",
            "customer_communication shipping_address shipping_documentation uncategorized_text",
        ),
        ("fraudulent", "digital_product_or_service", "access_activity_log customer_communication uncategorized_text"),
        ("fraudulent", "offline_service", "customer_communication service_documentation uncategorized_text"),
        (
            "product_not_received",
            "physical_product",
            "shipping_address shipping_carrier shipping_documentation shipping_tracking_number",
        ),
        ("product_not_received", "digital_product_or_service", "access_activity_log"),
        ("product_not_received", "offline_service", "service_date service_documentation"),
        (
            "subscription_canceled",
            "digital_product_or_service",
            "access_activity_log cancellation_policy cancellation_policy_disclosure cancellation_rebuttal",
        ),
        (
            "subscription_canceled",
            "offline_service",
            "cancellation_policy cancellation_policy_disclosure cancellation_rebuttal",
        ),
        ("general", "physical_product", "receipt uncategorized_text"),
    ],
)
def test_what_a_case_rarely_stands_without(claim: str, product_type: str, essential: str) -> None:
    plan = playbook_for(claim).plan(product_type)
    assert sorted(field for field, how in plan.items() if how.importance == "essential") == essential.split()


def test_a_billing_address_is_never_the_shipping_address() -> None:
    for claim in CLAIMS:
        assert playbook_for(claim).plan("physical_product")["billing_address"].fact == "checkout.billing_address"


def test_a_claim_that_only_a_person_can_judge_always_asks_one() -> None:
    asking = {claim for claim in CLAIMS if not playbook_for(claim).approval.automatic_below}
    assert asking == {"debit_not_authorized", "general", "noncompliant", "product_unacceptable"}
    assert {playbook_for(claim).approval.at_deadline for claim in CLAIMS} == {"leave"}


def test_a_later_layer_replaces_or_takes_away_a_field() -> None:
    playbook = read(
        b"fields: {service_date: {importance: helpful, fact: service.date}}\n"
        b"products: {physical_product: {service_date: null, receipt: {importance: essential, documents: [a]}}}"
    )
    assert list(playbook.plan("offline_service")) == ["receipt", "service_date"]
    assert playbook.plan("physical_product") == {"receipt": FieldPlan(importance="essential", documents=("a",))}
    assert playbook.plan(None)["receipt"].documents == ("order_receipt",)


def test_a_variant_is_laid_over_its_own_type() -> None:
    playbook = read(
        b"products:\n"
        b"  offline_service:\n"
        b"    service_date: {importance: strong, fact: service.date}\n"
        b"    service_documentation: {importance: strong, documents: [a]}\n"
        b"  booking_reservation: {service_date: {importance: helpful, fact: booking.starts_at}}\n"
    )
    assert list(playbook.plan("event_ticket")) == ["receipt", "service_date", "service_documentation"]
    assert playbook.plan("booking_reservation")["service_documentation"].documents == ("a",)
    assert playbook.plan("booking_reservation")["service_date"].fact == "booking.starts_at"
    assert playbook.plan("offline_service")["service_date"].fact == "service.date"


def test_documents_come_with_the_most_important_fields_first() -> None:
    playbook = read(
        b"fields:\n"
        b"  customer_signature: {importance: helpful, documents: [c]}\n"
        b"  service_documentation: {importance: essential, documents: [b, a]}\n"
    )
    assert playbook.documents(None) == (
        DocumentWish("b", "service_documentation", "essential"),
        DocumentWish("a", "service_documentation", "essential"),
        DocumentWish("order_receipt", "receipt", "strong"),
        DocumentWish("c", "customer_signature", "helpful"),
    )


def test_the_evidence_fields_are_all_those_of_the_api() -> None:
    assert len(set(TEXT_FIELDS + FILE_FIELDS)) == len(TEXT_FIELDS + FILE_FIELDS) == 27


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"a: [", "lost_parcel.yaml: is no YAML"),
        (b"fields: {recipt: null}", "fields: evidence field recipt is not known, did you mean receipt?"),
        (
            b"fields: {receipt: {importance: strong, documnts: [a]}}",
            "fields.receipt.documnts is not known, did you mean documents?",
        ),
        (
            b"fields: {receipt: {importance: vital, documents: [a]}}",
            "fields.receipt.importance: Input should be 'essential'",
        ),
        (b"fields: {receipt: {importance: strong}}", "needs exactly one of fact, template, documents"),
        (b"fields: {receipt: {importance: strong, letter: true, fact: order.id}}", "needs exactly one of fact"),
        (b"fields: {receipt: {importance: strong, fact: order.id}}", "receipt is a file field"),
        (b"fields: {service_date: {importance: strong, documents: [a]}}", "service_date is a text field"),
        (
            b"fields: {service_date: {importance: strong, fact: service.dat}}",
            "service.dat is not known, did you mean service.date?",
        ),
        (b"products: {car: {}}", "products.car"),
        (b"products: {offline_service: {x: null}}", "products.offline_service: evidence field x is not known"),
        (b"relatd: []", "relatd is not known, did you mean related?"),
    ],
)
def test_a_broken_playbook_is_refused_with_file_and_place(text: bytes, problem: str) -> None:
    with pytest.raises(InputError) as raised:
        read(text)
    assert problem in str(raised.value)
    assert str(raised.value).startswith("lost_parcel.yaml: ")


def test_a_broken_base_is_named_as_the_base() -> None:
    with pytest.raises(InputError, match=r"^base\.yaml: is no mapping"):
        read(base=b"[]")
    with pytest.raises(InputError, match=r"^base\.yaml: fields: Field required"):
        read(base=b"{}")

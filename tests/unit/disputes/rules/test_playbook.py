"""Playbooks: their content, and what is said about a broken one."""

import re
from collections.abc import Callable
from typing import get_args

import pytest
from tests.unit.disputes.builders import CLAIMS
from tests.unit.disputes.own_rules import OwnRules

from disputes.errors import InputError
from disputes.evidence_fields import FILE_FIELDS, TEXT_FIELDS
from disputes.facts.types import ProductType
from disputes.rules.loading import playbook_for
from disputes.rules.playbook import DocumentWish, FieldPlan, Playbook
from disputes.rules.rule_files import PLAYBOOKS, names_in

PRODUCT_TYPES = get_args(ProductType)
BASE = b"""\
decision: {win_rates: {complete: 0.5, partial: 0.2, poor: 0.1}, countered_fee: {usd: 1500}, handling: {usd: 500}}
fields: {receipt: {importance: strong, documents: [order_receipt]}}
"""
POLICY = b"approval: {automatic_below: {usd: 5000}, at_deadline: leave, not_after_hours: 12}\nmissing_essential: ask\n"


Read = Callable[..., Playbook]


@pytest.fixture
def read(own_rules: OwnRules) -> Read:
    """Reads the playbook of a merchant's own claim."""

    def read(text: bytes = b"", base: bytes = BASE) -> Playbook:
        own_rules.write("playbooks/base.yaml", base)
        own_rules.write("playbooks/lost_parcel.yaml", POLICY + text)
        return playbook_for("lost_parcel")

    return read


def test_every_shipped_playbook_is_found_by_its_claim() -> None:
    assert names_in(PLAYBOOKS) == {*CLAIMS, "base"}
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
def test_no_shipping_field_is_planned_where_nothing_was_shipped(claim: str, product_type: str | None) -> None:
    plan = playbook_for(claim).plan(product_type)
    assert not [field for field in plan if field.startswith("shipping_")]


@pytest.mark.parametrize(
    ("claim", "product_type", "essential"),
    [
        (
            "fraudulent",
            "physical_product",
            "customer_communication shipping_address shipping_documentation",
        ),
        ("fraudulent", "digital_product_or_service", "access_activity_log customer_communication"),
        ("fraudulent", "offline_service", "customer_communication service_documentation"),
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
        ("general", "physical_product", "receipt"),
    ],
)
def test_each_plan_has_its_essential_fields(claim: str, product_type: str, essential: str) -> None:
    plan = playbook_for(claim).plan(product_type)
    assert sorted(field for field, how in plan.items() if how.importance == "essential") == essential.split()


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("product_type", [*PRODUCT_TYPES, None])
def test_the_access_report_is_asked_for_exactly_where_the_access_log_is_given(
    claim: str, product_type: str | None
) -> None:
    playbook = playbook_for(claim)
    wished = {wish.document for wish in playbook.documents(product_type)}
    assert ("access_report" in wished) == ("access_activity_log" in playbook.plan(product_type))


def test_a_billing_address_is_never_the_shipping_address() -> None:
    for claim in CLAIMS:
        assert playbook_for(claim).plan("physical_product")["billing_address"].template == "billing_address"


def test_a_claim_that_only_a_person_can_judge_always_asks_a_person() -> None:
    asking = {claim for claim in CLAIMS if not playbook_for(claim).approval.automatic_below}
    assert asking == {"debit_not_authorized", "general", "noncompliant", "product_unacceptable"}
    assert {playbook_for(claim).approval.at_deadline for claim in CLAIMS} == {"leave"}


def test_a_later_layer_replaces_or_removes_a_field(read: Read) -> None:
    playbook = read(
        b"fields: {service_date: {importance: helpful, fact: service.date}}\n"
        b"products: {physical_product: {service_date: null, receipt: {importance: essential, documents: [a]}}}"
    )
    assert list(playbook.plan("offline_service")) == ["receipt", "service_date"]
    assert playbook.plan("physical_product") == {"receipt": FieldPlan(importance="essential", documents=("a",))}
    assert playbook.plan(None)["receipt"].documents == ("order_receipt",)


def test_a_variant_overrides_the_fields_of_its_product_type(read: Read) -> None:
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


def test_documents_of_the_most_important_fields_come_first(read: Read) -> None:
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
        (b"a: [", "4: is not YAML: did not find"),
        (b"a: \xff", ": is not YAML: "),
        (b"fields: {recipt: null}", "3: fields.recipt: evidence field recipt is not known, did you mean receipt?"),
        (
            b"fields:\n  receipt:\n    importance: strong\n    documnts: [a]",
            "6: fields.receipt.documnts is not known, did you mean documents?",
        ),
        (
            b"fields:\n  receipt: {documents: [a],\n    importance: strnog}",
            "5: fields.receipt.importance: strnog is not known, did you mean strong?",
        ),
        (
            b"fields: {receipt: {importance: vital, documents: [a]}}",
            "3: fields.receipt.importance: vital is not known; use one of essential, helpful, strong",
        ),
        (b"fields: {receipt: {importance: 5, documents: [a]}}", "3: fields.receipt.importance: Input should be 'ess"),
        (
            b"fields:\n  receipt: {importance: strong}",
            "4: fields.receipt: needs exactly one of fact, template, documents",
        ),
        (b"fields: {receipt: {importance: strong, letter: true, fact: order.id}}", "needs exactly one of fact"),
        (b"fields:\n  receipt: {importance: strong, fact: order.id}", "4: fields.receipt: receipt is a file field"),
        (b"fields: {service_date: {importance: strong, documents: [a]}}", "service_date is a text field"),
        (
            b"fields: {service_date: {importance: strong, fact: service.dat}}",
            "service.dat is not known, did you mean service.date?",
        ),
        (
            b"fields: {product_description: {importance: strong,\n  template: product_descripton}}",
            "4: fields.product_description.template: template product_descripton is not known, did you mean product_d",
        ),
        (
            b"fields:\n  receipt: {importance: strong, documents: [a_new_one,\n  order_reciept]}",
            "5: fields.receipt.documents.1: document order_reciept is not known, did you mean order_receipt?",
        ),
        (
            b"products:\n  ofline_service: {}",
            "4: products.ofline_service: ofline_service is not known, did you mean off",
        ),
        (b"products: {offline_service: {x: null}}", "3: products.offline_service.x: evidence field x is not known"),
        (b"relatd: []", "3: relatd is not known, did you mean related?"),
        (
            b"related:\n- invoices\n- prior_charge",
            "5: related.1: prior_charge is not known, did you mean prior_charges?",
        ),
        (b"decision:\n  win_rates: {complete: 2, partial: 0, poor: 0}", "4: decision.win_rates.complete: Input should"),
        (b"decision: {acept: ask}", "3: decision.acept is not known, did you mean accept?"),
        (b"decision: {accept: automatical}", "decision.accept: automatical is not known, did you mean automatic?"),
        (b"decision: {minimum_rounds: 9}", "3: decision.minimum_rounds: Input should be greater than or equal to 10"),
        (b"answers: {every: [deliverd]}", "3: answers.every.0: answer deliverd is not known, did you mean delivered?"),
        (b"decision: ask", "3: decision: Input should be a valid dictionary"),
        (
            b"relatd: []\nfilds: {}",
            "3: relatd is not known, did you mean related?; lost_parcel.yaml:4: filds is not kn",
        ),
        (b"related: []\nrelated: []", "4: related is given twice, first in line 3"),
    ],
)
def test_a_broken_playbook_is_refused_with_file_line_and_place(read: Read, text: bytes, problem: str) -> None:
    with pytest.raises(InputError) as raised:
        read(text)
    told = re.sub(r"/\S+/", "", str(raised.value))
    assert told.startswith(f"lost_parcel.yaml{problem}" if problem[0] == ":" else "lost_parcel.yaml:")
    assert problem in told


def test_a_broken_base_is_named_as_the_base(read: Read) -> None:
    with pytest.raises(InputError, match=r"/base\.yaml: is not a mapping"):
        read(base=b"[]")
    with pytest.raises(InputError, match=r"/base\.yaml:1: decision: Field required"):
        read(base=b"{}")


def test_a_claim_may_override_single_members_of_the_decision_policy(read: Read) -> None:
    assert read(b"decision: {accept: never, handling: {usd: 900}}").decision == read().decision.model_copy(
        update={"accept": "never", "handling": {"usd": 900}}
    )


def test_shipped_policies_only_recommend_spending_money() -> None:
    for claim in CLAIMS:
        policy = playbook_for(claim).decision
        assert (policy.accept, policy.refund, policy.minimum_rounds) == ("ask", "ask", 10)

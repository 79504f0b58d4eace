"""The two earlier charges of Visa Compelling Evidence 3.0, chosen by the rules or not at all."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.disputes.builders import CREATED
from tests.unit.disputes.builders import dispute as stripe_dispute
from tests.unit.disputes.pages import facts

from disputes.packet.compelling_evidence import CE3, Compelling, compelling_evidence, read_eligibility

PRIOR = "prior_undisputed_transactions"
MADE = datetime.fromtimestamp(CREATED, UTC)
ADDRESS = {"line1": "1 Main St", "city": "Salem", "state": "OR", "postal_code": "97301", "country": "US"}
DISPUTED = {
    "checkout.ip": "203.0.113.7",
    "checkout.device_fingerprint": "f" * 20,
    "checkout.device_id": "d" * 15,
    "checkout.shipping_address": ADDRESS,
    "customer.email": "ada@example.com",
    "customer.account_id": "ada",
}
IN_ORDER = {
    "checkout.ip": "ip",
    "checkout.device_fingerprint": "device_fingerprint",
    "checkout.device_id": "device_id",
    "checkout.shipping_address": "shipping_address",
    "customer.email": "email",
    "customer.account_id": "account_id",
}
SENT = {
    "checkout.ip": "customer_purchase_ip",
    "checkout.device_fingerprint": "customer_device_fingerprint",
    "checkout.device_id": "customer_device_id",
    "checkout.shipping_address": "shipping_address",
    "customer.email": "customer_email_address",
    "customer.account_id": "customer_account_id",
}
MAIN = {"checkout.ip", "checkout.device_fingerprint", "checkout.device_id"}
ALL = frozenset(DISPUTED)


def ago(days: float) -> str:
    return (MADE - timedelta(days=days)).isoformat()


def order(charge: str, elements: Any = ALL, days: float = 200, **changes: Any) -> dict[str, Any]:
    same = {IN_ORDER[name]: DISPUTED[name] for name in elements}
    about = {"charge": charge, "created": ago(days), "amount": 3900, "product_description": "Wool blanket"}
    return about | same | changes


def found(
    *orders: dict[str, Any], prior: Any = None, dispute: Any = None, product_type: Any = "physical_product", **more: Any
) -> Compelling:
    """The result for a dispute with Visa's code 10.4 whose charge has all the elements.

    :param prior: the charges that nobody disputed; None: those of the orders
    """
    told = [
        {"charge": one["charge"], "created": one["created"], "amount": one["amount"], "currency": "usd"}
        for one in (orders if prior is None else prior)
    ]
    known = {
        "charge.created": MADE.isoformat(),
        "product.name": "Linen sheet",
        "history.prior_undisputed": told,
        "history.prior_orders": list(orders),
        **DISPUTED,
        **more,
    }
    held = facts({name: value for name, value in known.items() if value is not None})
    made = compelling_evidence(dispute or stripe_dispute(), held, product_type)
    assert made is not None
    return made


def given_by_stripe(**ce3: Any) -> Any:
    return stripe_dispute(evidence={"enhanced_evidence": {CE3: ce3}})


def pair(made: Compelling) -> list[str]:
    return [one["charge"] for one in made.evidence["prior_undisputed_transactions"]]


def test_two_charges_with_everything_in_common_are_sent_with_all_elements() -> None:
    made = found(order("ch_a", days=200), order("ch_b", days=300))
    elements = {SENT[name]: value for name, value in DISPUTED.items()}
    prior = elements | {"product_description": "Wool blanket"}
    assert made.evidence == {
        "disputed_transaction": elements
        | {"product_description": "Linen sheet", "merchandise_or_services": "merchandise"},
        "prior_undisputed_transactions": [prior | {"charge": "ch_a"}, prior | {"charge": "ch_b"}],
    }
    assert made.said.startswith("qualifies with ch_a and ch_b, which share with this charge: customer")
    assert made.facts == {
        "charge.created",
        "history.prior_orders",
        "history.prior_undisputed",
        "product.name",
        *DISPUTED,
    }


def test_elements_that_are_not_in_common_are_not_sent() -> None:
    made = found(order("ch_a", {"checkout.ip", "customer.email"}), order("ch_b"))
    assert {*made.evidence["disputed_transaction"]} == {
        "customer_purchase_ip",
        "customer_email_address",
        "product_description",
        "merchandise_or_services",
    }
    assert all("customer_account_id" not in one for one in made.evidence["prior_undisputed_transactions"])
    assert "customer.account_id" not in made.facts


@pytest.mark.parametrize(
    ("product_type", "category"),
    [
        ("physical_product", "merchandise"),
        ("digital_product_or_service", "services"),
        ("booking_reservation", "services"),
    ],
)
def test_the_product_type_decides_visas_category(product_type: str, category: str) -> None:
    made = found(order("ch_a"), order("ch_b"), product_type=product_type)
    assert made.evidence["disputed_transaction"]["merchandise_or_services"] == category


def test_the_items_of_the_order_describe_a_product_without_a_name() -> None:
    items = [{"description": "Cup"}, {"description": "Saucer"}]
    made = found(order("ch_a"), order("ch_b"), **{"product.name": None, "order.items": items})
    assert made.evidence["disputed_transaction"]["product_description"] == "Cup; Saucer"
    assert {"order.items"} == made.facts & {"order.items", "product.name"}


def test_stripes_charge_fills_in_what_the_order_lacks() -> None:
    charge = {"currency": "usd", "email": "ada@example.com", "description": "Blanket", "amount": 1}
    charges = [{"charge": name, "created": ago(200), **charge} for name in ("ch_a", "ch_b")]
    bare = [order(name, {"checkout.ip"}, product_description=None) for name in ("ch_a", "ch_b")]
    made = found(*bare, **{"history.prior_undisputed": charges})
    assert made.evidence["prior_undisputed_transactions"][0] == {
        "charge": "ch_b",
        "customer_purchase_ip": "203.0.113.7",
        "customer_email_address": "ada@example.com",
        "product_description": "Blanket",
    }


@pytest.mark.parametrize("changes", [{"reason": "fraudulent", "code": "10.5"}, {"network": "mastercard"}])
def test_no_other_dispute_is_considered_for_compelling_evidence(changes: dict[str, str]) -> None:
    card = {"network": "visa", "network_reason_code": changes.get("code", "10.4"), **changes}
    of = stripe_dispute(payment_method_details={"type": "card", "card": card})
    assert compelling_evidence(of, facts({}), "physical_product") is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"product_type": None}, "the product type is unknown"),
        ({"product.name": None}, "it is not known what was sold"),
        ({"product.name": "x" * 5_001}, "it is not known what was sold"),
        ({"charge.created": None}, "it is not known when the charge was made"),
        ({"prior": []}, "0 earlier undisputed charges are 120 to 364 days older; two are needed"),
        ({"history.prior_undisputed": None}, "0 earlier undisputed charges"),
        ({"history.prior_orders": None}, "it is not known what was sold in ch_a, ch_b"),
        ({"prior": [order("ch_a")]}, "1 earlier undisputed charges are 120 to 364 days older"),
        ({"dispute": stripe_dispute(enhanced_eligibility_types=[])}, "Stripe does not offer it for this dispute"),
        ({"checkout.ip": None, "checkout.device_fingerprint": "f" * 19, "checkout.device_id": "d" * 14}, "no two"),
        ({"checkout.ip": "203.0.113.8", "checkout.device_fingerprint": None, "checkout.device_id": None}, "no two"),
        (
            {
                "checkout.ip": None,
                "customer.email": None,
                "customer.account_id": None,
                "checkout.shipping_address": ADDRESS | {"state": None},
            },
            "no two earlier charges share a purchase IP or a device, and one further element, with this charge",
        ),
    ],
)
def test_a_dispute_that_does_not_qualify_says_why_and_sends_nothing(changes: dict[str, Any], why: str) -> None:
    made = found(order("ch_a"), order("ch_b"), **changes)
    assert made.said.startswith(f"does not qualify: {why}")
    assert (made.evidence, made.facts) == ({}, frozenset())


@pytest.mark.parametrize("types", [None, [CE3]])
def test_the_rules_decide_where_stripe_offers_it_or_says_nothing(types: Any) -> None:
    of = stripe_dispute(enhanced_eligibility_types=types)
    assert found(order("ch_a"), order("ch_b"), dispute=of).said.startswith("qualifies")


@pytest.mark.parametrize("days", [119.99, 364.01, -1])
@pytest.mark.parametrize("allowed", [120, 364])
def test_only_a_charge_120_to_364_days_older_counts(days: float, allowed: float) -> None:
    assert pair(found(order("ch_a", days=allowed), order("ch_b"), order("ch_c", days=days))) == sorted(
        ["ch_a", "ch_b"], key=lambda charge: {"ch_a": allowed, "ch_b": 200}[charge]
    )


@pytest.mark.parametrize("changes", [{"amount": 0}, {"charge": "ch_1"}, {"charge": "pp_1"}, {"charge": "1001"}])
def test_validations_the_disputed_charge_itself_and_charges_outside_stripe_do_not_count(
    changes: dict[str, Any],
) -> None:
    assert found(order("ch_a"), order("ch_b") | changes).said.startswith("does not qualify: 1 earlier")


def test_a_stripe_payment_counts_as_a_charge() -> None:
    assert pair(found(order("ch_a"), order("py_b"))) == ["py_b", "ch_a"]


@pytest.mark.parametrize(("email", "alike"), [("Ada@Example.COM", True), ("ada+x@example.com", False)])
def test_e_mail_addresses_are_compared_ignoring_case(email: str, alike: bool) -> None:
    needed = {"checkout.ip", "customer.email"}
    made = found(order("ch_a", needed, email=email), order("ch_b", needed), **dict.fromkeys(ALL - needed))
    assert made.said.startswith("qualifies") is alike
    sent = {one["charge"]: one["customer_email_address"] for one in made.evidence.get(PRIOR, ())}
    assert sent == ({"ch_a": email, "ch_b": "ada@example.com"} if alike else {})


def test_a_charge_disputed_as_fraud_does_not_count() -> None:
    fraud = [{"charge": "ch_b", "created": ago(200), "amount": 1, "currency": "usd"}]
    made = found(order("ch_a"), order("ch_b"), **{"history.prior_disputed_fraud": fraud})
    assert made.said.startswith("does not qualify: 1 earlier")


def test_values_that_stripe_filled_in_stay_and_are_completed() -> None:
    of = given_by_stripe(
        disputed_transaction={
            "customer_purchase_ip": "203.0.113.7",
            "product_description": "As Stripe knows it",
            "customer_account_id": None,
        },
        prior_undisputed_transactions=[
            {"charge": "ch_old", "customer_purchase_ip": "203.0.113.7", "product_description": "Cup"},
            {"charge": "ch_b", "customer_purchase_ip": "203.0.113.7"},
        ],
    )
    made = found(order("ch_a"), order("ch_b"), order("ch_old", {"customer.email"}, days=10), dispute=of)
    assert "product_description" not in made.evidence["disputed_transaction"]
    assert "customer_purchase_ip" not in made.evidence["disputed_transaction"]
    assert {*pair(made)} == {"ch_old", "ch_b"}
    whole = {one["charge"]: one for one in made.evidence["prior_undisputed_transactions"]}
    assert whole["ch_old"] == {
        "charge": "ch_old",
        "customer_purchase_ip": "203.0.113.7",
        "customer_email_address": "ada@example.com",
        "product_description": "Cup",
    }
    assert whole["ch_b"]["product_description"] == "Wool blanket"
    assert "charge.created" not in made.facts


def test_nothing_is_sent_where_stripe_filled_in_everything() -> None:
    prior = {"customer_purchase_ip": "192.0.2.1", "customer_account_id": "ada", "product_description": "Cup"}
    of = given_by_stripe(
        disputed_transaction=prior | {"merchandise_or_services": "services"},
        prior_undisputed_transactions=[prior | {"charge": "ch_x"}, prior | {"charge": "ch_y"}],
    )
    made = found(dispute=of, product_type=None, **dict.fromkeys(DISPUTED))
    assert made.said.startswith("qualifies with ch_y and ch_x")
    assert (made.evidence, made.facts) == ({}, frozenset())


def test_a_charge_chosen_by_stripe_is_paired_with_the_best_other_one() -> None:
    of = given_by_stripe(
        prior_undisputed_transactions=[
            {"charge": "ch_c", "customer_purchase_ip": "203.0.113.7", "customer_email_address": "ada@example.com"}
        ]
    )
    orders = [order("ch_a", days=150), order("ch_b", {"checkout.ip"}, days=130), order("ch_c", (), days=20)]
    assert {*pair(found(*orders, dispute=of))} == {"ch_a", "ch_c"}
    undescribed = [*orders[:2], order("ch_c", (), product_description=None)]
    assert found(*undescribed, dispute=of).said == "does not qualify: it is not known what was sold in ch_c"


def matched(one: dict[str, Any]) -> frozenset[str]:
    return frozenset(name for name, in_order in IN_ORDER.items() if one.get(in_order) == DISPUTED[name])


def counted(elements: frozenset[str]) -> int:
    """Elements, those of a device as one."""
    return len({"device" if "device" in name else name for name in elements})


def allowed(one: dict[str, Any], days: float) -> bool:
    return 120 <= days <= 364 and one["amount"] > 0 and one.get("product_description") is not None


HISTORIES = st.lists(
    st.tuples(
        st.frozensets(st.sampled_from(sorted(ALL))),
        st.frozensets(st.sampled_from(sorted(ALL))),
        st.sampled_from([60, 119, 120, 121, 200, 300, 364, 366]),
        st.sampled_from([0, 100]),
        st.sampled_from(["Cup", None]),
    ),
    max_size=8,
)
OTHER = {
    "ip": "192.0.2.9",
    "device_fingerprint": "x" * 20,
    "device_id": "y" * 15,
    "shipping_address": ADDRESS | {"line1": "2 Side St"},
    "email": "bob@example.com",
    "account_id": "bob",
}


@given(history=HISTORIES, seed=st.randoms(use_true_random=False))
def test_the_chosen_pair_keeps_every_rule_and_no_other_pair_is_better(history: list[Any], seed: Any) -> None:
    orders, days = [], {}
    for number, (same, other, age, amount, description) in enumerate(history):
        charge = f"ch_earlier_{number}"
        orders.append(
            order(charge, same, age, amount=amount, product_description=description)
            | {IN_ORDER[name]: OTHER[IN_ORDER[name]] for name in other - same}
        )
        days[charge] = age
    made = found(*orders)
    seed.shuffle(orders)
    assert found(*orders) == made

    by_charge = {one["charge"]: one for one in orders}
    good = {}
    for two in combinations([charge for charge, one in by_charge.items() if allowed(one, days[charge])], 2):
        elements = matched(by_charge[two[0]]) & matched(by_charge[two[1]])
        if elements & MAIN and counted(elements) >= 2:
            good[frozenset(two)] = (counted(elements), [-age for age in sorted(days[charge] for charge in two)])
    if not good:
        assert made.said.startswith("does not qualify: ")
        assert made.evidence == {}
        return
    assert good[frozenset(pair(made))] == max(good.values())
    disputed = made.evidence["disputed_transaction"]
    for prior in made.evidence["prior_undisputed_transactions"]:
        assert prior["product_description"]
        assert {name: prior[name] for name in prior.keys() - {"charge", "product_description"}} == {
            name: disputed[name] for name in disputed.keys() - {"merchandise_or_services", "product_description"}
        }


NEEDED = [{"checkout.ip", "checkout.device_fingerprint"}, {"checkout.ip", "checkout.device_id"}] + [
    {main, secondary} for main in sorted(MAIN) for secondary in sorted(ALL - MAIN)
]


@pytest.mark.parametrize("needed", NEEDED, ids=lambda needed: " ".join(sorted(needed)))
@pytest.mark.parametrize("without", [0, 1])
@pytest.mark.parametrize("of", ["disputed", "ch_a", "ch_b"])
def test_two_elements_are_enough_and_without_either_the_dispute_does_not_qualify(
    needed: set[str], without: int, of: str
) -> None:
    only = dict.fromkeys(ALL - needed)
    assert found(order("ch_a", needed), order("ch_b", needed), **only).said.startswith("qualifies")
    gone = sorted(needed)[without]
    orders = [order(charge, needed - {gone} if charge == of else needed) for charge in ("ch_a", "ch_b")]
    made = found(*orders, **only, **({gone: None} if of == "disputed" else {}))
    assert made.said.startswith("does not qualify: no two earlier charges share")


def test_two_identifiers_of_a_device_count_as_one_element() -> None:
    device = {"checkout.device_fingerprint", "checkout.device_id"}
    assert found(order("ch_a", device), order("ch_b", device)).said.startswith("does not qualify: no two")


def test_eligibility_is_read_as_stripe_gives_it() -> None:
    said = {CE3: {"status": "requires_action", "required_actions": ["missing_customer_identifiers"]}}
    assert read_eligibility({"evidence_details": {"enhanced_eligibility": said}}) == said
    fee = {"visa_compliance": {"status": "requires_fee_acknowledgement"}}
    assert read_eligibility({"evidence_details": {"enhanced_eligibility": fee}}) == fee


@pytest.mark.parametrize("details", [None, {}, {"enhanced_eligibility": {}}])
def test_there_is_no_eligibility_where_stripe_gives_none(details: Any) -> None:
    assert read_eligibility({"evidence_details": details}) is None

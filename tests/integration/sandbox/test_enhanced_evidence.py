"""Enhanced evidence over the wire: Visa Compelling Evidence 3.0 and the networks' compliance fees."""

import copy
import json
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import stripe

ADDRESS = {"line1": "1 Pier Road", "city": "Portland", "state": "ME", "postal_code": "04101", "country": "US"}
SAME = {
    "customer_purchase_ip": "198.51.100.7",
    "customer_device_id": "device-000000001",
    "customer_device_fingerprint": "f" * 20,
    "customer_account_id": "A-1",
    "customer_email_address": "ann@example.com",
    "shipping_address": ADDRESS,
}
CARD = {"card": {"network": "visa", "case_type": "chargeback", "network_reason_code": "10.4"}}
ALL_MISSING = [
    "missing_customer_identifiers",
    "missing_disputed_transaction_description",
    "missing_merchandise_or_services",
    "missing_prior_undisputed_transactions",
]


@pytest.fixture
def seeds_folder(seeds_folder):
    """One customer's card: a disputed charge, and earlier ones of which two count."""

    def write(collection, object_id, thing):
        path = seeds_folder / "stripe" / collection / f"{object_id}.json"
        path.write_text(json.dumps(thing), "utf-8")

    card = {"payment_method_details": {"card": {"fingerprint": "Ann4242"}}}
    for charge, created in {"ch_now": "@-30d", "ch_old": "@-200d", "ch_older": "@-390d", "ch_new": "@-140d"}.items():
        write("charges", charge, {"amount": 900, "created": created, **card})
    write("charges", "ch_ancient", {"amount": 900, "created": "@-400d", **card})
    write("charges", "ch_unpaid", {"amount": 900, "created": "@-210d", "paid": False, **card})
    write("charges", "ch_other_card", {"amount": 900, "created": "@-210d"})
    write("charges", "ch_disputed", {"amount": 900, "created": "@-210d", **card})
    opened = {"amount": 900, "created": "@-3d", "evidence_details": {"due_by": "@+9d end"}}
    visa = {**opened, "charge": "ch_now", "payment_method_details": CARD}
    write("disputes", "du_visa", {**visa, "enhanced_eligibility_types": ["visa_compelling_evidence_3"]})
    write("disputes", "du_disputed", {**opened, "charge": "ch_disputed", "payment_method_details": CARD})
    for network in ("visa", "mastercard"):
        details = {"card": {"network": network, "case_type": "compliance"}}
        write("disputes", f"du_{network}_rules", {**opened, "charge": "ch_calm", "payment_method_details": details})
    return seeds_folder


@pytest.fixture
def api(running):
    return running.client().v1


def ce3(priors=("ch_old", "ch_older"), elements=("customer_purchase_ip", "customer_account_id"), **disputed):
    same = {name: SAME[name] for name in elements}
    return {
        "disputed_transaction": {
            **same,
            "merchandise_or_services": "merchandise",
            "product_description": "Six mugs",
            **disputed,
        },
        "prior_undisputed_transactions": [
            {"charge": charge, "product_description": "Two mugs", **copy.deepcopy(same)} for charge in priors
        ],
    }


def stage(api, evidence, dispute_id="du_visa", kind="visa_compelling_evidence_3"):
    enhanced = {kind: evidence} if evidence != "" else ""
    staged = api.disputes.update(dispute_id, {"evidence": {"enhanced_evidence": enhanced}, "submit": False})
    return staged.evidence_details.enhanced_eligibility[kind]


def test_a_new_dispute_lists_what_is_missing(api):
    dispute = api.disputes.retrieve("du_visa")
    found = dispute.evidence_details.enhanced_eligibility.visa_compelling_evidence_3
    assert (found.status, found.required_actions) == ("requires_action", ALL_MISSING)
    assert dispute.enhanced_eligibility_types == ["visa_compelling_evidence_3"]
    assert api.disputes.retrieve("du_1").evidence_details.enhanced_eligibility.to_dict() == {}


@pytest.mark.parametrize(
    "elements",
    [
        ("customer_purchase_ip", "customer_account_id"),
        ("customer_purchase_ip", "customer_device_id"),
        ("customer_device_fingerprint", "customer_email_address"),
        ("customer_device_id", "shipping_address"),
    ],
)
def test_two_earlier_charges_with_two_shared_elements_qualify(api, elements):
    found = stage(api, ce3(elements=elements))
    assert (found.status, found.required_actions) == ("qualified", [])


@pytest.mark.parametrize(
    "elements",
    [
        (),
        ("customer_purchase_ip",),
        ("customer_device_id", "customer_device_fingerprint"),
        ("customer_account_id", "customer_email_address", "shipping_address"),
    ],
)
def test_too_few_shared_elements_are_reported(api, elements):
    found = stage(api, ce3(elements=elements))
    assert (found.status, found.required_actions) == ("requires_action", ["missing_customer_identifiers"])


@pytest.mark.parametrize(
    "other",
    [
        {"customer_purchase_ip": "198.51.100.8"},
        {"customer_account_id": ""},
    ],
)
def test_an_element_must_be_the_same_in_all_three_charges(api, other):
    evidence = ce3()
    evidence["prior_undisputed_transactions"][1] |= other
    assert stage(api, evidence).required_actions == ["missing_customer_identifiers"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("customer_device_fingerprint", "f" * 19),
        ("customer_device_id", "d" * 14),
        ("shipping_address", {**ADDRESS, "postal_code": ""}),
    ],
)
def test_a_short_device_id_or_a_partial_address_does_not_count(api, name, value):
    second = "customer_purchase_ip" if name == "shipping_address" else "customer_email_address"
    evidence = ce3(elements=(second,))
    for transaction in (evidence["disputed_transaction"], *evidence["prior_undisputed_transactions"]):
        transaction[name] = value
    assert stage(api, evidence).required_actions == ["missing_customer_identifiers"]


def test_missing_descriptions_are_reported_one_by_one(api):
    evidence = ce3(product_description="")
    del evidence["prior_undisputed_transactions"][0]["product_description"]
    del evidence["disputed_transaction"]["merchandise_or_services"]
    assert stage(api, evidence).required_actions == [
        "missing_disputed_transaction_description",
        "missing_merchandise_or_services",
        "missing_prior_undisputed_transaction_description",
    ]


@pytest.mark.parametrize("priors", [(), ("ch_old",)])
def test_too_few_earlier_charges_are_reported(api, priors):
    found = stage(api, ce3(priors))
    assert (found.status, found.required_actions) == ("requires_action", ["missing_prior_undisputed_transactions"])


@pytest.mark.parametrize("prior", ["ch_new", "ch_ancient", "ch_unpaid", "ch_other_card", "ch_disputed", "ch_older"])
def test_an_ineligible_earlier_charge_does_not_qualify(api, prior):
    found = stage(api, ce3(("ch_older", prior)))
    assert (found.status, found.required_actions) == ("not_qualified", [])


def test_three_earlier_charges_or_another_reason_code_do_not_qualify(api):
    assert stage(api, ce3(("ch_old", "ch_older", "ch_new"))).status == "not_qualified"
    assert stage(api, ce3(), "du_2").status == "not_qualified"


def test_an_earlier_charge_must_exist(api):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        stage(api, ce3(("ch_old", "ch_no")))
    param = "evidence[enhanced_evidence][visa_compelling_evidence_3][prior_undisputed_transactions][1][charge]"
    assert (caught.value.code, caught.value.param) == ("resource_missing", param)


def test_an_update_merges_and_omitted_fields_read_as_null(api):
    stage(api, ce3())
    stage(api, {"disputed_transaction": {"product_description": "Six blue mugs", "customer_account_id": ""}})
    held = api.disputes.retrieve("du_visa").evidence.enhanced_evidence.visa_compelling_evidence_3

    assert held.disputed_transaction.product_description == "Six blue mugs"
    assert held.disputed_transaction.customer_account_id is None
    assert held.disputed_transaction.customer_purchase_ip == SAME["customer_purchase_ip"]
    assert held.disputed_transaction.shipping_address is None
    assert [prior.charge for prior in held.prior_undisputed_transactions] == ["ch_old", "ch_older"]


def test_all_enhanced_evidence_can_be_cleared_at_once(api):
    stage(api, ce3())
    found = stage(api, "")
    assert (found.status, found.required_actions) == ("requires_action", ALL_MISSING)
    assert api.disputes.retrieve("du_visa").evidence.enhanced_evidence.to_dict() == {}


@pytest.mark.parametrize(
    ("pair", "param"),
    [
        (("[disputed_transaction][colour]", "blue"), "[disputed_transaction][colour]"),
        (
            ("[prior_undisputed_transactions][0][product_description]", "x"),
            "[prior_undisputed_transactions][0][charge]",
        ),
        (("[disputed_transaction][merchandise_or_services]", ""), "[disputed_transaction][merchandise_or_services]"),
        (("", ""), ""),
    ],
)
def test_nested_parameters_are_checked(running, pair, param):
    prefix = "evidence[enhanced_evidence][visa_compelling_evidence_3]"
    body = urlencode({prefix + pair[0]: pair[1], "submit": "false"}).encode()
    keys = {"Authorization": f"Bearer {running.keys.secret}"}
    request = Request(f"{running.base}/v1/disputes/du_visa", body, keys)
    with pytest.raises(OSError, match="400") as caught:
        urlopen(request, timeout=10)
    assert json.load(caught.value)["error"]["param"] == prefix + param


def test_evidence_filled_in_by_stripe_is_completed_and_counts(seeds_folder, make):
    path = seeds_folder / "stripe" / "disputes" / "du_visa.json"
    seed = json.loads(path.read_text("utf-8"))
    seed["evidence"] = {"enhanced_evidence": {"visa_compelling_evidence_3": ce3()}}
    path.write_text(json.dumps(seed), "utf-8")
    dispute = make().state.get("disputes", "du_visa")

    found = dispute["evidence_details"]["enhanced_eligibility"]["visa_compelling_evidence_3"]
    filled = dispute["evidence"]["enhanced_evidence"]["visa_compelling_evidence_3"]
    assert found["status"] == "qualified"
    assert filled["disputed_transaction"]["customer_email_address"] is None


@pytest.mark.parametrize("network", ["visa", "mastercard"])
def test_the_fee_can_be_acknowledged(api, network):
    dispute_id, kind = f"du_{network}_rules", f"{network}_compliance"
    dispute = api.disputes.retrieve(dispute_id)
    assert dispute.enhanced_eligibility_types == [kind]
    assert dispute.evidence_details.enhanced_eligibility[kind].status == "requires_fee_acknowledgement"

    assert stage(api, {"fee_acknowledged": True}, dispute_id, kind).status == "fee_acknowledged"
    assert stage(api, {"fee_acknowledged": False}, dispute_id, kind).status == "requires_fee_acknowledgement"

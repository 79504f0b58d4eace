"""The claim behind a dispute."""

import pytest
from tests.unit.disputes.builders import CLAIMS, dispute

from disputes.dispute import Dispute
from disputes.errors import InputError
from disputes.rules.claims import claim_of, demands, known_claims, reason_codes


def card(network: str, code: str | None, reason: str) -> Dispute:
    details = {"type": "card", "card": {"network": network, "network_reason_code": code}}
    return dispute(reason=reason, payment_method_details=details)


@pytest.mark.parametrize(
    ("network", "code", "reason", "name", "alternatives"),
    [
        ("visa", "10.4", "fraudulent", "fraudulent", ()),
        ("visa", None, "duplicate", "duplicate", ()),
        ("visa", "99.9", "general", "general", ()),
        ("a_new_network", "1", "a_new_reason", "a_new_reason", ()),
        (
            "mastercard",
            "4853",
            "product_unacceptable",
            "product_unacceptable",
            ("product_not_received", "credit_not_processed", "subscription_canceled", "general"),
        ),
        (
            "mastercard",
            "4853",
            "product_not_received",
            "product_not_received",
            ("product_unacceptable", "credit_not_processed", "subscription_canceled", "general"),
        ),
        ("mastercard", "4834", "duplicate", "duplicate", ("general", "credit_not_processed")),
        ("discover", "4553", "general", "product_unacceptable", ()),
        ("diners", "RM", "general", "product_unacceptable", ()),
        ("discover", "4752", "general", "unrecognized", ()),
        ("discover", "4550", "general", "credit_not_processed", ("general",)),
        ("amex", "A01", "credit_not_processed", "general", ()),
        ("amex", "p05", "credit_not_processed", "general", ()),
    ],
)
def test_the_code_says_what_is_claimed(
    network: str, code: str | None, reason: str, name: str, alternatives: tuple[str, ...]
) -> None:
    claim = claim_of(card(network, code, reason))
    assert (claim.name, claim.network, claim.code, claim.alternatives) == (name, network, code, alternatives)


def test_the_demand_of_an_open_code_is_that_of_the_likeliest_claim() -> None:
    open_code = claim_of(card("mastercard", "4853", "product_not_received"))
    assert "photo at the address" in str(open_code.demand)
    assert claim_of(card("visa", "10.1", "fraudulent")).demand == "chip was read; terminal was chip-capable"
    assert claim_of(card("visa", None, "fraudulent")).demand is None


@pytest.mark.parametrize(
    "contested",
    [
        card("visa", "10.5", "fraudulent"),
        card("cartes_bancaires", None, "fraudulent"),
        card("amex", None, "noncompliant"),
        dispute(reason="insufficient_funds", payment_method_details={"type": "us_bank_account"}),
        dispute(reason="debit_not_authorized", payment_method_details={"type": "sepa_debit"}),
        dispute(
            status="warning_needs_response",
            payment_method_details={"type": "klarna", "klarna": {"reason_code": "Return"}},
        ),
    ],
)
def test_a_dispute_that_cannot_be_answered_says_why(contested: Dispute) -> None:
    claim = claim_of(contested)
    assert not claim.contestable
    assert claim.obstacle


@pytest.mark.parametrize("network", ["visa", "mastercard"])
@pytest.mark.parametrize(("code", "reason"), [("C028", "noncompliant"), ("4853", "general"), (None, "fraudulent")])
def test_a_compliance_case_is_about_the_networks_rules_whatever_code_and_reason_say(
    network: str, code: str | None, reason: str
) -> None:
    details = {"type": "card", "card": {"network": network, "network_reason_code": code, "case_type": "compliance"}}
    claim = claim_of(dispute(reason=reason, payment_method_details=details))
    assert (claim.name, claim.alternatives, claim.fee) == ("noncompliant", (), f"{network}_compliance")
    assert claim.contestable


def test_nothing_but_a_compliance_case_costs_a_fee() -> None:
    assert claim_of(card("visa", "10.4", "fraudulent")).fee is None


def test_klarna_takes_evidence_once_it_is_a_chargeback() -> None:
    claim = claim_of(
        dispute(payment_method_details={"type": "klarna", "klarna": {"reason_code": "Goods not received"}})
    )
    assert claim.contestable
    assert "shipping_tracking_number" in str(claim.demand)


def test_every_code_leads_to_claims_that_exist() -> None:
    known = reason_codes()
    codes = [code for network in known.networks.values() for code in network.codes.values()]
    named = {code.reason for code in codes} | {claim for code in codes for claim in code.claims}
    assert named | {kind.claim for code in codes for kind in code.kinds.values()} <= {*CLAIMS}
    assert len(codes) == 242


def test_a_spelling_belongs_to_one_code() -> None:
    for network in reason_codes().networks.values():
        spellings = [*network.codes, *(code.alias for code in network.codes.values() if code.alias)]
        assert len(set(spellings)) == len(spellings)


def test_each_kind_of_an_open_code_is_among_its_claims() -> None:
    for network in reason_codes().networks.values():
        for code in network.codes.values():
            assert {kind.claim for kind in code.kinds.values()} <= {*code.claims}
            assert code.stage in (None, "inquiry", "request", "result")


def test_a_person_chooses_what_an_open_code_means() -> None:
    read = card("mastercard", "4853", "product_unacceptable")
    claim = claim_of(read, "credit_not_processed")
    assert (claim.name, claim.alternatives) == ("credit_not_processed", ())
    assert claim.demand is not None
    assert claim.demand.startswith("terms accepted")
    assert claim_of(read, "product_unacceptable").alternatives == ()
    with pytest.raises(InputError, match="the claim cannot be duplicate: it is product_unacceptable or product_not_re"):
        claim_of(read, "duplicate")


@pytest.mark.parametrize(("code", "reason"), [("4853", "product_unacceptable"), ("4834", "duplicate")])
def test_whatever_an_open_code_may_mean_can_be_chosen(code: str, reason: str) -> None:
    read = card("mastercard", code, reason)
    for kind in reason_codes().networks["mastercard"].codes[code].kinds.values():
        assert claim_of(read, kind.claim).name == kind.claim
        assert kind.demand in demands(read)[kind.claim]


def test_the_demands_of_each_open_claim_are_listed() -> None:
    told = demands(card("mastercard", "4853", "product_not_received"))
    assert next(iter(told)) == "product_not_received"
    assert set(told) == {
        "product_not_received",
        "product_unacceptable",
        "credit_not_processed",
        "subscription_canceled",
        "general",
    }
    assert told["general"] == "cardholder agreed to the extra charge"
    assert "; or " in told["product_unacceptable"]
    assert "authenticity papers" in told["product_unacceptable"]
    assert demands(card("visa", None, "fraudulent")) == {"fraudulent": ""}
    assert demands(card("visa", "10.1", "fraudulent")) == {"fraudulent": "chip was read; terminal was chip-capable"}


def test_every_playbook_answers_a_known_claim() -> None:
    assert {"product_not_received", "noncompliant", "insufficient_funds", "general"} <= known_claims()


def test_a_rule_overrides_reason_and_code_and_a_person_overrides_the_rule() -> None:
    read = card("mastercard", "4853", "product_unacceptable")
    claim = claim_of(read, ruled=("resold", "gift"))
    assert (claim.name, claim.alternatives) == ("resold", ("gift",))
    assert claim_of(read, ruled=("resold",)).alternatives == ()
    for chosen in ("gift", "product_unacceptable", "credit_not_processed"):
        assert claim_of(read, chosen, ("resold", "gift")).name == chosen
    with pytest.raises(InputError, match="the claim cannot be duplicate: it is resold or gift or product_unacceptable"):
        claim_of(read, "duplicate", ("resold", "gift"))


def test_no_rule_applies_to_a_compliance_case_and_no_rule_lifts_an_obstacle_or_adds_a_fee() -> None:
    assert claim_of(card("visa", "C028", "noncompliant"), ruled=("resold",)).name == "noncompliant"
    assert claim_of(card("visa", "10.5", "fraudulent"), ruled=("resold",)).obstacle
    assert claim_of(card("visa", "10.4", "fraudulent"), ruled=("noncompliant",)).fee is None

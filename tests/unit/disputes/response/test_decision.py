"""Fight, ask, accept or refund."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.disputes.builders import charge_json, dispute, manifest

from disputes.packet.manifest import Decision
from disputes.response.decision import ClosedRounds, decide, describe_recommendation
from disputes.rules.policies import DecisionPolicy

WHOLE = {"essential": {"expected": ["receipt"], "given": ["receipt"]}}
NONE = {"essential": {"expected": ["receipt"], "given": []}}
AGAINST = {"name": "admitted_fault", "problem": "our own message admits the fault", "facts": ["support.admitted_fault"]}


def policy(**changes: Any) -> DecisionPolicy:
    values = {
        "win_rates": {"complete": 0.5, "partial": 0.25, "poor": 0.1},
        "countered_fee": {"usd": 1500},
        "handling": {"usd": 500},
    }
    return DecisionPolicy.model_validate(values | changes)


def decided(
    amount: int = 4200,
    *,
    rules: dict[str, Any] | None = None,
    closed: ClosedRounds | None = None,
    obstacle: str | None = None,
    refundable: bool = False,
    currency: str = "usd",
    charge: Any = None,
    **changes: Any,
) -> Decision:
    made = manifest(**{"completeness": WHOLE} | changes)
    whole = charge_json(amount=amount, currency=currency)
    read = dispute(amount=amount, currency=currency, is_charge_refundable=refundable, charge=charge or whole)
    return decide(policy(**rules or {}), read, made, obstacle=obstacle, closed=closed)


def rounds(won: int, lost: int, **changes: Any) -> list[dict[str, Any]]:
    return [
        {
            "response": f"du_{number}__chargeback__1",
            "account": "stripe_shop",
            "livemode": True,
            "claim": "fraudulent",
            "product_type": "physical_product",
            "essential_share": 1.0,
            "outcome": "won" if number < won else "lost",
            "submission_method": "manual",
            "seen_at": number,
        }
        | changes
        for number in range(won + lost)
    ]


def counted(records: list[dict[str, Any]]) -> ClosedRounds:
    return ClosedRounds.of(records, account="stripe_shop", livemode=True)


def test_a_dispute_worth_fighting_is_fought_with_the_figures_in_words() -> None:
    decision = decided(4200)
    assert decision.choice == "fight"
    assert describe_recommendation(decision) == (
        "Recommended: fight, because the policy assumes 50 % wins with complete evidence (0 of our fraudulent "
        "rounds with such evidence have ended, 10 are needed); fighting brings 21.00 USD (50 % of 42.00 USD) and "
        "costs 12.50 USD (50 % of the countered fee of 15.00 USD, and 5.00 USD handling)."
    )


def test_a_dispute_that_costs_as_much_as_it_brings_is_not_fought() -> None:
    assert [decided(amount).choice for amount in (2500, 2501)] == ["accept", "fight"]


@pytest.mark.parametrize(
    ("accept", "choice", "automatic"),
    [("never", "fight", False), ("ask", "accept", False), ("automatic", "accept", True)],
)
def test_a_loss_is_accepted_only_as_the_policy_allows(accept: str, choice: str, automatic: bool) -> None:
    decision = decided(100, rules={"accept": accept})
    assert (decision.choice, decision.automatic) == (choice, automatic)
    assert "does not pay" in decision.reasons[-1] + decision.reasons[-2]


@pytest.mark.parametrize(
    ("refund", "refundable", "choice", "automatic"),
    [
        ("never", True, "fight", False),
        ("never", False, "fight", False),
        ("ask", True, "refund", False),
        ("ask", False, "ask", False),
        ("automatic", True, "refund", True),
        ("automatic", False, "ask", False),
    ],
)
def test_an_inquiry_is_refunded_and_never_accepted(refund: str, refundable: bool, choice: str, automatic: bool) -> None:
    rules = {"refund": refund, "accept": "automatic"}
    decision = decided(100, rules=rules, refundable=refundable, round="inquiry")
    assert (decision.choice, decision.automatic) == (choice, automatic)


def refund(charge: Any) -> Decision:
    """On an inquiry about 1.00 USD: a fight costs 13.00 USD, half of amount and fee, and 5.00 USD handling."""
    return decided(100, rules={"refund": "automatic"}, refundable=True, round="inquiry", charge=charge)


@pytest.mark.parametrize(
    ("left", "refunded", "choice", "automatic"),
    [
        (100, 0, "refund", True),
        (4200, 4150, "refund", True),
        (101, 0, "refund", False),
        (1300, 0, "refund", False),
        (1301, 0, "fight", False),
        (5301, 4000, "fight", False),
    ],
)
def test_a_refund_is_weighed_by_what_it_gives_back(left: int, refunded: int, choice: str, automatic: bool) -> None:
    decision = refund(charge_json(amount=left, amount_refunded=refunded))
    assert (decision.choice, decision.automatic) == (choice, automatic)


def test_a_refund_of_more_than_is_disputed_says_both_amounts() -> None:
    assert refund(charge_json(amount=1300)).reasons[-1] == (
        "a full refund of 13.00 USD ends the inquiry before it becomes a chargeback; it is more than the 1.00 USD that "
        "is disputed, so only a person may agree to it"
    )
    assert refund(charge_json(amount=4200)).reasons[-1] == (
        "that does not pay, but a full refund gives back 42.00 USD, more than the 13.00 USD that fighting is "
        "expected to cost"
    )


@pytest.mark.parametrize("charge", ["ch_1", charge_json(amount=100, currency="eur")], ids=["unread", "currency"])
def test_a_refund_of_unknown_amount_asks_a_person(charge: Any) -> None:
    decision = refund(charge)
    assert (decision.choice, decision.automatic) == ("ask", False)
    assert decision.reasons[-1] == "that does not pay, and the amount of a full refund is not known in USD"


def test_after_a_chargeback_nothing_is_refunded() -> None:
    assert decided(100, rules={"refund": "automatic"}, refundable=True).choice == "accept"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"contradictions": (AGAINST,)}, "our own message admits the fault"),
        ({"obstacle": "the bank takes no answer"}, "the bank takes no answer"),
        ({"fee": "visa_compliance"}, "the network's fee"),
        ({"round": "appeal"}, "the network may charge fees for an appeal"),
        ({"currency": "sek"}, "the policy sets no countered fee in SEK, and a missing amount does not count as zero"),
        (
            {"rules": {"handling": {}}},
            "the policy sets no cost of handling in USD, and a missing amount does not count as zero",
        ),
    ],
)
def test_what_is_not_a_matter_of_money_asks_a_person(changes: dict[str, Any], why: str) -> None:
    decision = decided(1_000_000, **changes)
    assert decision.choice == "ask"
    assert any(why in reason for reason in decision.reasons)
    assert not decision.automatic
    assert describe_recommendation(decision).startswith("Recommended: look at the dispute before you decide, because ")


def test_our_own_rounds_count_only_once_there_are_ten() -> None:
    nine, ten = counted(rounds(0, 9)), counted(rounds(0, 10))
    assert decided(4200, closed=nine).choice == "fight"
    decision = decided(4200, closed=ten)
    assert (decision.choice, decision.won, decision.lost) == ("accept", 0, 10)
    assert decision.reasons[0] == "0 of our 10 fraudulent rounds with complete evidence were won"
    assert decided(4200, closed=ten, completeness=NONE).reasons[0].startswith("the policy assumes 10 % wins with poor")
    with pytest.raises(ValueError, match="greater than or equal to 10"):
        policy(minimum_rounds=9)


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "closed"},
        {"outcome": "escalated"},
        {"submission_method": "smart_disputes"},
        {"submission_method": None},
        {"claim": None},
        {"account": "stripe_other"},
        {"livemode": False},
        {"livemode": None},
    ],
)
def test_only_rounds_that_we_submitted_on_this_account_and_a_bank_decided_count(changes: dict[str, Any]) -> None:
    assert counted(rounds(3, 3, **changes)).counts == {}


def test_after_a_late_win_the_later_record_counts() -> None:
    (lost,) = rounds(0, 1)
    assert counted([{**lost, "outcome": "won", "seen_at": 9}, lost]).counts == {("fraudulent", "complete"): (1, 0)}


def test_counts_are_read_back_from_one_line_for_each_claim_and_completeness() -> None:
    closed = counted(rounds(3, 1))
    lines = closed.to_json()
    assert [(line["won"], line["lost"]) for line in lines] == [(3, 1)]
    assert ClosedRounds.from_json(lines) == closed


def test_a_decision_is_made_again_from_its_manifest() -> None:
    closed = ClosedRounds({("fraudulent", "complete"): (9, 3), ("duplicate", "complete"): (1, 1)})
    decision = decided(3000, closed=closed)
    kept = manifest(completeness=WHOLE).model_copy(update={"decision": decision})
    assert decided(3000, closed=ClosedRounds.as_in(kept)) == decision
    assert ClosedRounds.as_in(manifest()) == ClosedRounds()


@given(
    st.integers(0, 100_000),
    st.floats(0, 1),
    st.integers(0, 5_000),
    st.integers(0, 5_000),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_more_at_stake_or_a_better_chance_never_turns_a_fight_down(
    amount: int, rate: float, fee: int, handling: int, won: int, lost: int
) -> None:
    rules = {
        "win_rates": {"complete": rate, "partial": rate / 2, "poor": 0},
        "countered_fee": {"usd": fee},
        "handling": {"usd": handling},
    }
    closed = ClosedRounds({("fraudulent", "complete"): (won, lost)})
    if decided(amount, rules=rules, closed=closed).choice == "fight":
        assert decided(amount + 1, rules=rules, closed=closed).choice == "fight"
        more = ClosedRounds({("fraudulent", "complete"): (won + 1, lost)})
        if won + lost >= 10:
            assert decided(amount, rules=rules, closed=more).choice == "fight"
        assert decided(amount, rules=rules | {"handling": {"usd": 0}}, closed=closed).choice == "fight"
    else:
        assert decided(amount, rules=rules, closed=closed).choice == "accept"

"""The list of all rounds: searched, sorted, counted, a page at a time."""

from dataclasses import replace

import pytest
from tests.unit.disputes.builders import manifest
from tests.unit.disputes.pages import facts

from disputes.desk.round_list import PAGE, Queue, RoundList, Row, Wanted, make_row, sort_by_time_left, summarise_packet
from disputes.desk.standing import Stage, Standing

WAITS = Standing(Stage.WAITS, "waits for you")
BANK = Standing(Stage.BANK, "at the bank")
ROW = Row(
    run_id="du_1__chargeback__1",
    dag_id="respond_fraudulent",
    dispute="du_1",
    round="chargeback",
    account="stripe_default",
    standing=WAITS,
    reason="fraudulent",
    amount=4200,
    currency="usd",
    due_by=100,
    charge="ch_7",
    customer="Zoë Ångström",
    order="A-1",
)


def row(number: int, **changes) -> Row:
    return replace(ROW, run_id=f"du_{number}__chargeback__1", dispute=f"du_{number}", **changes)


def test_the_nearest_deadline_comes_first_and_answered_rounds_come_last() -> None:
    rows = [row(1, standing=BANK, due_by=1), row(2, due_by=None), row(3, due_by=9), row(4, due_by=5)]
    assert [one.dispute for one in sort_by_time_left(rows)] == ["du_4", "du_3", "du_2", "du_1"]
    assert sort_by_time_left(rows)[-1].deadline is None


@pytest.mark.parametrize("text", ["DU_1", "ch_7", "ångström", " a-1 ", ""])
def test_a_round_is_found_by_dispute_charge_customer_and_order(text) -> None:
    assert Wanted(text=text).fits(ROW)


@pytest.mark.parametrize(
    "wanted", [Wanted(text="nobody"), Wanted(stage="bank"), Wanted(reason="general"), Wanted(account="other")]
)
def test_a_round_that_does_not_match_is_not_found(wanted) -> None:
    assert not wanted.fits(ROW)
    assert Wanted("zoë", "waits", "fraudulent", "stripe_default").fits(ROW)


def test_a_page_holds_a_fixed_number_of_rows_and_a_number_too_high_gives_the_last_page() -> None:
    rows = [row(number) for number in range(PAGE + 3)]
    first, last = RoundList.of(rows, Wanted(), 0), RoundList.of(rows, Wanted(), 9)
    assert (len(first.rows), first.number, first.pages, first.found) == (PAGE, 1, 2, PAGE + 3)
    assert (len(last.rows), last.number) == (3, 2)
    assert RoundList.of([], Wanted(), 1).pages == 1


def test_rounds_and_money_are_counted_by_stage_and_currency_whatever_is_searched_for() -> None:
    rows = [row(1), row(2, amount=800, currency="eur"), row(3, standing=BANK), row(4, amount=None)]
    found = RoundList.of(rows, Wanted(text="nobody"), 1)
    assert [(count.stage, count.rounds, count.stakes) for count in found.counts] == [
        (Stage.WAITS, 3, ("8.00 EUR", "42.00 USD")),
        (Stage.BANK, 1, ("42.00 USD",)),
    ]
    assert (found.rows, found.reasons, found.accounts) == ((), ("fraudulent",), ("stripe_default",))


def test_the_queue_goes_through_waiting_rounds_by_deadline() -> None:
    rows = [row(1, due_by=1), row(2, due_by=2), row(3, due_by=3), row(4, standing=BANK)]
    middle = Queue.of(rows, "du_2__chargeback__1")
    assert (middle.place, middle.waiting) == (2, 3)
    assert (middle.before.dispute, middle.after.dispute) == ("du_1", "du_3")
    assert Queue.of(rows, "du_1__chargeback__1").before is None
    assert Queue.of(rows, "du_3__chargeback__1").after is None
    answered = Queue.of(rows, "du_4__chargeback__1")
    assert (answered.place, answered.after.dispute) == (None, "du_1")
    assert Queue.of([], "du_4__chargeback__1").after is None


def test_a_name_is_masked_and_an_amount_is_formatted() -> None:
    assert (ROW.masked, ROW.price) == ("Z••• Å•••", "42.00 USD")
    assert (replace(ROW, customer="").masked, replace(ROW, amount=None).price) == ("", "")


def test_a_row_is_made_from_the_opening_and_the_packet() -> None:
    packed = summarise_packet(manifest(), facts({"customer.name": "Ana", "order.id": "7"}))
    opened = {"account": "stripe_default", "reason": "product_not_received", "amount": 1, "currency": "usd"}
    made = make_row("du_1__chargeback__1", "respond_general", WAITS, opened, packed)
    assert (made.claim, made.reason, made.score) == ("fraudulent", "product not received", 50)
    assert (made.customer, made.order, made.recommendation) == ("Ana", "7", None)


def test_a_round_of_an_earlier_release_has_a_row_too() -> None:
    made = make_row("du_1__inquiry__2", "respond_general", WAITS, {}, {})
    assert (made.dispute, made.round, made.amount, made.score, made.customer) == ("du_1", "inquiry", None, None, "")


def test_the_summary_has_the_recommendation_and_the_e_mail_of_a_buyer_without_a_name() -> None:
    decided = manifest(decision={"choice": "fight", "reasons": ["it pays"]})
    packed = summarise_packet(decided, facts({"customer.email": "ana@example.com"}))
    assert (packed["recommendation"], packed["customer"], packed["order"]) == ("fight", "ana@example.com", "")

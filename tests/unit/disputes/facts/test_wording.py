"""How values are put into words."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from disputes.facts.types import AccessEntry, Address, Item, Message, Period, PriorCharge
from disputes.facts.wording import FILTERS, TESTS, brief, ends, in_time, instant, quoted

NOON = datetime(2026, 9, 1, 23, 30, tzinfo=timezone(timedelta(hours=-5)))


def word(name: str, *values: object) -> object:
    return FILTERS[name](*values)


def test_a_day_and_a_time_are_given_in_their_own_zone() -> None:
    assert word("day", NOON) == "1 September 2026"
    assert word("day", date(2026, 9, 1)) == "1 September 2026"
    assert word("moment", NOON) == "1 September 2026, 23:30 UTC-05:00"
    assert word("moment", date(2026, 9, 1)) == "1 September 2026"
    assert (brief(NOON), brief(date(2026, 9, 1))) == ("1 Sep 2026, 23:30", "1 Sep 2026")
    assert instant(date(2026, 9, 1)) == datetime(2026, 9, 1, tzinfo=UTC)
    month = Period(start=date(2026, 9, 1), end=date(2026, 9, 30))
    assert word("period", month) == "1 September 2026 to 30 September 2026"


@pytest.mark.parametrize(
    ("later", "text"),
    [
        (NOON + timedelta(days=3, hours=5), "3 days"),
        (NOON + timedelta(days=1), "1 day"),
        (NOON - timedelta(hours=2, minutes=59), "2 hours"),
        (NOON + timedelta(minutes=14), "14 minutes"),
        (NOON + timedelta(seconds=59), "less than a minute"),
        (date(2026, 9, 2), "less than a day"),
        (date(2026, 9, 5), "2 days"),
    ],
)
def test_the_time_between_two_events_is_given_in_the_largest_whole_unit(later: date, text: str) -> None:
    assert word("apart", NOON, later) == text
    assert word("apart", later, NOON) == text


def test_the_earliest_of_several_times_is_found() -> None:
    assert word("earliest", [NOON, date(2026, 9, 2)]) == date(2026, 9, 2)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (129999, "usd", "1,299.99 USD"),
        (5, "eur", "0.05 EUR"),
        (1500, "jpy", "1,500 JPY"),
        (1500, "kwd", "1.500 KWD"),
        (6000000, "ugx", "60,000.00 UGX"),
        (500, "isk", "5.00 ISK"),
    ],
)
def test_amounts_are_written_with_the_decimals_of_their_currency(amount: int, currency: str, text: str) -> None:
    assert word("money", amount, currency) == text


def test_an_address_leaves_out_what_is_not_known() -> None:
    assert word("address", Address(line1="1 High St", city="York", country="GB")) == "1 High St, York, GB"


def test_items_include_their_quantity() -> None:
    assert word("items", (Item(description="Pot"), Item(description="Cup", quantity=4))) == "Pot; 4 x Cup"


def test_a_log_is_in_order_of_time_and_leaves_out_what_is_not_known() -> None:
    rows = [AccessEntry(at=NOON, action="export", ip="203.0.113.9"), AccessEntry(at=date(2026, 9, 1), action="login")]
    assert word("log", rows) == [
        "2026-09-01 | login",
        "2026-09-01 23:30:00 UTC-05:00 | 203.0.113.9 | export",
    ]


def test_the_ends_of_a_long_list_are_kept() -> None:
    assert ends([1, 2, 3, 4, 5], 4) == (1, 2, 4, 5)
    assert ends([1, 2], 4) == [1, 2]


def test_messages_and_charges_are_put_in_order() -> None:
    late = Message(at=NOON, author="customer", text="b")
    early = Message(at=date(2026, 8, 1), author="merchant", text="a")
    charge = PriorCharge(charge="ch_0", created=date(2026, 1, 1), amount=1, currency="usd")
    assert in_time([late, charge, early]) == [charge, early, late]


def test_a_long_quotation_says_that_it_is_shortened() -> None:
    text = quoted("word " * 300)
    assert text.endswith("word …” (shortened)")
    assert len(text) < 620


def test_the_merchants_clause_loses_its_full_stop() -> None:
    assert word("clause", "A new pot was offered. ") == "A new pot was offered"
    assert word("readable", "apple_pay") == "apple pay"


def test_the_same_place_means_the_same_street_and_postal_code() -> None:
    same_place = TESTS["same_place"]
    one = Address(line1="12 Elm Street.", postal_code="62701", city="Springfield")
    assert same_place(one, Address(line1="12 ELM street", postal_code="627 01"))
    assert not same_place(one, Address(line1="12 Elm Street", postal_code="62702"))
    assert not same_place(Address(line1="12 Elm Street"), Address(line1="12 Elm Street"))
    flat = one.model_copy(update={"line2": "Flat 4"})
    assert same_place(one, flat)
    assert not same_place(flat, one.model_copy(update={"line2": "Flat 9"}))


@pytest.mark.parametrize(
    ("one", "other", "certain"),
    [
        (NOON, NOON + timedelta(seconds=1), True),
        (NOON, NOON, False),
        (date(2026, 8, 31), NOON, True),
        (date(2026, 9, 1), NOON, False),
        (NOON, date(2026, 9, 3), False),
        (NOON, date(2026, 9, 4), True),
        (date(2026, 9, 1), date(2026, 9, 2), False),
        (date(2026, 9, 1), date(2026, 9, 3), True),
    ],
)
def test_a_whole_day_is_earlier_only_if_no_hour_or_zone_could_change_that(
    one: date, other: date, certain: bool
) -> None:
    assert TESTS["before"](one, other) is certain
    assert not TESTS["before"](other, one)


def test_days_are_compared_as_they_were_written() -> None:
    by_day = TESTS["by_day"]
    assert by_day(NOON, date(2026, 9, 1))
    assert by_day(date(2026, 8, 30), NOON)
    assert not by_day(date(2026, 9, 2), NOON)


@pytest.mark.parametrize(
    ("written", "city", "named"),
    [
        ("Burlington, Vermont, US", "burlington", True),
        ("St. Paul, Minnesota", "St Paul", True),
        ("Lagos, Nigeria", "Boulder", False),
        ("Bathgate, GB", "Bath", False),
        ("Lagos, Nigeria", None, False),
    ],
)
def test_a_place_in_words_may_name_the_town_of_an_address(written: str, city: str | None, named: bool) -> None:
    assert TESTS["naming"](written, Address(line1="1 High St", city=city)) is named

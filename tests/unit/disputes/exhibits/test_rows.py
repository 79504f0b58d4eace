"""Which rows of a long log are shown."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from disputes.exhibits.rows import LogFocus, Row, choose, describe, gaps

START = datetime(2026, 9, 1, tzinfo=UTC)
ROWS = [Row(f"203.0.113.{n} view", START + timedelta(hours=n)) for n in range(200)]


def test_a_short_log_is_shown_whole() -> None:
    assert choose(ROWS[:10], LogFocus(), 10) == list(range(10))
    assert describe(10, range(10)) == ""


def test_a_long_log_keeps_its_first_last_and_most_relevant_rows() -> None:
    rows = [*ROWS]
    rows[77] = Row("203.0.113.9 Download of report.pdf", rows[77].at)
    places = choose(rows, LogFocus("203.0.113.20", START + timedelta(hours=100)), 10)
    assert places == [0, 1, 2, 3, 20, 99, 196, 197, 198, 199]  # there is no room left for the download
    assert choose(rows, LogFocus(), 10) == [0, 1, 2, 3, 77, 196, 197, 198, 199]
    assert describe(200, places) == "10 of 200 rows are shown: the first, the last and the most relevant"
    assert gaps(places) == {20: 16, 99: 78, 196: 96}


def test_an_ip_address_is_not_found_inside_another() -> None:
    rows = [Row(text) for text in ("203.0.113.2", "1203.0.113.2", "203.0.113.25", "203.0.113.2.1", "x 203.0.113.2, y")]
    assert choose([Row("")] * 9 + rows + [Row("")] * 9, LogFocus("203.0.113.2"), 4) == [0, 9, 13, 22]


def test_no_row_is_relevant_when_none_is_before_the_dispute() -> None:
    assert choose(ROWS, LogFocus(None, START), 2) == [0, 199]
    assert choose([Row("x")] * 9, LogFocus(None, START), 2) == [0, 8]


@given(st.integers(0, 300), st.integers(2, 50))
def test_no_more_rows_than_asked_for_are_kept_and_always_both_ends(total: int, most: int) -> None:
    places = choose([Row("download")] * total, LogFocus(), most)
    assert len(places) == min(total, most)
    assert places == sorted(set(places))
    assert sum(gaps(places).values()) == total - len(places)
    if total:
        assert (places[0], places[-1]) == (0, total - 1)


def test_a_log_focus_can_be_passed_between_processes() -> None:
    for known in (LogFocus(), LogFocus("203.0.113.2", START)):
        assert LogFocus.from_json(known.to_json()) == known

"""The moments that lines of logs name."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.exhibits.moments import moments_in

NEAR = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ('203.0.113.7 - - [01/Sep/2026:10:00:00 +0200] "GET /x" 200', "2026-09-01T08:00:00"),
        ("[2026-09-01 10:00:00] login", "2026-09-01T10:00:00"),
        ("2026-09-01T10:00:00.123Z", "2026-09-01T10:00:00"),
        ("2026-09-01T10:00:00-0530", "2026-09-01T15:30:00"),
        ("2026-09-01 10:00:00,123 INFO", "2026-09-01T10:00:00"),
        ("2026-09-01 10:00:00 UTC", "2026-09-01T10:00:00"),
        ("2026-09-01", "2026-09-01T00:00:00"),
        ("2026/09/01 10:00:00 [error] 1#1", "2026-09-01T10:00:00"),
        ("<34>1 2026-09-01T10:00:00.003Z host", "2026-09-01T10:00:00"),
        ("1788256800 login", "2026-09-01T10:00:00"),
        ("1788256800123,login", "2026-09-01T10:00:00"),
        ('{"ts":1788256800.5,"ip":"x"}', "2026-09-01T10:00:00"),
        ('{"time":"2026-09-01T10:00:00+02:00"}', "2026-09-01T08:00:00"),
        ("[Tue Sep 01 10:00:00.123456 2026] [error]", "2026-09-01T10:00:00"),
        ("Tue, 01 Sep 2026 10:00:00 +0000", "2026-09-01T10:00:00"),
        ("01.09.2026, 10:00:05", "2026-09-01T10:00:05"),
        ("Sep 1, 2026 3:04 PM", "2026-09-01T15:04:00"),
        ("Sep 1, 2026 12:04 am", "2026-09-01T00:04:00"),
        ("20260901T100000Z", "2026-09-01T10:00:00"),
        ("Dec 31 23:59:59 host sshd[1]: x", "2025-12-31T23:59:59"),
        ("Jan  1 00:00:01 host x", "2026-01-01T00:00:01"),
    ],
)
def test_moments_in_the_usual_forms_are_read(line: str, moment: str) -> None:
    assert moments_in([line], NEAR) == [datetime.fromisoformat(moment).replace(tzinfo=UTC)]


@pytest.mark.parametrize("line", ["yesterday", "2026-09-01 24:61", "phone 4155550123", "10.0.0.1", "2026-02-30"])
def test_text_that_is_not_a_moment_is_not_read_as_one(line: str) -> None:
    assert moments_in([line], NEAR) == [None]


def test_a_line_without_a_year_gives_no_moment_when_no_near_date_is_known() -> None:
    assert moments_in(["Sep  1 10:00:00 host x"]) == [None]


@pytest.mark.parametrize(
    ("other", "moment"),
    [("13/04/2026", datetime(2026, 4, 3, 10, tzinfo=UTC)), ("04/13/2026", datetime(2026, 3, 4, 10, tzinfo=UTC)),
     ("05/05/2026", None), ("13/13/2026", None)],
)  # fmt: skip
def test_other_lines_of_the_file_show_which_number_is_the_month(other: str, moment: datetime | None) -> None:
    assert moments_in(["03/04/2026 10:00", other])[0] == moment


@given(st.integers(1_009_843_200, 2_145_916_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_every_form_means_the_same_moment(at: datetime) -> None:
    forms = [at.isoformat(), f"{at:%d/%b/%Y:%H:%M:%S +0000}", f"[{at:%a %b %d %H:%M:%S %Y}]", str(int(at.timestamp()))]
    assert moments_in([*forms, f"{at:%d.%m.%Y %I:%M:%S %p}"]) == [at] * 5

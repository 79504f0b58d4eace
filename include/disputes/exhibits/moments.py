"""The moments that the lines of a log name, in the forms that logs usually have."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?(?:\s?(?P<half>[ap]\.?m\.?)(?![a-z]))?"
_ZONE = r"(?:\s?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)(?![\w:]))?"
_CLOCK = rf"{_TIME}(?:\s(?P<late_year>\d{{4}})(?!\d))?{_ZONE}"
_AFTER = rf"(?:[T,;\t\s:\"']+{_CLOCK})?"
_DAYS = (
    rf"(?<![\d.])(?P<year>\d{{4}})[-/.](?P<month_number>\d\d?)[-/.](?P<day>\d\d?)(?!\d){_AFTER}",
    rf"(?<!\d)(?P<day>\d\d?)[-/. ]+{_MONTH}[-/. ,]+(?P<year>\d{{4}})(?!\d){_AFTER}",
    rf"(?<!\d)(?P<day>\d\d?)\.(?P<month_number>\d\d?)\.(?P<year>\d{{4}})(?!\d){_AFTER}",
    rf"(?<![\d/.-])(?P<first>\d\d?)(?P<between>[/-])(?P<other>\d\d?)(?P=between)(?P<year>\d{{4}})(?!\d){_AFTER}",
    rf"\b{_MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+(?:(?P<year>\d{{4}})(?!\d)(?:,|\s|at)*)?(?:{_CLOCK})",
)
_FORMS = tuple(re.compile(form, re.IGNORECASE) for form in _DAYS)
_COMPACT = re.compile(
    r"(?<!\d)(?P<year>20\d\d)(?P<month_number>[01]\d)(?P<day>[0-3]\d)T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)"
    + _ZONE
)
_EPOCH = re.compile(r"(?<![\w.:/-])(1[0-9]{9}|2[01][0-9]{8})(?:[0-9]{3}|[0-9]{6}|[0-9]{9}|\.[0-9]+)?(?![\w.:/-])")
"""Seconds since 1970, from 2001 to 2039, also with milli-, micro- or nanoseconds."""
_NOON = 12


def moments_in(lines: Sequence[str], near: datetime | None = None) -> list[datetime | None]:
    """The first moment in each line; without a zone it is taken for UTC.

    Days like 03/04/2026 count only where another line shows which number is the month.

    :param near: for lines without a year: it is the one that brings them closest to this moment
    """
    found = [_first(line) for line in lines]
    days = [match for match in found if match is not None and match.groupdict().get("first")]
    is_day_first = any(int(day["first"]) > 12 for day in days)
    is_month_first = any(int(day["other"]) > 12 for day in days)
    order = None if is_day_first == is_month_first else "first" if is_day_first else "other"
    return [_moment(match, order, near) if match else _epoch(line) for line, match in zip(lines, found, strict=True)]


def _first(line: str) -> re.Match[str] | None:
    matches = (match for form in (*_FORMS, _COMPACT) if (match := form.search(line)))
    return min(matches, key=lambda match: match.start(), default=None)


def _moment(match: re.Match[str], day: str | None, near: datetime | None) -> datetime | None:
    """What a match means.

    :param day: which of two numbers is the day, where the file shows it
    """
    part = match.groupdict()
    if part.get("first"):
        if day is None:
            return None
        part["day"], part["month_number"] = part[day], part["other" if day == "first" else "first"]
    month = int(part.get("month_number") or 0) or _MONTHS[str(part.get("month"))[:3].lower()]
    year = part.get("year") or part.get("late_year")
    make = _maker(part, month)
    try:
        if year:
            return make(int(year))
        years = range(near.year - 1, near.year + 2) if near else ()
        return min(map(make, years), key=lambda at: abs(at - near), default=None)  # type: ignore[operator]
    except ValueError:  # no such day, or no such hour
        return None


def _maker(part: dict[str, str | None], month: int) -> Callable[[int], datetime]:
    hour, minute, second = (int(part.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (part.get("half") or "").lower()[:1]
    if half:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    return lambda year: (
        datetime(year, month, int(part["day"] or 0), hour, minute, min(second, 59), tzinfo=UTC)
        - _offset(part.get("zone"))
    )


def _offset(zone: str | None) -> timedelta:
    if not zone or zone[0] not in "+-":
        return timedelta()
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return -ahead if zone[0] == "-" else ahead


def _epoch(line: str) -> datetime | None:
    match = _EPOCH.search(line.replace('":', '": '))  # a name in JSON
    return datetime.fromtimestamp(int(match.group(1)), UTC) if match else None

"""Times in seeds, written relative to the moment of loading: ``@-6d``, ``@+9d end``, ``@-6d 14:05``.

In Stripe's objects they become Unix seconds, in the bucket's JSON ISO 8601, and ``{@-6d}`` inside any text becomes
"18 November 2026", so that documents and data agree.
"""

import re
from datetime import UTC, datetime, timedelta
from enum import Enum

_TIME = r"@(?P<sign>[+-])(?P<span>(?:\d+[dhms])+)(?: (?P<clock>end|\d\d:\d\d))?"
_WHOLE = re.compile(rf"{_TIME}(?: (?P<form>day))?")
_INSIDE = re.compile(rf"\{{{_TIME}(?: (?P<form>time))?\}}")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class Written(Enum):
    """How to write a value that is nothing but a time."""

    UNIX = "Unix seconds"
    ISO = "ISO 8601, UTC"


def resolve(value: object, now: int, written: Written) -> object:
    """Make every time in the strings of ``value`` absolute, at any depth.

    :param now: the moment of loading, Unix seconds
    """
    if isinstance(value, dict):
        return {key: resolve(member, now, written) for key, member in value.items()}
    if isinstance(value, list):
        return [resolve(member, now, written) for member in value]
    if not isinstance(value, str):
        return value
    whole = _WHOLE.fullmatch(value)
    return _as_value(whole, now, written) if whole else resolve_text(value, now)


def resolve_text(text: str, now: int) -> str:
    """Write ``{@-6d}`` in a text as "18 November 2026" and ``{@-6d 14:05 time}`` as "18 November 2026, 14:05 UTC"."""
    return _INSIDE.sub(lambda found: _as_words(found, now), text)


def _as_value(found: re.Match[str], now: int, written: Written) -> object:
    moment = _moment(found, now)
    if found["form"] == "day":
        return moment.date().isoformat()
    return int(moment.timestamp()) if written is Written.UNIX else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _as_words(found: re.Match[str], now: int) -> str:
    moment = _moment(found, now)
    day = f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    return f"{day}, {moment:%H:%M} UTC" if found["form"] == "time" else day


def _moment(found: re.Match[str], now: int) -> datetime:
    parts = re.findall(r"(\d+)([dhms])", found["span"])
    span = sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in parts), timedelta())
    moment = datetime.fromtimestamp(now, UTC) + (span if found["sign"] == "+" else -span)
    if found["clock"] == "end":
        return moment.replace(hour=23, minute=59, second=59)
    if found["clock"]:
        hour, minute = map(int, found["clock"].split(":"))
        return moment.replace(hour=hour, minute=minute, second=0)
    return moment


# Not strftime("%B"), which writes in the language of the machine.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

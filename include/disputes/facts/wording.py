"""How values read in English: days, moments, money, addresses, lists, quotations. No locale.

Days and times are those of the zone in which they are noted, and a time of day says which; a letter's facts are all
in one zone (:mod:`disputes.facts.calendar`).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any, TypeVar

from disputes.facts.states import active, customs_known, done, given_back, money_back, paid, took_place
from disputes.facts.types import AccessEntry, Address, Item, Message, Period, PriorCharge

T = TypeVar("T")

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
# Stripe: Supported currencies. The minor unit is the currency itself, or a thousandth of it; of ISK and UGX it
# is a hundredth there, although they have none.
_NO_DECIMALS = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())  # noqa: SIM905
_THREE_DECIMALS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
_QUOTED_LENGTH = 600


def instant(value: date) -> datetime:
    """The moment in UTC; a whole day counts from its beginning."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.combine(value, time_of_day(), UTC)


def before(one: date, other: date) -> bool:
    """Whether one moment is certainly earlier; for a whole day, hour and zone are unknown."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return (instant(other).date() - instant(one).date()).days > 1


def by_day(one: date, other: date) -> bool:
    """Whether one day is the same as the other or earlier, both as they are noted."""
    return noted_day(one) <= noted_day(other)


def day(value: date) -> str:
    """`18 November 2026`, in the zone in which it was noted."""
    noted = noted_day(value)
    return f"{noted.day} {_MONTHS[noted.month - 1]} {noted.year}"


def moment(value: date) -> str:
    """`18 November 2026, 14:03 UTC`, in the zone in which it was noted; a whole day has no time."""
    return f"{day(value)}, {value:%H:%M} {zone_name(value)}" if isinstance(value, datetime) else day(value)


def zone_name(value: datetime) -> str:
    """`UTC`, or how far from it: `UTC-07:00`."""
    offset = value.utcoffset() or timedelta()
    minutes = abs(offset) // timedelta(minutes=1)
    return f"UTC{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}" if minutes else "UTC"


def brief(value: date) -> str:
    """`18 Nov 2026, 14:03` in its own zone, for a column of a table."""
    noted = noted_day(value)
    time = f", {value:%H:%M}" if isinstance(value, datetime) else ""
    return f"{noted.day} {_MONTHS[noted.month - 1][:3]} {noted.year}{time}"


def apart(one: date, other: date) -> str:
    """The time between, `3 days` or `14 minutes`; whole days where one has no time of day."""
    seconds = abs(instant(one) - instant(other)).total_seconds()
    exact = isinstance(one, datetime) and isinstance(other, datetime)
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(seconds // size)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
        if not exact:
            break
    return "less than a minute" if exact else "less than a day"


def money(amount: int, currency: str) -> str:
    """`1,299.00 USD`.

    :param amount: minor units
    """
    decimals = 0 if currency in _NO_DECIMALS else 3 if currency in _THREE_DECIMALS else 2
    return f"{amount // 10**decimals:,}{f'.{amount % 10**decimals:0{decimals}}' if decimals else ''} {currency.upper()}"


def address(value: Address) -> str:
    """All parts on one line."""
    town = " ".join(part for part in (value.city, value.state, value.postal_code) if part)
    return ", ".join(part for part in (value.line1, value.line2, town, value.country) if part)


def items(values: Sequence[Item], most: int = 8) -> str:
    """`2 x Mug; Teapot`; for a long list, its first lines and the total."""
    lines = [f"{item.quantity} x {item.description}" if item.quantity > 1 else item.description for item in values]
    if len(lines) > most:
        lines = [*lines[:most], f"and {len(lines) - most} more, {len(lines)} lines in total"]
    return "; ".join(lines)


def period(value: Period) -> str:
    """`1 November 2026 to 30 November 2026`."""
    return f"{day(value.start)} to {day(value.end)}"


def log(entries: Iterable[AccessEntry]) -> list[str]:
    """One line for each entry, in order of time: time, IP address, user, action, object."""
    return [
        " | ".join(
            str(part)
            for part in (_logged(entry.at), entry.ip, entry.user, entry.action, entry.object)
            if part is not None
        )
        for entry in sorted(entries, key=lambda entry: instant(entry.at))
    ]


def _logged(at: date) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} {zone_name(at)}" if isinstance(at, datetime) else f"{at:%Y-%m-%d}"


def ends(values: Sequence[T], most: int) -> Sequence[T]:
    """All; if there are too many, the first and the last ones, `most` together."""
    return values if len(values) <= most else (*values[: most // 2], *values[-(most // 2) :])


def in_time(values: Iterable[Message | PriorCharge]) -> list[Message | PriorCharge]:
    """Messages, or charges, in the order in which they came."""
    return sorted(values, key=lambda value: instant(value.at if isinstance(value, Message) else value.created))


def quoted(text: str) -> str:
    """What somebody wrote, in quotation marks; a long text is shortened, and says so."""
    return described(text, _QUOTED_LENGTH)


def described(text: str, most: int = 2_000) -> str:
    """A text as it is elsewhere, in quotation marks; a long one is shortened, and says so.

    :param most: characters
    """
    if len(text) <= most:
        return f"“{text.strip()}”"
    return f"“{text[:most].rsplit(maxsplit=1)[0]} …” (shortened)"


def shortened(text: str, most: int = _QUOTED_LENGTH) -> str:
    """Our own words, cut if there are too many.

    :param most: characters
    """
    return text if len(text) <= most else f"{text[:most].rsplit(maxsplit=1)[0]} …"


def clause(text: str) -> str:
    """The merchant's words as part of a sentence of ours: without their own full stop."""
    return text.rstrip(" .")


def count_pages(number: int) -> str:
    """`1 page`, `4 pages`."""
    return f"{number} page{'' if number == 1 else 's'}"


def readable(word: str) -> str:
    """Stripe's own words, readable: `apple_pay` becomes `apple pay`."""
    return word.replace("_", " ")


def same_place(one: Address, other: Address) -> bool:
    """Whether two addresses name the same street, postal code and flat; an unknown street is not the same."""
    parts = (one.line1, one.postal_code), (other.line1, other.postal_code)
    if one.line2 and other.line2 and _words(one.line2) != _words(other.line2):
        return False
    if not all(part for pair in parts for part in pair):
        return False
    first, second = ([re.sub(r"\W+", "", part or "").casefold() for part in pair] for pair in parts)
    return first == second


def names_place(written: str, place: Address) -> bool:
    """Whether a place in words, like `Burlington, Vermont, US`, names the address's town."""
    town = _words(place.city or "")
    return bool(town) and f" {town} " in f" {_words(written)} "


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def noted_day(value: date) -> date:
    """The day, without its time."""
    return value.date() if isinstance(value, datetime) else value


FILTERS: dict[str, Callable[..., Any]] = {
    "address": address,
    "apart": apart,
    "clause": clause,
    "day": day,
    "earliest": lambda values: min(values, key=instant),
    "latest": lambda values: max(values, key=instant),
    "described": described,
    "ends": ends,
    "in_time": in_time,
    "items": items,
    "log": log,
    "moment": moment,
    "money": money,
    "number": lambda value: f"{value:g}",
    "period": period,
    "quoted": quoted,
    "readable": readable,
    "shortened": shortened,
}
TESTS: dict[str, Callable[..., bool]] = {
    "before": before,
    "by_day": by_day,
    "active": active,
    "customs_known": customs_known,
    "done": done,
    "money_back": money_back,
    "given_back": given_back,
    "paid": paid,
    "took_place": took_place,
    "naming": names_place,
    "same_place": same_place,
}

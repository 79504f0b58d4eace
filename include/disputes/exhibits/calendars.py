"""Appointments in e-mails: only ever called inside the isolated process of :mod:`.isolation`."""

from datetime import date, datetime
from typing import Any

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Block, Run
from disputes.exhibits.texts import text_of

_ANSWERS = {
    "ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "accepted provisionally", "DELEGATED": "delegated",
    "NEEDS-ACTION": "has not answered",
}  # fmt: skip
_METHODS = {
    "REQUEST": "Invitation", "REPLY": "Answer to an invitation", "CANCEL": "Cancellation", "COUNTER": "Counterproposal",
    "DECLINECOUNTER": "Counterproposal declined", "PUBLISH": "Appointment", "ADD": "Further appointment",
}  # fmt: skip


def read_calendar(content: bytes, declared: str | None = None) -> list[Block]:
    """What a calendar says of its appointments: what, when, where and who accepted.

    :param declared: its encoding, where something outside it says so
    :raises DocumentError: when it cannot be read, or has no appointment
    """
    from icalendar import Calendar  # heavy, and few e-mails hold one

    try:
        calendars = Calendar.from_ical(text_of(content, declared), multiple=True)
        blocks = [_event(event, calendar) for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        blocks = []
    if not blocks:
        raise DocumentError("is a calendar without a readable appointment", remedy="Print it to a PDF")
    return blocks


def _event(event: Any, calendar: Any) -> Block:
    method = str(calendar.get("METHOD", "")).upper()
    lines = [
        ("", _METHODS.get(method, "Appointment")),
        ("What", event.get("SUMMARY")),
        ("Starts", _moment(event.get("DTSTART"))),
        ("Ends", _moment(event.get("DTEND"))),
        ("Lasts", event.decoded("DURATION", None)),
        ("Repeats", event["RRULE"].to_ical().decode() if "RRULE" in event else None),
        ("Where", event.get("LOCATION")),
        ("Status", str(event.get("STATUS", "")).lower()),
        ("Organizer", _person(event.get("ORGANIZER"))),
        *(("Attendee", f"{_person(one)}{_answer(one)}") for one in _several(event.get("ATTENDEE"))),
        ("Description", event.get("DESCRIPTION")),
    ]
    runs = [
        (Run(f"{name}: {value}" if name else str(value), () if name else ("bold",))) for name, value in lines if value
    ]
    return Block("verbatim", tuple(one for run in runs for one in (Run("\n"), run))[1:])


def _moment(value: Any) -> str | None:
    if value is None:
        return None
    at = value.dt
    if isinstance(at, datetime):
        zone = "UTC" if str(at.tzinfo) in ("UTC", "Etc/UTC") else str(value.params.get("TZID", "") or "")
        return f"{at:%Y-%m-%d %H:%M} {zone}".strip()
    return f"{at:%Y-%m-%d}" if isinstance(at, date) else str(at)


def _person(value: Any) -> str | None:
    if value is None:
        return None
    address = str(value).partition(":")[2] or str(value)
    name = str(value.params.get("CN", ""))
    return f"{name} <{address}>" if name and name != address else address


def _answer(attendee: Any) -> str:
    answer = str(attendee.params.get("PARTSTAT", "")).upper()
    return f", {_ANSWERS.get(answer, answer.lower())}" if answer else ""


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []

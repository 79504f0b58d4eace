"""Appointments."""

import pytest

from disputes.errors import DocumentError
from disputes.exhibits.calendars import read_calendar
from disputes.exhibits.exhibits import make_exhibit


def shown(event: str, calendar: str = "") -> list[str]:
    text = f"BEGIN:VCALENDAR\n{calendar}BEGIN:VEVENT\n{event}END:VEVENT\nEND:VCALENDAR\n"
    (block,) = read_calendar(text.encode())
    return block.text.split("\n")


def test_an_invitation_shows_what_when_where_and_who_accepted() -> None:
    found = shown(
        "SUMMARY:Massage\\, long\nDTSTART;TZID=Europe/Berlin:20260912T120000\nDTEND:20260912T110000Z\nLOCATION:Room 2\n"
        "STATUS:CONFIRMED\nORGANIZER;CN=Spa:mailto:spa@example.com\nRRULE:FREQ=WEEKLY\nDESCRIPTION:Bring\n  a towel\n"
        "ATTENDEE;CN=Ada;PARTSTAT=DECLINED:mailto:ada@example.com\nATTENDEE;PARTSTAT=X-MAYBE:mailto:b@example.com\n"
        "ATTENDEE:c@example.com\n",
        "METHOD:REQUEST\n",
    )
    assert found == [
        "Invitation", "What: Massage, long", "Starts: 2026-09-12 12:00 Europe/Berlin", "Ends: 2026-09-12 11:00 UTC",
        "Repeats: FREQ=WEEKLY", "Where: Room 2", "Status: confirmed", "Organizer: Spa <spa@example.com>",
        "Attendee: Ada <ada@example.com>, declined", "Attendee: b@example.com, x-maybe", "Attendee: c@example.com",
        "Description: Bring a towel",
    ]  # fmt: skip


def test_days_and_times_without_a_zone_are_shown_as_written() -> None:
    assert shown("DTSTART;VALUE=DATE:20260912\nDURATION:PT1H\n") == [
        "Appointment",
        "Starts: 2026-09-12",
        "Lasts: 1:00:00",
    ]
    assert shown("DTSTART:20260912T100000\n") == ["Appointment", "Starts: 2026-09-12 10:00"]


@pytest.mark.parametrize(
    "content",
    ["BEGIN:VCALENDAR\nEND:VCALENDAR", "BEGIN:VCALENDAR", "", "x",
     "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:soon\nEND:VEVENT\nEND:VCALENDAR"],
)  # fmt: skip
def test_a_calendar_without_a_readable_appointment_is_refused(content: str) -> None:
    with pytest.raises(DocumentError, match="without a readable appointment"):
        read_calendar(content.encode())


def test_a_calendar_file_alone_is_a_document() -> None:
    event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Massage\nEND:VEVENT\nEND:VCALENDAR\n"
    assert make_exhibit("customer_messages", "invite", event.encode()).pages == 1

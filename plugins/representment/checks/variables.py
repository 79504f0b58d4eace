"""The variables: can each be read?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from airflow.sdk import Variable

from disputes.errors import InputError
from disputes.exhibits.picture_limit import VARIABLE as MEGAPIXELS
from disputes.exhibits.picture_limit import pixels_from_settings
from disputes.response.assigning import read_assignments
from representment.notifying import NOTIFIERS, listed_notifiers
from representment.settings import page_size, warn_hours

if TYPE_CHECKING:
    from collections.abc import Callable

    from representment.checks.finding import Findings

READERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "representment_page_size": ("a4", page_size),
    "representment_warn_hours": ("[72, 24, 6]", warn_hours),
    "representment_assigned_users": ("[]", read_assignments),
    "representment_time_zone": ("UTC", lambda text: _time_zone(text)),
}
"""Variable -> its default, and the function that reads it."""


def check_variables(found: Findings) -> None:
    """Read each variable as the tasks do, and create each notifier without sending anything."""
    for name, (default, read) in READERS.items():
        with found.looking_at(f"variable {name}"):
            text = Variable.get(name, default=default)
            read(text)
            found.ok(f"variable {name}: {text}")
    with found.looking_at(f"environment variable {MEGAPIXELS}"):
        found.ok(f"pictures: {pixels_from_settings() // 1_000_000} megapixels at most")
    with found.looking_at(f"variable {NOTIFIERS}"):
        notifiers = listed_notifiers()
        if notifiers:
            found.ok(f"variable {NOTIFIERS}: {', '.join(type(one).__name__ for one in notifiers)}")
        else:
            found.wrong(
                f"variable {NOTIFIERS}: names no notifier, so nobody is notified about deadlines. List one there"
            )


def _time_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(
            f"{text!r} is not a time zone",
            subject="variable representment_time_zone",
            remedy="Write it like Europe/Berlin",
        ) from error

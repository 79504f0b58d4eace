"""When a round is answered, and what happens when its time is over. Moments are Unix seconds."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from disputes.dispute import Dispute
from disputes.errors import InputError
from disputes.facts.wording import apart, day
from disputes.packet.manifest import Manifest
from disputes.rounds import Round
from disputes.rules.playbook import Playbook

_HOUR = 3600
_AT_LEAST = 24 * _HOUR
"""Least time that `not_before_hours` leaves for the work and the answer, in seconds."""
_MEANT = ("accepted", "nothing_to_answer")
"""Outcomes after which no answer is needed."""


def not_before(playbook: Playbook, dispute: Dispute) -> int | None:
    """When the answer may begin: tracking and messages settle first. None: at once.

    Never so late that less than a day would be left until the last responsible moment.
    """
    if not playbook.approval.not_before_hours:
        return None
    begin = dispute.created + playbook.approval.not_before_hours * _HOUR
    last = last_moment(playbook, dispute)
    begin = begin if last is None else min(begin, last - _AT_LEAST)
    return begin if begin > dispute.created else None


def last_moment(playbook: Playbook, dispute: Dispute) -> int | None:
    """The last responsible moment: Stripe files what is staged at its own deadline, so ours comes before it.

    None where Stripe gives no deadline.
    """
    due_by = dispute.evidence_details.due_by
    return due_by - playbook.approval.not_after_hours * _HOUR if due_by else None


def at_last_moment(playbook: Playbook, manifest: Manifest) -> Literal["submit", "leave"]:
    """What happens to a packet on which nobody decided.

    Silence never agrees to a fee, an appeal or a person's changes.
    """
    if manifest.fee is not None or manifest.round is Round.APPEAL or manifest.edits:
        return "leave"
    wanted = playbook.approval.at_deadline
    if wanted == "submit_if_complete":
        return "submit" if _complete(manifest) else "leave"
    return wanted


def _complete(manifest: Manifest) -> bool:
    """Whether only the amount of the packet requires a person."""
    doubts = (
        manifest.product_type is None,
        manifest.completeness.essential_missing,
        manifest.refused,
        manifest.left_behind,
        manifest.alternatives,
        manifest.contradictions,
        manifest.unprintable,
    )
    return not any(doubts)


def time_left(at: int, *, now: int, zone: str) -> str:
    """`27 November 2026, 14:03 UTC+01:00 (Europe/Berlin), in 3 days`; a moment that is over shows no time left.

    :param at: Unix seconds
    :param now: Unix seconds
    :param zone: like `Europe/Berlin`
    :raises InputError: the zone does not exist
    """
    left = apart(datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(now, UTC))
    return f"{in_zone(at, zone)}, {f'in {left}' if at > now else 'which has passed'}"


def in_zone(at: int, zone: str) -> str:
    """`27 November 2026, 14:03 UTC+01:00 (Europe/Berlin)`: the offset tells the two 2:30s of a night in autumn apart.

    :param at: Unix seconds
    :raises InputError: the zone does not exist
    """
    local = datetime.fromtimestamp(at, _zone(zone))
    offset = "" if zone == "UTC" else f"{local.isoformat()[-6:]} ({zone})"
    return f"{day(local.date())}, {local:%H:%M} UTC{offset}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        close = get_close_matches(name, available_timezones(), n=1)
        raise InputError(
            f"is not a time zone{f', did you mean {close[0]}?' if close else ''}",
            subject=name,
            remedy="Use a name like Europe/Berlin or UTC",
        ) from error


def warnings_due(due_by: int, distances_hours: Sequence[int], already_warned: Collection[int], now: int) -> int | None:
    """The distance whose warning is due now, in hours; None if no warning is due.

    If several were missed, only the nearest counts; a past deadline gets none.

    :param distances_hours: before `due_by`, in any order
    :param already_warned: distances that were warned of
    """
    reached = [hours for hours in distances_hours if due_by - hours * _HOUR <= now < due_by]
    nearest = min(reached, default=None)
    return nearest if nearest is not None and all(hours > nearest for hours in already_warned) else None


def has_lapsed(dispute: Dispute, submissions_before: int, end: str | None, now: int) -> bool:
    """Whether the deadline of a lost round passed unintentionally without an answer.

    :param submissions_before: as the round was opened
    :param end: how our run ended; None where it did not end
    """
    details = dispute.evidence_details
    if not details.due_by or details.due_by > now:
        return False
    return details.submission_count <= submissions_before and end not in _MEANT

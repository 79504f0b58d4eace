"""The story of one answer, moment by moment."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_DECISION_WORDS = {"policy": "by the policy", "deadline": "because nobody decided in time"}


@dataclass(frozen=True)
class Event:
    """Something that happened.

    :param at: Unix seconds
    :param what: in a few words
    :param more: who, or why
    """

    at: int
    what: str
    more: str = ""


@dataclass(frozen=True)
class Records:
    """The records of one response from which the timeline is made.

    :param created: when the bank opened the dispute, Unix seconds
    :param written: when each record of the revision was written, by its name, Unix seconds
    :param decisions: oldest first: `choice`, `by`, `at`, `remark`
    """

    created: int
    opening: Mapping[str, Any] | None = None
    written: Mapping[str, int] = field(default_factory=dict)
    requested: Mapping[str, Any] | None = None
    staged: Mapping[str, Any] | None = None
    decisions: tuple[Mapping[str, Any], ...] = ()
    end: Mapping[str, Any] | None = None
    receipt: Mapping[str, Any] | None = None
    audit: Mapping[str, Any] | None = None
    outcome: Mapping[str, Any] | None = None


def list_events(records: Records) -> tuple[Event, ...]:
    """Everything that happened, oldest first."""
    return tuple(sorted(_events(records), key=lambda event: event.at))


def _events(records: Records) -> Iterator[Event]:
    yield Event(records.created, "The bank opened the dispute")
    if records.opening:
        yield Event(records.opening["opened_at"], "Our run claimed the round", records.opening["dag_id"])
    if records.requested:
        yield _event(records.requested, "Sent back to be made again", _by(records.requested))
    for name, what in (("case.json", "Facts gathered"), ("manifest.json", "Packet made")):
        if name in records.written:
            yield Event(records.written[name], what)
    if records.staged:
        yield _event(records.staged, "Saved on the dispute, not submitted")
    yield from _decisions(records.decisions)
    yield from _ends(records)


def _decisions(decisions: Iterable[Mapping[str, Any]]) -> Iterator[Event]:
    for one in decisions:
        remark = f"{_by(one)}: “{one['remark']}”" if one.get("remark") else _by(one)
        yield _event(one, f"Decided: {one['choice']}", remark)


def _ends(records: Records) -> Iterator[Event]:
    if records.end:
        ended = str(records.end["end"]).replace("_", " ")
        yield _event(records.end, f"Ended: {ended}", str(records.end.get("reason") or ""))
    if records.receipt:
        count = records.receipt["submission_count"]
        yield Event(records.receipt["submitted_at"], "Submitted to the bank", f"submission {count} of this dispute")
    if records.audit:
        findings = records.audit.get("findings") or []
        what = "Audited: Stripe's evidence differs" if findings else "Audited: Stripe holds what we sent"
        yield _event(records.audit, what, "; ".join(findings))
    if records.outcome:
        yield Event(records.outcome["seen_at"], f"The bank decided: {records.outcome['outcome']}")


def _event(record: Mapping[str, Any], what: str, more: str = "") -> Event:
    return Event(record["at"], what, more)


def _by(record: Mapping[str, Any]) -> str:
    by = record.get("by") or ""
    return _DECISION_WORDS.get(by, f"by {by}" if by else "")

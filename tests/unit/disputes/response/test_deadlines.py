"""Between which moments a round is answered, and what happens at the end."""

import time
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.disputes.builders import CREATED, dispute, manifest

from disputes.errors import InputError
from disputes.packet.manifest import Statement
from disputes.response.deadlines import (
    at_last_moment,
    has_lapsed,
    in_zone,
    last_moment,
    not_before,
    time_left,
    warnings_due,
)
from disputes.rules.loading import playbook_for
from disputes.rules.playbook import Playbook

HOUR = 3600
OPENED = dispute().created
WHOLE = {"completeness": {}, "refused": ()}
REFUSED = {"document": "receipt", "filename": "receipt.heic", "reason": "is not a PDF"}
CUT = {"field": "access_activity_log", "characters": 30_000, "kept": 20_000, "notice": "cut", "continued_in": None}
AGAINST = {"name": "admitted_fault", "problem": "our own message admits the fault", "facts": ["support.admitted_fault"]}


def playbook(**changes: Any) -> Playbook:
    shipped = playbook_for("fraudulent")
    return shipped.model_copy(update={"approval": shipped.approval.model_copy(update=changes)})


def begins(hours: int, due_by: int | None, after: int = 12) -> int | None:
    rules = playbook(not_before_hours=hours, not_after_hours=after)
    return not_before(rules, dispute(evidence_details={"due_by": due_by}))


def test_shipped_playbooks_do_not_wait() -> None:
    assert not_before(playbook_for("fraudulent"), dispute()) is None


def test_the_answer_begins_some_hours_after_the_dispute_was_created() -> None:
    assert begins(48, OPENED + 240 * HOUR) == OPENED + 48 * HOUR
    assert begins(48, None) == OPENED + 48 * HOUR


def test_the_wait_is_shorter_or_skipped_when_little_time_is_left() -> None:
    assert begins(48, OPENED + 80 * HOUR) == OPENED + 44 * HOUR
    assert begins(48, OPENED + 36 * HOUR) is None


@given(st.integers(0, 1_000), st.integers(1, 1_000), st.integers(0, 200))
def test_a_day_is_always_left_for_the_answer(hours: int, due: int, after: int) -> None:
    begin = begins(hours, OPENED + due * HOUR, after)
    if begin is not None:
        assert OPENED < begin <= OPENED + hours * HOUR
        assert begin + (24 + after) * HOUR <= OPENED + due * HOUR


@pytest.mark.parametrize(("due_by", "last"), [(CREATED, CREATED - 12 * HOUR), (None, None), (0, None)])
def test_the_last_moment_comes_before_the_banks_deadline(due_by: int | None, last: int | None) -> None:
    assert last_moment(playbook_for("fraudulent"), dispute(evidence_details={"due_by": due_by})) == last


def end(at_deadline: str, **changes: Any) -> str:
    return at_last_moment(playbook(at_deadline=at_deadline), manifest(**WHOLE | changes))


def test_each_policy_does_what_it_says() -> None:
    assert [end(policy) for policy in ("leave", "submit_if_complete", "submit")] == ["leave", "submit", "submit"]


@pytest.mark.parametrize(
    "changes",
    [
        {"completeness": {"essential": {"expected": ["receipt"]}}},
        {"refused": (REFUSED,)},
        {"shortened": (CUT,)},
        {"contradictions": (AGAINST,)},
        {"alternatives": ("duplicate",)},
        {"product_type": None},
        {"statements": (Statement("Bought by አበበ.", ("customer.name",)),)},
    ],
    ids=str,
)
def test_without_an_answer_a_doubtful_packet_is_submitted_only_if_the_policy_submits_all(
    changes: dict[str, Any],
) -> None:
    assert [end(policy, **changes) for policy in ("submit_if_complete", "submit")] == ["leave", "submit"]


@pytest.mark.parametrize("changes", [{"fee": "visa_compliance"}, {"round": "appeal"}], ids=str)
def test_neither_a_fee_nor_an_appeal_is_agreed_to_by_silence(changes: dict[str, Any]) -> None:
    assert {end(policy, **changes) for policy in ("leave", "submit_if_complete", "submit")} == {"leave"}


@pytest.mark.parametrize(
    ("at", "zone", "text"),
    [
        ("2026-11-27T13:03:00+00:00", "UTC", "27 November 2026, 13:03 UTC"),
        ("2026-11-27T13:03:00+00:00", "Europe/Berlin", "27 November 2026, 14:03 UTC+01:00 (Europe/Berlin)"),
        ("2026-07-27T23:03:00+00:00", "Europe/Berlin", "28 July 2026, 01:03 UTC+02:00 (Europe/Berlin)"),
        ("2026-10-25T00:30:00+00:00", "Europe/Berlin", "25 October 2026, 02:30 UTC+02:00 (Europe/Berlin)"),
        ("2026-10-25T01:30:00+00:00", "Europe/Berlin", "25 October 2026, 02:30 UTC+01:00 (Europe/Berlin)"),
        ("2026-03-08T06:59:59+00:00", "America/New_York", "8 March 2026, 01:59 UTC-05:00 (America/New_York)"),
        ("2026-03-08T07:00:00+00:00", "America/New_York", "8 March 2026, 03:00 UTC-04:00 (America/New_York)"),
        ("2026-01-01T00:00:00+00:00", "Asia/Kathmandu", "1 January 2026, 05:45 UTC+05:45 (Asia/Kathmandu)"),
    ],
)
def test_a_moment_is_written_in_the_readers_zone_and_unambiguously(at: str, zone: str, text: str) -> None:
    with time_machine.travel(at, tick=False):
        assert in_zone(int(time.time()), zone) == text


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-10-22T00:30:00+00:00", "in 3 days"),
        (
            "2026-10-24T22:30:00+00:00",
            "in 3 hours",
        ),  # one hour of that night occurs twice: by the clock it is two hours
        ("2026-10-25T01:29:30+00:00", "in less than a minute"),
        ("2026-10-25T01:30:00+00:00", "which has passed"),
    ],
)
def test_how_long_is_left_counts_real_hours(now: str, left: str) -> None:
    with time_machine.travel("2026-10-25T01:30:00+00:00", tick=False):
        due = int(time.time())
    with time_machine.travel(now, tick=False):
        told = time_left(due, now=int(time.time()), zone="Europe/Berlin")
    assert told == f"25 October 2026, 02:30 UTC+01:00 (Europe/Berlin), {left}"


@pytest.mark.parametrize(
    ("zone", "message"),
    [
        ("Europe/Berln", "Europe/Berln: is not a time zone, did you mean Europe/Berlin"),
        ("@@@", "@@@: is not a time zone. Use a name like Europe/Berlin or UTC"),
        ("../etc/passwd", "is not a time zone"),
        ("Europe", "is not a time zone"),
    ],
)
def test_an_invalid_zone_is_an_error(zone: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        in_zone(0, zone)


DUE = 1_000_000


@pytest.mark.parametrize(
    ("hours_left", "warned", "due"),
    [
        (80, (), None),
        (72, (), 72),
        (30, (), 72),
        (30, (72,), None),
        (24, (72,), 24),
        (5, (72,), 6),
        (5, (), 6),
        (5, (6,), None),
        (30, (24,), None),
        (0, (), None),
        (-1, (), None),
    ],
)
def test_the_nearest_warning_distance_reached_warns_once(
    hours_left: int, warned: tuple[int, ...], due: int | None
) -> None:
    assert warnings_due(DUE, [24, 72, 6], warned, DUE - hours_left * HOUR) == due
    assert warnings_due(DUE, [], warned, DUE - hours_left * HOUR) is None


@given(st.lists(st.integers(1, 200), unique=True), st.lists(st.integers(0, 300), min_size=1))
def test_each_warning_distance_warns_at_most_once_and_in_descending_order(
    distances: list[int], looks: list[int]
) -> None:
    warned: list[int] = []
    for hours_left in sorted(looks, reverse=True):
        due = warnings_due(DUE, distances, warned, DUE - hours_left * HOUR)
        if due is not None:
            assert due >= hours_left > 0
            assert due in distances
            assert not warned or due < warned[-1]
            warned.append(due)
    reached = [one for one in distances if any(0 < left <= one for left in looks)]
    assert bool(warned) == bool(reached)


@pytest.mark.parametrize(
    ("due_by", "submissions", "end", "is_lapsed"),
    [
        (DUE, 1, None, True),
        (DUE, 1, "left", True),
        (DUE + 1, 1, None, False),
        (None, 1, None, False),
        (0, 1, None, False),
        (DUE, 2, None, False),
        (DUE, 1, "accepted", False),
        (DUE, 1, "nothing_to_answer", False),
    ],
)
def test_a_lost_round_has_lapsed_when_its_deadline_passed_without_an_answer(
    due_by: int | None, submissions: int, end: str | None, is_lapsed: bool
) -> None:
    lost = dispute(status="lost", evidence_details={"due_by": due_by, "submission_count": submissions})
    assert has_lapsed(lost, 1, end, DUE) is is_lapsed

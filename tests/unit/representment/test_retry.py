"""Which failures are retried, when, and when people are notified of them."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from airflow.sdk import RetryAction
from airflow.sdk.exceptions import AirflowTaskTimeout
from hypothesis import given
from hypothesis import strategies as st

from disputes.errors import GuardError, InputError
from representment import retry
from representment.exceptions import (
    ModeError,
    StorageError,
    StorageUnavailableError,
    StripeRefusedError,
    StripeUnavailableError,
)
from representment.notifying import Delivery
from representment.retry import (
    AFTERWARDS,
    KEEPS_FAILING,
    LONGEST,
    PATIENT,
    SHORTEST,
    UNKNOWN,
    UNTIL_DEADLINE,
    URGENT,
    DisputeRetryPolicy,
    due_by_of,
    pause,
)

POLICY = DisputeRetryPolicy()
HOUR, DAY = 3600, 86_400
BUSY = StripeUnavailableError("busy", dispute="du_1")


class Context(dict):
    """The context of a run's task.

    :param left: seconds until the deadline in the run's parameters; None: it has none
    :param gathered: what `gather` read
    """

    def __init__(self, left=None, gathered=None, retries=UNTIL_DEADLINE):
        self.state = {}
        due_by = None if left is None else int(time.time() + left)
        instance = SimpleNamespace(task_id="submit", run_id="du_1__chargeback__1", xcom_pull=lambda **_: gathered)
        store = SimpleNamespace(get=self.state.get, set=self.state.__setitem__)
        store.set = lambda key, value: self.state.__setitem__(key, value)
        super().__init__(
            task=SimpleNamespace(retries=retries), ti=instance, params={"due_by": due_by}, task_state_store=store
        )


@pytest.mark.parametrize("kind", [GuardError, InputError, ModeError, StripeRefusedError, StorageError])
def test_a_permanent_error_fails_at_once_and_says_why(kind):
    decision = POLICY.evaluate(kind("no", dispute="du_1", remedy="Do this"), 1, 9)
    assert decision.action is RetryAction.FAIL
    assert decision.reason == "du_1: no. Do this"


@pytest.mark.parametrize("kind", [StripeUnavailableError, StorageUnavailableError])
def test_a_temporary_error_is_retried(kind):
    assert POLICY.evaluate(kind("busy"), 1, 9).action is RetryAction.RETRY


def test_an_unknown_error_uses_the_tasks_own_retries_a_few_times():
    actions = [POLICY.evaluate(RuntimeError("?"), number, 99).action for number in (1, UNKNOWN, UNKNOWN + 1)]
    assert actions == [RetryAction.DEFAULT, RetryAction.DEFAULT, RetryAction.FAIL]


def test_a_task_that_timed_out_fails_so_that_people_are_notified():
    assert POLICY.evaluate(AirflowTaskTimeout("Timeout"), 1, 9).action is RetryAction.FAIL


def test_a_cleared_task_starts_again():
    cleared, most = Context(), 20 + UNTIL_DEADLINE
    decision = POLICY.evaluate(BUSY, 21, most, cleared)
    assert decision.retry_delay <= timedelta(seconds=1.5)
    assert POLICY.evaluate(RuntimeError("?"), 21, most, cleared).action is RetryAction.DEFAULT
    again = POLICY.evaluate(RuntimeError("?"), 21 + UNKNOWN, most, cleared)
    assert again.action is RetryAction.FAIL


def test_without_a_deadline_an_outage_of_about_six_hours_is_survived():
    pauses = [pause(number, None) for number in range(1, PATIENT + 1)]
    assert timedelta(hours=5) < timedelta(seconds=sum(pauses)) < timedelta(hours=7)
    assert pause(PATIENT + 1, None) is None


def tries(left, jitter=1.0):
    """When each try of a task that keeps failing temporarily takes place, in seconds before the deadline."""
    failures, times = 1, [left]
    while (seconds := pause(failures, left)) is not None:
        left -= seconds * jitter
        failures += 1
        times.append(left)
    return times


lefts = st.floats(0, 45 * DAY)
jitters = st.sampled_from([0.5, 1.0, 1.5])


@given(lefts, st.floats(0, 1), jitters)
def test_an_outage_that_ends_before_the_deadline_is_followed_by_a_try_before_it(left, share, jitter):
    over = left * share  # seconds before the deadline
    if over > SHORTEST * 1.5:
        assert any(0 < one <= over for one in tries(left, jitter))


@given(lefts, st.floats(0, 1), jitters)
def test_little_of_the_time_left_after_an_outage_is_spent_sleeping(left, share, jitter):
    over = left * share
    following = max(one for one in tries(left, jitter) if one <= over)
    assert over - following <= max(over / 12, SHORTEST * 1.5)


@given(st.integers(1, 10_000), st.floats(1, 45 * DAY), st.floats(1, 45 * DAY))
def test_the_tries_get_closer_as_the_deadline_nears(failures, one, other):
    near, far = sorted((one, other))
    assert pause(failures, near) <= pause(failures, far) <= LONGEST
    assert pause(failures, near) >= min(SHORTEST, 2 ** (failures - 1))


def test_airflows_retry_limit_is_not_reached_before_the_deadline():
    assert max(len(tries(left * DAY, 0.5)) for left in (1, 21, 45)) < UNTIL_DEADLINE


@pytest.mark.parametrize("outage", [7 * HOUR, 11.9 * HOUR])
def test_a_packet_with_twelve_hours_left_outlives_an_outage_of_hours(outage):
    assert any(0 < one < 12 * HOUR - outage for one in tries(12 * HOUR))


def test_a_packet_with_twenty_minutes_left_does_not_sleep_through_them():
    assert sum(0 < one < 1200 for one in tries(1200)) > 20


def test_tries_continue_for_a_while_after_the_deadline_and_then_stop():
    assert pause(500, -AFTERWARDS / 2) == LONGEST
    assert pause(500, -AFTERWARDS - 1) is None
    assert pause(1, -AFTERWARDS - 1) == 1


def test_the_retry_policy_respects_the_deadline_with_jitter():
    for left in (HOUR, 9 * DAY):
        delay = POLICY.evaluate(BUSY, 30, UNTIL_DEADLINE, Context(left)).retry_delay.total_seconds()
        plain = pause(30, left)
        assert plain * 0.49 <= delay <= plain * 1.5
    assert POLICY.evaluate(BUSY, 600, UNTIL_DEADLINE, Context(9 * DAY)).action is RetryAction.RETRY
    assert POLICY.evaluate(BUSY, 600, UNTIL_DEADLINE, Context()).action is RetryAction.FAIL


def test_the_deadline_read_by_gather_overrides_that_of_the_run():
    assert due_by_of(Context(HOUR, gathered=5)) == 5
    assert due_by_of(Context(HOUR)) == pytest.approx(time.time() + HOUR, abs=60)
    assert due_by_of(Context()) is None


@pytest.fixture
def notified(monkeypatch):
    """Records the notifications; `taken` says which notifiers deliver them."""
    heard = SimpleNamespace(subjects=[], taken=("desk",))

    def notify(subject, message):
        heard.subjects.append(subject)
        return Delivery(heard.taken, ())

    monkeypatch.setattr(retry, "notify", notify)
    return heard


def test_people_are_notified_once_while_a_failing_task_can_still_be_fixed_in_time(notified):
    context = Context(URGENT - 60)
    for failures in range(1, KEEPS_FAILING + 3):
        POLICY.evaluate(BUSY, failures, UNTIL_DEADLINE, context)
    assert notified.subjects == ["submit of du_1__chargeback__1 keeps failing, 6.0 hours before the deadline"]


@pytest.mark.parametrize("left", [URGENT + HOUR, -60, None])
def test_nobody_is_notified_while_there_is_time_or_when_it_is_too_late(notified, left):
    POLICY.evaluate(BUSY, 20, UNTIL_DEADLINE, Context(left))
    assert notified.subjects == []


def test_a_notification_counts_only_once_it_was_delivered(notified):
    context = Context(HOUR)
    notified.taken = ()
    POLICY.evaluate(BUSY, 10, UNTIL_DEADLINE, context)
    notified.taken = ("desk",)
    for failures in (11, 12):
        POLICY.evaluate(BUSY, failures, UNTIL_DEADLINE, context)
    assert len(notified.subjects) == 2


def test_a_failed_notification_does_not_change_the_next_try(monkeypatch):
    def broken(subject, message):
        raise InputError("no JSON")

    monkeypatch.setattr(retry, "notify", broken)
    assert POLICY.evaluate(BUSY, 10, UNTIL_DEADLINE, Context(HOUR)).action is RetryAction.RETRY

"""Which failures come back, and when."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from airflow.sdk import RetryAction

from disputes.errors import GuardError, InputError
from representment.exceptions import ModeError, StorageUnavailableError, StripeRefusedError, StripeUnavailableError
from representment.retry import LONGEST, PATIENT, UNKNOWN, DisputeRetryPolicy

POLICY = DisputeRetryPolicy()


@pytest.mark.parametrize("kind", [GuardError, InputError, ModeError, StripeRefusedError])
def test_a_permanent_error_fails_at_once_and_says_why(kind):
    decision = POLICY.evaluate(kind("no", dispute="du_1", remedy="Do this"), 1, 9)
    assert decision.action is RetryAction.FAIL
    assert decision.reason == "du_1: no. Do this"


@pytest.mark.parametrize("kind", [StripeUnavailableError, StorageUnavailableError])
def test_a_passing_error_comes_back(kind):
    assert POLICY.evaluate(kind("busy"), 1, 9).action is RetryAction.RETRY


def test_an_unknown_error_is_left_to_the_tasks_own_retries_a_few_times():
    actions = [POLICY.evaluate(RuntimeError("?"), number, PATIENT).action for number in (1, UNKNOWN, UNKNOWN + 1)]
    assert actions == [RetryAction.DEFAULT, RetryAction.DEFAULT, RetryAction.FAIL]


def test_a_task_that_was_cleared_begins_anew():
    cleared = {"task": SimpleNamespace(retries=PATIENT)}
    decision = POLICY.evaluate(StripeUnavailableError("busy"), 21, 20 + PATIENT, cleared)
    assert decision.retry_delay <= timedelta(seconds=1.5)
    assert POLICY.evaluate(RuntimeError("?"), 21, 20 + PATIENT, cleared).action is RetryAction.DEFAULT
    again = POLICY.evaluate(RuntimeError("?"), 21 + UNKNOWN, 20 + PATIENT, cleared)
    assert again.action is RetryAction.FAIL


def test_a_response_waits_out_an_outage_of_hours():
    plain = [min(2 ** (number - 1), LONGEST) for number in range(1, PATIENT + 1)]
    assert timedelta(hours=5) < timedelta(seconds=sum(plain)) < timedelta(hours=7)


@pytest.mark.parametrize("try_number", range(1, 20))
def test_the_wait_doubles_with_jitter_up_to_a_limit(try_number):
    delay = POLICY.evaluate(StripeUnavailableError("busy"), try_number, 99).retry_delay
    plain = min(2 ** (try_number - 1), LONGEST)
    assert timedelta(seconds=plain * 0.5) <= delay <= timedelta(seconds=plain * 1.5)

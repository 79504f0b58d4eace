"""What Stripe's errors mean: whether to try again, whether the key is used up, and what to do."""

import pytest
import stripe

from representment.exceptions import StripeRefusedError, StripeUnavailableError
from representment.hooks.stripe_errors import MEANINGS, translate_errors


def ours(status, code=None, *, kind=stripe.InvalidRequestError, headers=None, body=True):
    error = {"error": {"message": "words", "code": code}} if body else None
    arguments = {"param": None} if kind is stripe.InvalidRequestError else {}
    with pytest.raises(StripeRefusedError) as caught, translate_errors("du_1"):
        raise kind("words", http_status=status, json_body=error, headers=headers, **arguments)
    return caught.value


@pytest.mark.parametrize("status", [key for key in MEANINGS if isinstance(key, int)])
def test_each_status_determines_whether_to_retry_and_whether_the_key_is_used_up(status):
    error, meaning = ours(status), MEANINGS[status]
    assert (error.passing, error.stored, error.remedy, error.nothing_done) == meaning
    assert isinstance(error, StripeUnavailableError) is meaning.passing
    assert error.dispute == "du_1"


@pytest.mark.parametrize(
    ("code", "status"),
    [("lock_timeout", 429), ("idempotency_key_in_use", 409), ("api_key_expired", 401), ("account_invalid", 403)],
)
def test_an_error_code_counts_more_than_its_status(code, status):
    error = ours(status, code, kind=stripe.APIError)
    assert (error.passing, error.stored, error.remedy, error.nothing_done) == MEANINGS[code]
    assert code in str(error)


def test_every_error_that_needs_a_person_says_what_to_do():
    assert all(bool(meaning.remedy) is not meaning.passing for meaning in MEANINGS.values())


def test_an_unknown_refusal_is_final_and_stored():
    error = ours(418)
    assert (error.passing, error.stored) == (False, True)


@pytest.mark.parametrize("status", [500, 503])
def test_an_error_at_stripe_is_retried_with_another_key(status):
    error = ours(status)
    assert (error.passing, error.stored) == (True, True)


@pytest.mark.parametrize("status", [None, 404, 502])
def test_an_answer_not_from_stripe_leaves_the_result_unknown(status):
    error = ours(status, body=False, kind=stripe.APIConnectionError)
    assert (error.passing, error.stored) == (True, False)


def test_stripes_retry_advice_makes_an_error_temporary():
    assert ours(400, headers={"stripe-should-retry": "true"}).passing
    assert not ours(400, headers={"stripe-should-retry": "false"}).passing


def test_reusing_a_key_for_another_request_is_final_despite_retry_advice():
    error = ours(400, kind=stripe.IdempotencyError, headers={"stripe-should-retry": "true"})
    assert (error.passing, error.stored) == (False, True)

import inspect

import pytest

from sandbox import errors
from sandbox.errors import StripeError
from sandbox.http import request_errors


def test_absent_fields_are_left_out_of_the_body():
    assert errors.dispute_closed().body() == {
        "error": {"type": "invalid_request_error", "message": "This dispute is already closed"}
    }


def test_an_error_code_includes_its_documentation_url():
    body = errors.no_such("dispute", "du_x", status=404).body()["error"]

    assert body["code"] == "resource_missing"
    assert body["doc_url"] == "https://stripe.com/docs/error-codes/resource-missing"
    assert body["param"] == "dispute"
    assert body["message"] == "No such dispute: 'du_x'"


@pytest.mark.parametrize(
    ("livemode", "message"), [(False, "in test mode, but a live"), (True, "in live mode, but a test")]
)
def test_an_object_of_the_other_mode_is_reported_as_existing_there(livemode, message):
    assert message in errors.other_mode("dispute", "du_1", livemode=livemode).message


@pytest.mark.parametrize(("allowed", "listed"), [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b, or c")])
def test_choices_are_listed_in_a_sentence(allowed, listed):
    assert errors.invalid_choice("x", allowed).message == f"Invalid x: must be one of {listed}"


def test_an_unobserved_answer_is_marked_as_such():
    assert errors.dispute_submitted().headers == {"Sandbox-Chosen": "true"}
    assert errors.dispute_closed().headers == {}


def test_limit_errors_include_stripes_retry_advice():
    rate, lock = request_errors.rate_limited(), request_errors.lock_timeout()

    assert rate.headers["Stripe-Rate-Limited-Reason"] == "global-rate"
    assert "Stripe-Should-Retry" not in rate.headers
    assert (lock.status, lock.code) == (429, "lock_timeout")
    assert lock.headers == {"Stripe-Should-Retry": "true"}


def test_every_error_has_one_of_stripes_four_types():
    values = {"str": "x", "int": 1, "Sequence[str]": ["x"], "str | None": "x"}
    made = []
    for module in (errors, request_errors):
        for name, make in inspect.getmembers(module, inspect.isfunction):
            required = {
                each.name: values.get(inspect.formatannotation(each.annotation).replace("collections.abc.", ""), "x")
                for each in inspect.signature(make).parameters.values()
                if each.default is each.empty and each.name != "livemode"
            }
            made.append(make(**required, **({"livemode": True} if name == "other_mode" else {})))

    assert len(made) > 30
    assert all(isinstance(error, StripeError) and error.message for error in made)
    assert {error.type for error in made} <= {"api_error", "idempotency_error", "invalid_request_error", "card_error"}

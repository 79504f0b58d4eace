"""What a client sees of each fault, and what the sandbox did meanwhile."""

import time

import pytest
import stripe

PATH = "/v1/disputes/du_1"


def submit(running, key="k1", **client):
    return running.client(**client).v1.disputes.update(
        "du_1", {"evidence": {"uncategorized_text": "sent"}}, {"idempotency_key": key}
    )


def count(running):
    return running.client().v1.disputes.retrieve("du_1").evidence_details.submission_count


def last(running):
    entry = running.log()[-1]
    return entry["status"], entry["fault"]


def test_a_rate_limit_changes_nothing_and_gives_no_retry_advice(running):
    running.fault("429", path=PATH)
    with pytest.raises(stripe.RateLimitError) as caught:
        submit(running)

    assert caught.value.headers["Stripe-Rate-Limited-Reason"] == "global-rate"
    assert "Stripe-Should-Retry" not in caught.value.headers
    assert last(running) == (429, "429 before")
    assert count(running) == 0
    assert "Idempotent-Replayed" not in submit(running).last_response.headers


def test_a_lock_timeout_asks_for_a_retry_with_the_same_key(running):
    running.fault("lock_timeout", path=PATH)

    assert submit(running, retries=1).status == "under_review"
    assert [entry["status"] for entry in running.log()] == [429, 200]
    assert count(running) == 1


def test_a_lock_timeout_names_its_code(running):
    running.fault("lock_timeout", path=PATH, method="GET")
    with pytest.raises(stripe.RateLimitError) as caught:
        count(running)

    assert caught.value.error.code == "lock_timeout"
    assert caught.value.headers["Stripe-Should-Retry"] == "true"
    assert "Stripe-Rate-Limited-Reason" not in caught.value.headers


@pytest.mark.parametrize(
    ("kind", "refused", "again"), [("400", stripe.InvalidRequestError, "true"), ("403", stripe.PermissionError, None)]
)
def test_a_final_refusal_changes_nothing_and_only_a_400_is_stored_under_the_key(running, kind, refused, again):
    running.fault(kind, path=PATH)
    with pytest.raises(refused):
        submit(running)
    assert count(running) == 0

    try:
        replayed = submit(running).last_response.headers
    except stripe.InvalidRequestError as kept:
        replayed = kept.headers
    assert replayed.get("Idempotent-Replayed") == again
    assert count(running) == int(again is None)


def test_a_500_before_the_change_leaves_the_key_free(running):
    running.fault("500", path=PATH)
    with pytest.raises(stripe.APIError):
        submit(running)

    assert count(running) == 0
    assert submit(running).status == "under_review"


def test_a_500_after_the_change_is_stored_under_the_key(running):
    running.fault("500", when="after", path=PATH)
    replayed = []
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            submit(running)
        assert caught.value.http_status == 500
        assert caught.value.headers["Stripe-Should-Retry"] == "false"
        replayed.append(caught.value.headers.get("Idempotent-Replayed"))

    assert replayed == [None, "true"]
    assert count(running) == 1


@pytest.mark.parametrize(("when", "done"), [("before", 0), ("after", 1)])
def test_a_reset_hides_whether_the_change_was_made(running, when, done):
    running.fault("reset", when=when, path=PATH)
    with pytest.raises(stripe.APIConnectionError) as caught:
        submit(running)

    assert "reset" in str(caught.value).lower() or "aborted" in str(caught.value).lower()
    assert last(running) == (None, f"reset {when}")
    assert count(running) == done
    assert submit(running).status == "under_review"
    assert count(running) == 1


@pytest.mark.parametrize(("when", "done"), [("before", 0), ("after", 1)])
def test_an_injected_hang_lasts_until_the_client_times_out(running, when, done):
    running.fault("hang", when=when, path=PATH, seconds=60)
    with pytest.raises(stripe.APIConnectionError, match="timed out"):
        submit(running, timeout=2)

    assert count(running) == done
    assert last(running)[0] == 200


def test_a_delayed_answer_is_the_real_one(running):
    running.fault("latency", path=PATH, seconds=0.3)
    started = time.monotonic()

    assert submit(running).status == "under_review"
    assert time.monotonic() - started >= 0.3


def test_faults_hit_replayed_requests_too(running):
    submit(running)
    running.fault("reset", when="after", path=PATH)
    with pytest.raises(stripe.APIConnectionError):
        submit(running)

    assert submit(running).last_response.headers["Idempotent-Replayed"] == "true"


def test_an_upload_can_succeed_although_its_answer_is_lost(running):
    running.fault("reset", when="after", path="/v1/files")
    with pytest.raises(stripe.APIConnectionError):
        running.upload()
    running.upload()

    assert len(running.client().v1.files.list().data) == 2


def test_every_third_request_gets_the_next_of_the_mixed_faults(running):
    running.fault("mixed", every=3, seconds=0.01)
    for _ in range(9):
        try:
            count(running)
        except stripe.StripeError:
            continue

    assert [entry["fault"] for entry in running.log()] == [
        *(None, None, "429 before"),
        *(None, None, "500 before"),
        *(None, None, "reset after"),
    ]


def test_a_request_with_a_refused_key_uses_up_no_fault(running):
    running.fault("500", path="*")
    with pytest.raises(stripe.AuthenticationError):
        running.client("sk_test_wrong").v1.disputes.retrieve("du_1")
    with pytest.raises(stripe.APIError):
        count(running)

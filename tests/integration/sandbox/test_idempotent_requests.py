from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe


def staged(client, key, text="first", dispute="du_1"):
    return client.v1.disputes.update(
        dispute, {"evidence": {"uncategorized_text": text}, "submit": False}, {"idempotency_key": key}
    )


def test_the_same_key_gets_the_first_requests_answer(running):
    client = running.client()
    first = staged(client, "k1")
    client.v1.disputes.update("du_1", {"evidence": {"uncategorized_text": "other"}, "submit": False})
    again = staged(client, "k1")

    assert again.evidence.uncategorized_text == "first"
    assert client.v1.disputes.retrieve("du_1").evidence.uncategorized_text == "other"
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Original-Request"] == first.last_response.headers["Request-Id"]
    assert again.last_response.headers["Request-Id"] != first.last_response.headers["Request-Id"]
    assert again.last_response.headers["Stripe-Should-Retry"] == "false"
    assert again.last_response.body == first.last_response.body


def test_a_submit_with_the_same_key_counts_once(running):
    client = running.client()
    for _ in range(3):
        client.v1.disputes.update("du_1", {"evidence": {"uncategorized_text": "x"}}, {"idempotency_key": "k"})

    assert client.v1.disputes.retrieve("du_1").evidence_details.submission_count == 1


def test_a_refusal_is_repeated_after_its_cause_is_gone(running):
    client = running.client()
    running.control("POST", "disputes/du_1/lose")
    messages = []
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            staged(client, "k1")
        messages.append((caught.value.user_message, caught.value.headers.get("Idempotent-Replayed")))

    assert messages == [("This dispute is already closed", None), ("This dispute is already closed", "true")]


def test_a_refused_parameter_does_not_use_up_the_key(running):
    client = running.client()
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.disputes.update("du_1", {"metadata": {"k" * 41: "v"}, "submit": False}, {"idempotency_key": "k1"})

    assert staged(client, "k1").last_response.headers.get("Idempotent-Replayed") is None


def test_other_parameters_or_another_endpoint_are_idempotency_errors(running):
    client = running.client()
    staged(client, "k1")
    with pytest.raises(stripe.IdempotencyError) as other:
        staged(client, "k1", "second")
    with pytest.raises(stripe.IdempotencyError) as elsewhere:
        staged(client, "k1", dispute="du_2")

    assert other.value.http_status == elsewhere.value.http_status == 400
    assert "'/v1/disputes/du_1' vs '/v1/disputes/du_2'" in str(elsewhere.value)


def test_while_the_first_request_runs_the_second_is_refused(running):
    running.fault("latency", when="after", path="/v1/disputes/du_1", every=1, seconds=0.3)

    def outcome(_):
        try:
            return staged(running.client(), "k1").status
        except stripe.APIError as error:
            return error.http_status, error.error.code

    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(outcome, range(2)))

    assert sorted(outcomes, key=str) == [(409, "idempotency_key_in_use"), "needs_response"]
    assert staged(running.client(), "k1").last_response.headers["Idempotent-Replayed"] == "true"


def test_uploads_ignore_idempotency_keys(running):
    files = [running.upload(key="k1"), running.upload(key="k1")]

    assert files[0].id != files[1].id
    assert [entry["idempotency_key"] for entry in running.log()] == ["k1", "k1"]
    assert not {"Idempotency-Key", "Original-Request", "Stripe-Should-Retry"} & set(files[1].last_response.headers)


def test_a_key_is_forgotten_after_a_day(running):
    client = running.client()
    staged(client, "k1")
    running.control("POST", "clock", {"advance": 24 * 3600})

    assert staged(client, "k1", "second").evidence.uncategorized_text == "second"


def test_a_request_with_a_wrong_api_key_is_not_stored(running):
    with pytest.raises(stripe.AuthenticationError):
        staged(running.client("sk_test_wrong"), "k1")

    assert "Idempotent-Replayed" not in staged(running.client(), "k1").last_response.headers

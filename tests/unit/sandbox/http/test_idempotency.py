import pytest

from sandbox.clock import Clock
from sandbox.errors import StripeError
from sandbox.http.idempotency import KEPT_SECONDS, Answer, Idempotency

DONE = Answer(200, b"{}", {"Sandbox-Chosen": "true"})


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(clock):
    return Idempotency(clock)


def begin(store, key="k", *, livemode=False, path="/v1/a", params=None, request_id="req_2"):
    return store.begin(key, livemode=livemode, path=path, params=params or {}, request_id=request_id)


def refused(store, key="k", **changed):
    with pytest.raises(StripeError) as caught:
        begin(store, key, **changed)
    return caught.value


def test_the_answer_is_repeated_with_the_id_of_the_first_request(store):
    assert begin(store, request_id="req_1") is None
    store.finish("k", livemode=False, answer=DONE)
    replay = begin(store)

    assert (replay.answer, replay.request_id) == (DONE, "req_1")


def test_other_parameters_are_refused(store):
    begin(store, params={"a": "1"})
    store.finish("k", livemode=False, answer=DONE)
    error = refused(store, params={"a": "2"})

    assert (error.status, error.type, error.code) == (400, "idempotency_error", None)
    assert "the same parameters" in error.message


def test_another_endpoint_is_refused(store):
    begin(store)
    error = refused(store, path="/v1/b")

    assert (error.status, error.type) == (400, "idempotency_error")
    assert "('/v1/a' vs '/v1/b')" in error.message


def test_while_the_first_request_runs_the_key_is_in_use(store):
    begin(store)
    error = refused(store)

    assert (error.status, error.type, error.code) == (409, "invalid_request_error", "idempotency_key_in_use")


def test_a_forgotten_key_can_be_used_with_other_parameters(store):
    begin(store)
    store.forget("k", livemode=False)

    assert begin(store, path="/v1/b", params={"a": "1"}) is None


def test_after_a_day_the_key_counts_as_a_new_request(store, clock):
    begin(store)
    store.finish("k", livemode=False, answer=DONE)
    clock.advance(KEPT_SECONDS - 10)
    assert begin(store) is not None
    clock.advance(10)

    assert begin(store, path="/v1/b") is None


def test_keys_are_separate_for_each_mode(store):
    begin(store)

    assert begin(store, livemode=True) is None


def test_a_key_has_at_most_255_characters(store):
    assert begin(store, "k" * 255) is None
    assert refused(store, "k" * 256).status == 400

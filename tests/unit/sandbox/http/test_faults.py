import pytest
from pydantic import ValidationError

from sandbox.http.faults import MIXED, Fault, Faults, Rule


@pytest.fixture
def faults():
    return Faults()


def met(faults, times, path="/v1/disputes/du_1", method="GET"):
    return [fault and str(fault) for fault in (faults.meet(method, path) for _ in range(times))]


def test_without_an_ordered_fault_nothing_happens(faults):
    assert met(faults, 3) == [None] * 3


def test_a_fault_hits_as_many_requests_as_ordered(faults):
    faults.order(Rule(kind="500", when="after", count=2))

    assert met(faults, 4) == ["500 after", "500 after", None, None]


def test_without_a_count_a_fault_hits_only_the_next_request(faults):
    faults.order(Rule(kind="429"))

    assert met(faults, 2) == ["429 before", None]


def test_a_repeating_fault_hits_every_nth_request_without_end(faults):
    faults.order(Rule(kind="reset", every=3))

    assert met(faults, 7) == [None, None, "reset before", None, None, "reset before", None]


def test_a_fault_hits_only_the_given_path_and_method(faults):
    faults.order(Rule(kind="500", path="/v1/disputes/*", method="POST"))

    assert met(faults, 1) == [None]
    assert met(faults, 1, path="/v1/files", method="POST") == [None]
    assert met(faults, 1, path="/v1/disputes/du_1/close", method="POST") == ["500 before"]


def test_mixed_faults_cycle_through_all_kinds_and_moments(faults):
    faults.order(Rule(kind="mixed", every=1))
    seen = met(faults, 2 * len(MIXED))

    assert seen == [f"{kind} {when}" for kind, when in MIXED] * 2
    assert {kind for kind, _ in MIXED} == {"429", "500", "lock_timeout", "hang", "reset"}
    assert {("500", "after"), ("reset", "after"), ("hang", "after")} < set(MIXED)


def test_a_used_up_fault_makes_room_for_the_next(faults):
    faults.order(Rule(kind="500"))
    faults.order(Rule(kind="429"))

    assert met(faults, 3) == ["500 before", "429 before", None]


def test_ordered_faults_can_be_cancelled(faults):
    faults.order(Rule(kind="500", every=1))
    faults.clear()

    assert met(faults, 1) == [None]


def test_the_duration_is_as_ordered_or_the_default(faults):
    faults.order(Rule(kind="hang", seconds=0.5))
    faults.order(Rule(kind="hang"))
    faults.order(Rule(kind="latency"))

    assert [faults.meet("GET", "/").seconds for _ in range(3)] == [0.5, 30.0, 1.0]
    assert Fault("hang", "before", 1.0).kind == "hang"


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"kind": "418"},
        {"kind": "500", "count": 0},
        {"kind": "500", "every": 2, "count": 2},
        {"kind": "500", "when": "during"},
        {"kind": "500", "many": 2},
        {"kind": "hang", "seconds": -1},
        {"kind": "400", "when": "after"},
        {"kind": "403", "when": "after"},
        {"kind": "429", "when": "after"},
        {"kind": "lock_timeout", "when": "after"},
    ],
)
def test_an_invalid_order_is_refused(rule):
    with pytest.raises(ValidationError):
        Rule.model_validate(rule)

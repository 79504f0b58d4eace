from sandbox import events
from sandbox.state import Origin


def test_an_event_is_a_snapshot_that_never_changes(bench):
    thing = {"id": "du_1", "evidence": {"receipt": None}}
    event = events.emit(bench.state, "charge.dispute.updated", thing, {"status": "needs_response"})
    thing["evidence"]["receipt"] = "file_1"
    kept = bench.state.get("events", event["id"])
    assert kept["data"]["object"] == {"id": "du_1", "evidence": {"receipt": None}}
    assert kept["data"]["previous_attributes"] == {"status": "needs_response"}


def test_an_event_names_the_request_behind_it(bench):
    event = events.emit(bench.state, "charge.updated", {"id": "ch_1"}, {}, Origin("req_7", "key-7"))
    assert event["request"] == {"id": "req_7", "idempotency_key": "key-7"}


def test_stripes_own_events_have_no_request_and_creations_no_earlier_values(bench):
    event = events.emit(bench.state, "charge.dispute.created", {"id": "du_1"}, at=1_700_000_000)
    assert event["request"] == {"id": None, "idempotency_key": None}
    assert "previous_attributes" not in event["data"]
    assert event["created"] == 1_700_000_000
    assert (event["object"], event["api_version"], event["livemode"]) == ("event", "2026-10-28.endive", False)


def test_changes_contain_the_earlier_values_field_by_field():
    before = {"status": "needs_response", "evidence": {"receipt": None, "customer_name": "Kari"}, "metadata": {}}
    after = {"status": "lost", "evidence": {"receipt": "file_1", "customer_name": "Kari"}, "metadata": {"a": "1"}}
    assert events.changes(before, after) == {
        "status": "needs_response",
        "evidence": {"receipt": None},
        "metadata": {"a": None},
    }

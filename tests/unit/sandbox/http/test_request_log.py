import pytest

from sandbox.control.requests import find_own_ids
from sandbox.errors import StripeError
from sandbox.http import request_log
from sandbox.http.request_log import RequestLog


def test_entries_are_numbered_and_counting_starts_again_after_a_clear():
    log = RequestLog()
    for path in ("/v1/disputes", "/v1/events"):
        log.add(at=5, method="GET", path=path, idempotency_key=None)
    assert [(entry.n, entry.path) for entry in log.entries()] == [(1, "/v1/disputes"), (2, "/v1/events")]
    log.clear()
    assert log.add(at=6, method="POST", path="/v1/refunds", idempotency_key="k").show() == {
        "n": 1,
        "at": 6,
        "method": "POST",
        "path": "/v1/refunds",
        "idempotency_key": "k",
        "status": None,
        "fault": None,
    }


def test_parameters_refer_to_objects_at_any_depth_except_in_evidence_and_metadata():
    params = [
        ("charge", "ch_1"),
        ("payment[payment_intent]", "pi_1"),
        ("evidence[duplicate_charge_id]", "ch_2"),
        ("metadata[order]", "ch_3"),
    ]
    entry = RequestLog().add(at=0, method="POST", path="/v1/refunds", idempotency_key=None, params=params)
    assert entry.ids >= {"refunds", "ch_1", "pi_1"}
    assert not entry.ids & {"ch_2", "ch_3"}


def test_entries_are_selected_by_path_or_by_what_was_noted():
    log = RequestLog()
    paths = ("/v1/disputes/du_1", "/v1/disputes/du_12", "/v1/charges/du_1/dispute", "/v1/refunds")
    entries = [log.add(at=0, method="GET", path=path, idempotency_key=None) for path in paths]
    entries[3].ids.add("du_1")
    assert [entry.n for entry in request_log.select(log.entries(), {"du_1", "x"})] == [1, 3, 4]


def test_a_dispute_owns_its_charge_intent_files_links_refunds_and_warnings(bench):
    bench.open(payment_intent="pi_1")
    receipt, stranger = bench.upload(), bench.upload()
    bench.stage(receipt=receipt)
    for collection, thing in (
        ("file_links", {"id": "link_1", "file": receipt}),
        ("file_links", {"id": "link_2", "file": stranger}),
        ("refunds", {"id": "re_1", "charge": "ch_1"}),
        ("refunds", {"id": "re_2", "charge": "ch_2"}),
        ("early_fraud_warnings", {"id": "issfr_1", "charge": "ch_1"}),
    ):
        bench.state.add(collection, thing)
    assert find_own_ids(bench.state, "du_1") == {"du_1", "ch_1", "pi_1", receipt, "link_1", "re_1", "issfr_1"}


def test_a_file_that_was_replaced_still_belongs_to_its_dispute(bench):
    bench.open()
    first, second = bench.upload(), bench.upload()
    bench.stage(receipt=first)
    bench.stage(receipt=second)
    assert {first, second} <= find_own_ids(bench.state, "du_1")


def test_an_unknown_dispute_is_refused(bench):
    with pytest.raises(StripeError) as caught:
        find_own_ids(bench.state, "du_no")
    assert caught.value.status == 404

from urllib.error import HTTPError

import pytest
import stripe


def test_health_is_answered_without_a_key(running):
    assert running.control("GET", "health") == {"status": "ok"}


def test_the_clock_can_be_advanced_past_deadlines(running):
    before = running.control("GET", "clock")["now"]
    after = running.control("POST", "clock", {"advance": 10 * 24 * 3600})["now"]

    assert after - before >= 10 * 24 * 3600
    assert running.client().v1.disputes.retrieve("du_1").status == "lost"


def test_the_script_decides_when_its_time_has_come(running):
    client = running.client()
    client.v1.disputes.update("du_2", {"evidence": {"shipping_carrier": "UPS"}})
    assert client.v1.disputes.retrieve("du_2").status == "under_review"
    running.control("POST", "clock", {"advance": 3})

    assert client.v1.disputes.retrieve("du_2").status == "won"


def test_control_requests_act_for_the_bank_and_the_dashboard(running):
    assert running.control("POST", "disputes/du_1/dashboard_submit")["status"] == "under_review"
    assert running.control("POST", "disputes/du_1/win")["status"] == "won"


def test_the_script_can_be_read(running):
    assert running.control("GET", "script") == {"du_2": {"bank": "won", "after": 2}}


def test_the_log_counts_requests_except_control_requests(running):
    client = running.client()
    client.v1.disputes.retrieve("du_1")
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.disputes.update("du_x", {"submit": False}, {"idempotency_key": "k1"})
    log = running.log()

    assert [
        (entry["n"], entry["method"], entry["path"], entry["idempotency_key"], entry["status"]) for entry in log
    ] == [
        (1, "GET", "/v1/disputes/du_1", None, 200),
        (2, "POST", "/v1/disputes/du_x", "k1", 404),
    ]
    assert all(
        entry["fault"] is None and abs(entry["at"] - running.control("GET", "clock")["now"]) < 60 for entry in log
    )


def test_the_log_can_be_filtered_by_dispute(running):
    client = running.client()
    file = running.upload()
    running.upload("never_attached.pdf")
    client.v1.disputes.update("du_1", {"evidence": {"receipt": file.id}, "submit": False})
    client.v1.disputes.update("du_2", {"evidence": {"duplicate_charge_id": "ch_1"}, "submit": False})
    client.v1.disputes.list({"limit": 1})
    client.v1.refunds.list({"charge": "ch_1"})
    client.v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": "pi_1"}})
    client.v1.charges.retrieve("ch_2")
    client.v1.files.retrieve(file.id)
    link = client.v1.file_links.create({"file": file.id})
    client.v1.file_links.retrieve(link.id)

    own = running.control("GET", "requests?dispute=du_1")
    assert [(entry["n"], entry["method"], entry["path"]) for entry in own] == [
        (1, "POST", "/v1/files"),
        (3, "POST", "/v1/disputes/du_1"),
        (6, "GET", "/v1/refunds"),
        (7, "GET", "/v1/invoice_payments"),
        (9, "GET", f"/v1/files/{file.id}"),
        (10, "POST", "/v1/file_links"),
        (11, "GET", f"/v1/file_links/{link.id}"),
    ]
    assert own == [entry for entry in running.log() if entry["n"] in {1, 3, 6, 7, 9, 10, 11}]
    assert [entry["n"] for entry in running.control("GET", "requests?dispute=du_2")] == [4, 8]


def test_an_upload_with_a_lost_answer_counts_for_the_dispute_it_is_attached_to(running):
    running.fault("reset", "after", "/v1/files")
    with pytest.raises(stripe.APIConnectionError):
        running.upload()
    (lost,) = running.client().v1.files.list().data
    running.client().v1.disputes.update("du_1", {"evidence": {"receipt": lost.id}, "submit": False})

    upload, update = running.control("GET", "requests?dispute=du_1")
    assert (upload["path"], upload["status"], upload["fault"]) == ("/v1/files", None, "reset after")
    assert update["status"] == 200


@pytest.mark.parametrize("kind", ["429", "reset"])
def test_a_request_stopped_by_a_fault_counts_for_its_dispute_too(running, kind):
    running.fault(kind)
    with pytest.raises(stripe.StripeError):
        running.client().v1.refunds.create({"charge": "ch_1"})

    (refund,) = running.control("GET", "requests?dispute=du_1")
    assert (refund["path"], refund["fault"]) == ("/v1/refunds", f"{kind} before")


def test_the_log_can_be_emptied(running):
    running.client().v1.disputes.retrieve("du_1")
    running.control("DELETE", "requests")

    assert running.log() == []


def test_faults_can_be_cancelled(running):
    running.fault("500", every=1)
    running.control("DELETE", "faults")

    assert running.client().v1.disputes.retrieve("du_1").id == "du_1"


def test_the_log_of_an_unknown_dispute_is_refused(running):
    with pytest.raises(HTTPError) as caught:
        running.control("GET", "requests?dispute=du_x")
    assert (caught.value.code, "du_x" in caught.value.read().decode()) == (404, True)


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        ("clock", {"advance": -1}, 400, "advance"),
        ("clock", {"advance": 10**12}, 400, "advance"),
        ("clock", {}, 400, "advance"),
        ("faults", {"kind": "teapot"}, 400, "kind"),
        ("disputes/du_1/dance", None, 400, "dance"),
        ("disputes/du_x/win", None, 404, "du_x"),
        ("disputes/du_3/lose", None, 400, "closed"),
        ("nowhere", None, 404, ""),
        ("requests", {}, 405, ""),
    ],
)
def test_invalid_control_requests_are_refused_with_a_reason(running, path, body, status, told):
    with pytest.raises(HTTPError) as caught:
        running.control("POST", path, body)

    assert caught.value.code == status
    assert told in caught.value.read().decode()

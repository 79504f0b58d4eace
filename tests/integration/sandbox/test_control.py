from urllib.error import HTTPError

import pytest
import stripe


def test_health_is_answered_without_a_key(running):
    assert running.control("GET", "health") == {"status": "ok"}


def test_the_clock_moves_and_deadlines_pass(running):
    before = running.control("GET", "clock")["now"]
    after = running.control("POST", "clock", {"advance": 10 * 24 * 3600})["now"]

    assert after - before >= 10 * 24 * 3600
    assert running.client().v1.disputes.retrieve("du_1").status == "lost"


def test_the_script_decides_after_its_time(running):
    client = running.client()
    client.v1.disputes.update("du_2", {"evidence": {"shipping_carrier": "UPS"}})
    assert client.v1.disputes.retrieve("du_2").status == "under_review"
    running.control("POST", "clock", {"advance": 3})

    assert client.v1.disputes.retrieve("du_2").status == "won"


def test_others_act_on_disputes(running):
    assert running.control("POST", "disputes/du_1/dashboard_submit")["status"] == "under_review"
    assert running.control("POST", "disputes/du_1/win")["status"] == "won"


def test_the_script_can_be_read(running):
    assert running.control("GET", "script") == {"du_2": {"bank": "won", "after": 2}}


def test_the_log_counts_requests_and_leaves_out_control(running):
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


def test_the_log_can_be_emptied(running):
    running.client().v1.disputes.retrieve("du_1")
    running.control("DELETE", "requests")

    assert running.log() == []


def test_faults_can_be_cancelled(running):
    running.fault("500", every=1)
    running.control("DELETE", "faults")

    assert running.client().v1.disputes.retrieve("du_1").id == "du_1"


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
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(running, path, body, status, told):
    with pytest.raises(HTTPError) as caught:
        running.control("POST", path, body)

    assert caught.value.code == status
    assert told in caught.value.read().decode()

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from demo import report
from demo.board import Board
from demo.responses import Response
from demo.results import PacketFile, Result

SENT = Result(
    dispute="du_1",
    reason="general",
    amount=125000,
    currency="usd",
    status="won",
    submission_count=1,
    submission_method="manual",
    dag="respond_general",
    round="chargeback",
    revision=1,
    run_id="du_1__chargeback__1",
    run="success",
    leaf="submit",
    fields=("a", "b"),
    given=4,
    recommended=5,
    files=(PacketFile("receipt", 2, 900), PacketFile("refund_policy", 3, 100)),
    packet_sha256="ab",
    approved_by="analyst",
    submitted_at=1764000000,
    outcome="won",
)
ALONE = Result("du_2", "general", 500, "jpy", "under_review", 1, "manual")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(125000, "usd", "1,250.00 USD"), (500, "jpy", "500 JPY"), (1500, "kwd", "1.500 KWD"), (5, "eur", "0.05 EUR")],
)
def test_amounts_are_written_in_units_of_the_currency(amount, currency, text):
    assert report.money(amount, currency) == text


def test_a_row_counts_fields_files_pages_and_bytes():
    assert report.row(SENT) == (
        "du_1",
        "general",
        "chargeback",
        "1,250.00 USD",
        "4 of 5",
        "2",
        "5",
        "1000",
        "analyst",
        "16:00:00 UTC",
        "won",
    )


def test_a_dispute_without_a_run_shows_its_status():
    assert report.row(ALONE)[-3:] == ("-", "-", "(under_review)")


def test_the_table_contains_every_round_and_links_to_each_run():
    assert report.table([SENT, ALONE]).row_count == 2
    assert report.links([SENT, ALONE], "http://a") == ["http://a/dags/respond_general/runs/du_1__chargeback__1"]


def test_the_summary_is_a_list_of_objects(tmp_path):
    report.write_summary([SENT, ALONE], tmp_path / "summary.json")
    first, second = json.loads((tmp_path / "summary.json").read_text())
    assert {name: first[name] for name in ("dispute", "round", "revision", "run_id", "status", "outcome")} == {
        "dispute": "du_1",
        "round": "chargeback",
        "revision": 1,
        "run_id": "du_1__chargeback__1",
        "status": "won",
        "outcome": "won",
    }
    assert first["fields"] == ["a", "b"]
    assert first["files"][0] == {"field": "receipt", "pages": 2, "bytes": 900}
    assert (second["run_id"], second["files"]) == (None, [])


def entry(method, path, fault=None):
    return {"method": method, "path": path, "fault": fault}


def test_calls_are_counted_for_each_submitted_dispute():
    log = [
        entry("GET", "/v1/disputes/du_1", fault="429 before"),
        entry("POST", "/v1/files"),
        entry("GET", "/v1/files/file_1"),
        entry("POST", "/v1/files"),
        entry("POST", "/v1/disputes/du_1"),
    ]
    appeal = replace(SENT, round="appeal")
    assert report.calls({"du_1": log}, [SENT, appeal, ALONE]) == ["du_1: 2 files + 3 calls, 1 of them met a fault"]
    assert report.writes(log) == ["POST /v1/files", "POST /v1/files", "POST /v1/disputes/du_1"]


def test_without_a_terminal_each_finished_step_is_a_line():
    text = io.StringIO()
    with Board(Console(file=text)) as board:
        for tasks in (
            {"gather": "running"},
            {"gather": "success"},
            {"gather": "success"},
            {"gather": "success", "collect": "queued"},
            {"gather": "success", "collect": "failed"},
        ):
            board.show([Response("respond_general", "du_1__chargeback__1", "running", tasks)])
    lines = [line.split(" s  ")[1] for line in text.getvalue().splitlines()]
    assert lines == ["du_1__chargeback__1: gather success", "du_1__chargeback__1: collect failed"]


def test_on_a_terminal_there_is_a_table():
    text = io.StringIO()
    with Board(Console(file=text, force_terminal=True, width=200)) as board:
        board.show([Response("respond_general", "du_1__chargeback__1", "success", {"gather": "success"})])
        board.say("[markup] stays text")
    assert "respond_general" in text.getvalue()
    assert "[markup] stays text" in text.getvalue()

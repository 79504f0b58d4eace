"""Plain curl against the sandbox, as in Stripe's own examples; skipped where there is no curl."""

import json
import shutil
import subprocess

import pytest


@pytest.fixture
def curl(running):
    if not shutil.which("curl"):
        pytest.skip("there is no curl here")

    def run(path, *arguments, code=0):
        command = ["curl", "--silent", "--max-time", "5", "-u", f"{running.keys.secret}:", *arguments]
        done = subprocess.run([*command, running.base + path], capture_output=True, timeout=20, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout

    return run


def test_a_list_is_read_with_get(curl):
    page = json.loads(curl("/v1/disputes", "-G", "-d", "limit=2", "-d", "expand[]=data.charge"))

    assert [dispute["charge"]["id"] for dispute in page["data"]] == ["ch_3", "ch_2"]
    assert page["has_more"] is True


def test_evidence_is_staged_with_data_fields(curl):
    answer = curl("/v1/disputes/du_1", "-i", "-d", "evidence[customer_name]=Ann Lee", "-d", "submit=false").decode()

    assert answer.startswith("HTTP/1.1 200")
    assert "Stripe-Should-Retry: false" in answer
    assert '"customer_name": "Ann Lee"' in answer


def test_a_close_request_needs_no_parameters(curl):
    assert json.loads(curl("/v1/disputes/du_1/close", "-X", "POST"))["status"] == "lost"


def test_a_file_is_uploaded_as_a_form_and_downloaded_unchanged(curl, tmp_path, pdf):
    (tmp_path / "receipt.pdf").write_bytes(pdf)
    file = json.loads(curl("/v1/files", "-F", "purpose=dispute_evidence", "-F", f"file=@{tmp_path / 'receipt.pdf'}"))

    assert file["filename"] == "receipt.pdf"
    assert curl(f"/v1/files/{file['id']}/contents") == pdf


def test_a_large_body_is_accepted_with_expect_100_continue(curl, tmp_path):
    (tmp_path / "scan.jpg").write_bytes(b"\xff\xd8\xff" + b"\0" * 4_000_000)
    upload = ("-F", "purpose=dispute_evidence", "-F", f"file=@{tmp_path / 'scan.jpg'}", "-H", "Expect: 100-continue")

    assert json.loads(curl("/v1/files", *upload))["size"] == 4_000_003


def test_an_injected_reset_closes_the_connection(curl, running):
    running.fault("reset")
    assert curl("/v1/disputes", code=56) == b""  # "failure in receiving network data"


def test_an_injected_hang_sends_nothing(curl, running):
    running.fault("hang", seconds=2)
    assert curl("/v1/disputes", "--max-time", "0.3", code=28) == b""  # "operation timeout"

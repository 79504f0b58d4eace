"""A person changes a packet: what the desk accepts, and what the next revision is made of."""

from __future__ import annotations

import json
import os

import pytest
from fastapi.testclient import TestClient
from tests.integration.desk import airflow_rows
from tests.integration.desk.visitors import mounted

from disputes.desk.editing import read_changes
from disputes.errors import DisputeError
from representment.desk.documents import name_document
from representment.storage.record_names import REQUESTED

DAG = "respond_general"
WHO = {"x-visitor": "analyst", "sec-fetch-site": "same-origin"}
LINE = "The customer picked it up in person."
PDF = b"%PDF-1.4 not one that can be read"


@pytest.fixture
def desk(tables, world):
    airflow_rows.forget_rows()
    airflow_rows.add_dags(DAG)
    return TestClient(mounted(lambda request: request.headers.get("x-visitor")), raise_server_exceptions=False)


@pytest.fixture
def asked(tables, world):
    """A packet that a person is asked about."""
    response = world.response(world.take("asked"), reason="general")
    assert response.to("stage") == "approve"
    airflow_rows.add_run(DAG, str(response.run))
    airflow_rows.ask(DAG, str(response.run))
    return response


def at(response):
    return f"/desk/dags/{DAG}/runs/{response.run}"


def keep(desk, response, **changes):
    return desk.post(f"{at(response)}/edits", content=json.dumps(changes), headers=WHO)


def add(desk, response, *, document="order_receipt", name="Scan 1.txt", content=b"Picked up by Ana."):
    form = {"data": {"document": document}, "files": {"file": (name, content)}}
    return desk.post(f"{at(response)}/documents", headers=WHO, **form).text


def send_back(response, edits="", **more):
    assert response.choose("Send back", form={"edits": edits}, **more) == "send_back"
    response.do("send_back")
    return response.revision(response.run.revision + 1)


def test_a_packet_is_made_again_with_a_persons_changes_and_asked_about_again(desk, asked, supervisor):
    before = asked.folder.packet()
    customer = before.manifest.fields["customer_name"]
    edits = keep(desk, asked, texts={"product_description": LINE, "customer_name": f"{customer}\nOf Paris."}).json()[
        "edits"
    ]
    following = send_back(asked, edits)
    assert following.to("stage") == "approve"
    packet = following.folder.packet()
    assert packet.manifest.fields["product_description"] == LINE
    assert packet.manifest.facts["written.product_description"].source == "written by analyst"
    assert packet.sha256 != before.sha256
    assert following.stored["evidence"]["product_description"] == LINE
    airflow_rows.add_run(DAG, str(following.run))
    page = desk.get(at(following), headers=WHO).text
    assert "product description was written by hand, by analyst" in page
    assert "from written by analyst" in page
    following.choose("Approve")
    following.do("submit")
    assert following.submissions == 1


def test_changes_are_kept_when_the_packet_is_sent_back_again(desk, asked, supervisor):
    edits = keep(desk, asked, texts={"product_description": LINE}).json()["edits"]
    second = send_back(asked, edits)
    second.to("stage")
    third = send_back(second, remark="Once more.")
    third.to("render")
    assert third.folder.manifest().fields["product_description"] == LINE
    assert third.folder.record(REQUESTED)["edits"] == edits


def test_a_changed_packet_asks_a_person_even_if_the_policy_would_approve_it(desk, world, supervisor):
    following = changed(world.staged(), texts={"product_description": LINE})
    assert following.to("stage") == "approve"


def changed(response, **changes):
    """The next revision, made with changes."""
    edits = read_changes(json.dumps(changes).encode(), response.folder.manifest(), by="ana", at=1)
    digest = response.folder.keep_edits(edits)
    assert response.folder.keep_edits(edits) == digest
    following = response.revision(2)
    following.folder.keep(REQUESTED, {"remark": None, "claim": None, "edits": digest, "by": "ana", "at": 1})
    return following


def test_an_approval_with_edits_sends_the_packet_back(desk, asked):
    edits = keep(desk, asked, texts={"product_description": LINE}).json()["edits"]
    assert asked.choose("Approve", form={"edits": edits}) == "send_back"


def test_edits_that_were_not_stored_start_no_revision(asked, supervisor):
    asked.choose("Send back", form={"edits": "0" * 64})
    with pytest.raises(DisputeError, match="is missing"):
        asked.do("send_back")
    assert asked.revision(2).folder.record(REQUESTED) is None


def test_an_exhibit_is_removed(world, supervisor):
    response = world.response(world.take("parcel"))
    response.to("render")
    entry = next(file.exhibits[0] for file in response.folder.manifest().files.values() if file.exhibits)
    following = changed(response, exhibits=[{"document": entry.document, "filename": entry.filename, "field": None}])
    following.to("render")
    held = {one.filename for file in following.folder.manifest().files.values() for one in file.exhibits}
    assert entry.filename not in held


def test_a_document_added_by_a_person_becomes_pages_like_any_other(desk, asked, monkeypatch, supervisor):
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DOCUMENTS", _aws())
    said = add(desk, asked)
    assert "order_receipt-scan-1.txt is stored" in said
    assert "is stored" in add(desk, asked)  # once more is the same document
    assert "another document has this name" in add(desk, asked, content=b"Other words.")
    assert "order_receipt-bad.pdf is stored" in add(desk, asked, name="bad.pdf", content=PDF)
    added = {"document": "order_receipt", "filename": "order_receipt-scan-1.txt", "sha256": "0" * 64}
    following = send_back(asked, keep(desk, asked, added=[added]).json()["edits"])
    following.to("render")
    manifest = following.folder.manifest()
    held = {one.filename for file in manifest.files.values() for one in file.exhibits}
    assert "order_receipt-scan-1.txt" in held
    assert "order_receipt-bad.pdf" in {one.filename for one in manifest.refused}


def _aws():
    return os.environ["AIRFLOW_CONN_AWS_DEFAULT"]


@pytest.mark.parametrize(
    ("document", "name", "content", "told"),
    [
        ("order_receipt", "scan", b"x", "has no extension"),
        ("order_receipt", "scan.txt", b"", "1 to 15,000,000 bytes"),
        ("passport", "scan.txt", b"x", "is not a document that the playbook asks for"),
    ],
)
def test_a_document_that_cannot_be_added_is_refused_with_the_reason(
    desk, asked, monkeypatch, document, name, content, told
):
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DOCUMENTS", _aws())
    assert told in add(desk, asked, document=document, name=name, content=content)


def test_without_a_connection_for_uploads_nobody_can_add_a_document(desk, asked):
    assert "the connection aws_documents does not exist" in add(desk, asked)
    assert "You cannot add documents here" in desk.get(at(asked), headers=WHO).text


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd.txt", "a-passwd.txt"),
        ("C:\\scans\\Ana Rivera (1).PDF", "a-ana-rivera-1.pdf"),
        ("签名.png", "a-added.png"),
    ],
)
def test_a_document_gets_a_safe_name(given, name):
    assert name_document("a", given) == name


def test_nothing_can_be_changed_after_an_answer(desk, asked):
    airflow_rows.answer("Approve", "bob")
    answer = keep(desk, asked, texts={"product_description": LINE})
    assert (answer.status_code, "has already been answered" in answer.json()["problem"]) == (422, True)
    assert "has already been answered" in add(desk, asked)
    assert "Change it first" not in desk.get(at(asked), headers=WHO).text


def test_a_person_who_is_not_assigned_cannot_change_anything(desk, world):
    response = world.response(world.take("asked"), reason="general")
    response.to("stage")
    airflow_rows.add_run(DAG, str(response.run))
    airflow_rows.ask(DAG, str(response.run), assigned=("somebody",))
    answer = keep(desk, response, texts={"product_description": LINE})
    assert (answer.status_code, "only by other users" in answer.json()["problem"]) == (422, True)


def test_changes_that_are_too_large_are_refused(desk, asked):
    answer = keep(desk, asked, texts={"product_description": "x" * 1_000_000})
    assert (answer.status_code, "do not fit into a packet" in answer.json()["problem"]) == (413, True)


@pytest.mark.parametrize("visitor", ["analyst", ""])
def test_a_document_that_is_too_large_is_refused_before_it_is_read(desk, asked, visitor):
    def never():
        raise AssertionError("was read")
        yield b""

    for length in ({"content-length": "15100001"}, {}):  # the second one has no length at all
        headers = {"x-visitor": visitor, "sec-fetch-site": "same-origin"} | length
        body = b"" if length else never()
        answer = desk.post(f"{at(asked)}/documents", content=body, headers=headers)
        assert answer.status_code == 413


def test_the_length_of_a_text_is_shown_while_it_is_typed(desk, asked):
    said = desk.post(f"{at(asked)}/edits/check", data={"field": "customer_name", "text": "x" * 5_001}, headers=WHO).text
    assert "5,001 of 5,000 characters: too long" in said


def test_a_run_without_a_packet_accepts_no_changes(desk, world, tables):
    answer = desk.post(f"/desk/dags/{DAG}/runs/du_none__chargeback__1/edits", content="{}", headers=WHO)
    assert answer.status_code == 404

"""A whole response, task by task: which calls it makes to Stripe, what it leaves behind, and where it ends."""

import pytest
from tests.integration.representment.steps import connect

from disputes.errors import PersonNeededError
from representment.hooks.s3_store import S3Store

ORDER = ("gather", "collect", "render", "upload", "stage", "submit")


def test_the_happy_path_calls_stripe_five_times_plus_once_per_file(world):
    response = world.response(world.take("parcel"))
    assert [response.do(task) for task in ("gather", "collect", "render")][::2] == ["collect", "upload"]
    uploaded = response.do("upload")
    assert response.do("stage") == "submit"
    receipt = response.do("submit")

    path = f"/v1/disputes/{response.run.dispute}"
    files = ["POST /v1/files"] * len(uploaded)
    made = [f"{one['method']} {one['path']}" for one in world.log()]
    # The guard looks before each write.
    assert made == [f"GET {path}", *files, f"GET {path}", f"POST {path}", f"GET {path}", f"POST {path}"]

    packet, stored = response.folder.packet(), response.stored
    manifest = packet.manifest
    assert (
        set(uploaded)
        == set(manifest.files)
        == {"shipping_documentation", "receipt", "customer_communication", "refund_policy", "uncategorized_file"}
    )
    assert (stored["status"], response.submissions) == ("under_review", 1)
    assert stored["metadata"]["representment_packet"] == packet.sha256
    assert stored["metadata"]["representment_submitted"] == packet.sha256
    assert {field: stored["evidence"][field] for field in uploaded} == uploaded
    assert {field: stored["evidence"][field] for field in manifest.fields} == manifest.fields
    assert receipt["packet_sha256"] == packet.sha256
    assert (receipt["submission_count"], receipt["submission_method"]) == (1, "manual")
    assert [*world.rounds.names("submitted/")] == [f"submitted/{response.run}.json"]


def test_running_every_step_twice_does_nothing_twice(world):
    response = world.response(world.take("parcel"))
    first = [response.do(task) for task in ORDER]
    before = len(world.writes())
    again = [response.do(task, 2) for task in ORDER[1:]]
    assert again == first[1:]
    assert len(world.writes()) == before
    assert response.submissions == 1


def test_running_each_step_twice_in_a_row_changes_nothing_either(world):
    response = world.response(world.take("plain"))
    for task in ORDER:
        assert response.do(task) == response.do(task, 2)
    assert [one["path"] for one in world.writes()] == ["/v1/files", *[f"/v1/disputes/{response.run.dispute}"] * 2]
    assert response.submissions == 1


def test_gathering_again_keeps_the_first_result(world):
    response = world.response(world.take("plain"))
    response.do("gather")
    world.edit(response.run.dispute, **{"evidence[service_date]": "today"})
    response.do("gather", 2)
    assert response.folder.dispute_json()["evidence"]["service_date"] is None


def test_an_archived_document_is_named_and_the_packet_is_made(world):
    response = world.response(world.take("parcel"))
    store = S3Store("s3://evidence")
    name = f"charges/{response.run.dispute.replace('du_', 'ch_')}/documents/customer_messages.pdf"
    store.client.put_object(Bucket=store.bucket, Key=name, Body=b"%PDF", StorageClass="GLACIER")
    response.to("render")
    refused = {refusal.filename: refusal.reason for refusal in response.folder.manifest().refused}
    assert "archived" in refused["customer_messages.pdf"]


def test_a_broken_document_is_named_and_the_packet_is_made(world):
    response = world.response(world.take("broken"))
    assert response.to("stage") == "approve"
    manifest = response.folder.manifest()
    assert [refusal.filename for refusal in manifest.refused] == ["customer_messages.pdf"]
    assert "customer_communication" in manifest.files
    assert response.choose("Approve") == "submit"
    response.do("submit")
    assert response.submissions == 1


def test_without_essential_evidence_a_person_takes_over_and_nothing_is_written_to_stripe(world):
    response = world.response("du_unknown_parcel")
    assert response.to("render") == "leave"
    told = r"left to a person: essential evidence is missing: .* \(.*, the bank's deadline is "
    with pytest.raises(PersonNeededError, match=told):
        response.do("leave")
    assert world.writes() == []


def test_a_purchase_without_merchant_facts_is_never_answered_without_a_person(world):
    response = world.response("du_no_facts")
    assert response.to("stage") == "approve"


@pytest.mark.parametrize(
    ("dispute", "leaf", "why"),
    [
        ("du_past_due", "leave", "deadline has passed"),
        ("du_no_answer", "nothing_to_answer", "due_by is 0"),
        ("du_by_hand", "nothing_to_answer", "submitted by manual"),
        ("du_by_smart", "nothing_to_answer", "submitted by smart_disputes"),
        ("du_new_status", "leave", "a_new_status: a person must look"),
        ("du_monitoring", "leave", "accepts no answer to this code"),
        ("du_klarna", "leave", "Klarna accepts no evidence in an inquiry"),
    ],
)
def test_a_dispute_we_do_not_answer_ends_in_the_right_task(world, dispute, leaf, why):
    response = world.response(dispute, "inquiry" if dispute == "du_klarna" else "chargeback")
    assert response.do("gather") == leaf
    if leaf == "leave":
        with pytest.raises(PersonNeededError, match=why):
            response.do("leave")
    else:
        assert why in response.do("nothing_to_answer")
    assert why in response.folder.record("end.json")["reason"]
    assert {one["method"] for one in world.log()} == {"GET"}


def test_only_one_dag_answers_a_round(world):
    first = world.response(world.take("plain"))
    assert first.do("gather") == "collect"
    other = world.response(first.run.dispute, reason="general")
    assert other.do("gather") == "nothing_to_answer"
    assert "answered by respond_product_not_received" in other.do("nothing_to_answer")


def test_a_run_before_its_round_opens_does_not_use_up_the_round(world):
    dispute = world.take("inquiry")
    early = world.response(dispute)
    assert early.do("gather") == "nothing_to_answer"
    inquiry = world.response(dispute, "inquiry")
    inquiry.to("submit")
    world.control("POST", f"disputes/{dispute}/escalate")
    later = world.response(dispute, revision=2)
    later.to("submit")
    assert later.stored["status"] == "under_review"
    assert later.submissions == 2


def test_shadow_mode_makes_the_packet_and_never_writes(world, monkeypatch):
    connect(world, monkeypatch, key=world.restricted_key, mode="shadow")
    response = world.response(world.take("plain"))
    assert response.to("render") is None
    assert response.folder.manifest().fields
    assert world.writes() == []


def test_stage_mode_stages_and_does_not_submit(world, monkeypatch):
    connect(world, monkeypatch, mode="stage")
    response = world.response(world.take("plain"))
    assert response.to("stage") is None
    assert response.stored["metadata"]["representment_packet"] == response.folder.packet().sha256
    assert response.submissions == 0

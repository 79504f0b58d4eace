"""One dispute id, three answers: inquiry, chargeback, appeal."""

import pytest
from tests.integration.representment.steps import forget

from disputes.errors import PersonNeededError
from representment.hooks.s3_store import S3Store
from representment.operators.audit import AuditSubmissionsOperator


def submitted(response):
    """Stage and submit a round's packet, through a person if one is asked; returns the packet."""
    if response.to("stage") == "approve":
        assert response.choose("Approve") == "submit"
    response.do("submit")
    return response.folder.manifest()


def test_an_inquiry_that_escalates_and_is_lost_gets_three_separate_answers(world):
    dispute = "du_three_rounds"
    inquiry = submitted(world.response(dispute, "inquiry"))
    assert world.dispute(dispute)["status"] == "needs_response"

    chargeback = submitted(world.response(dispute, "chargeback"))
    stored = world.dispute(dispute)
    assert (stored["status"], stored["evidence_details"]["submission_count"]) == ("appeal_needs_response", 2)
    locked = {field: stored["evidence"][field] for field in chargeback.fields}

    response = world.response(dispute, "appeal")
    appeal = submitted(response)
    stored = response.stored
    assert (stored["status"], stored["evidence_details"]["submission_count"]) == ("won", 3)
    assert {field: stored["evidence"][field] for field in chargeback.fields} == locked
    card = stored["evidence"]["appeal"]["card"]
    assert card["reason_for_filing"] == appeal.fields["reason_for_filing"]
    assert sorted(card["supporting_files"]) == sorted(response.folder.file_ids(appeal).values())
    assert len({inquiry.to_json(), chargeback.to_json(), appeal.to_json()}) == 3
    receipts = [*world.rounds.names("submitted/")]
    assert receipts == [f"submitted/{dispute}__{name}__1.json" for name in ("appeal", "chargeback", "inquiry")]


def test_an_audit_after_the_next_round_reports_nothing_about_the_previous_one(world):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    response.do("submit")
    world.control("POST", f"disputes/{response.run.dispute}/escalate")
    following = world.response(response.run.dispute)
    following.to("stage")
    audit = AuditSubmissionsOperator(task_id="it", rounds_uri=world.rounds_uri)
    assert audit.execute({}) == 1
    following.do("submit")
    assert audit.execute({}) == 1


@pytest.fixture(params=["staged", "submitted"])
def inquiry(world, request):
    """An inquiry with our packet on it, which has become a chargeback."""
    response = world.response(world.take("asked_about"), "inquiry")
    if request.param == "submitted":
        submitted(response)
    else:
        response.to("stage")
    world.control("POST", f"disputes/{response.run.dispute}/escalate")
    return response


def test_a_chargebacks_packet_keeps_nothing_from_the_answer_to_the_inquiry(world, inquiry):
    forget(S3Store("s3://evidence"), f"charges/{inquiry.folder.dispute().charge_id}/documents/order_receipt.txt")
    chargeback = world.response(inquiry.run.dispute)
    submitted(chargeback)
    assert "receipt" in inquiry.folder.manifest().files
    manifest = chargeback.folder.manifest()
    assert "receipt" not in {*manifest.files, *manifest.kept}
    assert chargeback.stored["evidence"]["receipt"] is None


def test_an_unstaged_chargeback_is_as_it_was_before_the_inquiry_was_answered(smart_world):
    inquiry = smart_world.response(smart_world.take("inquiry"), "inquiry")
    before = inquiry.stored
    inquiry.to("stage")
    smart_world.control("POST", f"disputes/{inquiry.run.dispute}/escalate")
    chargeback = smart_world.response(inquiry.run.dispute)
    chargeback.to("stage")
    assert chargeback.unstage()
    after = chargeback.stored
    for member in ("evidence", "intended_submission_method", "metadata"):
        assert after[member] == before[member]


def test_an_appeal_after_smart_disputes_lost_counts_as_our_submission(world):
    response = world.response("du_appeal_after_smart", "appeal")
    submitted(response)
    receipt = response.folder.round_record("receipt.json")
    assert (receipt["submission_method"], receipt["submission_count"]) == ("manual", 2)
    assert response.stored["evidence_details"]["submission_method"] == "smart_disputes"


@pytest.mark.parametrize(("event", "says"), [("win", "the dispute is won"), ("dashboard_submit", "submitted by")])
def test_a_round_that_ended_while_its_packet_waited_needs_no_person(world, event, says):
    response = world.staged()
    world.control("POST", f"disputes/{response.run.dispute}/{event}")
    assert response.choose("Leave to a person", by=None) == "leave"
    assert says in response.do("leave")
    assert response.folder.record("end.json")["end"] == "nothing_to_answer"


def test_a_dispute_lost_while_its_packet_waited_is_reported_as_lost(world):
    response = world.staged()
    world.control("POST", f"disputes/{response.run.dispute}/lose")
    response.choose("Leave to a person", by=None)
    with pytest.raises(PersonNeededError, match="left to a person: the dispute is lost"):
        response.do("leave")


def test_two_disputes_about_one_charge_are_answered_each_with_its_own_files(world):
    responses = [world.response(f"du_{name}") for name in ("first_of_two", "second_of_two")]
    packets = [submitted(response) for response in responses]
    assert [response.submissions for response in responses] == [1, 1]
    assert packets[0].charge == packets[1].charge == "ch_first_of_two"
    files = [{*response.folder.file_ids(packet).values()} for response, packet in zip(responses, packets, strict=True)]
    assert files[0].isdisjoint(files[1])

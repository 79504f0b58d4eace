"""One dispute id, three answers: inquiry, chargeback, appeal."""

from representment.operators.audit import AuditSubmissionsOperator


def submitted(response):
    """Stage and submit a round's packet, through a person where one is asked; the packet."""
    if response.to("stage") == "approve":
        assert response.choose("Approve") == "submit"
    response.do("submit")
    return response.folder.manifest()


def test_an_inquiry_that_escalates_and_is_lost_gets_three_answers_of_its_own(world):
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
    assert len({inquiry.sha256, chargeback.sha256, appeal.sha256}) == 3
    receipts = [*world.rounds.names("submitted/")]
    assert receipts == [f"submitted/{dispute}__{name}__1.json" for name in ("appeal", "chargeback", "inquiry")]


def test_an_audit_after_the_next_round_has_nothing_to_say_of_the_one_before(world):
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

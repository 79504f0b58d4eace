"""Staging and un-staging."""

import json

import pytest
from airflow.sdk.exceptions import AirflowSkipException
from tests.integration.representment.steps import connect, forget

from disputes.errors import GuardError, PersonNeededError
from representment.exceptions import ModeError, StripeRefusedError, StripeUnavailableError

PACKET = "representment_packet"


def ours(stored, manifest):
    """The fields of our packet that are on the dispute."""
    return {field for field in (*manifest.fields, *manifest.files) if stored["evidence"][field]}


@pytest.fixture
def staged(world):
    return world.staged()


@pytest.mark.parametrize(
    ("kind", "when"), [("500", "before"), ("500", "after"), ("reset", "after"), ("hang", "before"), ("429", "before")]
)
def test_after_a_fault_staging_again_stages_the_packet_and_submits_nothing(world, kind, when):
    response = world.response(world.take("plain"))
    response.to("upload")
    world.fault(kind, when, method="POST", seconds=0.05)
    with pytest.raises(StripeUnavailableError):
        response.do("stage")
    assert response.do("stage", 2) == "submit"
    manifest = response.folder.manifest()
    assert ours(response.stored, manifest) == {*manifest.fields, *manifest.files}
    assert response.submissions == 0


def test_staging_does_not_submit_and_clears_fields_that_are_not_ours(world):
    response = world.response(world.take("plain"))
    response.to("upload")
    response.do("stage")
    stored = response.stored
    assert stored["status"] == "needs_response"
    assert stored["evidence"]["shipping_carrier"] is None
    assert stored["evidence"]["customer_name"] == "Ann Lee"


def test_a_persons_edits_since_gathering_are_not_overwritten(world, monkeypatch):
    response = world.response(world.take("plain"))
    connect(world, monkeypatch, mode="shadow")
    assert response.to("render") is None
    typed = {"evidence[shipping_carrier]": "Somebody's", "evidence[product_description]": "A person's own words"}
    world.edit(response.run.dispute, **typed)
    connect(world, monkeypatch)
    assert response.do("render", 2) == "upload"
    response.do("upload")
    before = response.stored
    with pytest.raises(GuardError, match=r"changed.*product_description, shipping_carrier.*revision 2"):
        response.do("stage")
    assert response.stored == before
    following = response.revision(2)
    assert following.to("stage") == "submit"
    assert following.stored["evidence"]["shipping_carrier"] == "Somebody's"
    assert following.unstage()
    assert following.stored["evidence"] == before["evidence"]


def test_a_persons_edits_since_staging_are_not_overwritten(world, staged):
    world.edit(staged.run.dispute, **{"evidence[uncategorized_text]": "A person's own words"})
    for number in (2, 3):
        with pytest.raises(GuardError, match=r"changed.*uncategorized_text"):
            staged.do("stage", number)
    assert staged.stored["evidence"]["uncategorized_text"] == "A person's own words"
    world.edit(staged.run.dispute, **{"evidence[uncategorized_text]": ""})  # undone: it was empty before us
    assert staged.do("stage", 4) == "submit"
    manifest = staged.folder.manifest()
    assert ours(staged.stored, manifest) == {*manifest.fields, *manifest.files}
    keys = [one["idempotency_key"] for one in world.writes() if (one["idempotency_key"] or "").startswith("repr")]
    assert len(keys) == len(set(keys))


def test_unstaging_restores_stripes_values_and_leaves_no_trace(world):
    response = world.response(world.take("plain"))
    before = response.stored
    response.to("stage")
    assert response.stored["evidence"] != before["evidence"]
    assert response.unstage()
    after = response.stored
    assert after["evidence"] == before["evidence"]
    assert after["metadata"] == {}
    assert after["status"] == "needs_response"
    assert response.submissions == 0


def test_unstaging_twice_writes_once(world, staged):
    assert staged.unstage()
    before = len(world.writes())
    assert not staged.unstage()
    assert len(world.writes()) == before


def test_a_packet_can_be_staged_and_unstaged_repeatedly(world, staged):
    manifest, before = staged.folder.manifest(), staged.folder.dispute_json()["evidence"]
    for number in (2, 3):
        assert staged.unstage()
        assert staged.stored["evidence"] == before
        assert staged.do("stage", number) == "submit"
        assert ours(staged.stored, manifest) == {*manifest.fields, *manifest.files}
    staged.do("submit")
    assert staged.submissions == 1


def test_a_kill_right_after_unstaging_does_not_break_the_next_unstaging(world, staged):
    assert staged.unstage()
    for name in list(world.rounds.names(f"{staged.folder.round}/")):
        if name.endswith("/spent.json"):
            forget(world.rounds, name)
    assert not staged.unstage()
    assert staged.do("stage", 2) == "submit"
    assert PACKET in staged.stored["metadata"]
    with pytest.raises(StripeUnavailableError, match="staged evidence is still on the dispute"):
        staged.unstage()
    assert staged.unstage()
    assert staged.stored["evidence"] == staged.folder.dispute_json()["evidence"]
    assert staged.stored["metadata"] == {}


@pytest.mark.parametrize(
    ("kind", "when"), [("500", "before"), ("500", "after"), ("reset", "before"), ("reset", "after")]
)
def test_the_next_try_completes_an_unstaging_after_a_fault(world, staged, kind, when):
    world.fault(kind, when, method="POST")
    with pytest.raises(StripeUnavailableError):
        staged.unstage()
    staged.unstage()
    assert staged.stored["evidence"] == staged.folder.dispute_json()["evidence"]
    assert staged.stored["metadata"] == {}


def test_unstaging_keeps_a_persons_edits_of_our_packet(world, staged):
    world.edit(staged.run.dispute, **{"evidence[product_description]": "A person's own words"})
    staged.unstage()
    stored = staged.stored
    assert stored["evidence"]["product_description"] == "A person's own words"
    assert stored["evidence"]["uncategorized_file"] is None
    assert stored["metadata"] == {}


def test_a_submitted_packet_is_not_unstaged(world, staged):
    staged.do("submit")
    assert not staged.unstage()
    assert staged.stored["status"] == "under_review"


def test_an_earlier_revision_does_not_unstage_the_packet_of_a_later_one(world, staged):
    later = staged.revision(2)
    later.to("stage")
    assert not staged.unstage()
    assert later.stored["metadata"][PACKET] == later.folder.packet().sha256


def test_unstaging_a_later_revision_does_not_restore_an_earlier_one(world, staged):
    before = staged.folder.dispute_json()["evidence"]
    later = staged.revision(2)
    later.to("stage")
    assert later.unstage()
    assert later.stored["evidence"] == before


def test_in_a_lowered_mode_unstaging_fails(world, staged, monkeypatch):
    staged.choose("Leave to a person")
    connect(world, monkeypatch, mode="shadow")
    with pytest.raises(ModeError):
        staged.do("leave")


def test_leaving_a_round_to_a_person_unstages_the_packet_first(world):
    response = world.response(world.take("asked"), reason="general")
    before = response.stored["evidence"]
    assert response.to("stage") == "approve"
    assert response.choose("Leave to a person") == "leave"
    for number in (1, 2):
        with pytest.raises(PersonNeededError, match=r"a person chose it.*revision 2"):
            response.do("leave", number)
        assert response.stored["evidence"] == before
        assert response.stored["metadata"] == {}


def test_sending_back_unstages_the_packet_and_starts_the_next_revision_once(world, supervisor):
    response = world.response(world.take("asked"), reason="general")
    response.to("stage")
    assert response.choose("Send back", remark="Add the receipt") == "send_back"
    following = f"{response.run.dispute}__chargeback__2"
    assert response.do("send_back") == following
    assert response.stored["metadata"] == {}
    (message,) = supervisor.heard
    assert (message.dag_id, message.run_id, message.note) == ("respond_general", following, "Add the receipt")
    assert message.conf == {
        "dispute": response.run.dispute,
        "round": "chargeback",
        "revision": 2,
        "account": "stripe_default",
        "due_by": response.stored["evidence_details"]["due_by"],
        "claim": None,
        "remark": "Add the receipt",
    }


def test_accepting_the_loss_closes_the_dispute_once(world):
    response = world.response(world.take("asked"), reason="general")
    response.to("stage")
    assert response.choose("Accept the loss") == "accept"
    world.fault("reset", "after", method="POST")
    with pytest.raises(StripeUnavailableError):
        response.do("accept")
    assert response.do("accept", 2) == response.do("accept", 3) == "lost"
    assert len([one for one in world.writes() if one["path"].endswith("/close")]) == 1
    assert response.submissions == 0


def test_a_loss_accepted_for_an_inquiry_does_not_close_the_later_chargeback(world):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    response.choose("Accept the loss")
    world.control("POST", f"disputes/{response.run.dispute}/escalate")
    with pytest.raises(GuardError, match="needs_response"):
        response.do("accept")
    assert response.stored["status"] == "needs_response"


def test_only_a_loss_that_a_person_accepted_is_closed(world):
    response = world.response(world.take("asked"), reason="general")
    response.to("stage")
    response.choose("Accept the loss")
    response.choose("Leave to a person")
    with pytest.raises(AirflowSkipException, match="Leave to a person was decided"):
        response.do("accept")
    assert response.stored["status"] == "needs_response"


def test_a_dispute_answered_before_staging_needs_no_answer_from_us(world):
    response = world.response(world.take("plain"))
    response.to("upload")
    world.control("POST", f"disputes/{response.run.dispute}/dashboard_submit")
    assert response.do("stage") == "nothing_to_answer"
    assert "submitted by manual" in response.do("nothing_to_answer")
    assert response.folder.record("end.json")["end"] == "nothing_to_answer"
    assert response.submissions == 1


def test_a_dispute_that_was_lost_before_staging_is_left_to_a_person(world):
    response = world.response(world.take("plain"))
    response.to("upload")
    world.control("POST", f"disputes/{response.run.dispute}/lose")
    assert response.do("stage") == "leave"
    with pytest.raises(PersonNeededError, match="the dispute is lost"):
        response.do("leave")


def test_a_refusal_while_the_round_is_open_fails_the_task(world):
    response = world.response(world.take("plain"))
    response.to("upload")
    for name in list(world.rounds.names(f"{response.folder.revision}/uploads/")):
        record = json.loads(world.rounds.need(name))
        world.rounds.overwrite(name, json.dumps(record | {"id": "file_unknown"}).encode())
    with pytest.raises(StripeRefusedError, match="file_unknown"):
        response.do("stage")


def test_an_inquirys_packet_is_not_staged_on_the_later_chargeback(world):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("upload")
    world.control("POST", f"disputes/{response.run.dispute}/escalate")
    assert response.do("stage") == "nothing_to_answer"
    assert response.stored["metadata"] == {}


def test_a_late_packet_for_an_inquiry_leaves_the_chargebacks_packet_unchanged(world):
    late = world.response(world.take("inquiry"), "inquiry")
    late.to("upload")
    world.control("POST", f"disputes/{late.run.dispute}/escalate")
    chargeback = world.response(late.run.dispute)
    assert chargeback.to("stage") == "submit"
    held = chargeback.stored
    assert late.do("stage", 2) == "nothing_to_answer"
    assert f"{chargeback.run} now answers this dispute" in late.do("nothing_to_answer")
    assert chargeback.stored == held
    chargeback.do("submit")
    assert chargeback.submissions == 1


def test_with_smart_disputes_a_staged_packet_is_set_to_manual_submission(smart_world):
    response = smart_world.staged()
    assert response.stored["intended_submission_method"] == "manual"
    assert response.unstage()
    assert response.stored["intended_submission_method"] == "prefer_manual"
    assert response.do("stage", 2) == "submit"
    assert response.stored["intended_submission_method"] == "manual"


def test_with_smart_disputes_an_unstaged_packet_is_not_filed_at_the_deadline(smart_world):
    restore_evidence, waiting = smart_world.staged(), smart_world.staged()
    assert restore_evidence.unstage()
    smart_world.control("POST", "clock", {"advance": 12 * 24 * 3600})
    for response in (restore_evidence, waiting):
        assert response.stored["status"] == "lost"
        assert response.submissions == 0

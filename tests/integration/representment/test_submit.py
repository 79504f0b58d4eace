"""At most one submission, even if tasks are killed."""

import threading

import pytest
from airflow.sdk.exceptions import AirflowSkipException
from tests.integration.representment.steps import connect, forget

from disputes.errors import DisputeError, GuardError
from representment.exceptions import ModeError, StripeRefusedError, StripeUnavailableError
from representment.operators.submit import SubmitOperator

FAULTS = [
    ("500", "before"),
    ("500", "after"),
    ("reset", "before"),
    ("reset", "after"),
    ("hang", "before"),
    ("hang", "after"),
    ("429", "before"),
    ("lock_timeout", "before"),
]


def submits(world, response):
    """The writes to the dispute after the stage."""
    return [one for one in world.writes() if one["path"].endswith(response.run.dispute)][1:]


def assert_submitted_once_and_whole(response):
    """One submission, of the packet that was approved."""
    packet, stored = response.folder.packet(), response.stored
    assert response.submissions == 1
    assert stored["metadata"]["representment_submitted"] == packet.sha256
    fields = packet.manifest.fields
    assert {field: stored["evidence"][field] for field in fields} == fields
    receipt = response.folder.round_record("receipt.json")
    assert (receipt["packet_sha256"], receipt["response"]) == (packet.sha256, str(response.run))
    assert [*response.world.rounds.names("submitted/")] == [f"submitted/{response.run}.json"]


@pytest.mark.parametrize(("kind", "when"), FAULTS)
def test_after_a_fault_the_next_try_makes_one_submission(world, kind, when):
    response = world.staged()
    world.fault(kind, when, method="POST", seconds=0.1)
    with pytest.raises(StripeUnavailableError):
        response.do("submit")
    assert world.rounds.read(f"{response.run.dispute}/chargeback/receipt.json") is None
    response.do("submit", 2)
    assert_submitted_once_and_whole(response)
    keys = [one["idempotency_key"] for one in submits(world, response)]
    assert len(keys) == (1 if when == "after" else 2)
    assert len(set(keys)) == (2 if (kind, when) == ("500", "before") else 1)


@pytest.mark.parametrize(
    ("kind", "when"), [("500", "before"), ("reset", "after"), ("hang", "before"), ("429", "before")]
)
def test_after_a_fault_while_reading_nothing_is_sent(world, kind, when):
    response = world.staged()
    world.fault(kind, when, method="GET", count=3, seconds=0.05)
    with pytest.raises(StripeUnavailableError):
        response.do("submit")
    world.control("DELETE", "faults")
    assert response.submissions == 0
    response.do("submit", 2)
    assert_submitted_once_and_whole(response)


def test_many_faults_in_a_row_still_end_in_one_submission(world):
    response = world.staged()
    world.fault("mixed", every=1, method="POST", seconds=0.05)
    for number in range(1, 10):
        try:
            response.do("submit", number)
            break
        except StripeUnavailableError:
            continue
    assert_submitted_once_and_whole(response)


def test_a_request_with_a_stored_refusal_gets_another_key_once_the_cause_is_gone(world):
    response = world.staged()
    full = {f"metadata[note_{number}]": "theirs" for number in range(49)}  # with ours 50, the most that Stripe takes
    world.edit(response.run.dispute, **full)
    with pytest.raises(StripeRefusedError, match="up to 50 keys") as caught:
        response.do("submit")
    assert (caught.value.passing, caught.value.stored) == (False, True)
    assert response.submissions == 0
    world.edit(response.run.dispute, **{"metadata[note_0]": ""})
    response.do("submit", 2)
    assert_submitted_once_and_whole(response)
    first, last = submits(world, response)[0], submits(world, response)[-1]
    assert first["idempotency_key"] != last["idempotency_key"]
    assert response.folder.round_record("submit/1/spent.json")["why"]


def side_by_side(response, count=2):
    """The errors of several submits at the same time."""
    ready = threading.Barrier(count)
    errors = []
    tries = [response.task("submit", number) for number in range(1, count + 1)]

    def one(operator, context):
        ready.wait()
        try:
            operator.execute(context)
        except DisputeError as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=one_try) for one_try in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.parametrize(
    "fault", [None, ("latency", "before"), ("latency", "after"), ("500", "after"), ("reset", "after")]
)
def test_two_concurrent_tries_make_one_submission(world, fault):
    response = world.staged()
    if fault:
        world.fault(*fault, method="POST", seconds=0.4)
    errors = side_by_side(response)
    assert all(isinstance(error, StripeUnavailableError) for error in errors), errors
    assert response.submissions == 1
    response.do("submit", 3)
    assert_submitted_once_and_whole(response)


def test_a_try_overtaken_by_another_of_ours_succeeds(world, monkeypatch):
    slow, send = world.staged(), SubmitOperator._send
    operator, context = slow.task("submit")

    def overtaken(self, *args):
        if self is operator:
            world.fault("500", "after", method="POST")
            with pytest.raises(StripeUnavailableError):
                slow.do("submit", 2)
        return send(self, *args)

    monkeypatch.setattr(SubmitOperator, "_send", overtaken)
    operator.execute(context)
    assert_submitted_once_and_whole(slow)


def test_only_one_of_two_concurrent_revisions_is_submitted(world):
    first = world.staged()
    second = first.revision(2)
    assert second.to("stage") == "submit"
    with pytest.raises(GuardError):
        first.do("submit")
    second.do("submit")
    assert_submitted_once_and_whole(second)
    with pytest.raises(GuardError, match="round was answered by"):
        first.do("submit", 2)


def test_evidence_that_somebody_changed_after_staging_is_not_submitted(world):
    response = world.staged()
    world.edit(response.run.dispute, **{"evidence[shipping_carrier]": "Somebody"})
    with pytest.raises(GuardError, match="what is staged is not what was approved: shipping_carrier"):
        response.do("submit")
    assert response.submissions == 0
    following = response.revision(2)
    assert following.to("stage") == "submit"
    following.do("submit")
    assert following.stored["evidence"]["shipping_carrier"] == "Somebody"
    assert_submitted_once_and_whole(following)


@pytest.mark.parametrize("field", ["customer_name", "shipping_carrier", "uncategorized_file"])
def test_a_change_is_noticed_in_kept_cleared_and_our_own_fields(world, field):
    response = world.staged()
    world.edit(response.run.dispute, **{f"evidence[{field}]": "" if field != "shipping_carrier" else "Somebody"})
    with pytest.raises(GuardError, match=field):
        response.do("submit")
    assert response.submissions == 0


def test_an_unapproved_packet_is_not_submitted(world):
    response = world.response(world.take("asked"), reason="general")
    assert response.to("stage") == "approve"
    with pytest.raises(AirflowSkipException, match="nothing was decided"):
        response.do("submit")
    for choice in ("Send back", "Accept the loss", "Leave to a person"):
        response.choose(choice, at=1_900_000_000 + len(choice))
        with pytest.raises(AirflowSkipException, match=f"{choice} was decided"):
            response.do("submit")
    assert response.submissions == 0


def test_an_approval_is_valid_only_for_the_packet_that_was_seen(world):
    response = world.response(world.take("asked"), reason="general")
    response.to("stage")
    response.choose("Approve")
    forget(world.rounds, f"{response.folder.revision}/manifest.json")
    manifest = response.folder.store
    changed = world.response(response.run.dispute, reason="general").folder
    other = world.response(world.take("asked"), reason="general")
    other.to("render")
    manifest.write_once(f"{changed.revision}/manifest.json", other.folder.packet().content)
    with pytest.raises(GuardError, match="nobody has decided on this packet"):
        response.do("submit")
    assert response.submissions == 0


def test_an_approval_of_one_revision_is_not_valid_for_the_next(world):
    first = world.response(world.take("asked"), reason="general")
    first.to("stage")
    first.choose("Approve")
    second = first.revision(2)
    second.to("stage")
    with pytest.raises(AirflowSkipException, match="nothing was decided"):
        second.do("submit")
    assert first.submissions == 0


@pytest.mark.parametrize("mode", ["stage", "shadow", None])
def test_a_mode_lowered_after_the_approval_stops_the_submission(world, monkeypatch, mode):
    response = world.staged()
    connect(world, monkeypatch, mode=mode)
    with pytest.raises(ModeError):
        response.do("submit")
    assert response.submissions == 0


def test_a_submission_with_a_lost_answer_is_recognised_after_the_banks_decision(world):
    response = world.response("du_soon_won")
    response.to("stage")
    world.fault("reset", "after", method="POST")
    with pytest.raises(StripeUnavailableError):
        response.do("submit")
    assert response.stored["status"] == "won"
    receipt = response.do("submit", 2)
    assert receipt["status"] == "won"
    assert_submitted_once_and_whole(response)


def test_a_submission_with_a_lost_answer_is_recognised_after_an_inquiry_escalated(world):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    world.fault("reset", "after", method="POST")
    with pytest.raises(StripeUnavailableError):
        response.do("submit")
    world.control("POST", f"disputes/{response.run.dispute}/escalate")
    response.do("submit", 2)
    assert_submitted_once_and_whole(response)


@pytest.mark.parametrize("action", ["dashboard_submit", "smart_disputes_submit"])
def test_another_persons_submission_of_what_we_staged_is_not_ours(world, action):
    response = world.staged()
    world.control("POST", f"disputes/{response.run.dispute}/{action}")
    with pytest.raises(GuardError, match="not by us"):
        response.do("submit")
    assert response.submissions == 1
    assert world.rounds.read(f"{response.run.dispute}/chargeback/receipt.json") is None
    assert len(submits(world, response)) == 0


def test_a_dashboard_submission_right_at_the_staging_is_not_ours_either(world):
    response = world.response("du_clicked")
    assert response.to("stage") == "submit"
    with pytest.raises(GuardError, match="not by us"):
        response.do("submit")
    assert response.submissions == 1


def test_another_persons_submission_between_our_read_and_our_write_is_not_ours(world, monkeypatch):
    response = world.staged()
    send = SubmitOperator._send

    def beaten(operator, *args):
        world.control("POST", f"disputes/{response.run.dispute}/dashboard_submit")
        return send(operator, *args)

    monkeypatch.setattr(SubmitOperator, "_send", beaten)
    with pytest.raises(StripeRefusedError, match="answered 400"):
        response.do("submit")
    monkeypatch.undo()


def test_a_dispute_decided_or_escalated_meanwhile_is_not_submitted(world):
    lost = world.staged()
    world.control("POST", f"disputes/{lost.run.dispute}/lose")
    inquiry = world.response(world.take("inquiry"), "inquiry")
    inquiry.to("stage")
    world.control("POST", f"disputes/{inquiry.run.dispute}/escalate")
    for response in (lost, inquiry):
        with pytest.raises(GuardError, match="is not in the"):
            response.do("submit")
        assert submits(world, response) == []


def test_after_unstaging_an_old_approval_submits_nothing(world):
    response = world.staged()
    assert response.unstage()
    with pytest.raises(GuardError, match="not ours"):
        response.do("submit")
    assert response.submissions == 0


def test_the_request_is_recorded_before_it_is_sent(world):
    response = world.staged()
    world.fault("hang", method="POST", seconds=0.05)
    with pytest.raises(StripeUnavailableError):
        response.do("submit")
    request = response.folder.round_record("submit/1/request.json")
    (sent,) = submits(world, response)
    assert request["key"] == sent["idempotency_key"]
    assert request["params"]["submit"] is True
    manifest = response.folder.manifest()
    assert request["params"]["evidence"]["uncategorized_file"].startswith("file_")
    assert set(request["params"]["evidence"]) == {*manifest.fields, *manifest.files, *manifest.cleared}


def test_a_submission_by_a_try_that_died_before_its_receipt_is_found_without_resending(world):
    response = world.staged()
    response.do("submit")
    forget(world.rounds, f"{response.folder.round}/receipt.json")
    forget(world.rounds, f"submitted/{response.run}.json")
    response.do("submit", 2)
    assert_submitted_once_and_whole(response)
    assert len(submits(world, response)) == 1


def test_a_try_that_died_between_receipt_and_index_is_completed(world):
    response = world.staged()
    response.do("submit")
    forget(world.rounds, f"submitted/{response.run}.json")
    before = len(world.log())
    response.do("submit", 2)
    assert_submitted_once_and_whole(response)
    assert [one["method"] for one in world.log()[before:] if one["method"] != "GET"] == []

"""What a person or the policy can decide besides sending the packet."""

from datetime import UTC, datetime

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException, TaskAwaitingInput
from tests.integration.representment.steps import forget

from disputes.errors import GuardError
from disputes.rules.loading import playbook_for
from representment.exceptions import StripeUnavailableError


def asked(response, supervisor):
    """What a run's question offers."""
    operator, context = response.task("approve")
    with pytest.raises(TaskAwaitingInput):
        operator.execute(context)
    return supervisor.heard[-1]


@pytest.fixture
def policy(monkeypatch):
    """Change a playbook's policy: every process reads the same files."""

    def change(claim, part, **members):
        own = playbook_for(claim)
        changed = type(own).model_validate(own.model_dump() | {part: getattr(own, part).model_dump() | members})

        def found(name):
            return changed if name == claim else playbook_for(name)

        monkeypatch.setattr("disputes.case.gathered.playbook_for", found)

    return change


def test_the_form_asks_for_the_claim_if_the_reason_code_does_not_settle_it(world, supervisor):
    response = world.response(world.take("open"), reason="product_unacceptable")
    assert response.to("stage") == "approve"
    claim = asked(response, supervisor).params["claim"]
    assert claim["value"] == response.folder.manifest().claim == "product_unacceptable"
    assert set(claim["schema"]["enum"]) >= {"product_unacceptable", "product_not_received", "credit_not_processed"}


def test_a_packet_approved_for_another_claim_is_made_again_for_that_claim(world, supervisor):
    response = world.response(world.take("open"), reason="product_unacceptable")
    response.to("stage")
    assert response.choose("Approve", form={"claim": "product_not_received"}) == "send_back"
    response.do("send_back")
    (message,) = supervisor.heard
    assert message.conf["claim"] == "product_not_received"
    following = response.revision(2, claim="product_not_received")
    assert following.to("stage") == "submit"  # what is claimed is known now, so the amount alone decides
    assert following.folder.manifest().claim == "product_not_received"
    following.do("submit")
    assert following.submissions == 1


def test_an_answer_without_a_claim_keeps_the_likeliest_one(world):
    response = world.response(world.take("open"), reason="product_unacceptable")
    response.to("stage")
    assert response.choose("Approve", remark="") == "submit"
    assert response.folder.decision()["claim"] == "product_unacceptable"


def test_a_revision_that_is_sent_back_keeps_the_claim_that_was_chosen(world, supervisor):
    response = world.response(world.take("open"), reason="product_unacceptable", claim="product_not_received")
    response.to("stage")
    response.choose("Send back", remark="Add the receipt")
    response.do("send_back")
    assert supervisor.heard[-1].conf["claim"] == "product_not_received"


def test_a_refundable_inquiry_can_be_refunded_and_a_chargeback_cannot(world, supervisor):
    inquiry = world.response(world.take("inquiry"), "inquiry")
    inquiry.to("stage")
    assert "Refund in full" in asked(inquiry, supervisor).options
    chargeback = world.staged()
    assert "Refund in full" not in asked(chargeback, supervisor).options


def test_accepting_the_loss_is_not_offered_for_an_inquiry(world, supervisor):
    inquiry = world.response(world.take("inquiry"), "inquiry")
    inquiry.to("stage")
    assert asked(inquiry, supervisor).options == ["Approve", "Send back", "Refund in full", "Leave to a person"]


def test_a_refund_above_the_disputed_amount_is_shown_and_never_automatic(world, supervisor, policy):
    dear = {"win_rates": {"complete": 0, "partial": 0, "poor": 0}, "countered_fee": {"usd": 10_000}}
    policy("product_not_received", "decision", refund="automatic", **dear)
    response = world.response("du_part_inquiry", "inquiry")
    assert response.to("stage") == "approve"
    question = asked(response, supervisor)
    assert "**A refund in full gives back:** 24.00 USD; 5.00 USD is disputed" in question.body
    assert "a full refund of 24.00 USD ends the inquiry" in question.body
    response.choose("Refund in full")
    response.do("refund")
    assert world.read("charges/ch_part_inquiry")["amount_refunded"] == 2400


def test_a_refund_above_the_amount_shown_is_refused(world):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    response.choose("Refund in full")
    shown = response.folder.case()
    shown.dispute["charge"]["amount_refunded"] = 1  # which has come back since, as a failed refund does
    forget(world.rounds, f"{response.folder.revision}/case.json")
    response.folder.keep_case(shown)
    with pytest.raises(GuardError, match="would now give back more than when"):
        response.do("refund")
    assert world.read(f"charges/{response.stored['charge']}")["amount_refunded"] == 0


@pytest.mark.parametrize("fault", [None, ("500", "before"), ("500", "after"), ("reset", "after")])
def test_a_refund_is_made_once_ends_the_inquiry_and_leaves_nothing_staged(world, fault):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    assert response.choose("Refund in full") == "refund"
    if fault:
        world.fault(*fault, path="/v1/refunds", method="POST")
        with pytest.raises(StripeUnavailableError):
            response.do("refund")
    end = response.do("refund", 2)
    assert (end["end"], end["status"]) == ("refunded", "warning_closed")
    charge = world.read(f"charges/{response.stored['charge']}")
    assert (charge["amount_refunded"], charge["refunded"]) == (charge["amount"], True)
    assert response.stored["metadata"] == {}
    assert response.submissions == 0
    forget(world.rounds, f"{response.folder.revision}/end.json")
    assert response.do("refund", 3)["status"] == "warning_closed"
    assert len(world.read("refunds", charge=response.stored["charge"])["data"]) == 1


def test_nothing_is_refunded_without_a_decision(world):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    with pytest.raises(AirflowSkipException, match="Approve was decided"):
        response.do("refund")
    assert world.read(f"charges/{response.stored['charge']}")["amount_refunded"] == 0


def test_an_inquiry_that_escalated_after_the_click_is_not_refunded(world):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    response.choose("Refund in full")
    world.control("POST", f"disputes/{response.run.dispute}/escalate")
    with pytest.raises(GuardError, match="would pay twice"):
        response.do("refund")


def test_its_own_answer_alone_acknowledges_the_networks_fee(world, supervisor):
    response = world.response("du_compliance", reason="noncompliant")
    assert response.to("stage") == "approve"
    options = asked(response, supervisor).options
    assert "Approve" not in options
    assert options[0] == "Approve and pay the network's fee"
    fee = "visa_compliance"
    assert response.stored["evidence"]["enhanced_evidence"].get(fee) is None
    response.choose("Approve")
    with pytest.raises(GuardError, match="Approve was decided, not Approve and pay"):
        response.do("submit")
    response.choose("Approve and pay the network's fee")
    response.do("submit")
    assert response.stored["evidence"]["enhanced_evidence"][fee]["fee_acknowledged"] is True
    assert response.submissions == 1


def test_a_loss_accepted_by_the_policy_is_closed_before_anything_is_staged(world, policy):
    policy("product_not_received", "decision", accept="automatic", win_rates={"complete": 0, "partial": 0, "poor": 0})
    response = world.response(world.take("plain"))
    assert response.to("render") == "accept"
    response.do("accept")
    assert response.stored["status"] == "lost"
    assert response.folder.decision()["by"] == "policy"
    assert [one["path"] for one in world.writes()] == [f"/v1/disputes/{response.run.dispute}/close"]


def test_an_inquiry_is_refunded_without_a_click_if_the_policy_says_so(world, policy):
    policy("product_not_received", "decision", refund="automatic", win_rates={"complete": 0, "partial": 0, "poor": 0})
    response = world.response(world.take("inquiry"), "inquiry")
    assert response.to("render") == "refund"
    response.do("refund")
    assert response.stored["status"] == "warning_closed"


def test_by_default_a_person_is_asked_before_a_loss_is_accepted(world, policy):
    policy("product_not_received", "decision", win_rates={"complete": 0, "partial": 0, "poor": 0})
    response = world.response(world.take("plain"))
    assert response.to("stage") == "approve"
    assert response.folder.manifest().decision.choice == "accept"


def test_facts_that_support_the_cardholder_are_shown_to_a_person(world, supervisor):
    response = world.response("du_elsewhere")
    assert response.to("stage") == "approve"
    (found,) = response.folder.manifest().contradictions
    assert set(found.facts) == {"checkout.shipping_address", "shipment.delivered_address"}
    assert found.problem in asked(response, supervisor).body


def test_an_early_round_is_claimed_and_waits_without_a_worker(world, policy):
    policy("product_not_received", "approval", not_before_hours=24 * 7)
    response = world.response(world.take("plain"))
    with pytest.raises(AirflowRescheduleException) as waiting:
        response.do("gather")
    begin = datetime.fromtimestamp(response.stored["created"] + 7 * 24 * 3600, UTC)
    assert waiting.value.reschedule_date == begin
    assert response.folder.round_record("opening.json")["run_id"] == str(response.run)
    assert response.folder.find_case() is None


def test_a_withdrawal_email_to_the_customer_is_kept_in_the_bucket(world, supervisor):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    text = asked(response, supervisor).body
    name = f"{response.folder.revision}/withdrawal_emails/{response.folder.packet().sha256}.txt"
    assert name in text
    mail = world.rounds.read(name).decode()
    assert mail.startswith("To: ")
    assert "ann@example.com" in mail
    assert "ann@example.com" not in text

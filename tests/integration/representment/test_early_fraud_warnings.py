"""From an issuer's warning to a refund or to kept evidence."""

import json
from copy import copy
from datetime import UTC, datetime

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import DownstreamTasksSkipped, ErrorType, TaskAwaitingInput
from airflow.sdk.execution_time.comms import ErrorResponse
from airflow.sdk.execution_time.context import VariableAccessor
from tests.integration.representment.steps import FakeTask, connect, forget
from tests.integration.representment.telling import hourly, told
from tests.unit.dags.test_dags import DAGS

from disputes.errors import GuardError, PersonNeededError
from disputes.warnings.early_fraud_warnings import WarningPolicy
from representment.exceptions import ModeError, StripeUnavailableError
from representment.hooks.s3_store import S3Store
from representment.hooks.stripe_hook import StripeHook
from representment.operators import answer_warning
from representment.operators.answer_warning import KEEP, REFUND_IN_FULL
from representment.operators.early_fraud_warnings import FindWarningsOperator

EXISTS = ErrorResponse(error=ErrorType.DAGRUN_ALREADY_EXISTS)


@pytest.fixture(scope="module")
def dag():
    return DagBag(DAGS / "answer_early_fraud_warning.py", collect_dags=True).dags["answer_early_fraud_warning"]


class Answer:
    """One run of `answer_early_fraud_warning`, task by task."""

    def __init__(self, world, dag, warning):
        self.world, self.dag, self.warning = world, dag, warning["id"]
        self.charge = warning["charge"]

    def task(self, task_id):
        operator, self.xcoms = copy(self.dag.get_task(task_id)), {}
        instance = FakeTask(operator, self.xcoms, self.warning)
        context = {
            "ti": instance,
            "task_instance": instance,
            "params": {"warning": self.warning, "account": "stripe_default"},
            "var": {"value": VariableAccessor(deserialize_json=False)},
        }
        operator.render_template_fields(context)
        return operator, context

    def do(self, task_id):
        operator, context = self.task(task_id)
        try:
            given = operator.execute(context)
        except DownstreamTasksSkipped:
            return self._followed(task_id)
        return [given] if task_id == "assess" else given

    def choose(self, choice, by="ann"):
        operator, context = self.task("ask")
        event = {
            "chosen_options": [choice],
            "params_input": {},
            "responded_at": datetime.now(UTC),
            "responded_by_user": {"id": "1", "name": by} if by else None,
        }
        with pytest.raises(DownstreamTasksSkipped):
            operator.execute_complete(context, event)
        return self._followed("ask")

    def _followed(self, task_id):
        followed = self.xcoms[task_id, "skipmixin_key"]["followed"]
        return [followed] if isinstance(followed, str) else list(followed)

    def record(self, name):
        content = self.world.rounds.read(f"early_fraud_warnings/{self.warning}/{name}")
        return content and json.loads(content)

    @property
    def names(self):
        below = f"early_fraud_warnings/{self.warning}/"
        return {name.removeprefix(below) for name in self.world.rounds.names(below)}

    @property
    def refunds(self):
        return [one for one in self.world.writes() if one["path"] == "/v1/refunds"]


def warn(world):
    charge = world.take("warned").replace("du_", "ch_")
    return world.control("POST", "radar/early_fraud_warnings", {"charge": charge})


@pytest.fixture
def answer(world, dag):
    return Answer(world, dag, warn(world))


@pytest.fixture
def policy(monkeypatch):
    def use(refund="ask", limit=2500):
        wanted = WarningPolicy(refund=refund, refund_below={"usd": limit}, answer_within_hours=48)
        monkeypatch.setattr(answer_warning, "warning_policy", lambda: wanted)

    return use


def find(world, context=None):
    return FindWarningsOperator(task_id="it", rounds_uri=world.rounds_uri).execute(context or hourly())


@pytest.fixture
def odd(monkeypatch):
    """Stripe lists a warning in another shape among the others."""
    since = StripeHook.warnings_since
    shape = {"id": "issfr_odd", "charge": {"receipt_email": "ann@example.com"}, "actionable": "perhaps"}
    monkeypatch.setattr(StripeHook, "warnings_since", lambda self, created: [shape, *since(self, created)])


@pytest.mark.usefixtures("odd")
def test_a_warning_in_an_unknown_shape_is_named_and_does_not_stop_the_others(world, supervisor, answer):
    with pytest.raises(PersonNeededError, match="issfr_odd: not as Stripe documents an early fraud warning") as caught:
        find(world)
    assert answer.warning in {message.run_id for message in supervisor.heard}
    assert "ann@" not in str(caught.value)


def test_a_warning_whose_run_airflow_lost_is_started_again_until_answered(world, supervisor, answer):
    answer.do("assess")
    assert answer.warning in find(world)
    supervisor.runs = {answer.warning}
    assert answer.warning not in find(world)
    supervisor.runs = set()
    answer.choose(REFUND_IN_FULL)
    answer.do("refund")
    forget(world.rounds, f"early_fraud_warnings/{answer.warning}/refund.json")
    assert answer.warning in find(world)
    answer.do("refund")
    assert answer.warning not in find(world)
    assert len(answer.refunds) == 1


def test_each_warning_gets_one_run_named_after_it(world, supervisor, answer):
    assert answer.warning in find(world)
    started = {message.run_id: message for message in supervisor.heard}[answer.warning]
    assert started.dag_id == "answer_early_fraud_warning"
    assert started.conf == {"warning": answer.warning, "account": "stripe_default"}
    supervisor.answers = [EXISTS] * 50
    assert find(world) == []


def test_an_event_starts_only_its_own_warning(world, supervisor, answer):
    warn(world)
    world.control("DELETE", "requests")
    told_of = told(("radar.early_fraud_warning.created", answer.warning), ("charge.dispute.created", "du_1"))
    assert find(world, told_of) == [answer.warning]
    assert world.calls("early_fraud") == [f"GET /v1/radar/early_fraud_warnings/{answer.warning}"]


def test_an_event_about_another_accounts_warning_starts_nothing(world, supervisor):
    assert find(world, told(("radar.early_fraud_warning.created", "issfr_elsewhere"))) == []
    assert supervisor.heard == []


def test_a_recommended_refund_waits_for_a_person(answer):
    assert answer.do("assess") == ["ask"]
    recommendation = answer.record("recommendation.json")
    assert (recommendation["choice"], recommendation["amount"]) == ("refund", 2400)
    assert answer.refunds == []


def test_the_person_sees_the_amount_and_the_reasons_and_has_48_hours(answer, monkeypatch):
    answer.do("assess")
    operator, context = answer.task("ask")
    asked = {}
    monkeypatch.setattr(
        "airflow.providers.standard.operators.hitl.upsert_hitl_detail", lambda **question: asked.update(question)
    )
    with pytest.raises(TaskAwaitingInput) as parked:
        operator.execute(context)
    assert asked["subject"] == f"{answer.warning}: 24.00 USD, unauthorized use of card"
    assert "Recommended:** refund" in asked["body"]
    assert (asked["options"], asked["defaults"]) == ([REFUND_IN_FULL, KEEP], [KEEP])
    assert parked.value.timeout.total_seconds() == 48 * 3600


def test_a_click_refunds_the_full_amount_once(world, answer):
    answer.do("assess")
    assert "refund" in answer.choose(REFUND_IN_FULL)
    receipt = answer.do("refund")
    assert (receipt["amount"], receipt["status"]) == (2400, "succeeded")
    assert answer.do("refund") == receipt
    assert len(answer.refunds) == 1
    assert answer.record("refund/1/request.json")["charge"] == answer.charge


def test_a_try_that_lost_its_receipt_finds_its_own_refund(world, answer):
    answer.do("assess")
    answer.choose(REFUND_IN_FULL)
    receipt = answer.do("refund")
    forget(world.rounds, f"early_fraud_warnings/{answer.warning}/refund.json")
    assert answer.do("refund") == receipt
    assert len(answer.refunds) == 1


def test_a_lost_answer_is_looked_up_and_causes_no_second_refund(world, answer):
    answer.do("assess")
    answer.choose(REFUND_IN_FULL)
    world.fault("reset", "after", path="/v1/refunds")
    with pytest.raises(StripeUnavailableError):
        answer.do("refund")
    assert answer.do("refund")["amount"] == 2400
    assert len(answer.refunds) == 1


def test_a_stored_refusal_is_retried_with_another_key(world, answer):
    answer.do("assess")
    answer.choose(REFUND_IN_FULL)
    world.fault("500", path="/v1/refunds")
    with pytest.raises(StripeUnavailableError):
        answer.do("refund")
    answer.do("refund")
    assert {"refund/1/spent.json", "refund/2/request.json"} <= answer.names


def test_nothing_is_refunded_without_a_persons_decision(answer):
    answer.do("assess")
    with pytest.raises(GuardError, match="no refund was decided"):
        answer.do("refund")
    answer.choose(KEEP)
    with pytest.raises(GuardError, match="no refund was decided"):
        answer.do("refund")
    assert answer.refunds == []


def test_a_charge_that_is_now_disputed_is_not_refunded(world, answer):
    answer.do("assess")
    answer.choose(REFUND_IN_FULL)
    disputed = next(one["charge"] for one in StripeHook().disputes_since(0) if one["status"] == "needs_response")
    answer.warning = world.control("POST", "radar/early_fraud_warnings", {"charge": disputed})["id"]
    world.rounds.write_once(
        f"early_fraud_warnings/{answer.warning}/decisions/1-0.json", b'{"choice": "refund", "by": "ann", "at": 1}'
    )
    with pytest.raises(GuardError, match="a refund would pay twice"):
        answer.do("refund")


def test_another_persons_refund_is_left_to_a_person(world, answer):
    answer.do("assess")
    answer.choose(REFUND_IN_FULL)
    StripeHook().refund(answer.charge, idempotency_key="by-hand")
    with pytest.raises(GuardError, match="refunded, not by us"):
        answer.do("refund")


def test_the_mode_can_forbid_a_refund(world, answer, monkeypatch):
    answer.do("assess")
    answer.choose(REFUND_IN_FULL)
    connect(world, monkeypatch, mode="stage")
    with pytest.raises(ModeError, match="mode is stage"):
        answer.do("refund")
    assert answer.refunds == []


def test_nobody_is_asked_if_the_policy_decides(answer, policy):
    policy(refund="automatic")
    assert answer.do("assess") == ["refund"]
    assert answer.do("refund")["amount"] == 2400
    (decision,) = (name for name in answer.names if name.startswith("decisions/"))
    assert (answer.record(decision)["choice"], answer.record(decision)["by"]) == ("refund", "policy")


def test_the_evidence_of_a_kept_charge_is_copied_at_once(world, answer, policy):
    policy(limit=100)
    assert answer.do("assess") == ["keep"]
    assert answer.do("keep") == 2
    assert {"kept/facts.json", "kept/documents/order_receipt.txt", "charge.json", "kept.json"} <= answer.names
    path = f"early_fraud_warnings/{answer.warning}/kept/documents/order_receipt.txt"
    assert world.rounds.need(path) == b"Receipt A-1\n"


def test_an_archived_document_is_named_and_the_others_are_copied(world, answer, policy):
    policy(limit=100)
    answer.do("assess")
    store = S3Store("s3://evidence")
    name = f"charges/{answer.charge}/documents/scan.pdf"
    store.client.put_object(Bucket=store.bucket, Key=name, Body=b"%PDF", StorageClass="GLACIER")
    try:
        assert answer.do("keep") == 2
    finally:
        forget(store, name)
    (left_out,) = answer.record("kept.json")["left_out"]
    assert "scan.pdf" in left_out
    assert "restore it" in left_out


def test_the_charge_is_kept_if_nobody_answers(answer):
    answer.do("assess")
    assert answer.choose(KEEP, by=None) == ["keep"]
    (decision,) = (name for name in answer.names if name.startswith("decisions/"))
    assert answer.record(decision)["by"] == "deadline"


def test_the_ledger_says_what_became_of_a_kept_charge(world, supervisor, answer, policy):
    policy(limit=100)
    answer.do("assess")
    answer.do("keep")
    find(world)
    assert answer.record("afterwards.json") is None
    StripeHook().refund(answer.charge, idempotency_key=f"by-hand-{answer.charge}")
    find(world, told(("radar.early_fraud_warning.updated", answer.warning)))
    assert answer.record("afterwards.json")["became"] == "refunded"


def test_the_ledger_names_the_dispute_that_a_kept_charge_became(world, supervisor, answer):
    disputed = next(one for one in StripeHook().disputes_since(0) if one["id"] == "du_unstarted")
    warning = world.control("POST", "radar/early_fraud_warnings", {"charge": disputed["charge"]})
    answer.warning = warning["id"]
    world.rounds.write_once(f"early_fraud_warnings/{answer.warning}/kept.json", b"{}")
    find(world)
    assert answer.record("afterwards.json")["disputes"] == ["du_unstarted"]

"""What the intake starts, from a poll, from hints, and from messages of a queue."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from itertools import islice

import boto3
import pytest
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse
from tests.integration.representment.steps import connect
from tests.unit.disputes.builders import CREATED, dispute_json
from tests.unit.representment.airflow_parts import Assets

from disputes.errors import InputError, PersonNeededError
from representment import open_rounds
from representment.exceptions import (
    AlreadyNotifiedError,
    QueueUnavailableError,
    StripeRefusedError,
    StripeUnavailableError,
)
from representment.hooks.queue_hook import QueueHook
from representment.hooks.stripe_hook import StripeHook
from representment.inbox.events import Hint
from representment.operators import intake, unhandled
from representment.operators.accounts import AccountsOperator
from representment.operators.intake import StartResponsesOperator
from representment.operators.unhandled import UnhandledEventsOperator

EXISTS = ErrorResponse(error=ErrorType.DAGRUN_ALREADY_EXISTS)
NO_DAG = AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": 404}))
LISTS = "GET /v1/disputes"


@pytest.fixture
def running(running_page):
    """A poll reads all disputes, so there are only a few."""
    return running_page


@pytest.fixture
def assets():
    return Assets(run_type="scheduled")


@pytest.fixture
def woken(assets):
    """Assets of a run that was started by hints, shortly after a poll."""
    assets.run_type = "asset_triggered"
    return assets


def take_in(world, assets, **arguments):
    operator = StartResponsesOperator(
        task_id="it",
        rounds_uri=world.rounds_uri,
        **{"lookback": timedelta(days=30), "poll_every": timedelta(minutes=5)} | arguments,
    )
    return operator.execute(assets.context())


def hint(dispute, kind="charge.dispute.created", account="stripe_default", **members):
    return Hint(f"evt_{dispute}", kind, dispute, account, **members)


def confs(supervisor):
    return {message.run_id: message.conf for message in supervisor.heard}


def test_a_poll_starts_one_run_for_each_open_round_nearest_deadline_first(world, supervisor, assets, monkeypatch):
    monkeypatch.setattr(open_rounds, "BATCH", 1_000)
    submitted = world.staged()
    submitted.do("submit")
    started = take_in(world, assets)
    conf = confs(supervisor)
    assert started == list(conf)
    assert str(submitted.run) not in conf
    assert "du_old__chargeback__1" not in conf
    due_by = world.dispute("du_by_hand")["evidence_details"]["due_by"]
    expected = {"dispute": "du_by_hand", "round": "chargeback", "revision": 1, "account": "stripe_default"}
    asked = {"due_by": due_by, "remark": None, "claim": None}
    assert conf["du_by_hand__chargeback__1"] == expected | asked
    assert not any(run_id.startswith("du_new_status") for run_id in conf)
    due = [world.dispute(run_id.partition("__")[0])["evidence_details"]["due_by"] for run_id in started[:3]]
    assert due == sorted(due)


def test_runs_that_airflow_already_has_are_not_started_again(world, supervisor, assets):
    started = take_in(world, assets)
    supervisor.heard.clear()
    supervisor.runs = set(started[5:])
    assert take_in(world, assets) == started[:5]
    assert list(confs(supervisor)) == started[:5]


def test_two_simultaneous_intakes_start_nothing_twice(world, supervisor, assets):
    supervisor.answers = [EXISTS] * 500
    assert take_in(world, assets) == []


def test_other_reasons_go_to_the_general_dag(world, supervisor, assets):
    supervisor.answers = [NO_DAG]
    started = take_in(world, assets)
    first, second = supervisor.heard[:2]
    assert (first.run_id, second.dag_id) == (second.run_id, "respond_general")
    assert started[0] == first.run_id


def test_a_poll_needs_one_request_per_hundred_disputes(world, supervisor, assets):
    take_in(world, assets, lookback=timedelta(days=365))
    there = len(list(StripeHook().disputes_since(0)))
    pages = -(-there // 100)
    assert world.calls("/v1/disputes") == [LISTS] * pages * 2  # the intake's requests, and those of the count above


def test_a_backlog_is_started_in_portions_one_per_poll(world, supervisor, assets, monkeypatch):
    monkeypatch.setattr(open_rounds, "BATCH", 7)
    first = take_in(world, assets)
    supervisor.runs = set(first)
    second = take_in(world, assets)
    assert (len(first), len(second), len({*first, *second})) == (7, 7, 14)


def test_a_thousand_open_disputes_are_started_nearest_deadline_first(world, supervisor, assets, monkeypatch):
    due = {f"du_{number:04d}": CREATED + number * 7919 % 864_000 for number in range(1_000)}
    stored = [dispute_json(id=each, evidence_details={"due_by": due_by}) for each, due_by in due.items()]
    monkeypatch.setattr(StripeHook, "disputes_since", lambda self, since, **_: iter(stored))
    monkeypatch.setattr(StripeHook, "dispute_events_since", lambda self, since: iter(()))  # those of other tests
    for _ in range(4):
        supervisor.runs |= {*take_in(world, assets)}
    started = [message.run_id.partition("__")[0] for message in supervisor.heard]
    assert len(started) == len(set(started)) == 1_000
    assert [due[each] for each in started] == sorted(due.values())


def test_a_rate_limit_is_obeyed_and_loses_nothing(world, supervisor, assets):
    assets.webhook(hint("du_unstarted"))
    world.fault("429", path="/v1/disputes")
    with pytest.raises(StripeUnavailableError):
        take_in(world, assets)
    assert supervisor.heard == []
    assert "du_unstarted__chargeback__1" in take_in(world, assets)


@pytest.mark.parametrize("read", [0, 100])
def test_stopping_at_any_page_loses_nothing(world, supervisor, assets, monkeypatch, read):
    whole = StripeHook.disputes_since

    def broken(self, since):
        yield from islice(whole(self, since), read)
        raise StripeUnavailableError("Stripe did not answer")

    with monkeypatch.context() as patch:
        patch.setattr(StripeHook, "disputes_since", broken)
        with pytest.raises(StripeUnavailableError):
            take_in(world, assets)
    assert supervisor.heard == []
    assert len(take_in(world, assets)) > 100


def test_a_hint_needs_one_request_and_starts_only_its_dispute(world, supervisor, woken):
    woken.webhook(hint("du_unstarted"), hint("du_unstarted", "charge.dispute.funds_withdrawn"))
    woken.webhook(hint("issfr_1", "radar.early_fraud_warning.created"), hint("pi_1", "payment_intent.succeeded"))
    assert take_in(world, woken) == ["du_unstarted__chargeback__1"]
    assert world.calls("/v1/") == ["GET /v1/disputes/du_unstarted"]


def test_the_disputes_current_state_decides_not_its_event(world, supervisor, woken):
    dispute = world.take("inquiry")
    world.control("POST", f"disputes/{dispute}/escalate")
    woken.webhook(hint(dispute))
    assert take_in(world, woken) == [f"{dispute}__chargeback__1"]


def test_a_hint_at_a_finished_dispute_or_an_unknown_state_starts_nothing(world, supervisor, woken):
    dispute = world.take("plain")
    world.control("POST", f"disputes/{dispute}/lose")
    woken.webhook(hint(dispute), hint("du_new_status"))
    assert take_in(world, woken) == []


def test_for_many_hints_the_disputes_are_listed_instead_of_read_one_by_one(world, supervisor, woken):
    woken.webhook(hint("du_unstarted"), *(hint(f"du_plain{number:03d}") for number in range(20)))
    assert "du_unstarted__chargeback__1" in take_in(world, woken)
    assert set(world.calls("/v1/disputes")) == {LISTS}


def test_constant_hints_do_not_prevent_a_poll(world, supervisor, woken):
    woken.polled = False
    woken.webhook(hint("du_unstarted"))
    assert len(take_in(world, woken)) > 1
    assert take_in(world, woken) == []


def test_hints_for_other_accounts_are_left_to_them(world, supervisor, woken):
    woken.webhook(hint("du_unstarted", account="stripe_second"), hint("du_unstarted", connected="acct_9"))
    assert take_in(world, woken) == []
    assert world.log() == []


def test_after_a_failure_the_same_hints_are_read_again(world, supervisor, woken, monkeypatch):
    woken.webhook(hint("du_unstarted"))
    with monkeypatch.context() as patch:
        connect(world, patch, key="sk_test_gone")
        with pytest.raises(StripeRefusedError):
            take_in(world, woken)
    assert take_in(world, woken) == ["du_unstarted__chargeback__1"]
    assert take_in(world, woken) == []


def test_a_dispute_in_an_unknown_shape_is_named_and_does_not_stop_the_others(world, supervisor, woken, monkeypatch):
    find = StripeHook.find_dispute
    odd = {"id": "du_odd", "status": "needs_response", "evidence": {"customer_name": "Ann Lee"}}
    monkeypatch.setattr(StripeHook, "find_dispute", lambda self, one: odd if one == "du_odd" else find(self, one))
    woken.webhook(hint("du_odd"), hint("du_unstarted"))
    with pytest.raises(PersonNeededError, match="du_odd: not as Stripe documents a dispute: amount") as caught:
        take_in(world, woken)
    assert list(confs(supervisor)) == ["du_unstarted__chargeback__1"]
    assert "Ann" not in str(caught.value)


def test_a_dag_that_cannot_be_started_is_named_and_does_not_stop_the_others(world, supervisor, woken, queue):
    broken = world.take("open")
    woken.queue(*queue.put(broken, "du_unstarted"))
    imports = ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": 400})
    supervisor.answers = [AirflowRuntimeError(imports)]
    with pytest.raises(PersonNeededError, match=r"Airflow could not start a run of this DAG \(status 400\)") as caught:
        take_in(world, woken)
    first, second = supervisor.heard
    assert {first.dag_id, second.dag_id} == {"respond_product_unacceptable", "respond_product_not_received"}
    assert first.dag_id in str(caught.value)
    assert queue.left() == [first.conf["dispute"]]


def test_another_account_is_in_the_runs_parameters_and_note(world, supervisor, woken, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_STRIPE_SECOND", os.environ["AIRFLOW_CONN_STRIPE_DEFAULT"])
    woken.webhook(hint("du_unstarted", account="stripe_second"))
    take_in(world, woken, stripe_conn_id="stripe_second")
    (message,) = supervisor.heard
    assert (message.conf["account"], message.note) == ("stripe_second", "Stripe account stripe_second")


@pytest.mark.parametrize(
    ("text", "accounts"),
    [("[]", ["stripe_default"]), ('["one", "two", "one"]', ["one", "two"])],
)
def test_the_variable_lists_the_accounts(text, accounts):
    assert AccountsOperator(task_id="it", accounts=text).execute({}) == accounts


@pytest.mark.parametrize("text", ["stripe_default", '"stripe_default"', "[1]", '[""]', "{}"])
def test_a_variable_that_lists_no_connections_is_an_error(text):
    with pytest.raises(InputError, match="representment_accounts"):
        AccountsOperator(task_id="it", accounts=text).execute({})


class Queue:
    """A queue at the sandbox's SQS, with a dead-letter queue after one receipt."""

    def __init__(self, world, name, monkeypatch):
        at = {"endpoint_url": world.s3_endpoint, "region_name": "us-east-1"}
        self.client = boto3.client("sqs", **at, aws_access_key_id="sandbox", aws_secret_access_key="sandbox")
        self.dead = self.client.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
        arn = self.client.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "1"})}
        attributes = policy | {"VisibilityTimeout": "0"}
        self.url = self.client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        for module in (intake, unhandled):
            monkeypatch.setattr(module, "QUEUE_URL", self.url)

    def put(self, *disputes):
        """Messages in the queue, received once; the hints that the watcher makes from them."""
        for dispute in disputes:
            event = {
                "id": f"evt_{dispute}",
                "object": "event",
                "type": "charge.dispute.created",
                "data": {"object": {"id": dispute}},
            }
            self.client.send_message(QueueUrl=self.url, MessageBody=json.dumps({"detail": event}))
        received = self.client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)["Messages"]
        return [Hint.of_message(one["Body"], one["ReceiptHandle"]) for one in received]

    def left(self):
        """What is received now; messages received before go to the dead-letter queue."""
        self.client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        received = self.client.receive_message(QueueUrl=self.dead, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return sorted(json.loads(one["Body"])["detail"]["data"]["object"]["id"] for one in received.get("Messages", []))


@pytest.fixture
def queue(world, monkeypatch, request):
    return Queue(world, "".join(filter(str.isalnum, request.node.name))[:60], monkeypatch)


def test_a_message_is_deleted_once_its_run_exists_or_none_is_needed(world, supervisor, woken, queue):
    over = world.take("plain")
    world.control("POST", f"disputes/{over}/lose")
    woken.queue(*queue.put("du_unstarted", over))
    assert take_in(world, woken) == ["du_unstarted__chargeback__1"]
    assert queue.left() == []


def test_a_message_stays_until_its_run_exists(world, supervisor, woken, queue):
    woken.queue(*queue.put("du_unstarted"))
    supervisor.answers = [AirflowRuntimeError(ErrorResponse(error=ErrorType.GENERIC_ERROR))]
    with pytest.raises(AirflowRuntimeError):
        take_in(world, woken)
    assert queue.left() == ["du_unstarted"]


def test_a_message_stays_while_its_dispute_waits_for_a_later_portion(world, supervisor, woken, queue, monkeypatch):
    monkeypatch.setattr(open_rounds, "BATCH", 1)
    woken.queue(*queue.put("du_unstarted", "du_clicked"))
    (started,) = take_in(world, woken)
    assert queue.left() == sorted({"du_unstarted", "du_clicked"} - {started.partition("__")[0]})


def test_a_message_whose_dispute_cannot_be_found_becomes_a_reported_dead_letter(world, woken, queue, supervisor):
    woken.queue(*queue.put("du_nowhere"))
    assert take_in(world, woken) == []
    assert queue.left() == ["du_nowhere"]
    for _ in range(2):
        with pytest.raises(PersonNeededError, match="1 messages in the dead-letter queue"):
            report(world, woken)


def test_a_queue_that_does_not_answer_is_tried_again(world):
    with pytest.raises(QueueUnavailableError, match="aws_default"):
        QueueHook(f"{world.s3_endpoint}/123456789012/none").dead_letters()
    assert QueueUnavailableError.passing


def report(world, assets, **arguments):
    UnhandledEventsOperator(task_id="it", rounds_uri=world.rounds_uri, **{"accounts": "[]"} | arguments).execute(
        assets.context()
    )


def test_an_unhandled_event_type_is_recorded_and_reported_once(world, woken, posted):
    woken.webhook(hint("po_1", "payout.paid"), hint("po_2", "payout.paid"), hint("du_1"))
    with pytest.raises(AlreadyNotifiedError, match=r"events of type payout\.paid are not handled here"):
        report(world, woken)
    assert json.loads(world.rounds.need("unknown_events/payout.paid.json"))["object"] == "po_2"
    report(world, woken)
    woken.webhook(hint("po_3", "payout.paid"), at=60)
    report(world, woken)
    (told,) = posted
    assert "payout.paid" in told["text"]


def test_an_account_without_a_connection_is_recorded_and_reported_once(world, woken, posted):
    woken.webhook(hint("du_1", connected="acct_9"), hint("du_2", connected="acct_9"))
    with pytest.raises(AlreadyNotifiedError, match="events of account acct_9 come in"):
        report(world, woken)
    report(world, woken)
    assert len(posted) == 1


def test_an_event_type_that_could_not_be_reported_is_not_recorded_and_reported_again(world, woken, listed):
    listed()
    woken.webhook(hint("po_1", "payout.paid"))
    for _ in range(2):
        with pytest.raises(PersonNeededError, match=r"nobody was notified.*\n.*payout\.paid"):
            report(world, woken)
    assert list(world.rounds.names("unknown_events/")) == []


def test_a_queue_that_does_not_answer_does_not_stop_the_report_of_events(world, woken, posted, monkeypatch):
    monkeypatch.setattr(unhandled, "QUEUE_URL", f"{world.s3_endpoint}/123456789012/none")
    woken.webhook(hint("po_1", "payout.paid"))
    with pytest.raises(QueueUnavailableError):
        report(world, woken)
    assert len(posted) == 1
    assert world.rounds.read("unknown_events/payout.paid.json")


def test_a_connected_account_with_a_connection_is_not_reported(world, woken, monkeypatch):
    connection = {"conn_type": "stripe", "password": "sk", "extra": {"account": "acct_9"}}
    monkeypatch.setenv("AIRFLOW_CONN_STRIPE_NINE", json.dumps(connection))
    woken.webhook(hint("du_1", connected="acct_9"))
    report(world, woken, accounts='["stripe_default", "stripe_nine"]')
    assert list(world.rounds.names("unknown_accounts/")) == []

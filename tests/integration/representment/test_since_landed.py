"""What release 0.1.0 as it landed (commit f7c8455) did differently, one test for each kind of fault.

Names of both are used, and none besides: `python -m tests.landed` runs this file on that commit, where each test fails.
"""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import json
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from airflow.models.connection import Connection
from airflow.sdk.exceptions import AirflowSkipException
from botocore.exceptions import ClientError
from stripe import WebhookSignature
from tests.integration.representment.steps import connect, dag_of, forget
from tests.integration.representment.telling import hourly, told

from disputes.checking.reading import page_texts
from disputes.errors import DisputeError
from representment.hooks.stripe_hook import StripeHook
from representment.operators.audit import AuditSubmissionsOperator
from representment.operators.deadlines import WatchDeadlinesOperator
from representment.operators.early_fraud_warnings import FindWarningsOperator
from representment.operators.intake import StartResponsesOperator
from representment.operators.submit import SubmitOperator
from representment.plugin import RepresentmentPlugin
from representment.pools import task_instance_mutation_hook
from representment.retry import DisputeRetryPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.representment.steps import Response, World

DAGS = Path(__file__).parents[3] / "dags"


class KilledError(BaseException):
    """Nothing of a task that is killed goes on."""


@contextmanager
def killed_before(response: Response, *ends: str, number: int = 1) -> Iterator[None]:
    """Kill a task before its n-th write of this revision whose name ends so; it may have none."""
    client, seen = response.world.rounds.client, []

    def strike(params: dict[str, Any], **_: Any) -> None:
        key = params["Key"]
        if response.folder.revision in key and key.endswith(ends):
            seen.append(key)
            if len(seen) == number:
                raise KilledError

    client.meta.events.register("provide-client-params.s3.PutObject", strike)
    try:
        yield
    except KilledError:
        pass
    finally:
        client.meta.events.unregister("provide-client-params.s3.PutObject", strike)


def asked(world: World) -> Response:
    """A new dispute whose packet waits for a person."""
    response = world.response(world.take("asked"), reason="general")
    assert response.to("stage") == "approve"
    return response


def rewrite(world: World, response: Response) -> None:
    """The manifest as a release that knows one more field would have written it."""
    name = f"{response.folder.revision}/manifest.json"
    manifest = json.loads(world.rounds.need(name)) | {"told_by_another_release": "x"}
    forget(world.rounds, name)
    world.rounds.write_once(name, json.dumps(manifest).encode())


def manifest_of(response: Response) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(response.world.rounds.need(f"{response.folder.revision}/manifest.json"))
    return manifest


# 1. A packet is its bytes


def test_1_another_releases_packet_is_approved_and_submitted(world):
    response = world.response(world.take("asked"), reason="general")
    response.to("render")
    rewrite(world, response)
    response.do("upload")
    response.do("stage")
    assert response.choose("Approve") == "submit"
    response.do("submit")
    assert response.submissions == 1


def test_1_another_releases_packet_is_removed_from_the_dispute(world):
    response = world.response(world.take("asked"), reason="general")
    response.to("render")
    rewrite(world, response)
    response.do("upload")
    response.do("stage")
    assert response.choose("Leave to a person") == "leave"
    with pytest.raises(DisputeError, match="left to a person"):
        response.do("leave")
    assert "representment_packet" not in response.stored["metadata"]


def test_1_a_manifest_that_cannot_be_read_does_not_stop_the_audits_of_others(world):
    bad, good = world.staged(), world.staged()
    for response in (bad, good):
        response.do("submit")
    name = f"{bad.folder.revision}/manifest.json"
    forget(world.rounds, name)
    world.rounds.write_once(name, b"{")
    with pytest.raises((DisputeError, ValueError)):
        AuditSubmissionsOperator(task_id="it", rounds_uri=world.rounds_uri).execute({})
    assert f"audits/{good.run}.json" in [*world.rounds.names("audits/")]


# 2. One snapshot, committed by one last object


def test_2_a_killed_gather_records_facts_and_dispute_of_one_moment(world):
    response = world.response(world.take("plain"))
    evidence = type(world.rounds)("s3://evidence")
    with killed_before(response, ".json", number=2):
        response.do("gather")
    name = f"charges/{response.stored['charge']}/facts.json"
    facts = json.loads(evidence.need(name))
    facts["facts"]["product"]["name"]["value"] = "Chart of the coast"
    evidence.overwrite(name, json.dumps(facts).encode())
    world.edit(response.run.dispute, **{"evidence[service_date]": "today"})
    response.do("gather", 2)
    case = response.folder.gathered()
    found = (case.dispute.evidence["service_date"], case.facts["product.name"].value)
    assert found in {("today", "Chart of the coast"), (None, "Chart of the bay")}


def test_2_a_killed_collect_gives_no_exhibit_another_ones_bytes(world):
    response = world.response(world.take("parcel"))
    response.do("gather")
    with killed_before(response, "exhibits.json"):
        response.do("collect")
    evidence = type(world.rounds)("s3://evidence")
    late = f"charges/{response.stored['charge']}/documents/proof_of_delivery-1.txt"
    evidence.write_once(late, b"Left at the door, a later photo\n")
    response.do("collect", 2)
    collected = json.loads(world.rounds.need(f"{response.folder.revision}/exhibits.json"))
    texts = {
        one["filename"]: "".join(page_texts(world.rounds.need(f"{response.folder.revision}/{one['name']}")) or [])
        for one in collected["exhibits"]
    }
    said = {"order_receipt.txt": "Receipt A-1", "customer_messages.txt": "Thanks!", Path(late).name: "Left at the door"}
    assert all(text in texts[filename] for filename, text in said.items())


def test_2_a_killed_render_sends_what_its_manifest_lists(world, monkeypatch):
    response = world.response(world.take("parcel"))
    response.to("collect")
    with killed_before(response, "manifest.json"):
        response.do("render")
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_PAGE_SIZE", "us-letter")
    response.do("render", 2)
    response.do("upload")
    if response.do("stage") == "approve":
        response.choose("Approve")
    response.do("submit")
    sizes = {entry["bytes"] for entry in manifest_of(response)["files"].values()}
    held = response.stored["evidence"]
    assert {world.read(f"files/{held[field]}")["size"] for field in manifest_of(response)["files"]} == sizes


def test_2_a_file_with_changed_bytes_is_not_submitted(world):
    response = world.response(world.take("plain"))
    response.to("render")
    names = [name for name in world.rounds.names(f"{response.folder.revision}/") if name.endswith(".pdf")]
    for name in names:
        world.rounds.overwrite(name, world.rounds.need(name) + b"% of somebody else\n")
    with pytest.raises(DisputeError, match="does not have the sha256"):
        response.do("upload")


# 3. One guard before everything that is final or that overwrites


def closed(world: World) -> list[dict[str, Any]]:
    """The calls that accept a loss, or give money back."""
    return [one for one in world.writes() if one["path"].endswith("/close") or one["path"] == "/v1/refunds"]


@pytest.mark.parametrize(("choice", "task"), [("Accept the loss", "accept"), ("Refund in full", "refund")])
def test_3_answering_an_old_revisions_open_question_has_no_effect(world, choice, task):
    kind, round_ = ("asked", "chargeback") if task == "accept" else ("inquiry", "inquiry")
    first = world.response(world.take(kind), round_, reason="general")
    first.to("stage")
    first.revision(2).to("stage")
    first.choose(choice)
    with suppress(DisputeError):
        first.do(task)
    assert closed(world) == []


def test_3_a_run_with_another_id_closes_nothing(world):
    asked(world)
    twin = asked(world)
    twin.run_id = "manual__2026-11-28T00:00:00+00:00"
    twin.choose("Accept the loss")
    with suppress(DisputeError):
        twin.do("accept")
    assert closed(world) == []


def test_3_a_run_of_another_dag_leaves_the_dispute_and_the_rounds_folder_alone(world):
    response = asked(world)
    response.choose("Leave to a person")
    before, held = sorted(world.rounds.names(f"{response.run.dispute}/")), response.stored
    with suppress(DisputeError):
        world.response(response.run.dispute, reason="fraudulent").do("leave")
    assert response.stored == held
    assert sorted(world.rounds.names(f"{response.run.dispute}/")) == before


def test_3_a_loss_accepted_for_another_packet_is_not_closed(world):
    response = asked(world)
    response.choose("Accept the loss")
    decision = response.folder.decision()
    response.folder.decide({**decision, "packet_sha256": "0a" * 32, "at": decision["at"] + 1})
    with suppress(DisputeError):
        response.do("accept")
    assert closed(world) == []


def test_3_after_a_submit_no_close_is_sent(world):
    response = asked(world)
    response.choose("Approve")
    response.do("submit")
    response.choose("Accept the loss", at=2_000_000_000)
    with suppress(DisputeError):
        response.do("accept")
    assert closed(world) == []


def test_3_a_persons_edits_in_the_dashboard_are_not_overwritten(world, monkeypatch):
    response = world.response(world.take("plain"))
    connect(world, monkeypatch, mode="shadow")
    response.to("render")
    fields = ("customer_name", "service_date")
    world.edit(response.run.dispute, **{f"evidence[{field}]": "A person's own words" for field in fields})
    connect(world, monkeypatch)
    with suppress(DisputeError):
        for task in ("render", "upload", "stage", "submit"):
            response.do(task, 2)
    assert [response.stored["evidence"][field] for field in fields] == ["A person's own words"] * 2


# 4. Clicks in Airflow's UI


@pytest.mark.parametrize("task", ["send_back", "leave"])
def test_4_a_final_task_without_a_decision_does_nothing(world, supervisor, task):
    response = asked(world)
    before = response.stored
    with pytest.raises(AirflowSkipException, match="nothing was decided"):
        response.do(task)
    assert (response.stored["evidence"], response.stored["metadata"]) == (before["evidence"], before["metadata"])
    assert supervisor.heard == []


def test_4_after_a_submit_a_cleared_stage_task_asks_nobody(world):
    response = asked(world)
    response.choose("Approve")
    response.do("submit")
    assert response.do("stage", 2) == "submit"


def test_4_marking_stage_as_success_leaves_no_green_run_with_an_open_question(world):
    response = world.response(world.take("asked"), reason="general")
    response.to("upload")
    with pytest.raises(AirflowSkipException):
        response.do("nothing_to_answer")


# 5. Nothing lost between systems


def test_5_a_long_remark_fits_into_the_note_of_the_next_run(world, supervisor):
    response = asked(world)
    response.choose("Send back", remark="x" * 1_500)
    response.do("send_back")
    assert len(supervisor.heard[0].note) <= 1_000
    assert supervisor.heard[0].conf["remark"] == "x" * 1_500


def test_5_the_packet_stays_staged_until_the_next_run_has_started(world, supervisor):
    response = asked(world)
    response.choose("Send back", remark="Say more.")
    supervisor.answers = [RuntimeError("Airflow is away")]
    with pytest.raises(RuntimeError):
        response.do("send_back")
    assert response.stored["metadata"]["representment_packet"]


def test_5_a_write_repeated_by_botocore_counts_as_ours(world):
    assert world.rounds.write_once("one", b"ours")
    assert world.rounds.write_once("one", b"ours")


@pytest.mark.parametrize("status", [429, 403])
def test_5_a_definite_refusal_releases_the_claim_for_the_next_revision(world, monkeypatch, status):
    first = world.staged()
    if status == 429:
        world.fault("429", path=f"/v1/disputes/{first.run.dispute}")
        _fail_the_send(first, monkeypatch, None)
    else:
        _fail_the_send(first, monkeypatch, 403)
    second = first.revision(2)
    assert second.to("stage") in ("submit", "approve")
    if second.do("stage", 2) == "approve":
        second.choose("Approve")
    second.do("submit")
    assert second.submissions == 1


def _fail_the_send(response: Response, monkeypatch: pytest.MonkeyPatch, status: int | None) -> None:
    """Let Stripe refuse the submit of a response, and nothing else."""
    import stripe

    def refuse(*_: Any, **__: Any) -> None:
        body = {"error": {"type": "invalid_request_error", "message": "no", "code": "rate_limit"}}
        body = body if status is None else {"error": {"type": "invalid_request_error", "message": "no right"}}
        kind = stripe.RateLimitError if status is None else stripe.PermissionError
        raise kind("no", http_status=status or 429, json_body=body, headers={})

    response.world.control("DELETE", "faults")
    with monkeypatch.context() as patched:
        patched.setattr(stripe.DisputeService, "update", refuse)
        with pytest.raises(DisputeError):
            response.do("submit")


def test_5_our_submission_whose_receipt_was_lost_is_completed(world):
    response = world.staged()
    response.do("submit")
    for name in (f"{response.run.dispute}/{response.run.round}/receipt.json", f"submitted/{response.run}.json"):
        forget(world.rounds, name)
    assert response.do("gather", 2) == "nothing_to_answer"
    assert f"submitted/{response.run}.json" in [*world.rounds.names("submitted/")]


def test_5_leaving_a_round_to_a_person_unstages_it_even_if_our_key_was_deleted(world):
    response = asked(world)
    world.edit(response.run.dispute, **{"metadata[representment_packet]": ""})
    response.choose("Leave to a person")
    with pytest.raises(DisputeError, match="left to a person"):
        response.do("leave")
    assert not any(response.stored["evidence"].get(field) for field in manifest_of(response)["files"])


@pytest.mark.parametrize(("skipped", "then"), [("collect", "render"), ("upload", "stage")])
def test_5_after_a_task_marked_as_success_the_next_one_fails_at_once_and_names_it(world, skipped, then):
    response = world.response(world.take("plain"))
    for task in ("gather", "collect", "render", "upload"):
        if task in (skipped, then):
            break
        response.do(task)
    with pytest.raises(DisputeError, match=f"task {skipped}|task that writes it") as caught:
        response.do(then)
    assert not caught.value.passing


def test_5_a_finding_is_reported_even_if_the_next_dispute_cannot_be_read(world):
    first, second = sorted((world.staged(), world.staged()), key=lambda response: str(response.run))
    for response in (first, second):
        response.do("submit")
    name = f"{first.folder.revision}/manifest.json"
    manifest = json.loads(world.rounds.need(name))
    manifest["fields"]["product_description"] = "Something else"
    forget(world.rounds, name)
    world.rounds.write_once(name, json.dumps(manifest).encode())
    heard = []
    for fault in (True, False):
        if fault:
            world.fault("500", path=f"/v1/disputes/{second.run.dispute}", every=1)
        else:
            world.control("DELETE", "faults")
        try:
            AuditSubmissionsOperator(task_id="it", rounds_uri=world.rounds_uri).execute({})
        except DisputeError as error:
            heard.append(str(error))
    assert any(str(first.run) in message for message in heard)


def test_5_the_first_audit_raises_no_alarm_after_the_next_round_was_staged(world):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    response.do("submit")
    world.control("POST", f"disputes/{response.run.dispute}/escalate")
    world.response(response.run.dispute).to("stage")
    world.control("POST", f"disputes/{response.run.dispute}/lose")
    assert AuditSubmissionsOperator(task_id="it", rounds_uri=world.rounds_uri).execute({}) == 1


def test_5_an_answer_that_arrived_in_the_next_round_is_reported(world, monkeypatch):
    response = world.response(world.take("inquiry"), "inquiry")
    response.to("stage")
    send = SubmitOperator._send

    def overtaken(*args: Any) -> Any:
        world.control("POST", f"disputes/{response.run.dispute}/escalate")
        return send(*args)

    monkeypatch.setattr(SubmitOperator, "_send", overtaken)
    with pytest.raises(DisputeError, match="chargeback round"):
        response.do("submit")
    assert response.submissions == 1


def test_5_with_an_empty_database_the_intake_starts_the_latest_revision(world, supervisor):
    response = asked(world)
    response.choose("Send back", remark="Say more.")
    response.do("send_back")
    response.revision(2).to("stage")
    supervisor.heard.clear()
    days, minutes = timedelta(days=30), timedelta(minutes=5)
    intake = StartResponsesOperator(task_id="it", rounds_uri=world.rounds_uri, lookback=days, poll_every=minutes)
    intake.execute(told(("charge.dispute.created", response.run.dispute)))
    assert [message.run_id for message in supervisor.heard] == [f"{response.run.dispute}__chargeback__2"]


def test_5_a_warning_in_an_unknown_shape_does_not_stop_the_others(world, supervisor, monkeypatch):
    charge = world.take("warned").replace("du_", "ch_")
    warning = world.control("POST", "radar/early_fraud_warnings", {"charge": charge})["id"]
    since = StripeHook.warnings_since
    odd = {"id": "issfr_odd", "charge": {}, "actionable": "perhaps"}
    monkeypatch.setattr(StripeHook, "warnings_since", lambda self, created: [odd, *since(self, created)])
    with suppress(DisputeError, ValueError, KeyError, TypeError):
        FindWarningsOperator(task_id="it", rounds_uri=world.rounds_uri).execute(hourly())
    assert warning in {message.run_id for message in supervisor.heard}


def test_5_without_a_notifier_no_warning_is_recorded_as_sent(world, monkeypatch):
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_NOTIFIERS", "[]")
    due_by = world.dispute("du_unstarted")["evidence_details"]["due_by"]
    watch = WatchDeadlinesOperator(task_id="it", rounds_uri=world.rounds_uri, time_zone="UTC", warn_hours="[72, 24, 6]")
    with time_machine.travel(due_by - 5 * 3600), suppress(DisputeError):
        watch.execute({})
    assert not any("/warned/" in name for name in world.rounds.names("du_unstarted/"))


def test_5_an_answer_given_while_s3_is_unavailable_is_not_asked_for_again(world, monkeypatch, supervisor):
    response = asked(world)
    nowhere = {"endpoint_url": "http://127.0.0.1:9", "config_kwargs": {"retries": {"max_attempts": 0}}}
    connection = {"conn_type": "aws", "login": "sandbox", "password": "sandbox", "extra": nowhere}
    with monkeypatch.context() as without_s3, suppress(DisputeError):
        without_s3.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
        response.choose("Send back", remark="Say more.")
    assert response.do("approve", 2) == "send_back"


def test_5_a_brake_set_in_the_bucket_stops_the_submit(world):
    response = world.staged()
    world.rounds.write_once("brake/000000001.json", b'{"on": true, "by": "ann", "at": 1}')
    with suppress(DisputeError):
        response.do("submit")
    assert response.submissions == 0


def test_5_in_shadow_mode_a_revision_keeps_no_file_that_we_staged(world, monkeypatch):
    first = world.staged("parcel")
    connect(world, monkeypatch, mode="shadow")
    evidence = type(world.rounds)("s3://evidence")
    for name in list(evidence.names(f"charges/{first.stored['charge']}/documents/customer_messages")):
        forget(evidence, name)
    second = first.revision(2)
    second.to("render")
    ours = manifest_of(first)["files"].keys()
    assert ours - manifest_of(second)["files"].keys()
    assert not ours & manifest_of(second)["kept"].keys()


# 6. Permanent and temporary errors, and the clock


def test_6_a_missing_bucket_fails_at_once(world):
    with pytest.raises(DisputeError) as caught:
        type(world.rounds)("s3://nobucket").need("a")
    assert not caught.value.passing


def test_6_a_missing_object_of_ours_fails_at_once(world):
    with pytest.raises(DisputeError) as caught:
        world.rounds.need("missing")
    assert not caught.value.passing


def test_6_an_archived_document_does_not_stop_the_packet(world):
    response = world.response(world.take("parcel"))
    response.do("gather")
    key = f"charges/{response.stored['charge']}/documents/customer_messages.txt"
    world.rounds.client.put_object(Bucket="evidence", Key=key, Body=b"Thanks!\n", StorageClass="GLACIER")
    response.do("collect")
    response.do("render")
    assert manifest_of(response)["files"]


class KeepsFailing:
    """A response's task, approved, whose service is away.

    :param left: seconds until the deadline
    """

    def __init__(self, left: int) -> None:
        self.due_by = int(time.time()) + left
        instance = SimpleNamespace(xcom_pull=lambda **_: self.due_by, task_id="submit", run_id="du_1__chargeback__1")
        self.task = dag_of("general").get_task("submit")
        self.context = {"ti": instance, "params": {"due_by": self.due_by}, "task": self.task}
        self.context |= {"task_state_store": {"told_that_it_keeps_failing": True}}

    def pause(self, failures: int) -> timedelta | None:
        """Until the next try; None: there is none."""
        error = DisputeError("away")
        error.passing = True
        if failures > self.task.retries:
            return None
        return DisputeRetryPolicy().evaluate(error, failures, self.task.retries, self.context).retry_delay


def test_6_a_packet_with_twenty_minutes_left_does_not_sleep_through_them():
    assert KeepsFailing(1_200).pause(12).total_seconds() < 300


def test_6_a_packet_with_twelve_hours_left_outlives_an_outage_of_seven():
    task = KeepsFailing(12 * 3_600)
    with time_machine.travel(task.due_by - 12 * 3_600, tick=False) as clock:
        pauses = itertools.takewhile(bool, map(task.pause, itertools.count(1)))
        while (outage_goes_on := time.time() < task.due_by - 5 * 3_600) and (pause := next(pauses, None)):
            clock.shift(pause)
    assert not outage_goes_on


def test_6_an_s3_conflict_is_not_reported_as_a_missing_permission(world, monkeypatch):
    def conflict(**_: Any) -> None:
        answer = {"Error": {"Code": "ConditionalRequestConflict"}, "ResponseMetadata": {"HTTPStatusCode": 409}}
        raise ClientError(answer, "PutObject")

    monkeypatch.setattr(world.rounds.client, "put_object", conflict)
    with pytest.raises(DisputeError) as caught:
        world.rounds.write_once("one", b"ours")
    assert caught.value.passing
    assert "right" not in str(caught.value)


def test_6_an_urgent_dispute_goes_ahead_of_a_backlog_already_started():
    now = int(time.time())

    def weight(hours: int, own: int) -> int:
        task = SimpleNamespace(pool="default_pool", priority_weight=own)
        conf = {"due_by": now + hours * 3600}
        task_instance_mutation_hook(task, SimpleNamespace(conf=conf, run_id="du_1__chargeback__1"))
        return task.priority_weight

    assert weight(3, own=1) > weight(9 * 24, own=6)


def test_6_the_intake_has_a_time_limit():
    spec = importlib.util.spec_from_file_location("dispute_intake", DAGS / "dispute_intake.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tasks = [value for value in vars(module).values() if getattr(value, "dag_id", "") == "dispute_intake"]
    assert tasks
    assert all(task.execution_timeout for task in tasks)


# 7. The webhook before its signature


def asgi(path: str, headers: list[tuple[bytes, bytes]], receive: Any) -> int:
    """The status that the webhook answers."""
    app = next(one["app"] for one in RepresentmentPlugin.fastapi_apps if one["url_prefix"] == "/stripe")
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b""}
    asyncio.run(app(scope, receive, send))
    return int(sent[0]["status"])


def test_7_a_malformed_header_is_refused_before_the_body_is_read():
    async def never() -> None:
        raise AssertionError("the body was read")

    assert asgi("/webhook", [(b"stripe-signature", b"t=soon,v1=ab")], never) == 400


def test_7_requests_for_invented_connections_are_refused_without_looking_them_up(monkeypatch):
    reads = []
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_ACCOUNTS", '["stripe_default"]')
    monkeypatch.setattr(Connection, "get_connection_from_secrets", lambda account: reads.append(account))
    header = WebhookSignature.generate_signature_header("{}", "whsec_other").encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    for number in range(10):
        assert asgi(f"/webhook/stripe_{number}", [(b"stripe-signature", header)], receive) == 400
    assert reads == []


def test_7_only_a_few_of_hundreds_of_unsigned_unfinished_bodies_are_held(monkeypatch):
    monkeypatch.setenv("AIRFLOW_VAR_REPRESENTMENT_ACCOUNTS", '["stripe_default"]')
    header = WebhookSignature.generate_signature_header("{}", "whsec_other").encode()
    app = next(one["app"] for one in RepresentmentPlugin.fastapi_apps if one["url_prefix"] == "/stripe")
    scope = {"type": "http", "method": "POST", "path": "/webhook", "query_string": b""}
    scope["headers"] = [(b"stripe-signature", header)]
    held, answered = [], []

    async def receive() -> dict[str, Any]:
        held.append(b"x" * 65_536)
        await asyncio.sleep(3_600)
        return {}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    async def burst() -> None:
        asked = [asyncio.create_task(app(scope, receive, send)) for _ in range(300)]
        while len(held) + len(answered) < 300:  # noqa: ASYNC110 - the app fills both lists
            await asyncio.sleep(0.01)
        for one in asked:
            one.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    asyncio.run(burst())
    assert len(held) < 100

"""Webhook, queue and poll report the same disputes, again and again, while the API server restarts."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import httpx
import pytest
import yaml
from stripe import WebhookSignature
from tests.e2e.conftest import _environment
from tests.integration.representment.seeds_folder import SeedsFolder

from demo.ports import free_ports
from demo.rehearsal import INTAKE
from demo.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

WHOLE = bool(os.environ.get("REPRESENTMENT_WHOLE_BURST"))
DISPUTES = 300 if WHOLE else 120
"""More than a page of Stripe's list."""
ANSWERED = DISPUTES if WHOLE else 8
"""How many of them are answered to the end, which is what takes long: the others' DAG is paused, their runs wait."""
PATIENCE = 1200.0
"""Seconds for all of them, on a machine that others use too."""
PAUSE = 3.0
QUEUE = "stripe"
RESPOND, HELD = "respond_product_not_received", "respond_general"


class Side:
    """The stack, and what is in its sandbox and its queue."""

    def __init__(self, stack: Stack, url: str) -> None:
        self.stack = stack
        self.url = url
        at = {"endpoint_url": stack.sandbox.s3_endpoint, "region_name": "us-east-1"}
        self.sqs = boto3.client("sqs", **at, aws_access_key_id="sandbox", aws_secret_access_key="sandbox")

    def make_queue(self) -> None:
        """A queue made as the README says: with a dead-letter queue."""
        dead = self.sqs.create_queue(QueueName=f"{QUEUE}-dead")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "50"})
        attributes = {"RedrivePolicy": redrive, "VisibilityTimeout": "30"}
        assert self.sqs.create_queue(QueueName=QUEUE, Attributes=attributes)["QueueUrl"].endswith(self.url[-30:])

    def messages(self) -> int:
        """How many messages are in the queue, received or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(told[name]) for name in names)

    def parse(self, dag_id: str) -> None:
        """Parse a DAG's file again: Airflow takes up a watcher then, once the DAG is no longer paused."""
        rest = self.stack.rest
        token = rest.get(f"/dags/{dag_id}/details")["file_token"]
        rest.client.put(f"/api/v2/parseDagFile/{token}").raise_for_status()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        return self.stack.sandbox.control(method, path, body)

    def post(self, body: bytes, header: str | None, path: str = "/stripe/webhook") -> httpx.Response:
        """POST without any login."""
        headers = {"Stripe-Signature": header} if header is not None else {}
        return httpx.post(f"{self.stack.airflow.url}{path}", content=body, headers=headers, trust_env=False, timeout=30)

    def every(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All pages of one of Stripe's lists."""
        sandbox = self.stack.sandbox
        found: list[dict[str, Any]] = []
        more = True
        while more:
            cursor = {"starting_after": found[-1]["id"]} if found else {}
            url, auth = f"{sandbox.api_base}/v1/{path}", (sandbox.secret_key, "")
            page = httpx.get(url, params=query | cursor | {"limit": 100}, auth=auth, trust_env=False).json()
            found += page["data"]
            more = page["has_more"]
        return found

    def created(self) -> list[str]:
        """Ids of the events that report a new dispute."""
        return [event["id"] for event in self.every("events", type="charge.dispute.created")]

    def wait(self, condition: Any, what: str, seconds: float = PATIENCE) -> Any:
        deadline = time.monotonic() + seconds
        while not (answer := condition()):
            self.stack.check()
            assert time.monotonic() < deadline, f"after {seconds:.0f} s still not: {what}"
            time.sleep(PAUSE)
        return answer


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Side]:
    """Airflow with a triggerer, beside a sandbox that has two seeds to copy."""
    root = tmp_path_factory.mktemp("seeds")
    seeds = SeedsFolder(root)
    seeds.put("account.json", {"id": "acct_1"})
    seeds.put("stripe/customers/cus_ann.json", {"created": "@-90d", "email": "ann@example.com", "name": "Ann Lee"})
    seeds.put("bucket/policies/refund_policy/v1.txt", b"Refunds within 30 days.\n")
    seeds.plain("seed")
    seeds.plain("held", reason="general")
    (root / "script.yaml").write_text(yaml.safe_dump(seeds.script))
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}/123456789012/{QUEUE}"
    environ = _environment() | {"REPRESENTMENT_QUEUE_URL": url}
    options = ["--s3-port", str(port)]
    folder = tmp_path_factory.mktemp("stack")
    with Stack(folder, seeds=root, sandbox_options=options, environ=environ) as stack:
        side = Side(stack, url)
        side.make_queue()
        stack.wait_for_dags()
        yield side


def test_the_plugin_is_loaded_without_an_error(side):
    assert side.stack.rest.get("/plugins/importErrors")["total_entries"] == 0


def test_the_endpoint_accepts_only_signed_events(side):
    body = (
        b'{"id": "evt_1", "object": "event", "type": "charge.dispute.created", "data": {"object": {"id": "du_none"}}}'
    )
    secret = side.stack.sandbox.webhook_secret

    def signed(at=None, by=secret):
        return WebhookSignature.generate_signature_header(body.decode(), by, timestamp=at)

    def hints():
        events = side.stack.rest.get("/assets/events")["asset_events"]
        return [event["extra"]["event"] for event in events if event["name"] == "stripe_webhook"]

    answers = {
        "no header": side.post(body, None).status_code,
        "wrong secret": side.post(body, signed(by="whsec_wrong")).status_code,
        "old": side.post(body, signed(at=int(time.time()) - 400)).status_code,
        "tampered": side.post(body.replace(b"du_none", b"du_nine"), signed()).status_code,
        "no such connection": side.post(body, signed(), "/stripe/webhook/nobody").status_code,
        "10 MB": side.post(b"x" * 10_000_000, signed()).status_code,
    }
    assert answers == dict.fromkeys(answers, 400) | {"10 MB": 413}
    assert hints() == []
    assert side.post(body, signed()).status_code == 200
    assert hints() == ["evt_1"]


def test_the_rest_of_the_api_needs_a_login(side):
    assert httpx.get(f"{side.stack.airflow.url}/api/v2/dags", trust_env=False).status_code == 401


def test_each_round_is_answered_once_though_three_sources_report_it_repeatedly(side):
    rest = side.stack.rest
    for dag_id in (INTAKE, RESPOND):
        rest.unpause(dag_id)
    side.parse(INTAKE)
    side.stack.start_triggerer()
    side.stack.listen()
    side.control("POST", "queues", {"url": side.url})

    copy(side, "du_seed", ANSWERED // 2, "du_first")
    copy(side, "du_held", DISPUTES - ANSWERED, "du_waits")
    side.control("POST", "deliver", {"events": side.created(), "copies": 1, "shuffle": 1})
    with ThreadPoolExecutor(1) as meanwhile:
        restart = meanwhile.submit(side.stack.restart_api_server)
        copy(side, "du_seed", ANSWERED - ANSWERED // 2, "du_then")
        restart.result()
    side.control("POST", "deliver", {"events": side.created(), "copies": 1, "shuffle": 2})
    side.control("DELETE", "queues")
    for _ in range(2):
        rest.trigger(INTAKE)

    disputes = {one["id"] for one in side.every("disputes")}
    assert len(disputes) == DISPUTES + 2
    runs = side.wait(lambda: started(rest, len(disputes)), "every round has a run")
    assert sorted(runs) == sorted((dag_of(one), f"{one}__chargeback__1") for one in disputes)
    answered = {one for one in disputes if dag_of(one) == RESPOND}
    side.wait(lambda: ended(rest, len(answered)), "the rounds of the DAG that is not paused are answered")
    assert submissions(side) == {one: int(one in answered) for one in disputes}
    keys: dict[str, set[str]] = {}
    for one in side.stack.sandbox.requests():
        if one["method"] == "POST" and one["path"].startswith("/v1/disputes/"):
            keys.setdefault(one["path"], set()).add(one["idempotency_key"])
    assert {path: len(each) for path, each in keys.items()} == {f"/v1/disputes/{one}": 2 for one in answered}
    side.wait(lambda: side.messages() == 0, "the queue is empty")
    (endpoint,) = side.control("GET", "webhook_endpoints")
    created = [each for each in endpoint["deliveries"] if each["type"] == "charge.dispute.created"]
    assert {each["last_status"] for each in created} == {200}
    assert max(each["attempts"] for each in created) > 1  # some met no server


def copy(side, seed, count, prefix):
    """New disputes, with their events."""
    if count:
        side.control("POST", "disputes", {"copy_of": seed, "count": count, "prefix": prefix})


def dag_of(dispute):
    """Which DAG answers it."""
    return HELD if dispute.startswith(("du_held", "du_waits")) else RESPOND


def started(rest, wanted):
    """DAG and id of each response run, once there are that many; None before."""
    runs = [(run["dag_id"], run["dag_run_id"]) for run in rest.runs() if run["dag_id"].startswith("respond_")]
    return runs if len(runs) >= wanted else None


def ended(rest, wanted):
    """Whether that many runs have succeeded; one that fails is an error."""
    assert rest.get(f"/dags/{RESPOND}/dagRuns", state="failed")["total_entries"] == 0
    return rest.get(f"/dags/{RESPOND}/dagRuns", state="success")["total_entries"] >= wanted


def submissions(side):
    """How often each dispute was submitted."""
    return {one["id"]: one["evidence_details"]["submission_count"] for one in side.every("disputes")}

"""Every metric as a collector sees it, sent by the tasks themselves."""

import re
import socket
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import time_machine
from airflow._shared.observability.metrics import otel_logger as server_otel_logger
from airflow.observability import stats as server_stats
from airflow.sdk._shared.observability.metrics import otel_logger
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.integration.representment.steps import connect
from tests.integration.representment.telling import hourly, told

from disputes.errors import GuardError, PersonNeededError
from representment.hooks import stripe_requests
from representment.metrics import Metric
from representment.operators.deadlines import WatchDeadlinesOperator
from representment.operators.outcomes import FollowOutcomesOperator
from representment.webhook.app import app

STATSD = {"STATSD_ON": "True", "STATSD_HOST": "127.0.0.1", "STATSD_INFLUXDB_ENABLED": "True"}


@pytest.fixture
def running(running_few):
    return running_few


def use(monkeypatch, settings):
    """Set up Airflow's metrics as a task does."""
    for name, value in settings.items():
        monkeypatch.setenv(f"AIRFLOW__METRICS__{name}", value)
    for module in (stats, server_stats):
        module.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)


@pytest.fixture(autouse=True)
def silence():
    yield
    for module in (stats, server_stats):
        module.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)


class Collector:
    """A statsd server: what it received, one `name,tag=value:number|kind` per line."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.2)

    def lines(self):
        found = []
        try:
            while True:
                found += self.socket.recv(65_536).decode().splitlines()
        except TimeoutError:
            return found


@pytest.fixture
def collector(monkeypatch):
    collector = Collector()
    use(monkeypatch, STATSD | {"STATSD_PORT": str(collector.socket.getsockname()[1])})
    yield collector
    collector.socket.close()


def watch(world):
    return WatchDeadlinesOperator(
        task_id="it", rounds_uri=world.rounds_uri, time_zone="UTC", warn_hours="[72, 24, 6]"
    ).execute({})


def follow(world, context):
    return FollowOutcomesOperator(task_id="it", rounds_uri=world.rounds_uri).execute(context)


def test_a_submission_its_outcome_and_its_amount_are_counted(world, collector):
    response = world.staged()
    response.do("submit")
    response.do("submit")
    world.control("POST", f"disputes/{response.run.dispute}/win")
    amount = response.stored["amount"]
    follow(world, told(("charge.dispute.closed", response.run.dispute)))
    follow(world, hourly())
    lines = collector.lines()
    assert lines.count("airflow.representment.rounds.submitted,account=stripe_default:1|c") == 1
    assert lines.count("airflow.representment.rounds.ended,account=stripe_default,outcome=won:1|c") == 1
    assert f"airflow.representment.money.recovered,account=stripe_default,currency=usd:{amount}|c" in lines
    assert any(line.startswith("airflow.representment.inbox.lag,account=stripe_default:") for line in lines)
    assert any(
        re.fullmatch(r"airflow\.representment\.stripe\.request,account=stripe_default:[\d.]+\|ms", one) for one in lines
    )
    assert not any(response.run.dispute in line for line in lines)


def test_open_rounds_are_reported_by_state_age_deadline_and_amount(world, collector, posted):
    waiting = world.response(world.take("asked"), reason="general")
    waiting.to("stage")
    watch(world)
    gauges = dict(
        re.match(r"airflow\.(.+):([\d.]+)\|g", line).groups() for line in collector.lines() if line.endswith("|g")
    )
    of = ",account=stripe_default"
    assert gauges[f"{Metric.OPEN}{of},state=waits_for_a_decision"] == "1"
    assert int(gauges[f"{Metric.OPEN}{of},state=not_started"]) > 3
    assert gauges[f"{Metric.WAITING}{of}"] == "1"
    assert float(gauges[f"{Metric.OLDEST}{of}"]) > 0
    assert 0 <= float(gauges[f"{Metric.NEAREST}{of}"]) < 10_000
    assert int(gauges[f"{Metric.AT_STAKE}{of},currency=usd"]) > 1000
    assert float(gauges[f"{Metric.WATCHED_AT}{of}"]) > 1_700_000_000


def test_a_missed_deadline_is_counted_once(world, collector, posted):
    dispute = world.take("plain")
    due_by = world.dispute(dispute)["evidence_details"]["due_by"]
    with time_machine.travel(datetime.fromtimestamp(due_by, UTC) + timedelta(hours=1)):
        watch(world)
        watch(world)
    lines = collector.lines()
    (lapsed,) = [line for line in lines if "rounds.lapsed" in line]
    assert int(re.search(r"account=stripe_default:(\d+)\|c", lapsed)[1]) >= 1
    assert lines.count("airflow.representment.rounds.nearest_deadline_hours,account=stripe_default:0.0|g") == 2


def test_rounds_left_to_a_person_and_refused_rounds_are_counted(world, collector):
    left = world.response(world.take("asked"), reason="general")
    left.to("stage")
    left.choose("Leave to a person")
    with pytest.raises(PersonNeededError):
        left.do("leave")
    refused = world.staged()
    world.edit(refused.run.dispute, **{"evidence[uncategorized_text]": "Somebody else's"})
    with pytest.raises(GuardError):
        refused.do("submit")
    lines = collector.lines()
    assert "airflow.representment.rounds.left,account=stripe_default:1|c" in lines
    assert "airflow.representment.rounds.refused,account=stripe_default,by=guard:1|c" in lines


def test_stripes_errors_are_counted_by_status(world, collector, monkeypatch):
    hook = connect(world, monkeypatch, key="sk_test_wrong")
    with pytest.raises(Exception, match="401"):
        hook.retrieve_dispute("du_1")
    assert "airflow.representment.stripe.errors,account=stripe_default,status=401:1|c" in collector.lines()


def test_the_webhook_counts_what_it_refuses(collector):
    TestClient(app).post("/webhook", content="{}")
    assert collector.lines() == ["airflow.representment.webhook.refused:1|c"]


def test_each_request_is_a_span_with_its_id_and_without_its_query(world, monkeypatch):
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(stripe_requests, "_TRACER", provider.get_tracer("it"))
    dispute = world.take("plain")
    connect(world, monkeypatch).retrieve_dispute(dispute)
    (span,) = spans.get_finished_spans()
    assert span.name == "stripe get /v1/disputes/{id}"
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "url.path": f"/v1/disputes/{dispute}",
        "http.response.status_code": 200,
        "stripe.request_id": span.attributes["stripe.request_id"],
    }
    assert span.attributes["stripe.request_id"].startswith("req_")


def test_opentelemetry_receives_the_same_metrics(world, monkeypatch):
    heard = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append(ExportMetricsServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
        for module in (otel_logger, server_otel_logger):  # they would flush once more as the tests end
            monkeypatch.setattr(module, "atexit_register_metrics_flush", lambda: None)
        use(monkeypatch, {"OTEL_ON": "True"})
        connect(world, monkeypatch).retrieve_dispute(world.take("plain"))
        from opentelemetry import metrics

        metrics.get_meter_provider().force_flush()
        metrics.get_meter_provider().shutdown()
        server.shutdown()
    names = {
        metric.name
        for request in heard
        for resource in request.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    assert "airflow.representment.stripe.request" in names

"""A real Prometheus reads every metric of a real run, and the alerts whose causes occurred fire."""

from __future__ import annotations

import json
import os
import shutil
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml
from tests.e2e.rehearsal import Rehearsal, Run
from tests.integration.representment.receivers import http_receiver, webhook
from tests.integration.representment.seeds_folder import SeedsFolder
from tests.monitoring.statsd_to_prometheus import MAPPING, exporter

from demo.ports import LOOPBACK, free_ports
from demo.process import Child, stop, wait_until
from demo.stack import WEBHOOK, Stack
from representment.metrics import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.long,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(shutil.which("prometheus") is None, reason="there is no Prometheus: apt-get install prometheus"),
]
DURATIONS = {Metric.STRIPE_REQUEST, Metric.INBOX_LAG}
GENERAL = "respond_general"
FIRING = {"Watchdog", "RoundLapsed", "RoundLeft", "RoundRefused", "DeadlineNear"}
"""Alerts without a time that their cause must last; the others fire in deploy/monitoring/alerts_test.yml."""


class Prometheus:
    """The system's program with the shipped settings, except for addresses and intervals."""

    def __init__(self, folder: Path, exporter_port: int) -> None:
        settings = yaml.safe_load(MAPPING.with_name("prometheus.yml").read_text("utf-8"))
        settings["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        settings["rule_files"] = [str(MAPPING.with_name("alerts.yml"))]
        settings["scrape_configs"][0]["static_configs"][0]["targets"] = [f"{LOOPBACK}:{exporter_port}"]
        (folder / "prometheus.yml").write_text(yaml.safe_dump(settings))
        address = f"{LOOPBACK}:{free_ports(1)[0]}"
        self.url = f"http://{address}"
        options = (f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data")
        command = ["prometheus", *options, f"--web.listen-address={address}"]
        self.child = Child.start("prometheus", command, env={"PATH": os.environ["PATH"]}, logs=folder)
        wait_until(self._answers, seconds=60, what="Prometheus' start", children=[self.child])

    def read(self, path: str) -> Any:
        """What Prometheus' API says."""
        return httpx.get(f"{self.url}/api/v1/{path}", trust_env=False).raise_for_status().json()["data"]

    def names(self) -> set[str]:
        """The names of all metrics that it has seen."""
        return set(self.read("label/__name__/values"))

    def firing(self) -> set[str]:
        """The alerts that fire."""
        return {one["labels"]["alertname"] for one in self.read("alerts")["alerts"] if one["state"] == "firing"}

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/-/ready", trust_env=False).is_success
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    seeds = SeedsFolder(tmp_path_factory.mktemp("seeds"))
    seeds.put("account.json", {"id": "acct_1"})
    seeds.put("stripe/customers/cus_ann.json", {"created": "@-500d", "email": "ann@example.com", "name": "Ann Lee"})
    seeds.put("bucket/policies/refund_policy/v1.txt", b"Refunds within 30 days.\n")
    for number in range(2):
        seeds.plain(f"plain{number:03d}")
    for number in range(2):
        seeds.dispute(f"asked{number:03d}", code="11.3", reason="general")
    seeds.plain("lapsed000", details={"due_by": "@-1d end"}, script={"at_deadline": "open"})
    (seeds.root / "script.yaml").write_text(yaml.safe_dump(seeds.script))
    return seeds.root


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Prometheus]]:
    """The port for Airflow's statsd, and the Prometheus that sees what comes in there."""
    with exporter() as (statsd, page):
        prometheus = Prometheus(tmp_path_factory.mktemp("prometheus"), page)
        try:
            yield statsd, prometheus
        finally:
            stop([prometheus.child])


@pytest.fixture(scope="module")
def rehearsal(
    tmp_path_factory: pytest.TempPathFactory, seeds: Path, prometheus: tuple[int, Prometheus]
) -> Iterator[Rehearsal]:
    settings = {"ON": "True", "HOST": LOOPBACK, "PORT": str(prometheus[0]), "INFLUXDB_ENABLED": "True"}
    metrics = {f"AIRFLOW__METRICS__STATSD_{name}": value for name, value in settings.items()}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW_")}
    with http_receiver() as (port, _):
        entry = webhook(SimpleNamespace(setenv=environ.__setitem__), "desk", port)
        environ["AIRFLOW_VAR_REPRESENTMENT_NOTIFIERS"] = json.dumps([entry])
        root = tmp_path_factory.mktemp("stack")
        with Stack(root, settings=metrics, seeds=seeds, environ=environ) as stack:
            stack.wait_for_dags()
            stack.listen()
            for dag_id in stack.dag_ids():
                stack.rest.unpause(dag_id)
            yield Rehearsal(stack)


def have_everything_happen(rehearsal: Rehearsal) -> None:
    """Submit, refuse, leave, lapse, win; a fault at Stripe; webhooks from Stripe and from someone else."""
    rest, stripe = rehearsal.stack.rest, rehearsal.stack.sandbox
    rest.set_pool("submit", 0)
    rehearsal.fault("500", "before", "/v1/disputes/*")
    rest.trigger("dispute_intake")
    sent, refused, left, asks = (
        Run("du_plain000"),
        Run("du_plain001"),
        Run("du_asked000", GENERAL),
        Run("du_asked001", GENERAL),
    )
    rehearsal.runs += [sent, refused, left, asks]
    for run in (sent, refused):
        rehearsal.wait(lambda run=run: "submit" in started(rehearsal, run), f"{run.run_id} waits for the pool")
    form = {"submit": "false", "evidence[uncategorized_text]": "Somebody else's"}
    url = f"{stripe.api_base}/v1/disputes/{refused.dispute}"
    httpx.post(url, data=form, auth=(stripe.secret_key, ""), trust_env=False).raise_for_status()
    rest.set_pool("submit", 4)
    assert rehearsal.wait_for_end(sent) == "success"
    assert rehearsal.wait_for_end(refused) == "failed"
    rehearsal.answer(left, "Leave to a person")
    rehearsal.wait_for_end(left)
    rehearsal.question(asks)
    for dag_id in ("dispute_deadlines", "dispute_outcomes"):
        rest.wait_for_run(dag_id, rest.trigger(dag_id), seconds=300)
    rehearsal.control("POST", f"disputes/{sent.dispute}/win")
    httpx.post(f"{rehearsal.stack.airflow.url}{WEBHOOK}", content="{}", trust_env=False)


def started(rehearsal: Rehearsal, run: Run) -> set[str]:
    """Tasks that are scheduled, or further."""
    runs = rehearsal.stack.rest.runs(run.dag_id)
    if run.run_id not in {one["dag_run_id"] for one in runs}:
        return set()
    return {task for task, state in rehearsal.tasks(run).items() if state}


def test_prometheus_sees_every_metric_and_the_alerts_fire(rehearsal, prometheus):
    _, seen = prometheus
    have_everything_happen(rehearsal)
    ours = {f"airflow_{metric.replace('.', '_')}" + "_count" * (metric in DURATIONS) for metric in Metric}
    wanted = {*ours, "airflow_scheduler_heartbeat"}
    began = time.monotonic()
    while (missing := wanted - seen.names()) or (silent := FIRING - seen.firing()):
        rehearsal.stack.check()
        assert time.monotonic() - began < 300, f"not seen: {missing}, not firing: {FIRING - seen.firing()}"
        time.sleep(1)
    assert not silent
    assert "WatchStopped" not in seen.firing()
    assert "SchedulerStopped" not in seen.firing()
    lag = seen.read('query?query=sum(airflow_representment_inbox_lag_bucket{le="900"})')
    assert float(lag["result"][0]["value"][1]) > 0
    assert {name for name in seen.names() if name.startswith("airflow_representment")} <= {
        *ours,
        *(f"airflow_{one.replace('.', '_')}_{end}" for one in DURATIONS for end in ("bucket", "sum")),
    }

"""The alert rules and the dashboard use metrics that exist, with labels that they have."""

import json
import re
from pathlib import Path

import promql_parser
import pytest
import yaml

from representment.metrics import Metric

PROJECT = Path(__file__).parents[3]
MONITORING = PROJECT / "deploy" / "monitoring"
RULES = yaml.safe_load((MONITORING / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((MONITORING / "grafana" / "representment.json").read_text("utf-8"))
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
OURS = {f"airflow_{name.replace('.', '_')}" for name in Metric}
AIRFLOWS = {"airflow_scheduler_heartbeat"}
DURATIONS = ("_bucket", "_count")
"""What a histogram adds to its name."""


def asked_for(query):
    names = re.findall(r"\bairflow_\w+", query)
    return {re.sub("|".join(f"{end}$" for end in DURATIONS), "", name) for name in names}


@pytest.mark.parametrize("query", [*QUERIES, *(rule["expr"] for rule in RULES)])
def test_each_query_is_valid_promql_about_existing_metrics(query):
    promql_parser.parse(query)
    assert asked_for(query) <= OURS | AIRFLOWS


def test_each_metric_is_on_the_dashboard_or_in_a_rule():
    assert set().union(*map(asked_for, [*QUERIES, *(rule["expr"] for rule in RULES)])) == OURS | AIRFLOWS


def headings(text):
    return {title.lower() for title in re.findall(r"^#+ `?(\w+)`?$", text, re.MULTILINE)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_rule_links_to_its_explanation(rule):
    path, _, section = rule["annotations"]["runbook"].partition("#")
    assert section == rule["alert"].lower()
    assert section in headings((PROJECT / path).read_text("utf-8"))


def test_every_metric_is_explained_once():
    told = re.findall(
        r"^\| `(representment\.[\w.]+)` ", (PROJECT / "docs/operations.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(told) == sorted(Metric)

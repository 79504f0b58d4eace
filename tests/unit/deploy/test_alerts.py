"""Each alert fires when its cause is present, and only then, checked with Prometheus' own promtool."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

MONITORING = Path(__file__).parents[3] / "deploy" / "monitoring"
RULES = {rule["alert"] for rule in yaml.safe_load((MONITORING / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]}
TRIED = [
    case
    for test in yaml.safe_load((MONITORING / "alerts_test.yml").read_text("utf-8"))["tests"]
    for case in test["alert_rule_test"]
]


def test_each_rule_is_tested_with_and_without_its_cause():
    fired = {case["alertname"] for case in TRIED if case.get("exp_alerts")}
    quiet = {case["alertname"] for case in TRIED if not case.get("exp_alerts")}
    one_account_alone = {"PersonNeeded"}  # the other account of its test must not fire
    assert fired == RULES
    assert quiet == RULES - {"Watchdog"} - one_account_alone


@pytest.mark.skipif(shutil.which("promtool") is None, reason="there is no promtool: apt-get install prometheus")
def test_promtool_sees_each_of_them_fire():
    tried = subprocess.run(
        ["promtool", "test", "rules", "alerts_test.yml"], cwd=MONITORING, capture_output=True, text=True, check=False
    )
    assert tried.returncode == 0, tried.stdout + tried.stderr

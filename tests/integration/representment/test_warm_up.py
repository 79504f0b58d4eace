"""What a task's parent has loaded costs the task nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict

import pytest

MOST_S3_CALLS = 46
"""Two of them only until the first hourly poll has counted the closed rounds."""
OF_NO_TASK = ("airflow.api_fastapi", "airflow.sdk")
"""What Airflow loads here to look for a connection by itself: a real task asks its supervisor."""
OWN_CACHES = {"disputes.exhibits.typesetting._compiler"}
"""What each task has to make itself: a fork of a process that has set a page waits forever."""


@pytest.fixture
def costs(world):
    dispute = world.take("plain")
    told = {name: value for name, value in asdict(world).items() if isinstance(value, str)}
    command = [sys.executable, "-m", "tests.integration.representment.warm_way", json.dumps(told), dispute]
    done = subprocess.run(command, env=os.environ, stdout=subprocess.PIPE, timeout=120, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_no_task_loads_modules_its_parent_could_have_and_s3_calls_are_limited(costs):
    loaded = {module for cost in costs.values() for module in cost["modules"] if not module.startswith(OF_NO_TASK)}
    assert loaded == set()
    assert {name for cost in costs.values() for name in cost["cached"]} <= OWN_CACHES
    calls = [call for cost in costs.values() for call in cost["s3"]]
    assert len(calls) <= MOST_S3_CALLS, "\n".join(calls)

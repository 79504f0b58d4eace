"""Every claim of every product type is answered once by a real Airflow."""

import json
import subprocess
import sys

import pytest

from demo.programs import DEMO

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(1500)]


def test_the_demo_answers_the_whole_matrix_once(tmp_path):
    subprocess.run([sys.executable, "-m", "sandbox.seed_matrix", str(tmp_path)], check=True)
    disputes = {path.stem for path in (tmp_path / "stripe" / "disputes").glob("*.json")}
    done = subprocess.run(
        [sys.executable, "-m", "demo", "run", "--seeds", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    ends = json.loads((DEMO / "summary.json").read_text())
    assert {end["dispute"] for end in ends} == disputes
    assert {end["dispute"]: end["submission_count"] for end in ends} == dict.fromkeys(disputes, 1)

"""The unmodified Node package against the sandbox; skipped where there is no Node."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

VERSION = "23.1.0"
MODULES = Path(__file__).parents[3] / "build" / "node" / VERSION / "node_modules"


@pytest.fixture(scope="module")
def modules():
    """The package, installed once."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("there is no Node here")
    if not (MODULES / "stripe" / "package.json").exists():
        MODULES.parent.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(MODULES.parent), f"stripe@{VERSION}"]
        installed = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if installed.returncode:
            pytest.skip(f"npm cannot install the stripe package: {installed.stderr[-200:]}")
    return MODULES


def test_the_node_package_works_as_it_does_with_stripe(modules, running, pdf):
    script = Path(__file__).with_name("node_client.cjs")
    done = subprocess.run(
        ["node", str(script), str(modules), running.base, running.keys.secret],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PDF": base64.b64encode(pdf).decode()},
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)

    assert seen["ids"] == ["du_3", "du_2", "du_1", "du_inquiry"]
    assert (seen["email"], seen["refunds"]) == ("ann@example.com", 1)
    assert seen["file"] == {"filename": "receipt.pdf", "size": len(pdf), "type": "pdf"}
    assert seen["staged"] == {"status": "needs_response", "receipt": True}
    assert seen["submitted"] == {"status": "under_review", "count": 1}
    assert seen["replayed"] == "true"
    assert seen["unknown"] == {
        "class": "StripeInvalidRequestError",
        "status": 400,
        "code": "parameter_unknown",
        "param": "evidence[receit]",
    }
    assert (seen["missing"]["status"], seen["missing"]["code"]) == (404, "resource_missing")
    assert seen["reused"]["class"] == "StripeIdempotencyError"
    assert seen["unauthorised"]["class"] == "StripeAuthenticationError"
    assert seen["event"] == "charge.dispute.updated"

"""Runs what must not be as in release 0.1.0 on the commit with which that landed: there each of these tests fails.

python -m tests.landed
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import entry_points
from pathlib import Path

PROJECT = Path(__file__).parents[1]
LANDED = "f7c8455"
"""The commit of 0.1.0."""
TESTS = Path("tests/integration/representment/test_since_landed.py")


def extract(folder: Path) -> Path:
    """Lay 0.1.0, taken from this repository's history, into an empty folder; the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", LANDED], cwd=PROJECT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as content:
        content.extractall(folder, filter="data")
    _add_missing_policies(folder / "plugins")
    return folder


def _add_missing_policies(plugins: Path) -> None:
    """Airflow imports every policy that the installed distribution names; those that 0.1.0 has not are empty there."""
    for policy in entry_points(group="airflow.policy"):
        module = plugins / f"{policy.module.replace('.', '/')}.py"
        if module.parent.is_dir() and not module.exists():
            module.write_text('"""0.1.0 has no such policy."""\n')


def main() -> int:
    """Run the tests there; 0 where all of them fail."""
    folder = extract(PROJECT / "build" / "landed")
    shutil.copy(PROJECT / TESTS, folder / TESTS)
    paths = os.pathsep.join(str(folder / name) for name in ("plugins", "include", ""))
    options = ["-q", "-rA", "--no-header", "--tb=no", "--show-capture=no", "-p", "no:cacheprovider"]
    told = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(TESTS)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    ).stdout
    sys.stdout.write(told)
    return int("passed" in told.splitlines()[-1] or "failed" not in told.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())

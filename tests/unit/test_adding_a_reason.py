"""`docs/adding-a-reason.md`, followed as written, in a copy of what a clone has."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from disputes.rules.reasons import REASONS, dags_of
from disputes.rules.rule_files import RULES_DIR

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs/adding-a-reason.md").read_text("utf-8")
BLOCK = re.compile(r"([^\n]*)\n\n```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The folders that the page mentions, and a `.venv` that points to this one."""
    for name in ("dags", "docs/examples", "include/disputes", "requirements"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy2(PROJECT / name, tmp_path / name)
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (tmp_path / ".venv/.installed").touch()
    return tmp_path


def run(commands: str, clone: Path) -> str:
    """What a shell prints that runs these commands."""
    environ = {**os.environ, "PYTHONPATH": str(clone / "include")}
    environ.pop(RULES_DIR, None)
    done = subprocess.run(["sh", "-e", "-c", commands], cwd=clone, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.replace(f"{clone}/", "")


def is_printed(line: str, printed: str) -> bool:
    """Whether a line of the page was printed; blanks do not matter, and `…` stands for anything."""
    parts = [re.escape(" ".join(part.split())) for part in line.split("…")]
    return any(re.search(".*".join(parts), " ".join(one.split())) for one in printed.splitlines())


def test_the_pages_instructions_work(clone: Path) -> None:
    exported, printed = "", ""
    written, shown = [], 0
    for before, language, block in BLOCK.findall(PAGE):
        if language == "sh":
            printed = run(exported + block, clone)
            exported += "".join(f"{line}\n" for line in block.splitlines() if line.startswith("export "))
        elif language == "text":
            missing = [line for line in block.splitlines() if not is_printed(line, printed)]
            assert not missing, printed
            shown += 1
        else:
            (name,) = re.findall(r"Put this into `([^`]+)`", before)
            assert (clone / name).exists(), "make new-reason lays it down first"
            (clone / name).write_text(block, "utf-8")
            written.append(name)
    assert len(written) == 2
    assert shown == 4
    assert (clone / "build/resold_ticket/files/uncategorized_file.pdf").stat().st_size > 10_000
    dag = (clone / "dags/respond_insufficient_funds.py").read_text("utf-8")
    assert dag.endswith('dag = response_dag("insufficient_funds", doc=__doc__)\n')


def test_the_page_says_which_dag_answers_which_reason() -> None:
    there = {path.stem for path in (PROJECT / "dags").glob("respond_*.py")}
    table = dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|$", PAGE, re.MULTILINE))
    assert table == {reason: next(dag for dag in dags_of(reason) if dag in there) for reason in REASONS}

"""What the Makefile does before anything is installed."""

import os
import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def made(*arguments, **environment):
    """What make says; an environment variable that is None is not set."""
    # The suite itself may run under make, which would say which folder it enters.
    ours = {*environment, "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    env = kept | {name: value for name, value in environment.items() if value is not None}
    return subprocess.run(["make", *arguments], cwd=PROJECT, env=env, capture_output=True, text=True, check=True).stdout


def test_a_writable_home_is_not_needed():
    said = made("-pn", "help", HOME="/proc/none", UV_CACHE_DIR=None)
    assert f"UV_CACHE_DIR = {PROJECT}/build/cache/uv" in said.replace("$(CURDIR)", str(PROJECT))


def test_make_down_stops_the_stack_without_installing_anything_first(tmp_path):
    said = made("down", f"VENV={tmp_path / 'none'}", "--dry-run")
    assert "pip install" not in said
    assert made("down", f"VENV={tmp_path / 'none'}") == "Nothing was installed here.\n"


def test_make_stack_starts_the_stack_with_celery():
    assert "demo up --executor celery" in " ".join(made("stack", "--dry-run").split())

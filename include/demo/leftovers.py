"""A file that lists what a stack has started, so that another process can stop it: after a kill, or by `down`."""

import contextlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import psutil

from demo.process import PATIENCE, Child, kill_all

FILE = "running.json"


def write_down(root: Path, children: Sequence[Child], folders: Sequence[Path]) -> None:
    """Record the children of a stack, and folders outside `root` that go with it."""
    processes = []
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            processes.append({"pid": child.process.pid, "started": psutil.Process(child.process.pid).create_time()})
    text = json.dumps({"processes": processes, "folders": [str(folder) for folder in folders]})
    new = root / f"{FILE}.new"
    new.write_text(text + "\n", encoding="utf-8")
    new.replace(root / FILE)  # killed at any moment, it leaves a whole list


def stop_leftovers(root: Path, patience: float = PATIENCE) -> int:
    """Stop what a stack in `root` left running; return how many of its programs ran."""
    file = root / FILE
    if not file.exists():
        return 0
    groups = find_leftovers(root)
    kill_all(groups, patience)
    for folder in json.loads(file.read_text(encoding="utf-8"))["folders"]:
        shutil.rmtree(folder, ignore_errors=True)
    file.unlink()
    return len(groups)


def find_leftovers(root: Path) -> list[int]:
    """The process groups that a stack in `root` left running, the last started first."""
    file = root / FILE
    if not file.exists():
        return []
    processes = json.loads(file.read_text(encoding="utf-8"))["processes"]
    return [process["pid"] for process in reversed(processes) if _runs(process["pid"], process["started"])]


def _runs(pid: int, started: float) -> bool:
    """Whether that process, or its group without it, still runs: not a later process with the same number."""
    try:
        return bool(abs(psutil.Process(pid).create_time() - started) < 2)  # the clock may have been set meanwhile
    except psutil.NoSuchProcess:
        return _group_exists(pid)  # no number is reused while a group still has it


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True

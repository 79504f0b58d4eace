"""What a stack has started, written down, so that it can be stopped by another process: after a kill, or by `down`."""

import contextlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import psutil

from demo.process import PATIENCE, Child, family, kill_all

FILE = "running.json"


def write_down(root: Path, children: Sequence[Child], folders: Sequence[Path]) -> None:
    """Record the children of a stack, and folders outside `root` that go with it."""
    processes = []
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            processes.append({"pid": child.process.pid, "started": psutil.Process(child.process.pid).create_time()})
    text = json.dumps({"processes": processes, "folders": [str(folder) for folder in folders]})
    (root / FILE).write_text(text + "\n", encoding="utf-8")


def stop_leftovers(root: Path, patience: float = PATIENCE) -> int:
    """Stop what a stack in `root` left running; return how many of its programs ran."""
    file = root / FILE
    if not file.exists():
        return 0
    record = json.loads(file.read_text(encoding="utf-8"))
    alive = [process["pid"] for process in reversed(record["processes"]) if _is(process["pid"], process["started"])]
    kill_all(alive, patience)
    for folder in record["folders"]:
        shutil.rmtree(folder, ignore_errors=True)
    file.unlink()
    return len(alive)


def _is(pid: int, started: float) -> bool:
    """Whether it is that process and not a later one of the same number."""
    found = family(pid)
    return bool(found) and abs(found[0].create_time() - started) < 2  # the clock may have been set meanwhile

"""The machine under Airflow: a disk that takes no more, clocks that jump."""

from __future__ import annotations

import resource
import time
from typing import TYPE_CHECKING

import psutil
from tests.faults.broken_stack import AIRFLOW, imports
from tests.faults.field import Trial
from tests.faults.traffic import nth_write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.field import Field, Row

FULL = 60.0
"""Seconds."""
PROBE = 60.0
"""Seconds for which a liveness probe bears with a part that does not answer."""
KEYS_LIVE = 25 * 3600
"""Seconds: Stripe forgets an idempotency key after a day."""
JUMP = 2 * 3600
CLOCK = """
import os
import sys
if "airflow" in " ".join(sys.orig_argv):
    import datetime
    import time_machine
    moved = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=int(os.environ["CLOCK_STEP"]))
    time_machine.travel(moved, tick=True).start()
"""
"""What each Python of Airflow runs first: it sets this process's clock."""


def disk_full(field: Field) -> list[Row]:
    """No file that Airflow writes grows beyond 4 KiB, neither logs nor temporary ones; then all do again."""
    runs = field.mixture()
    field.wait_for_middle(runs)
    _limit(field, 4096)
    time.sleep(FULL)
    _limit(field, resource.RLIM_INFINITY)
    struck = time.time()
    notes = "by RLIMIT_FSIZE on every process of Airflow, so the error is EFBIG, not ENOSPC"
    if not field.until(field.stack.rest.healthy, PROBE):
        # A scheduler that cannot write its log may hang while it ends. A liveness probe ends it permanently.
        field.stack.kill("scheduler")
        notes += f"; the scheduler hung, and was started again after {PROBE:.0f} s, as by a liveness probe"
    field.settle(runs)
    return [field.row(Trial(f"disk full for {FULL:.0f} s (task logs, temporary files)", runs, struck, notes=notes))]


def keys_expired(field: Field) -> list[Row]:
    """Stripe took a write, its answer was lost, and the next try comes when Stripe has forgotten the key."""
    runs = field.disputes("plain", 4)
    rules = [
        field.traffic.order(nth_write(run.dispute, number, "after", holds=True))
        for run, number in zip(runs, _stripe_writes(field, "plain") * 2, strict=False)
    ]
    field.start(runs)
    field.until(lambda: all(rule.reached.is_set() for rule in rules))
    field.sandbox.control("POST", "clock", {"advance": KEYS_LIVE})
    struck = time.time()
    field.traffic.clear()
    field.settle(runs)
    return [field.row(Trial("Stripe's clock 25 hours on: an answer is lost, and the key forgotten", runs, struck))]


def clock_stepped(field: Field) -> list[Row]:
    """The clock of Airflow's processes is 2 hours on, or back, after a restart in the middle."""
    folder = field.stack.root / "clock"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(CLOCK)
    rows = []
    for what, seconds in (("2 hours on", JUMP), ("2 hours back", -JUMP), ("right again", 0)):
        runs = field.mixture()
        field.wait_for_middle(runs)
        field.stack.restart_airflow(_clock(folder, seconds))
        struck = time.time()
        field.settle(runs)
        notes = "by time-machine in each Python process of Airflow; PostgreSQL's, S3's and Stripe's clocks stay"
        rows.append(field.row(Trial(f"Airflow's clock {what}, in the middle", runs, struck, notes=notes)))
    return rows


def _clock(folder: Path, seconds: int) -> dict[str, str]:
    return imports(None, *([folder] if seconds else [])) | {"CLOCK_STEP": str(seconds)}


def _stripe_writes(field: Field, kind: str) -> list[int]:
    """The numbers of a response's writes to Stripe among all its writes."""
    (run,) = field.disputes(kind, 1)
    field.start([run])
    field.settle([run])
    writes = [one for one, _ in field.traffic.log if one.writes and one.is_about(run.dispute)]
    writes.sort(key=lambda one: one.at)
    return [number for number, one in enumerate(writes, 1) if one.service == "Stripe"][-2:]


def _limit(field: Field, size: int) -> None:
    """Set the largest file that Airflow's processes, and what they start, may write; the hard limit stays."""
    for name in AIRFLOW:
        leader = psutil.Process(field.stack.child(name).process.pid)
        for process in [leader, *leader.children(recursive=True)]:
            try:
                _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, hard))
            except ProcessLookupError:
                continue

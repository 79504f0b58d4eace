"""The machine under Airflow: a full disk, clocks that jump."""

from __future__ import annotations

import resource
import time
from typing import TYPE_CHECKING

import psutil
from tests.faults.broken_stack import AIRFLOW, imports
from tests.faults.field import Trial
from tests.faults.traffic import nth_write

if TYPE_CHECKING:
    from tests.faults.field import Field, Row

FULL = 60.0
"""Seconds."""
PROBE = 60.0
"""Seconds for which a liveness probe tolerates a part that does not answer."""
KEYS_LIVE = 25 * 3600
"""Seconds: Stripe forgets an idempotency key after a day."""
JUMP = 2 * 3600
CLOCK = """
import os
import sys
import threading
import time
if "airflow" in " ".join(sys.orig_argv):
    import time_machine
    known, traveller = 0, None

    def step():
        global known, traveller
        with open(os.environ["CLOCK_STEP"]) as file:
            seconds = int(file.read())
        if seconds != known:
            if traveller:
                traveller.stop()
            traveller = time_machine.travel(time.time() + seconds, tick=True)
            traveller.start()
            known = seconds

    def follow():
        while True:
            time.sleep(0.5)
            step()

    def start():
        step()
        threading.Thread(target=follow, daemon=True).start()

    os.register_at_fork(after_in_child=start)
    start()
"""
"""What each Python of Airflow runs first: it sets the process's clock forward or back as a file says."""


def disk_full(field: Field) -> list[Row]:
    """No file that Airflow writes can grow beyond 4 KiB, neither logs nor temporary ones; then all can again."""
    runs = field.mixture()
    field.wait_for_middle(runs)
    _limit(field, 4096)
    time.sleep(FULL)
    _limit(field, resource.RLIM_INFINITY)
    struck = time.time()
    notes = "by RLIMIT_FSIZE on every process of Airflow, so the error is EFBIG, not ENOSPC"
    if not field.until(field.stack.rest.healthy, PROBE):
        # A scheduler that cannot write its log may hang while it exits. A liveness probe kills it.
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
    return [field.row(Trial("Stripe's clock 25 hours ahead: an answer is lost, and the key forgotten", runs, struck))]


def clock_stepped(field: Field) -> list[Row]:
    """The clock of Airflow's running processes jumps 2 hours forward, back, and to the right time again."""
    folder = field.stack.root / "clock"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(CLOCK)
    _step(field, 0)
    field.stack.restart_airflow(imports(None, folder) | {"CLOCK_STEP": str(folder / "seconds")})
    rows = []
    for what, before, after in (("2 hours forward", 0, JUMP), ("2 hours back", 0, -JUMP), ("right again", -JUMP, 0)):
        # Airflow starts a run only once PostgreSQL's clock has reached the time at which Airflow created it, so none is
        # created while Airflow's clock is ahead.
        _step(field, before)
        runs = field.mixture()
        field.wait_for_middle(runs)
        _step(field, after)
        struck = time.time() + after
        field.settle(runs)
        notes = "by time-machine in each Python process of Airflow; PostgreSQL's, S3's and Stripe's clocks stay"
        rows.append(field.row(Trial(f"Airflow's clock {what}, in the middle", runs, struck, notes=notes)))
    field.stack.restart_airflow(imports())
    field.stack.log_in_again()
    return rows


def _step(field: Field, seconds: int) -> None:
    """Set Airflow's clock ahead by this much."""
    new, file = (field.stack.root / "clock" / name for name in ("new", "seconds"))
    new.write_text(str(seconds))
    new.replace(file)
    time.sleep(2)
    field.stack.log_in_again()  # after the clock was set back, the earlier login would be in the future


def _stripe_writes(field: Field, kind: str) -> list[int]:
    """Which of a response's writes go to Stripe, by number."""
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

"""The three programs of ``python -m demo``: run, up, down."""

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from demo import report, results
from demo.board import Board
from demo.executors import CeleryExecutor, Executor, LocalExecutor
from demo.leftovers import find_leftovers, stop_leftovers
from demo.process import StackError
from demo.rehearsal import INTAKE, Rehearsal, announce
from demo.results import Result
from demo.scenes import read_scenes
from demo.stack import PROJECT, Stack, alone

DEMO = PROJECT / "build" / "demo"
UP = PROJECT / "build" / "up"


def run(console: Console, *, seeds: Path, faults: int | None, keep: bool, mode: str | None, celery: bool) -> int:
    """Run the demo; return the exit status, 0 only if every dispute ended as the script says.

    :param faults: make every n-th Stripe request fail.
    :param keep: leave Airflow running.
    :param mode: of the sandbox's connection; `submit` if not given.
    :param celery: two Celery workers run the tasks.
    """
    begin = time.monotonic()
    scenes = read_scenes(seeds)
    console.print("Starting PostgreSQL, the sandbox and Airflow …")
    with Stack(DEMO, seeds=seeds, mode=mode, executor=_executor(DEMO, celery)) as stack:
        stack.keep = keep
        if keep:
            _print_login(console, stack)
        else:
            console.print(f"Airflow is at {stack.airflow.url}")
        with Board(console) as board:
            rehearsal = Rehearsal(stack, scenes, board)
            rehearsal.prepare()
            if faults:
                rehearsal.order_faults(faults)
            for line in announce(stack, scenes):
                board.say(line)
            rehearsal.respond()
            # Now, before anything else looks at the disputes.
            log = stack.sandbox.requests() if stack.sandbox else []
            answered = {response.dispute for response in rehearsal.responses}
            logs = {dispute: stack.sandbox.requests(dispute) for dispute in answered} if stack.sandbox else {}
            ends, problems = rehearsal.conclude() if stack.mode == "submit" else (rehearsal.results(), [])
        if stack.mode != "submit":
            problems = results.trespasses(ends, scenes, report.writes(log) if stack.mode == "shadow" else [])
        _save(ends, rehearsal)
        console.print(report.table(ends))
        for link in report.links(ends, stack.airflow.url):
            console.print(link, highlight=False, soft_wrap=True)
        _print_times(console, {**stack.timings, **rehearsal.timings}, begin)
        _print_calls(console, log, logs, ends)
    for problem in problems:
        console.print(f"NOT AS EXPECTED  {problem}", style="red", markup=False)
    if not problems:
        disputes = {end.dispute for end in ends}
        console.print(f"All {len(ends)} rounds of {len(disputes)} disputes ended as they should.", highlight=False)
    return 1 if problems else 0


def up(console: Console, *, seeds: Path, mode: str | None, celery: bool) -> int:
    """Start everything, run the intake, and leave it running.

    :raises StackError: it is running already; a second one would take the place of its database and passwords.
    """
    if find_leftovers(UP):
        raise StackError("Airflow is already running. `make down` stops it and deletes its database and passwords")
    console.print("Starting PostgreSQL, the sandbox and Airflow …")
    with Stack(UP, seeds=seeds, mode=mode, executor=_executor(UP, celery)) as stack:
        stack.wait_for_dags()
        for dag_id in sorted(stack.dag_ids()):
            stack.rest.unpause(dag_id)
        stack.rest.trigger(INTAKE)
        announce(stack, read_scenes(seeds))
        stack.keep = True
    _print_login(console, stack)
    return 0


def down(console: Console) -> int:
    """Stop what `up`, or a demo that was kept, left running."""
    stopped = 0
    for root in (UP, DEMO):
        if root.exists():
            try:
                with alone(root):
                    stopped += stop_leftovers(root)
            except StackError:
                console.print(f"A demo is running in {root}: stop it with Ctrl-C", markup=False)
                return 1
    console.print(f"Stopped {stopped} programs." if stopped else "Nothing was running.")
    return 0


def _executor(root: Path, celery: bool) -> Executor:
    return CeleryExecutor.in_folder(root) if celery else LocalExecutor()


def _save(ends: Sequence[Result], rehearsal: Rehearsal) -> None:
    """Write summary.json and packets/<dispute>/<round>/ of this demo alone."""
    report.write_summary(ends, DEMO / "summary.json")
    packets = DEMO / "packets"
    shutil.rmtree(packets, ignore_errors=True)
    submitted = {end.run_id for end in ends if end.submitted}
    for response in rehearsal.responses:
        if response.run_id in submitted:
            rehearsal.rounds.save_packet(response, packets / response.dispute / response.round)


def _print_times(console: Console, timings: Mapping[str, float], begin: float) -> None:
    phases = ", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in timings.items())
    console.print(f"Time: {time.monotonic() - begin:.0f} s ({phases})", highlight=False)


def _print_calls(
    console: Console,
    log: Sequence[Mapping[str, Any]],
    logs: Mapping[str, Sequence[Mapping[str, Any]]],
    ends: Sequence[Result],
) -> None:
    if log:
        console.print(
            f"Stripe received {len(log)} requests, {len(report.writes(log))} of them writes. By submitted dispute:"
        )
        for line in report.calls(logs, ends):
            console.print(f"  {line}", highlight=False, markup=False)


def _print_login(console: Console, stack: Stack) -> None:
    console.print(f"Airflow is at {stack.airflow.url}", markup=False)
    for login in stack.airflow.logins.values():
        console.print(f"  user {login.name}, password {login.password}", highlight=False, markup=False)
    if stack.sandbox:
        console.print(f"Stripe is the sandbox at {stack.sandbox.api_base}, S3 is at {stack.sandbox.s3_endpoint}")
    console.print("It keeps running: `make down` stops it.")

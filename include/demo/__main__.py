"""``python -m demo run|up|down``: see `make help`."""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from demo import programs
from demo.process import StackError
from demo.rest import RestError
from demo.sandbox_process import SEEDS
from demo.signals import SIGNALS

FAILURES = (StackError, RestError, TimeoutError, ValueError, OSError, httpx.HTTPError, BotoCoreError, ClientError)
PLAIN_WIDTH = 168
"""Columns where no terminal says how many there are."""


def main() -> int:
    """Run one of the programs; return the exit status."""
    options = _options()
    # A terminal that is closed and a `kill` end it like Ctrl-C: what was started is stopped on the way out.
    # A shell starts what runs in the background with Ctrl-C ignored; whoever sends it to us means it.
    for number in SIGNALS:
        signal.signal(number, _end)
    console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    try:
        if options.program == "down":
            return programs.down(console)
        how = {"seeds": options.seeds, "mode": options.mode, "celery": options.executor == "celery"}
        if options.program == "up":
            return programs.up(console, **how)
        return programs.run(console, faults=options.faults, keep=options.keep, **how)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except FAILURES as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1


def _end(number: int, _: FrameType | None) -> NoReturn:
    # `timeout` tells make and us, and make tells us again: a second signal must not end the cleaning up.
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="demo", description="Run a complete Airflow on this machine that answers disputes."
    )
    programs_ = parser.add_subparsers(dest="program", required=True)
    run = programs_.add_parser("run", help="answer the seeds' disputes and check how each ends")
    run.add_argument("--faults", type=int, metavar="N", help="make every Nth Stripe request fail")
    run.add_argument("--keep", action="store_true", help="leave Airflow running afterwards")
    up = programs_.add_parser("up", help="start it, start a run for each dispute, and leave it running")
    programs_.add_parser("down", help="stop what is running")
    for each in (run, up):
        each.add_argument("--seeds", type=Path, default=SEEDS, metavar="DIR", help="other seeds")
        each.add_argument("--mode", choices=("shadow", "stage", "submit"), help="how far to go (default: submit)")
        each.add_argument("--executor", choices=("local", "celery"), default="local", help="what runs the tasks")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

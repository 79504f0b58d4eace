"""Make faults in a real Airflow, and count what was sent twice, lost, or sent without approval.

make faults [ONLY="s3-away clicks"]
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
import traceback
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from tests.faults import clicks, deployments, machine, parts, report, services
from tests.faults.field import Field, broken_stack
from tests.faults.killing import Kills

from demo.signals import SIGNALS
from demo.stack import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.field import Row

FOLDER = PROJECT / "build" / "faults"


def faults(field: Field) -> dict[str, Callable[[], list[Row]]]:
    """Every fault by its name, in the order in which they are made: those that change clocks come last."""
    kills = Kills(field)
    on_field = {
        "scheduler": parts.scheduler_alone,
        "scheduler-with-tasks": parts.scheduler_with_tasks,
        "api-server": parts.api_server,
        "database-restarted": parts.database_restarted,
        "s3-away": services.s3_away,
        "stripe-away": services.stripe_away,
        "both-silent": services.both_silent,
        "stripe-errors": services.stripe_errors,
        "s3-errors": services.s3_errors,
        "older-revision": clicks.older_revision,
        "approve-marked": clicks.approve_marked,
        "stage-marked": clicks.stage_marked,
        "cleared": clicks.cleared_after_submit,
        "two-deployments": deployments.two_deployments,
        "upgrade": deployments.upgrade,
        "upgrade-from-landed": deployments.upgrade_from_landed,
        "back-to-landed": deployments.back_to_landed,
        "disk-full": machine.disk_full,
        "database-lost": parts.database_lost,
        "clock-stepped": machine.clock_stepped,
        "keys-expired": machine.keys_expired,
    }
    return {
        "kill-task": partial(kills.alone, ("task",)),
        "kill-both": partial(kills.alone, ("task", "supervisor")),
        "kill-pairs": kills.pairs,
        "kill-supervisor": kills.supervisors,
        **{name: partial(make, field) for name, make in on_field.items()},
    }


def main(only: list[str], *, few: bool) -> int:
    """Make the faults; 1 where something was sent twice, lost or changed, or a fault could not be made."""
    rows: list[Row] = []
    broken = []
    with broken_stack(FOLDER / "stack") as stack:
        stack.unpause()
        field = Field(stack, few=few)
        there = faults(field)
        if unknown := set(only) - there.keys():
            print(f"No such fault: {', '.join(sorted(unknown))}. There are: {', '.join(there)}", file=sys.stderr)
            return 2
        for name in only or there:
            begin = time.monotonic()
            try:
                made = there[name]()
            except Exception:  # noqa: BLE001 - one fault that cannot be made must not keep the others from it
                traceback.print_exc()
                broken.append(name)
                continue
            rows += made
            for row in made:
                print(
                    " | ".join(report.cells(row)), f"({name}, {time.monotonic() - begin:.0f} s)", row.notes, flush=True
                )
            report.write(rows, FOLDER)
    print(report.markdown(rows))
    for name in broken:
        print(f"NOT MADE  {name}")
    return int(bool(broken) or not all(row.survived for row in rows))


def _end(number: int, _: object) -> NoReturn:
    """End as Ctrl-C does: what was started is stopped on the way out."""
    print(f"Stopped by {signal.Signals(number).name}", file=sys.stderr, flush=True)
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)


if __name__ == "__main__":
    for number in SIGNALS:
        signal.signal(number, _end)
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help="faults to make; all, where none is named")
    parser.add_argument(
        "--few", action="store_true", help="a quarter of the disputes, and every fifth moment to kill at"
    )
    options = parser.parse_args()
    sys.exit(main(options.only, few=options.few))

"""Keeps runs that only wait for a person out of the scheduler's rotation.

The scheduler examines all running runs in turn, the one that was examined longest ago first, and each costs it 8 to 10
ms, even if nothing has changed. A finished task does not wake its run: every hop of a new dispute waits for one
rotation. With 300 runs waiting a dispute takes 24 s in place of 3, with 1,000 it takes 72 s, and no setting cures it. A
run that waits for a person changes only when that person, the question's time-out or somebody in the UI changes one of
its tasks, and then it is examined again.

`REPRESENTMENT_EXAMINE_WAITING_RUNS=true` leaves Airflow as it is. So does any release of Airflow, and any database,
that our tests have not run this on.
"""

from __future__ import annotations

import logging
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

SETTING = "REPRESENTMENT_EXAMINE_WAITING_RUNS"
TRIED = ("3.3.2",)
"""Airflow releases that our tests cover."""
BUSY = ("scheduled", "queued", "running", "restarting", "up_for_retry", "up_for_reschedule", "deferred")
"""States of a task that change without a person."""
MARGIN = timedelta(seconds=30)
"""How long before a run's last examination a task may have changed without that examination seeing it."""
AGAIN = timedelta(minutes=10)
"""After this time every run is examined, even if nothing has changed."""
PORTIONS = 10
"""Waiting runs fall due in this many portions, spread over the last fifth of that time, rather than all at once."""

log = logging.getLogger(__name__)


def skip_waiting_runs() -> None:
    """Make this process's scheduler examine a run that only waits no more often than every ten minutes."""
    from airflow import __version__

    from representment.airflow_internals.scheduler import narrow_examined_runs

    if sys.argv[1:2] != ["scheduler"]:
        return
    if os.environ.get(SETTING, "").lower() == "true":
        log.info("Runs that wait for a person are examined like any other: %s is set", SETTING)
    elif __version__ not in TRIED:
        log.warning(
            "Runs that wait for a person are examined like any other: our tests do not cover Airflow %s", __version__
        )
    else:
        narrow_examined_runs(may_go_on)


def may_go_on(run: Any, task: Any) -> ColumnElement[bool]:
    """Whether a run may have anything to do other than wait, as a PostgreSQL condition.

    :param run: the class of Airflow's runs
    :param task: the class of Airflow's task instances
    """
    from sqlalchemy import Interval, case, exists, literal, or_

    decided = run.last_scheduling_decision
    of_run = (task.dag_id == run.dag_id, task.run_id == run.run_id)
    now = datetime.now(UTC)
    due = {portion: now - AGAIN * (1 - portion / PORTIONS / 5) for portion in range(PORTIONS)}
    return or_(
        decided.is_(None),
        decided < case(due, value=run.id % PORTIONS),
        ~exists().where(*of_run, task.state == "awaiting_input"),
        exists().where(*of_run, task.state.in_(BUSY)),
        exists().where(*of_run, task.updated_at > decided.op("-")(literal(MARGIN, Interval()))),
    )

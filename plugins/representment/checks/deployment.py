"""Airflow itself: the pools, and the DAGs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from disputes.rules.reasons import SHARED_DAGS
from representment.airflow_internals.deployment import read_dags, read_import_errors, read_pools
from representment.pools import BRAKE, DOCUMENTS, LIMITER

if TYPE_CHECKING:
    from representment.checks.finding import Findings

NEEDED = ("dispute_intake", "dispute_outcomes", "dispute_deadlines", "unhandled_events", *SHARED_DAGS)
"""Without one of these DAGs, disputes are missed, lapse unnoticed, or are not answered."""

MISSING = {
    BRAKE: "nothing is ever submitted",
    LIMITER: "tasks that call Stripe share the default pool",
    DOCUMENTS: "tasks that open documents share the default pool, which does not limit their memory",
}
"""Pool -> what happens without it."""
SLOTS = {BRAKE: 16, LIMITER: 16, DOCUMENTS: 4}


def check_pools(found: Findings) -> None:
    """Check that the pools exist and have slots."""
    with found.looking_at("Airflow's pools"):
        pools = read_pools()
        for name in MISSING:
            _check_pool(name, pools.get(name), found)


def _check_pool(name: str, slots: int | None, found: Findings) -> None:
    if slots is None:
        made = f'airflow pools set {name} {SLOTS[name]} ""'
        add = found.wrong if name == BRAKE else found.note
        add(f"pool {name}: does not exist, so {MISSING[name]}. Create it with: {made}")
    elif slots == 0:
        found.note(f"pool {name}: has 0 slots, so its tasks wait until you give it some")
    else:
        found.ok(f"pool {name}: {slots} slots")


def check_dags(found: Findings) -> None:
    """Check that Airflow has parsed the DAGs and that none is paused."""
    with found.looking_at("Airflow's DAGs"):
        for file, trace in read_import_errors().items():
            found.wrong(f"{file}: cannot be loaded: {trace.strip().splitlines()[-1]}")
        dags = read_dags()
        missing = [dag_id for dag_id in NEEDED if dag_id not in dags]
        if missing:
            remedy = "Is the DAG processor running, and core.dags_folder the folder dags/?"
            found.wrong(f"DAGs: Airflow does not know {', '.join(missing)}. {remedy}")
        paused = [dag_id for dag_id, is_paused in dags.items() if is_paused]
        if paused:
            found.note(f"DAGs: {', '.join(paused)} are paused. Unpause them with: python -m representment unpause")
        if dags and not missing and not paused:
            found.ok(f"DAGs: {len(dags)}, none of them paused")

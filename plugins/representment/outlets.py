"""What other people's DAGs can be scheduled on: Airflow assets whose events tell what became of a round.

An event holds ids, amounts and the outcome, nothing about a person. It is told once its task has succeeded: one that
dies in between leaves the record in the bucket without the event, so count in `outcome_records/`.

No task of a response has an outlet. Where two tasks are the first to tell of an asset at the same moment, Airflow 3.3.2
cannot store one of the events, and fails that task for good: after its packet was staged, or submitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, AssetAlias

if TYPE_CHECKING:
    from airflow.sdk import Context

OUTLET = AssetAlias("representment")
"""The outlet of each task that reports something. A plain asset would get an event on every success, even if there was
nothing to report."""
ROUND_ENDED = Asset("round_ended", "representment://round/ended")
ROUND_LOST = Asset("round_lost", "representment://round/lost")
"""The same event again, for DAGs that only want losses."""
OUTCOME_TABLE = Asset("outcome_table", "representment://outcome_records")
"""Rows were added to the table."""


def announce(context: Context, asset: Asset, **about: Any) -> None:
    """Have an asset's event made when this task has succeeded; it needs `outlets=[OUTLET]`.

    :param about: ids, hashes, figures; no personal data
    """
    context["outlet_events"][OUTLET].add(asset, extra=about)

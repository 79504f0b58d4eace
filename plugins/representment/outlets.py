"""Airflow assets for other DAGs: their events report the end of a round.

An event contains ids, amounts and the outcome, but no personal data. Airflow creates it when its task has succeeded: if
the task dies in between, the record is in the bucket without an event, so count in `outcome_records/`.

No task of a response has an outlet. If two tasks are the first to use an asset at the same moment, Airflow 3.3.2
cannot store one of the events, and fails that task permanently: after its packet was staged, or submitted.
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

"""What other people's DAGs can be scheduled on: Airflow assets whose events tell what became of a round.

An event holds ids, hashes, amounts and the outcome, nothing about a person. It is told at least once, by
`dispute_outcomes`, from what stands in the bucket; a second time only where that DAG was stopped right after it.

One task alone has an outlet. Where two tasks are the first to tell of an asset at the same moment, Airflow 3.3.2 cannot
store one of the events, and fails that task for good: so `stage` and `submit` tell nothing themselves.
"""

from __future__ import annotations

from airflow.sdk import Asset, AssetAlias

OUTLET = AssetAlias("representment")
"""The outlet of the task that tells. An asset in its place would have an event of every success, also of one that found
nothing to tell."""
PACKET_STAGED = Asset("packet_staged", "representment://packet/staged")
ROUND_SUBMITTED = Asset("round_submitted", "representment://round/submitted")
ROUND_ENDED = Asset("round_ended", "representment://round/ended")
ROUND_LOST = Asset("round_lost", "representment://round/lost")
"""The same event once more, for those who only want losses."""
OUTCOME_TABLE = Asset("outcome_table", "representment://outcome_records")
"""Rows were added to it."""

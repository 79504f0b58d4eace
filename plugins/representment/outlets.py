"""What other people's DAGs can be scheduled on: Airflow assets with an event for each step of a round.

An event contains ids, hashes, amounts and the outcome, nothing about a person. `dispute_outcomes` creates it from the
records in the bucket, at least once: a second one only if that DAG was stopped right after the first.

Only one task has an outlet. If two tasks are the first to name an asset at the same moment, Airflow 3.3.2 cannot store
one of the events and fails that task permanently, so `stage` and `submit` create none themselves.
"""

from __future__ import annotations

from airflow.sdk import Asset, AssetAlias

OUTLET = AssetAlias("representment")
"""The outlet of the task that creates the events. A plain asset would get an event on every success, even if there was
nothing to report."""
PACKET_STAGED = Asset("packet_staged", "representment://packet/staged")
ROUND_SUBMITTED = Asset("round_submitted", "representment://round/submitted")
ROUND_ENDED = Asset("round_ended", "representment://round/ended")
ROUND_LOST = Asset("round_lost", "representment://round/lost")
"""The same event again, for DAGs that only want losses."""
OUTCOME_TABLE = Asset("outcome_table", "representment://outcome_records")
"""Rows were added to the table."""

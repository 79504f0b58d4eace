"""# Losses

An example of a DAG of your own that is scheduled on ours: it runs when a round was lost. Copy it into your DAGs folder.

Airflow leaves out of `triggering_asset_events` what came while a run was active, so read `outcome_records/` where you
need every loss.
"""

from airflow.sdk import dag, get_current_context, task

from representment.outlets import ROUND_LOST


@dag(schedule=[ROUND_LOST], catchup=False, doc_md=__doc__, tags=["example"])
def answer_losses() -> None:
    """Say which rounds were lost."""

    @task
    def list_losses() -> list[str]:
        events = get_current_context()["triggering_asset_events"][ROUND_LOST]
        return [f"{event.extra['response']}: {event.extra['amount']} {event.extra['currency']}" for event in events]

    list_losses()


answer_losses()

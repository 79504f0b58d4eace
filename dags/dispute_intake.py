"""# Dispute intake

Every five minutes: lists the open disputes at Stripe, nearest deadline first, and starts one run of `respond_<reason>`
for each round that has none (`respond_general` where the reason has no DAG of its own). Airflow refuses a second run of
the same id, so this may run as often as it likes.
"""

from datetime import timedelta

from airflow.sdk import DAG

from representment.operators.intake import StartResponsesOperator
from representment.response_dag import DEFAULT_ARGS

with DAG(
    dag_id="dispute_intake",
    doc_md=__doc__,
    schedule=timedelta(minutes=5),
    catchup=False,
    max_active_runs=1,
    tags=["representment"],
    default_args=DEFAULT_ARGS,
):
    # Idle inquiries close after 120 days, so nothing older is open.
    StartResponsesOperator(task_id="start_responses", lookback=timedelta(days=120))

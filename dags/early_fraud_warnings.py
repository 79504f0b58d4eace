"""# Early fraud warnings

Finds card issuers' early fraud warnings, which mostly arrive days before a dispute: by an hourly list (one request per
100), and at once when Stripe reports one through the webhook or the queue. Each warning is one run of
`answer_early_fraud_warning`, with the warning's id as run id.

It also records which charges that were kept became disputes after all:
`early_fraud_warnings/<warning>/afterwards.json`.

Each connection of the variable `representment_accounts` has its own task, so that accounts fail separately.
"""

from datetime import timedelta

from airflow.sdk import DAG, AssetOrTimeSchedule, DeltaTriggerTimetable

from representment.inbox.assets import HINTED, QUEUE, WAKES
from representment.inbox.events import Topic
from representment.operators.accounts import AccountsOperator
from representment.operators.early_fraud_warnings import FindWarningsOperator
from representment.task_args import WATCH_ARGS

HOURLY = DeltaTriggerTimetable(timedelta(hours=1))
WAKING = WAKES[Topic.EARLY_FRAUD_WARNING] | QUEUE

with DAG(
    dag_id="early_fraud_warnings",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=HOURLY, assets=WAKING),
    catchup=False,
    max_active_runs=1,
    tags=["representment"],
    default_args=WATCH_ARGS,
):
    accounts = AccountsOperator(task_id="accounts")
    FindWarningsOperator.partial(
        task_id="find_warnings", inlets=HINTED, map_index_template="{{ task.stripe_conn_id }}"
    ).expand(stripe_conn_id=accounts.output)

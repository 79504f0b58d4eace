"""# Early fraud warnings

Finds what card issuers warn of, mostly days before it becomes a dispute: an hourly list (one request per 100), and at
once where Stripe tells of one through the webhook or the queue. Each warning is one run of
`answer_early_fraud_warning`, which has the warning's id.

It also writes down which charges that were kept became disputes after all:
`early_fraud_warnings/<warning>/afterwards.json`.

One Airflow task for each connection of the variable `representment_accounts`; one account's failure stops no other.
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

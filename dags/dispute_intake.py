"""# Dispute intake

Starts one run of `respond_<reason>` for each open round of each account's disputes. Where the reason has no DAG of its
own, `respond_bank_debits` takes bank debits and `respond_general` takes all others. Airflow refuses a second run of the
same id, so this may run as often as it likes.

Woken by what Stripe tells, through the webhook or the queue: such an event is a hint, the dispute is read and what it
says now decides. Every five minutes it asks for what is new, for what Stripe's events name, and for a share of all
disputes, so that in a day it has listed everything, whatever was told. Nearest deadline first, a portion at a time.

One task for each connection of the variable `representment_accounts`; one account's failure stops no other.
"""

from datetime import timedelta

from airflow.sdk import DAG, AssetOrTimeSchedule, DeltaTriggerTimetable

from representment.inbox.assets import HINTED, QUEUE, WAKES
from representment.inbox.events import Topic
from representment.open_rounds import DISPUTE_LOOKBACK
from representment.operators.accounts import AccountsOperator
from representment.operators.intake import StartResponsesOperator
from representment.pools import LIMITER
from representment.task_args import WATCH_ARGS

EVERY = timedelta(minutes=5)

with DAG(
    dag_id="dispute_intake",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=DeltaTriggerTimetable(EVERY), assets=WAKES[Topic.DISPUTE] | QUEUE),
    catchup=False,
    max_active_runs=1,
    tags=["representment"],
    # Even fewer tries and less time than others: the next run comes in five minutes.
    default_args=WATCH_ARGS | {"retries": 5, "execution_timeout": timedelta(minutes=15)},
):
    accounts = AccountsOperator(task_id="accounts")
    StartResponsesOperator.partial(
        task_id="start_responses",
        lookback=DISPUTE_LOOKBACK,
        poll_every=EVERY,
        inlets=HINTED,
        pool=LIMITER,
        map_index_template="{{ task.stripe_conn_id }}",
    ).expand(stripe_conn_id=accounts.output)

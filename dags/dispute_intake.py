"""# Dispute intake

Starts one run of `respond_<reason>` for each open round of each account's disputes. If the reason has no DAG of its
own, `respond_bank_debits` takes bank debits and `respond_general` takes all others. Airflow refuses a second run with
the same id, so this DAG may run as often as it likes.

Stripe's events wake it, through the webhook or the queue: an event is only a hint, and the dispute's current state at
Stripe decides. Every five minutes it also reads new disputes, those that Stripe's events name, and a share of all
disputes, so that it reads every dispute once a day even if no event arrives. It starts runs in batches, nearest
deadline first.

Each connection of the variable `representment_accounts` has its own task, so that accounts fail separately.
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
    # Fewer tries and less time than other DAGs: the next run comes in five minutes.
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

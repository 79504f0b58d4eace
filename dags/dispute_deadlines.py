"""# Dispute deadlines

Every half hour: lists each account's open rounds by the time left, in the task's log and in
`current/deadlines/<connection>.json` below `representment_rounds_uri`, and notifies people about unanswered rounds
near their deadline (72, 24 and 6 hours before, and once it has passed). One message lists the packets that have begun
to wait for a person since the last run, with a link to each.

Variables: `representment_time_zone` (such as `Europe/Berlin`; default UTC), `representment_warn_hours`
(`[72, 24, 6]`) and `representment_notifiers`, any notifiers of Airflow's providers: e-mail, Slack, a plain webhook.

Each connection of the variable `representment_accounts` has its own task, so that accounts fail separately.
"""

from datetime import timedelta

from airflow.sdk import DAG

from representment.operators.accounts import AccountsOperator
from representment.operators.deadlines import WatchDeadlinesOperator
from representment.task_args import WATCH_ARGS

with DAG(
    dag_id="dispute_deadlines",
    doc_md=__doc__,
    schedule=timedelta(minutes=30),
    catchup=False,
    max_active_runs=1,
    tags=["representment"],
    default_args=WATCH_ARGS,
):
    accounts = AccountsOperator(task_id="accounts")
    WatchDeadlinesOperator.partial(task_id="watch_deadlines", map_index_template="{{ task.stripe_conn_id }}").expand(
        stripe_conn_id=accounts.output
    )

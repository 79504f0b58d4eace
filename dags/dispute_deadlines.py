"""# Dispute deadlines

Every half hour: lists each account's open rounds by the time that is left, in the task's log and as
`current/deadlines/<connection>.json` below the rounds' address, and tells people of those that near their deadline
unanswered (72, 24 and 6 hours before, and once it has passed). Packets that began to wait for a person since the last
run are told of in one message, with a link to each.

Variables: `representment_time_zone` (such as `Europe/Berlin`; UTC), `representment_warn_hours` (`[72, 24, 6]`) and
`representment_notifiers`, any of the notifiers of Airflow's providers: e-mail, Slack, a plain webhook.

One Airflow task for each connection of the variable `representment_accounts`; one account's failure stops no other.
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

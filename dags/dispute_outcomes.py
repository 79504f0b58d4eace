"""# Dispute outcomes

Follows every round to won, lost, closed or escalated, and a lost round for 180 more days, since the bank may reverse
it. It looks for changes every hour, and at once when Stripe reports an end through the webhook or the queue; pending
rounds take no slot. Each round produces one record, in Parquet by month below `outcome_records/`.

Every hour it also audits Stripe's evidence against each packet's manifest, and looks for open disputes without a run.
A task that fails here needs a person: its message says which dispute and what to do.

Other DAGs can be scheduled on the assets `packet_staged`, `round_submitted`, `round_ended`, `round_lost` and
`outcome_table`: each run creates an event for every new record in the bucket.

Each connection of the variable `representment_accounts` has its own task, so that accounts fail separately.
"""

from datetime import timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, AssetOrTimeSchedule, DeltaTriggerTimetable, TriggerRule

from representment.inbox.assets import HINTED, QUEUE, WAKES
from representment.inbox.events import Topic
from representment.operators.accounts import AccountsOperator, PolledAccountsOperator
from representment.operators.announce import AnnounceOperator, MarkAnnouncedOperator
from representment.operators.audit import AuditSubmissionsOperator
from representment.operators.outcomes import FollowOutcomesOperator
from representment.operators.sweep import SweepOperator
from representment.outlets import OUTLET
from representment.task_args import WATCH_ARGS

ACCOUNT = "{{ task.stripe_conn_id }}"

HOURLY = DeltaTriggerTimetable(timedelta(hours=1))
WAKING = WAKES[Topic.DISPUTE_ENDED] | QUEUE

with DAG(
    dag_id="dispute_outcomes",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=HOURLY, assets=WAKING),
    catchup=False,
    max_active_runs=1,
    tags=["representment"],
    default_args=WATCH_ARGS,
):
    accounts = AccountsOperator(task_id="accounts")
    follow = FollowOutcomesOperator.partial(
        task_id="follow_outcomes", inlets=HINTED, map_index_template=ACCOUNT
    ).expand(stripe_conn_id=accounts.output)
    # Even if one round could not be followed: the others have ended.
    announce = AnnounceOperator(task_id="announce", outlets=[OUTLET], trigger_rule=TriggerRule.ALL_DONE)
    follow >> announce >> MarkAnnouncedOperator(task_id="mark_announced", source="announce")
    # A run's state is that of its leaf tasks, and the two above succeed even if `follow` failed.
    follow >> EmptyOperator(task_id="all_followed")

    hourly = PolledAccountsOperator(task_id="hourly_accounts", inlets=HINTED)
    AuditSubmissionsOperator.partial(task_id="audit_submissions", map_index_template=ACCOUNT).expand(
        stripe_conn_id=hourly.output
    )
    SweepOperator.partial(task_id="sweep_open_disputes", map_index_template=ACCOUNT).expand(
        stripe_conn_id=hourly.output
    )

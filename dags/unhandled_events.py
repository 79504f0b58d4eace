"""# Unhandled events

Every half hour: looks for events from the webhook or the queue that nothing here handles. Fails once for each unknown
event type, and for each connected account without a connection; both are recorded, in `unknown_events/<type>.json` and
`unknown_accounts/<account>.json`. Fails as long as the queue's dead-letter queue contains messages.

A task that fails here needs a person: its message says what arrived.
"""

from datetime import timedelta

from airflow.sdk import DAG

from representment.inbox.assets import HINTED
from representment.operators.unhandled import UnhandledEventsOperator
from representment.task_args import WATCH_ARGS

with DAG(
    dag_id="unhandled_events",
    doc_md=__doc__,
    schedule=timedelta(minutes=30),
    catchup=False,
    max_active_runs=1,
    tags=["representment"],
    default_args=WATCH_ARGS,
):
    UnhandledEventsOperator(task_id="unhandled_events", inlets=HINTED)

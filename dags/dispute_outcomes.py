"""# Dispute outcomes

Every hour: follows all submitted rounds to won, lost or closed (one request per 100 disputes, no slot taken while they
wait), audits what Stripe holds against each packet's manifest, and sweeps for open disputes that have no run.
An Airflow task that fails here wants a person: its message says which dispute and what to do.
"""

from datetime import timedelta

from airflow.sdk import DAG

from representment.operators.audit import AuditSubmissionsOperator
from representment.operators.outcomes import FollowOutcomesOperator
from representment.operators.sweep import SweepOperator
from representment.response_dag import DEFAULT_ARGS

with DAG(
    dag_id="dispute_outcomes",
    doc_md=__doc__,
    schedule=timedelta(hours=1),
    catchup=False,
    max_active_runs=1,
    tags=["representment"],
    default_args=DEFAULT_ARGS,
):
    FollowOutcomesOperator(task_id="follow_outcomes")
    AuditSubmissionsOperator(task_id="audit_submissions")
    SweepOperator(task_id="sweep_open_disputes")

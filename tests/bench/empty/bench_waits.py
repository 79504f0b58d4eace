"""A run that waits for a person, as thousands of Airflow's may."""

from datetime import UTC, datetime

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG

with DAG(
    dag_id="bench_waits",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    max_active_runs=2000,
    max_active_tasks=2000,
):
    HITLOperator(task_id="approve", subject="Go on?", options=["Yes", "No"])

"""Six tasks that do nothing, in Airflow: the floor of what six tasks cost."""

from datetime import UTC, datetime
from typing import Any

from airflow.sdk import DAG, BaseOperator, Context, chain


class NothingOperator(BaseOperator):
    """Does nothing, in a process like any other task."""

    def execute(self, context: Context) -> Any:
        """Nothing."""


with DAG(dag_id="bench_empty", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC), max_active_runs=1000):
    chain(*(NothingOperator(task_id=f"nothing_{number}") for number in range(6)))

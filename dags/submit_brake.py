"""# Submit brake

Trigger it with *Hold every submit* to stop all submissions to banks; everything before the submit goes on. Trigger it
with that switched off to release them: waiting submits are sent within 25 minutes, sooner if a deadline is near,
and at once if you clear the task `submit`.

The brake is a record in the bucket, `brake/` below `representment_rounds_uri`, so it survives when Airflow's database
or its pools are recreated. The pool `submit` at 0 slots also holds submits back, as long as that pool exists.
"""

from airflow.sdk import DAG, Param

from representment.operators.brake import SetBrakeOperator
from representment.pools import BEFORE_ALL_RESPONSES
from representment.task_args import DEFAULT_ARGS

with DAG(
    dag_id="submit_brake",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params={"hold": Param(True, type="boolean", title="Hold every submit")},
    tags=["representment"],
    default_args=DEFAULT_ARGS | {"priority_weight": BEFORE_ALL_RESPONSES},
):
    SetBrakeOperator(task_id="set_brake")

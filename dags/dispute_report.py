"""# Dispute report

Every Monday at six: what was won, lost and is open, of the last twelve months, by claim, product type, network, version
and evidence field, ours apart from Smart Disputes'; how long answers took, what missed deadlines and fees cost. It
writes one HTML file, and a CSV for each table, to `reports/<year>-W<week>/` below the rounds' address, and tells people
where it lies through `representment_notifiers`. A share stands with its interval: of few rounds it says little.

Variables: `representment_time_zone`, `representment_notifiers`. Trigger this Airflow DAG by hand for a report now.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from representment.operators.report import ReportOperator
from representment.task_args import WATCH_ARGS

with DAG(
    dag_id="dispute_report",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 6 * * 1", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    tags=["representment"],
    default_args=WATCH_ARGS,
):
    ReportOperator(task_id="write_report")

"""# Dispute report

Every Monday at six: the rounds won, lost and open of the last twelve months, by claim, product type, network, version
and evidence field, with our answers separate from those of Smart Disputes; how long answers took, and what missed
deadlines and fees cost. It writes one HTML file, and a CSV for each table, to `reports/<year>-W<week>/` below
`representment_rounds_uri`, and notifies people through `representment_notifiers`. Each share comes with its confidence
interval, which is wide for few rounds.

Variables: `representment_time_zone`, `representment_notifiers`. Trigger this DAG by hand to get a report now.
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

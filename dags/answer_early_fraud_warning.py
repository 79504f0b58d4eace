"""# Answer an early fraud warning

One run answers one warning from a card issuer, before it becomes a dispute. `assess` reads the charge and the
merchant's facts; the policy in `include/disputes/rules/early_fraud_warnings.yaml` recommends: refund in full, keep,
or ask.

A refund waits for a person in *Required Actions*, unless the policy says `refund: automatic`; if nobody answers, the
charge is kept. When a charge is kept, its evidence is copied at once, while carriers still have it. All records are in
`early_fraud_warnings/<warning>/` below `representment_rounds_uri`.
To try it, trigger this DAG with a warning from the sandbox. Connections: `stripe_default`, `aws_default`.
"""

from airflow.sdk import DAG, Param, TriggerRule

from representment.operators.answer_warning import (
    AskAboutWarningOperator,
    AssessWarningOperator,
    KeepEvidenceOperator,
    RefundWarningOperator,
)
from representment.response_dag import PARAMS
from representment.task_args import RESPONSE_ARGS

with DAG(
    dag_id="answer_early_fraud_warning",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    params={
        "warning": Param("", type="string", pattern="^[A-Za-z0-9_]+$", title="Warning", description="issfr_…"),
        "account": PARAMS["account"],
    },
    tags=["representment"],
    # Runs that wait for a person must not block the next warning.
    max_active_runs=10_000,
    default_args=RESPONSE_ARGS,
):
    assess = AssessWarningOperator(task_id="assess")
    ask = AskAboutWarningOperator(task_id="ask")
    refund = RefundWarningOperator(task_id="refund", trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
    keep = KeepEvidenceOperator(task_id="keep", trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)

    assess >> ask >> [refund, keep]
    assess >> [refund, keep]

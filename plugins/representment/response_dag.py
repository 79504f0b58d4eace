"""The DAG of a response: all tasks of one dispute, in order."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, Param, TaskGroup, TriggerRule

from disputes.response.playbook_page import write_playbook_page
from representment.operators.approve import ApproveOperator
from representment.operators.collect import CollectOperator
from representment.operators.confirm import ConfirmOperator
from representment.operators.endings import (
    AcceptOperator,
    LeaveOperator,
    NothingToAnswerOperator,
    SendBackOperator,
)
from representment.operators.gather import GatherOperator
from representment.operators.refund import RefundOperator
from representment.operators.render import RenderOperator
from representment.operators.stage import StageOperator
from representment.operators.submit import SubmitOperator
from representment.operators.upload import UploadOperator
from representment.pools import BRAKE, DOCUMENTS, LIMITER
from representment.settings import DEFAULT_ACCOUNT
from representment.task_args import RESPONSE_ARGS
from representment.task_ids import RESPONSES


def _param(default: Any, **schema: Any) -> Param:
    """A parameter. Each task checks its schema too, and with this JSON Schema draft that takes a third of the time."""
    return Param(default, **(schema | {"$schema": "http://json-schema.org/draft-07/schema#"}))


PARAMS = {
    "dispute": _param("", type="string", pattern="^[A-Za-z0-9_-]+$", title="Dispute", description="du_… or dp_…"),
    "round": _param("chargeback", enum=["inquiry", "chargeback", "appeal"], title="Round"),
    "revision": _param(
        1, type="integer", minimum=1, title="Revision", description="One more than the last packet's revision"
    ),
    "account": _param(
        DEFAULT_ACCOUNT,
        type="string",
        title="Account",
        description="Connection of the Stripe account that received the dispute",
    ),
    "claim": _param(
        None, type=["null", "string"], title="Claim", description="If the network's code fits several claims"
    ),
    "remark": _param(None, type=["null", "string"], title="Remark", description="Why an earlier packet was sent back"),
    "due_by": _param(None, type=["null", "integer"], title="Due by", description="Unix seconds, as the intake read it"),
}
REMARK = _param(
    "", type=["string", "null"], maxLength=2000, title="Remark", description="What to change in the next revision"
)
EDITS = _param(
    "", type=["string", "null"], maxLength=64, title="Edits", description="Filled in by the page *Packet*; leave empty"
)


def response_dag(reason: str, *, doc: str | None) -> DAG:
    """The DAG `respond_<reason>`: one run answers one round of one dispute.

    :param reason: Stripe's reason; `general` takes every reason without its own DAG
    :param doc: what the page that the UI shows begins with, in Markdown; the playbook follows
    """
    with DAG(
        dag_id=f"{RESPONSES}{reason}",
        doc_md=f"{doc}\n\n{write_playbook_page(reason)}",
        schedule=None,
        catchup=False,
        tags=["representment", reason],
        # Runs that wait for a person must not block the next dispute.
        max_active_runs=10_000,
        max_active_tasks=64,
        default_args=RESPONSE_ARGS,
    ) as dag:
        # What a branch returns is in the XCom `skipmixin_key` too.
        gather = GatherOperator(task_id="gather", pool=LIMITER, do_xcom_push=False)
        collect = CollectOperator(task_id="collect", pool=DOCUMENTS)
        render = RenderOperator(task_id="render", do_xcom_push=False)
        upload = UploadOperator(task_id="upload", pool=LIMITER)
        stage = StageOperator(task_id="stage", pool=LIMITER, do_xcom_push=False)
        approve = ApproveOperator(task_id="approve", params={"remark": REMARK, "edits": EDITS})
        submit = SubmitOperator(task_id="submit", pool=BRAKE, trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
        # One box in the graph, so that skipped ways out do not hide the one that was taken.
        with TaskGroup("ways_out", group_display_name="Ways out", prefix_group_id=False):
            send_back = SendBackOperator(task_id="send_back")
            accept = AcceptOperator(task_id="accept", trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
            refund = RefundOperator(task_id="refund", trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
            leave = LeaveOperator(task_id="leave", trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
            nothing_to_answer = NothingToAnswerOperator(
                task_id="nothing_to_answer", trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS
            )
        confirm = ConfirmOperator(task_id="confirm", trigger_rule=TriggerRule.NONE_FAILED)

        gather >> collect >> render >> upload >> stage >> submit
        stage >> approve >> [submit, send_back]
        # Each of these skips the ways out that it does not choose; without these edges they would run.
        [gather, render, stage] >> nothing_to_answer
        [gather, render, stage, approve] >> leave
        for way_out in (accept, refund):
            [render, stage, approve] >> way_out
        # Skipped in the modes that end in render or stage; otherwise it ensures that no open round ends green.
        [render, stage, submit, send_back, accept, refund, leave, nothing_to_answer] >> confirm
    # Not before: each task's constructors would copy them, which takes two thirds of the time of a parse.
    dag.params.update(PARAMS)
    return dag

"""A person decides on the packet in Airflow's Required Actions."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLBranchOperator

from disputes.approval import APPROVE, question, seconds_to_decide
from disputes.playbook import playbook_for
from disputes.rounds import RunId
from representment.hooks.documents_hook import DocumentsHook
from representment.links.stripe_links import StripeDisputeLink
from representment.round_folder import RoundFolder
from representment.settings import RESPONSE_ID, ROUNDS_URI

if TYPE_CHECKING:
    from airflow.sdk import Context

SEND_BACK = "Send back"
ACCEPT = "Accept the loss"
LEAVE = "Leave to a person"
AT_DEADLINE = {"leave": LEAVE, "submit": APPROVE}
WAYS = {APPROVE: "submit", SEND_BACK: "send_back", ACCEPT: "accept", LEAVE: "leave"}


class ApproveOperator(HITLBranchOperator):
    """Ask a person, until the last responsible moment before the bank's deadline.

    What is approved is the packet's hash, shown with the question. Without an answer in time the playbook's
    `at_deadline` holds: never a submission by accident. The task's param `remark` is the form's only field.

    :param response_id: `<dispute>__<round>__<revision>` (templated)
    :param rounds_uri: `s3://…` below which the rounds' own work is kept (templated)
    :param remark: why the packet before this one was sent back (templated)
    :param aws_conn_id: connection of type `aws`
    """

    template_fields = (*HITLBranchOperator.template_fields, "response_id", "rounds_uri", "remark")
    operator_extra_links = (StripeDisputeLink(),)

    def __init__(
        self,
        *,
        response_id: str = RESPONSE_ID,
        rounds_uri: str = ROUNDS_URI,
        remark: str = "{{ dag_run.conf.get('remark') or '' }}",
        aws_conn_id: str = "aws_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            subject=f"Dispute {response_id}",
            options=list(WAYS),
            options_mapping=WAYS,
            defaults=[LEAVE],
            **kwargs,
        )
        self.response_id = response_id
        self.rounds_uri = rounds_uri
        self.remark = remark
        self.aws_conn_id = aws_conn_id

    @cached_property
    def folder(self) -> RoundFolder:
        """The round's own work in S3."""
        documents = DocumentsHook(self.rounds_uri, aws_conn_id=self.aws_conn_id)
        return RoundFolder(documents, RunId.parse(self.response_id))

    def execute(self, context: Context) -> Any:
        """Ask, with the deadline of this very round, then wait without a worker."""
        dispute, manifest = self.folder.dispute(), self.folder.manifest()
        playbook = playbook_for(manifest.claim)
        packet = self.folder.documents.uri(self.folder.revision)
        self.subject, self.body = question(playbook, dispute, manifest, packet=packet, remark=self.remark)
        self.defaults = [AT_DEADLINE[playbook.approval.at_deadline]]
        seconds = seconds_to_decide(playbook, dispute, now=int(time.time()))
        self.response_timeout = None if seconds is None else timedelta(seconds=seconds)
        return super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        """Write down who decided what about which packet, then go that way."""
        if "error" not in event:
            user = event.get("responded_by_user") or {}
            decision = {
                "packet_sha256": self.folder.manifest().sha256,
                "choice": event["chosen_options"][0],
                "by": user.get("name", "deadline"),
                "at": int(event["responded_at"].timestamp()),
                "remark": (event.get("params_input") or {}).get("remark") or "",
            }
            self.folder.decide(decision)
        return super().execute_complete(context, event)

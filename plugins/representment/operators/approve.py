"""A person decides on the packet in Airflow's Required Actions."""

from __future__ import annotations

import time
from copy import deepcopy
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLBranchOperator
from airflow.sdk import Param

from disputes.response.approval import seconds_to_decide
from disputes.response.assigning import find_assigned, read_assignments
from disputes.response.deadlines import at_last_moment
from disputes.response.decision import name_choice
from disputes.response.question import Asked, write_question
from disputes.rounds import RunId
from disputes.rules.loading import playbook_for
from representment.branches import LEAVE, SEND_BACK, TASK_OF_ANSWER, approving_answer, possible_answers
from representment.hooks.s3_store import S3Store
from representment.links.pages import packet_page
from representment.links.stripe_links import StripeDisputeLink
from representment.operators.base import must_be_named
from representment.operators.way_out import find_way_taken
from representment.settings import ASSIGNED_USERS, RESPONSE_ID, ROUNDS_URI, RUN_ACCOUNT, TIME_ZONE
from representment.storage.record_names import ASKED, STAGED
from representment.storage.round_folder import RoundFolder

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.rules.claims import Claim
    from representment.storage.round_folder import StoredPacket

ANSWER = "answer"
"""Key in the task's own store: an answer that is not yet recorded in S3."""
CLAIM = "claim"
"""The form's field for the claim, if the network's code fits several."""
EDITS = "edits"
"""The form's field for the sha256 of the record in which the desk stored a person's edits."""


class ApproveOperator(HITLBranchOperator):
    """Ask a person, until the last responsible moment before the bank's deadline.

    A person approves the packet's hash, shown with the question. Without an answer in time the playbook's
    `at_deadline` applies: never a submission by accident. The form has a `remark`, the `edits` that were made on the
    packet's page and, where the network's code leaves the claim open, the `claim`. Edits, or another claim than the
    packet's, send it back, to be made again with them.

    :param response_id: `<dispute>__<round>__<revision>` (templated)
    :param rounds_uri: `s3://…` below which the rounds' records are kept (templated)
    :param remark: why the previous packet was sent back (templated)
    :param time_zone: in which times are shown, like `Europe/Berlin` (templated)
    :param stripe_conn_id: connection of the account that the dispute is on (templated)
    :param assigned: JSON list of rules: who may answer about which disputes (templated)
    :param aws_conn_id: connection of type `aws`
    """

    template_fields = (
        *HITLBranchOperator.template_fields,
        "response_id",
        "rounds_uri",
        "remark",
        "time_zone",
        "stripe_conn_id",
        "assigned",
    )
    operator_extra_links = (StripeDisputeLink(),)

    def __init__(
        self,
        *,
        response_id: str = RESPONSE_ID,
        rounds_uri: str = ROUNDS_URI,
        remark: str = "{{ dag_run.conf.get('remark') or '' }}",
        time_zone: str = TIME_ZONE,
        stripe_conn_id: str = RUN_ACCOUNT,
        assigned: str = ASSIGNED_USERS,
        aws_conn_id: str = "aws_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            subject=f"Dispute {response_id}",
            options=list(TASK_OF_ANSWER),
            options_mapping=TASK_OF_ANSWER,
            defaults=[LEAVE],
            **kwargs,
        )
        self.response_id = response_id
        self.rounds_uri = rounds_uri
        self.remark = remark
        self.time_zone = time_zone
        self.stripe_conn_id = stripe_conn_id
        self.assigned = assigned
        self.aws_conn_id = aws_conn_id

    @cached_property
    def folder(self) -> RoundFolder:
        """The round's own work in S3."""
        store = S3Store(self.rounds_uri, aws_conn_id=self.aws_conn_id)
        return RoundFolder(store, RunId.parse(self.response_id))

    def pre_execute(self, context: Context) -> None:
        """Refuse a run that was triggered with another id.

        :raises GuardError: it is not this response's run
        """
        super().pre_execute(context)
        must_be_named(context, self.response_id)

    def execute(self, context: Context) -> Any:
        """Ask, unless the response has already ended, or an earlier answer still has to be recorded."""
        answer = context["task_state_store"].get(ANSWER)
        if isinstance(answer, dict):
            self.log.info("The question was answered before, but the answer was not yet recorded")
            return self.execute_complete(context, _event(answer))
        way = find_way_taken(self.folder)
        if way:
            self.log.info("The response has ended in %s; nobody is asked", way)
            return self.do_branch(context, way)
        return self._ask(context)

    def _ask(self, context: Context) -> Any:
        """Ask, with the deadline of this round, then wait without a worker."""
        gathered, packet = self.folder.gathered(), self.folder.packet()
        manifest = packet.manifest
        dispute, playbook = gathered.dispute, playbook_for(manifest.claim)
        now = int(time.time())
        asked = Asked(
            page=packet_page(context["ti"].dag_id, self.response_id),
            packet=self.folder.store.uri(self.folder.revision),
            packet_sha256=packet.sha256,
            remark=self.remark,
            now=now,
            zone=self.time_zone,
            email=self.folder.find_withdrawal_email(packet),
            eligibility=(self.folder.record(STAGED) or {}).get("eligibility"),
        )
        self.subject, self.body = write_question(playbook, dispute, manifest, asked)
        self.options = possible_answers(dispute, manifest)
        self._complete_form(gathered.claim)
        self.defaults = [approving_answer(manifest) if at_last_moment(playbook, manifest) == "submit" else LEAVE]
        seconds = seconds_to_decide(playbook, dispute, now=now)
        self.response_timeout = None if seconds is None else timedelta(seconds=seconds)
        users = find_assigned(read_assignments(self.assigned), dispute, self.stripe_conn_id)
        self.assigned_users = [{"id": user.id, "name": user.name} for user in users]
        self._keep_asked(context, packet, None if seconds is None else now + seconds)
        return super().execute(context)

    def _keep_asked(self, context: Context, packet: StoredPacket, until: int | None) -> None:
        """Record that a person is asked: `dispute_deadlines` notifies people about it."""
        manifest = packet.manifest
        recommended = name_choice(manifest.decision) if manifest.decision else "nothing"
        self.folder.keep(
            ASKED,
            {
                "at": int(time.time()),
                "until": until,
                "dag_id": context["ti"].dag_id,
                "claim": manifest.claim,
                "recommended": recommended,
                "packet_sha256": packet.sha256,
            },
        )
        self.log.info(
            "The question about %s is open until %s; recommended: %s", self.subject, until or "no deadline", recommended
        )

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        """Record who decided what about which packet, then go that way.

        Airflow loses the answer when this method fails and is tried again, so the task's own store keeps it until it is
        in S3.
        """
        if "error" not in event:
            answers = context["task_state_store"]
            answers.set(ANSWER, _plain(event))
            packet = self.folder.packet()
            manifest = packet.manifest
            self._complete_form(self.folder.gathered().claim)
            # An answer through the API may leave out the form's preset values.
            form = {name: self.params[name] for name in self.params} | (event.get("params_input") or {})
            event["params_input"] = form
            claim = form.get(CLAIM) or manifest.claim
            edits = form.get(EDITS) or ""
            if (claim != manifest.claim or edits) and event["chosen_options"] == [approving_answer(manifest)]:
                wanted = "made edits that the packet does not have" if edits else f"chose the claim {claim}"
                self.log.warning(
                    "Sent back instead of approved: the packet answers the claim %s, and the person %s",
                    manifest.claim,
                    wanted,
                )
                event["chosen_options"] = [SEND_BACK]
            user = event.get("responded_by_user") or {}
            decision = {
                "packet_sha256": packet.sha256,
                "choice": event["chosen_options"][0],
                "by": user.get("name", "deadline"),
                "at": int(event["responded_at"].timestamp()),
                "remark": form.get("remark") or "",
            }
            self.folder.decide(decision | ({CLAIM: claim} if CLAIM in form else {}) | ({EDITS: edits} if edits else {}))
            answers.delete(ANSWER)
        return super().execute_complete(context, event)

    def _complete_form(self, claim: Claim) -> None:
        """Ask for the claim too, if the network's code fits several."""
        self.params = deepcopy(self.params)  # a copy for this run: the answer is written into it
        if claim.alternatives:
            names = [claim.name, *claim.alternatives]
            about = "The cardholder's claim, according to the bank's documents in Stripe's Dashboard"
            self.params[CLAIM] = Param(claim.name, enum=names, title="Claim", description=about)


def _plain(event: dict[str, Any]) -> dict[str, Any]:
    """An answer as plain JSON values."""
    members = ("chosen_options", "params_input", "responded_by_user")
    return {name: event.get(name) for name in members} | {"responded_at": event["responded_at"].isoformat()}


def _event(answer: dict[str, Any]) -> dict[str, Any]:
    """Read back what :func:`_plain` gave."""
    return answer | {"responded_at": datetime.fromisoformat(answer["responded_at"])}

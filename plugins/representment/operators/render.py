"""Renders the packet: letter, text fields, one PDF for each file field, the manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BranchMixIn

from disputes.desk.round_list import summarise_packet
from disputes.facts.wording import readable
from disputes.packet.scoring import score_lines
from disputes.packet.withdrawal import withdrawal_email
from disputes.response.decision import describe_recommendation
from disputes.rules.loading import playbook_for
from representment.branches import ACCEPT, REASON, REFUND
from representment.modes import Mode
from representment.operators.base import ResponseOperator
from representment.settings import page_size_now
from representment.storage.record_names import PACKETS
from representment.storage.totals import read_totals

if TYPE_CHECKING:
    from airflow.sdk import Context

    from representment.storage.round_folder import StoredPacket


WITHOUT_A_CLICK = {"accept": ACCEPT, "refund": REFUND}


class RenderOperator(ResponseOperator, BranchMixIn):
    """Build the packet and write `files/*.pdf` and, last, `manifest.json`.

    Goes on to `upload`; to `leave` when essential evidence is missing and the playbook says so; to `accept` or
    `refund` when the policy decides so without a click; ends in mode `shadow`, which never writes to Stripe.
    """

    inherits_from_skipmixin = True

    def execute(self, context: Context) -> Any:
        """Render once, then choose the way."""
        packet = self.folder.find_packet() or self._make_packet()
        manifest = packet.manifest
        facts = self.folder.gathered().facts
        self.folder.list_in_index(PACKETS, summarise_packet(manifest, facts))
        context["ti"].xcom_push(key="packet_sha256", value=packet.sha256)
        for line in score_lines(manifest, playbook_for(manifest.claim)):
            self.log.info(line)
        if manifest.decision:
            self.log.info(describe_recommendation(manifest.decision))
        branch, reason = self._way(packet)
        if reason:
            self.log.info("%s: %s", self.run, reason)
            context["ti"].xcom_push(key=REASON, value=reason)
        return self.do_branch(context, branch)

    def _way(self, packet: StoredPacket) -> tuple[str | None, str]:
        manifest = packet.manifest
        missing = manifest.completeness.essential_missing
        # A packet with a person's changes always needs a person's decision.
        if missing and not manifest.edits and playbook_for(manifest.claim).missing_essential == "leave":
            return "leave", f"essential evidence is missing: {', '.join(map(readable, missing))}"
        if not self.stripe.mode.allows(Mode.STAGE):
            return None, f"mode is {self.stripe.mode}: the packet is made, and nothing is written to Stripe"
        decision = manifest.decision
        if decision and decision.automatic and not manifest.edits and self.stripe.mode.allows(Mode.SUBMIT):
            self.folder.decide_by_policy(packet, WITHOUT_A_CLICK[decision.choice])
            return decision.choice, "; ".join(decision.reasons)
        return "upload", ""

    def _make_packet(self) -> StoredPacket:
        from disputes.case.assembly import assemble  # heavy: only this task pays for it
        from disputes.exhibits.exhibits import Exhibit

        folder = self.folder
        case, collected, gathered = folder.case(), folder.collected(), folder.gathered()
        packet = assemble(
            gathered,
            exhibits=[
                Exhibit.of(one.document, one.filename, pdf, written=one.written)
                for one, pdf in folder.exhibits(collected)
            ],
            refused=collected.refused,
            round_id=self.run,
            page_size=case.settings.page_size or page_size_now(),
            closed=read_totals(folder.store, self.stripe_conn_id, livemode=gathered.dispute.livemode),
        )
        return folder.keep_packet(packet, email=withdrawal_email(gathered.facts, gathered.claim))

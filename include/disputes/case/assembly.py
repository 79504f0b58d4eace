"""Makes a packet from the gathered case and the merchant's documents; the same in Airflow and on the command line."""

from collections.abc import Sequence
from dataclasses import replace

from disputes.case.correspondence import correspondence
from disputes.case.gathered import Gathered
from disputes.case.item_list import list_of_items
from disputes.exhibits.exhibits import Exhibit
from disputes.exhibits.refusal import Refusal
from disputes.exhibits.sheets import PageSize
from disputes.packet.answers import answers
from disputes.packet.appeals import plan_for_round
from disputes.packet.contradictions import contradictions
from disputes.packet.contradictions.situation import Situation, Written
from disputes.packet.letter import Case
from disputes.packet.manifest import Manifest
from disputes.packet.packet import Packet, build_packet
from disputes.packet.templates import with_included
from disputes.response.decision import ClosedRounds, decide
from disputes.rounds import RunId
from disputes.rules.rule_files import made_with


def assemble(
    gathered: Gathered,
    *,
    exhibits: Sequence[Exhibit],
    refused: Sequence[Refusal],
    round_id: RunId,
    page_size: PageSize,
    closed: ClosedRounds | None = None,
) -> Packet:
    """Make the packet with the playbook of the dispute's claim, and the policy's recommendation.

    :param closed: own rounds that were won or lost so far
    :raises LimitError: when it is over a limit, naming the field and what to do
    """
    whole_list = list_of_items(gathered.facts, page_size)
    packet = build_packet(
        dispute=gathered.dispute,
        claim=gathered.claim,
        playbook=gathered.playbook,
        product_type=gathered.product_type,
        facts=gathered.facts,
        exhibits=[*exhibits, *([whole_list] if whole_list else [])],
        refused=refused,
        round_id=round_id,
        page_size=page_size,
        edits=gathered.edits,
    )
    written = correspondence(exhibits)
    return replace(packet, manifest=_decided(gathered, packet.manifest, closed, written))


def _decided(
    gathered: Gathered, manifest: Manifest, closed: ClosedRounds | None, written: tuple[Written, ...]
) -> Manifest:
    """The manifest, with what a person has to know before anything is sent."""
    dispute, claim = gathered.dispute, gathered.claim
    answered_by = gathered.playbook.answers_for(gathered.product_type)
    found = contradictions(dispute, gathered.facts, claim, gathered.product_type, written, answered_by)
    situation = Situation(dispute, gathered.facts, claim.name, gathered.product_type)
    described = manifest.model_copy(
        update={
            "alternatives": claim.alternatives,
            "contradictions": found,
            "answers": answers(situation, gathered.playbook),
            "made_with": gathered.playbook_files() | made_with(_templates(gathered, manifest)),
            "changed_playbook": gathered.changed_playbook(),
        }
    )
    decision = decide(gathered.playbook.decision, dispute, described, obstacle=claim.obstacle, closed=closed)
    return described.model_copy(update={"decision": decision})


def _templates(gathered: Gathered, manifest: Manifest) -> list[str]:
    """The templates that the packet is written with."""
    plan = plan_for_round(gathered.playbook.plan(gathered.product_type), manifest.round)
    letter = Case(gathered.dispute, gathered.claim, gathered.product_type).template
    fields = [f"fields/{entry.template}.txt.j2" for entry in plan.values() if entry.template]
    return [f"templates/{name}" for name in with_included([letter, *fields])]

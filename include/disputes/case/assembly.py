"""From what is gathered and the merchant's documents to a packet; the same in Airflow and on the command line."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from disputes.case.correspondence import correspondence
from disputes.case.gathered import Gathered
from disputes.case.item_list import list_of_items
from disputes.errors import DocumentError
from disputes.exhibits.exhibits import Exhibit, make_exhibit
from disputes.exhibits.refusal import Refusal
from disputes.exhibits.rows import LogFocus
from disputes.exhibits.sheets import PageSize
from disputes.facts.facts import Facts
from disputes.facts.wording import instant
from disputes.packet.answers import answers
from disputes.packet.contradictions import contradictions
from disputes.packet.contradictions.situation import Situation, Written
from disputes.packet.manifest import Manifest
from disputes.packet.packet import Packet, build_packet
from disputes.response.decision import ClosedRounds, decide
from disputes.rounds import RunId


def exhibit_or_refusal(
    document: str, name: str, content: bytes, *, facts: Facts, page_size: PageSize
) -> Exhibit | Refusal:
    """Make a document into an exhibit; one that cannot be used is left out, and the packet goes on.

    :param document: the playbook's name for it
    :param name: where the merchant keeps it; only its last part is shown
    :param facts: tell which rows of a long log matter
    """
    ip, dispute = facts.get("checkout.ip"), facts.get("dispute.created")
    focus = LogFocus(ip.value if ip else None, instant(dispute.value) if dispute else None)
    filename = PurePosixPath(name).name
    try:
        return make_exhibit(document, filename, content, page_size=page_size, focus=focus)
    except DocumentError as error:
        return Refusal(document, filename, f"{error.problem}. {error.remedy}")


def assemble(
    gathered: Gathered,
    *,
    exhibits: Sequence[Exhibit],
    refused: Sequence[Refusal],
    round_id: RunId,
    page_size: PageSize,
    closed: ClosedRounds | None = None,
) -> Packet:
    """Make the packet with the playbook of the dispute's claim, and say what the policy recommends.

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
    )
    written = correspondence(exhibits)
    return replace(packet, manifest=_decided(gathered, packet.manifest, closed, written))


def _decided(
    gathered: Gathered, manifest: Manifest, closed: ClosedRounds | None, written: tuple[Written, ...]
) -> Manifest:
    """The manifest with what a person has to know before anything is sent."""
    dispute, claim = gathered.dispute, gathered.claim
    found = contradictions(dispute, gathered.facts, claim, gathered.product_type, written)
    situation = Situation(dispute, gathered.facts, claim.name, gathered.product_type)
    answering = answers(situation, gathered.playbook)
    described = manifest.model_copy(
        update={"alternatives": claim.alternatives, "contradictions": found, "answers": answering}
    )
    decision = decide(gathered.playbook.decision, dispute, described, obstacle=claim.obstacle, closed=closed)
    return described.model_copy(update={"decision": decision})

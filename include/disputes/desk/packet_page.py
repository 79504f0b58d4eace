"""Everything that the page of one response shows: the packet, its completeness, the money, and the history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from disputes.case.gathered import Gathered
from disputes.desk.customers import find_customer, find_order
from disputes.desk.packet import Packet, describe_packet
from disputes.desk.revisions import Revision
from disputes.desk.standing import Standing
from disputes.desk.timeline import Event, Records, list_events
from disputes.dispute import Dispute
from disputes.facts.wording import money, readable
from disputes.packet.manifest import Manifest
from disputes.response.deadlines import last_moment
from disputes.response.looking_back import LookBack, look_back
from disputes.rounds import RunId
from disputes.rules.loading import playbook_for
from disputes.rules.playbook import Playbook


@dataclass(frozen=True)
class Head:
    """What the round is about.

    :param due_by: the bank's deadline, Unix seconds; None where there is none
    :param answer_until: the last responsible moment for a decision, before it
    """

    run: RunId
    reason: str
    claim: str
    network: str
    amount: str
    charge: str
    customer: str
    order: str
    due_by: int | None
    answer_until: int | None
    livemode: bool


@dataclass(frozen=True)
class PacketPage:
    """The page of one response.

    :param head: None where nothing has been gathered yet
    :param packet: None where none has been made
    :param money: label and amount
    :param look_back: what the packet held and lacked; None before the bank has decided
    """

    run: RunId
    standing: Standing
    head: Head | None = None
    packet: Packet | None = None
    money: tuple[tuple[str, str], ...] = ()
    events: tuple[Event, ...] = ()
    revisions: tuple[Revision, ...] = ()
    look_back: LookBack | None = None


def make_packet_page(
    run: RunId,
    stands: Standing,
    *,
    gathered: Gathered | None,
    stored: Mapping[str, Any] | None,
    manifest: Manifest | None,
    packet_sha256: str | None,
    records: Records | None,
    revisions: tuple[Revision, ...],
) -> PacketPage:
    """The page of a response, as far as it has come.

    :param stored: the dispute as it was gathered, in Stripe's shape
    :param packet_sha256: of the manifest's stored bytes
    """
    page = PacketPage(run, stands, events=list_events(records) if records else (), revisions=revisions)
    if gathered is None:
        return page
    playbook = playbook_for(manifest.claim) if manifest else gathered.playbook
    page = replace(
        page,
        head=_head(run, gathered, playbook),
        money=tuple(_money(gathered.dispute, playbook, stored or {}, records)),
    )
    if manifest is None or packet_sha256 is None:
        return page
    over = records is not None and records.outcome is not None
    return replace(
        page,
        packet=describe_packet(gathered.dispute, manifest, packet_sha256, playbook),
        look_back=look_back(manifest, playbook) if over else None,
    )


def _head(run: RunId, gathered: Gathered, playbook: Playbook) -> Head:
    dispute, claim = gathered.dispute, gathered.claim
    code = " ".join(part for part in (claim.network, claim.code) if part)
    return Head(
        run=run,
        reason=readable(dispute.reason),
        claim=readable(claim.name),
        network=f"{code}, {claim.meaning}" if claim.meaning else code,
        amount=money(dispute.amount, dispute.currency),
        charge=dispute.charge_id,
        customer=find_customer(gathered.facts),
        order=find_order(gathered.facts),
        due_by=dispute.evidence_details.due_by or None,
        answer_until=last_moment(playbook, dispute),
        livemode=dispute.livemode,
    )


def _money(
    dispute: Dispute, playbook: Playbook, stored: Mapping[str, Any], records: Records | None
) -> Iterator[tuple[str, str]]:
    yield "Disputed", money(dispute.amount, dispute.currency)
    if dispute.charge:
        yield "Charged", money(dispute.charge.amount, dispute.charge.currency)
        if dispute.charge.amount_refunded:
            yield "Refunded before", money(dispute.charge.amount_refunded, dispute.charge.currency)
    for moved in stored.get("balance_transactions") or ():
        if moved.get("fee"):
            yield "Dispute fee, charged", money(moved["fee"], moved["currency"])
    fee = playbook.decision.countered_fee.get(dispute.currency)
    if fee:
        yield "Fee for answering, unless won", money(fee, dispute.currency)
    outcome = (records.outcome if records else None) or {}
    if outcome.get("net") is not None:
        net = outcome["net"]
        yield "Net amount", f"{'minus ' if net < 0 else ''}{money(abs(net), outcome['balance_currency'])}"

"""Everything that the page of one response shows: the packet, its completeness, the money, and the history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from disputes.case.gathered import Gathered
from disputes.desk.customers import find_customer, find_order
from disputes.desk.editing import Editable, describe_edits, list_editable
from disputes.desk.revisions import Revision
from disputes.desk.sources import (
    Citation,
    Passage,
    count_letter_pages,
    list_exhibits,
    list_exhibits_of,
    trace_field,
    trace_letter,
)
from disputes.desk.standing import Standing
from disputes.desk.timeline import Event, Records, list_events
from disputes.dispute import Dispute
from disputes.facts.wording import money, readable
from disputes.limits import SHORT_TEXT, text_limit
from disputes.packet.manifest import Contradiction, Decision, Manifest
from disputes.packet.scoring import IMPORTANCES, band, score, would_help
from disputes.response.approval import why_a_person
from disputes.response.deadlines import last_moment
from disputes.response.looking_back import LookBack, look_back
from disputes.rounds import RunId
from disputes.rules.claims import demands
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
class TextField:
    """A text field as it will be sent.

    :param limit: characters that Stripe takes
    """

    name: str
    title: str
    passages: tuple[Passage, ...]
    characters: int
    limit: int

    @property
    def is_short(self) -> bool:
        """Whether it is one value, like a name or a date, which needs no heading."""
        return self.limit == SHORT_TEXT and len(self.passages) == 1


@dataclass(frozen=True)
class File:
    """A PDF as it will be sent.

    :param letter: how many of its first pages are our letter's
    :param exhibits: those that are in it
    """

    field: str
    title: str
    sha256: str
    pages: int
    bytes: int
    letter: int
    exhibits: tuple[Citation, ...]


@dataclass(frozen=True)
class Share:
    """Evidence of one importance: how much the playbook expects, how much is there, what is not."""

    importance: str
    given: int
    expected: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """A claim that a person may choose, with what decides it."""

    name: str
    about: str
    chosen: bool


@dataclass(frozen=True)
class Packet:
    """The packet itself, and what is to be said about it.

    :param sha256: what a person approves
    :param why_asked: why a person has to decide; None where the policy may
    :param left_out: documents and text that are not in it, each with the reason
    :param kept: what was on the dispute before, and is sent with the rest
    :param edited: what people changed by hand, and who
    :param editable: what may be changed
    """

    sha256: str
    score: int
    band: str
    shares: tuple[Share, ...]
    decision: Decision | None
    why_asked: str | None
    answers: tuple[str, ...]
    against: tuple[Contradiction, ...]
    would_help: tuple[str, ...]
    fields: tuple[TextField, ...]
    files: tuple[File, ...]
    letter: tuple[Passage, ...]
    exhibits: tuple[Citation, ...]
    left_out: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    claims: tuple[Claim, ...]
    compelling_evidence: str | None
    edited: tuple[str, ...]
    editable: Editable

    @property
    def pages(self) -> int:
        """Of all files."""
        return sum(file.pages for file in self.files)


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
        packet=_packet(gathered.dispute, manifest, packet_sha256, playbook),
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


def _packet(dispute: Dispute, manifest: Manifest, sha256: str, playbook: Playbook) -> Packet:
    return Packet(
        sha256=sha256,
        score=score(manifest.completeness),
        band=band(manifest),
        shares=tuple(_shares(manifest)),
        decision=manifest.decision,
        why_asked=why_a_person(playbook, dispute, manifest),
        answers=tuple(one.says for one in manifest.answers),
        against=manifest.contradictions,
        would_help=tuple(would_help(manifest, playbook)),
        fields=tuple(_text_field(field, manifest) for field in manifest.fields),
        files=_files(manifest),
        letter=trace_letter(manifest),
        exhibits=list_exhibits(manifest),
        left_out=tuple(_left_out(manifest)),
        kept=tuple((readable(field), str(value)) for field, value in manifest.kept.items()),
        claims=tuple(_claims(dispute, manifest)),
        compelling_evidence=manifest.compelling_evidence,
        edited=tuple(describe_edits(manifest.edits)),
        editable=list_editable(manifest, playbook),
    )


def _text_field(field: str, manifest: Manifest) -> TextField:
    passages = trace_field(field, manifest)
    return TextField(field, _title(field), passages, len(manifest.fields[field]), text_limit(field))


def _files(manifest: Manifest) -> tuple[File, ...]:
    """The one that begins with our letter first, as the letter names all others."""
    files = [_file(field, manifest) for field in manifest.files]
    return tuple(sorted(files, key=lambda file: not file.letter))


def _file(field: str, manifest: Manifest) -> File:
    entry = manifest.files[field]
    exhibits = list_exhibits_of(field, manifest)
    return File(field, _title(field), entry.sha256, entry.pages, entry.bytes, count_letter_pages(entry), exhibits)


def _title(field: str) -> str:
    return readable(field).capitalize()


def _shares(manifest: Manifest) -> Iterator[Share]:
    for importance in IMPORTANCES:
        share = getattr(manifest.completeness, importance)
        missing = tuple(readable(name) for name in share.expected if name not in share.given)
        yield Share(importance, len(share.given), len(share.expected), missing)


def _left_out(manifest: Manifest) -> Iterator[str]:
    yield from (f"{one.filename} could not be used: {one.reason}" for one in manifest.refused)
    yield from (f"{one.filename} is not in {readable(one.field)}: {one.reason}" for one in manifest.dropped)
    for one in manifest.shortened:
        rest = "the rest is an exhibit" if one.continued_in else "the rest is not in the packet"
        yield f"{readable(one.field)} was cut to {one.kept:,} of {one.characters:,} characters; {rest}"
    yield from (f"{one.filename} was made smaller: {one.before:,} to {one.after:,} bytes" for one in manifest.reduced)


def _claims(dispute: Dispute, manifest: Manifest) -> Iterator[Claim]:
    """Every claim that code and rules leave open; none once a person has chosen."""
    if manifest.alternatives:
        known = demands(dispute)
        for name in (manifest.claim, *manifest.alternatives):
            yield Claim(name, known.get(name) or "", name == manifest.claim)


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

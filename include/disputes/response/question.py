"""The question about a packet: first the decision and its time limit, then the information needed for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from disputes.dispute import Dispute, DisputedCharge
from disputes.facts.wording import money, quoted, readable
from disputes.packet.exhibit_numbers import Numbered, number_exhibits
from disputes.packet.manifest import Contradiction, Manifest
from disputes.packet.scoring import score_line, would_help
from disputes.response.approval import list_reasons_to_ask, refundable, seconds_to_decide
from disputes.response.deadlines import at_last_moment, in_zone, time_left
from disputes.response.decision import name_choice
from disputes.response.markdown import escape, list_bullets, section, table
from disputes.rules.claims import demands
from disputes.rules.playbook import Playbook
from disputes.rules.titles import titles

_WITHOUT_ANSWER = {"leave": "removed from the dispute and left to a person", "submit": "submitted"}
_MOST_HELP = 5
_FINAL = "A submission is final: nothing can be added afterwards."


@dataclass(frozen=True)
class Asked:
    """What a question contains in addition to the packet.

    :param page: address of the packet's page, relative to Airflow's own
    :param packet: address of the packet's folder
    :param packet_sha256: of the manifest's stored bytes
    :param remark: why the previous packet was sent back, or empty
    :param now: Unix seconds
    :param zone: in which the deadline is shown, like `Europe/Berlin`
    :param email: address of an e-mail that asks the cardholder to withdraw; None: there is none
    :param eligibility: what Stripe said of the enhanced evidence once it was staged
    """

    page: str
    packet: str
    packet_sha256: str
    remark: str
    now: int
    zone: str
    email: str | None = None
    eligibility: Mapping[str, Any] | None = None


def write_question(playbook: Playbook, dispute: Dispute, manifest: Manifest, asked: Asked) -> tuple[str, str]:
    """Subject and Markdown body of the question. It names fields and figures, no person.

    :raises InputError: the time zone is unknown
    """
    subject = f"{dispute.id}: {money(dispute.amount, dispute.currency)}, {manifest.claim}, {manifest.round}"
    reasons = list_reasons_to_ask(playbook, dispute, manifest) or ["the playbook always asks"]
    parts = [
        _say_what_is_asked(playbook, dispute, manifest, asked),
        list_bullets(f"**{name}:** {value}" for name, value in _list_stakes(dispute, manifest)),
        _recommend(manifest),
        section("Why you are asked", list_bullets(map(escape, reasons))),
        section("Against us", list_bullets(map(_describe_against, manifest.contradictions))),
        section("Claims that the network's code fits", list_bullets(_list_open_claims(dispute, manifest))),
        section("What the bank gets", table(("Field", "Holds", "Pages"), list(_list_fields(manifest)))),
        section("Missing evidence, the most helpful first", list_bullets(would_help(manifest, playbook)[:_MOST_HELP])),
        section("Left out", list_bullets(map(escape, _list_left_out(manifest)))),
        section("More", list_bullets(f"**{name}:** {value}" for name, value in _list_more(dispute, manifest, asked))),
        _FINAL,
    ]
    return subject, "\n\n".join(part for part in parts if part)


def say_until(playbook: Playbook, dispute: Dispute, manifest: Manifest, *, now: int, zone: str) -> str:
    """When the question ends, what happens then, and the bank's own deadline.

    :param now: Unix seconds
    :param zone: like `Europe/Berlin`
    :raises InputError: the time zone is unknown
    """
    due_by, seconds = dispute.evidence_details.due_by, seconds_to_decide(playbook, dispute, now=now)
    if due_by is None or seconds is None:
        return "Stripe gives no deadline."
    moment = time_left(now + seconds, now=now, zone=zone)
    end = _WITHOUT_ANSWER[at_last_moment(playbook, manifest)]
    bank = in_zone(due_by, zone)
    return f"Answer until {moment}. Without an answer the packet is {end}. The bank's deadline is {bank}."


def _say_what_is_asked(playbook: Playbook, dispute: Dispute, manifest: Manifest, asked: Asked) -> str:
    until = say_until(playbook, dispute, manifest, now=asked.now, zone=asked.zone)
    sent_back = f"\n\n**The last packet was sent back:** {escape(asked.remark)}" if asked.remark else ""
    look = f"[See the packet as the bank will see it]({asked.page})"
    return f"**Does this packet go to the bank?** {until}\n\n{look}{sent_back}"


def _list_stakes(dispute: Dispute, manifest: Manifest) -> Iterator[tuple[str, str]]:
    yield "At stake", money(dispute.amount, dispute.currency)
    if manifest.fee:
        yield "Contesting costs", "the network's fee, returned after a win"
    if charge := refundable(dispute, manifest):
        yield "A refund in full gives back", _say_refund(dispute, charge)


def _say_refund(dispute: Dispute, charge: DisputedCharge) -> str:
    left, disputed = money(charge.left, charge.currency), money(dispute.amount, dispute.currency)
    return f"{left}; {disputed} is disputed"


def _recommend(manifest: Manifest) -> str:
    """The recommendation, and its arithmetic below it."""
    decision = manifest.decision
    if decision is None:
        return ""
    return f"**Recommended: {name_choice(decision)}**\n\n{list_bullets(map(escape, decision.reasons))}"


def _describe_against(one: Contradiction) -> str:
    """Our facts that speak for the cardholder, each with the passage if somebody wrote it."""
    facts = f" ({', '.join(f'`{name}`' for name in one.facts)})" if one.facts else ""
    return f"{escape(one.problem)}{facts}{f': {escape(quoted(one.passage))}' if one.passage else ''}"


def _list_open_claims(dispute: Dispute, manifest: Manifest) -> Iterator[str]:
    """Every claim that code and rules leave open, with what decides it; none once a person has chosen."""
    known, others = demands(dispute), manifest.alternatives
    for name in (manifest.claim, *others) if others else ():
        said = f": {known[name]}" if known.get(name) else ""
        yield f"`{name}`{' (this packet)' if name == manifest.claim else ''}{said}"


def _list_fields(manifest: Manifest) -> Iterator[tuple[str, str, str]]:
    """Each field with what it holds; texts by their length, since they name people."""
    exhibits = number_exhibits(manifest)
    for name, file in manifest.files.items():
        held = [_caption(one) for one in exhibits if name in one.fields]
        own = ["our letter"] if file.pages > sum(one.pages for one in file.exhibits) else []
        yield f"`{name}`", "; ".join([*own, *held]), str(file.pages)
    for name, text in manifest.fields.items():
        yield f"`{name}`", f"text, {len(text):,} characters", ""
    for name in manifest.kept:
        yield f"`{name}`", "already on the dispute, kept", ""


def _caption(one: Numbered) -> str:
    document = one.exhibit.document
    title = titles()[document].title if document in titles() else readable(document)
    name = f" ({escape(one.exhibit.filename)})" if one.exhibit.filename else ""
    return f"exhibit {one.number}: {escape(title)}{name}"


def _list_left_out(manifest: Manifest) -> Iterator[str]:
    yield from (f"{one.filename}: {one.reason}" for one in manifest.refused)
    yield from manifest.left_behind


def _list_more(dispute: Dispute, manifest: Manifest, asked: Asked) -> Iterator[tuple[str, str]]:
    yield "What answers the claim", "; ".join(one.says for one in manifest.answers) or "nothing"
    yield "Completeness", f"{score_line(manifest).partition(': ')[2]}; {_say_shares(manifest)}"
    yield "Missing essential", ", ".join(manifest.completeness.essential_missing) or "nothing"
    yield "Network code", f"{dispute.network or '?'} {dispute.network_reason_code or '?'}"
    yield "Charge", manifest.charge
    if manifest.compelling_evidence:
        yield "Visa Compelling Evidence 3.0", manifest.compelling_evidence
    for name, said in (asked.eligibility or {}).items():
        yield f"Stripe says of {name}", _say_eligible(said)
    if asked.email:
        yield "E-mail that asks the customer to withdraw", f"`{asked.email}`"
    yield "Packet", f"`{asked.packet}`"
    yield "You approve", f"`{asked.packet_sha256}`"


def _say_eligible(said: Mapping[str, Any]) -> str:
    actions = ", ".join(said.get("required_actions") or ())
    return f"{said['status']}{f': {actions}' if actions else ''}"


def _say_shares(manifest: Manifest) -> str:
    shares = {name: getattr(manifest.completeness, name) for name in ("essential", "strong", "helpful")}
    return ", ".join(f"{len(share.given)} of {len(share.expected)} {name}" for name, share in shares.items())

"""Who approves a packet, what the person is asked, and until when."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from disputes.dispute import Dispute, DisputedCharge
from disputes.facts.wording import money, quoted
from disputes.packet.answers import describe_missing_answer
from disputes.packet.manifest import Contradiction, Manifest
from disputes.packet.scoring import score_line, would_help
from disputes.response.deadlines import at_last_moment, in_zone, last_moment, time_left
from disputes.response.decision import NO_ANSWER, describe_recommendation
from disputes.rounds import Round
from disputes.rules.claims import demands
from disputes.rules.playbook import Playbook

APPROVE = "Approve"
_WITHOUT_ANSWER = {"leave": "taken back and left to a person", "submit": "submitted"}
_MOST_HELP = 5


def why_a_person(playbook: Playbook, dispute: Dispute, manifest: Manifest) -> str | None:
    """Every reason why a person has to approve; None when the playbook's policy approves by itself.

    Facts that speak for the cardholder come first, then that nothing answers the claim. A fee, an appeal, a purchase
    that the merchant tells nothing about, missing essential evidence, a document that could not be used or did not fit,
    a sign that no font has, a code that leaves the claim open, anything but `fight` as the policy's recommendation, an
    amount over the limit, and a currency without one all ask a person.
    """
    return "; ".join([*_doubts(playbook, manifest), *_over_limit(playbook, dispute)]) or None


def _over_limit(playbook: Playbook, dispute: Dispute) -> Iterator[str]:
    limit = playbook.approval.automatic_below.get(dispute.currency)
    if limit is None:
        yield f"no automatic limit for {dispute.currency}"
    elif dispute.amount >= limit:
        yield f"{money(dispute.amount, dispute.currency)} is not below {money(limit, dispute.currency)}"


def _doubts(playbook: Playbook, manifest: Manifest) -> Iterator[str]:
    if manifest.contradictions:
        yield f"facts of ours speak for the cardholder: {'; '.join(one.problem for one in manifest.contradictions)}"
    if not manifest.answers:
        yield describe_missing_answer(playbook, manifest.product_type)
    if manifest.fee is not None:
        yield "contesting costs the network's fee, 500 USD or the like, given back on a win"
    if manifest.round is Round.APPEAL:
        yield "an appeal can cost fees of the network's"
    if manifest.product_type is None:
        yield "the merchant's facts of the purchase are missing"
    if manifest.completeness.essential_missing:
        yield f"essential evidence is missing: {', '.join(manifest.completeness.essential_missing)}"
    if manifest.refused:
        yield f"documents could not be used: {', '.join(refusal.filename for refusal in manifest.refused)}"
    if manifest.left_behind:
        yield f"the packet did not fit whole: {', '.join(manifest.left_behind)}"
    yield from _empty_boxes(manifest)
    yield from _undecided(manifest)


def _undecided(manifest: Manifest) -> Iterator[str]:
    """A claim that is open, and a policy that does not simply fight."""
    if manifest.alternatives:
        others = ", ".join(manifest.alternatives)
        yield f"the network's code fits more than one claim: {manifest.claim}, or {others}"
    if manifest.decision and manifest.decision.choice != "fight":
        told = {NO_ANSWER, *(one.problem for one in manifest.contradictions)}
        if why := [reason for reason in manifest.decision.reasons if reason not in told]:
            yield f"the policy does not simply fight: {'; '.join(why)}"


def _empty_boxes(manifest: Manifest) -> Iterator[str]:
    if manifest.unprintable:
        yield f"no font here has these signs, which are empty boxes in the letter: {manifest.unprintable}"


def refundable(dispute: Dispute, manifest: Manifest) -> DisputedCharge | None:
    """The charge that can be refunded in full: before the chargeback only, after it a refund pays twice."""
    return dispute.charge if manifest.round is Round.INQUIRY and dispute.is_charge_refundable else None


def seconds_to_decide(playbook: Playbook, dispute: Dispute, *, now: int) -> int | None:
    """Seconds until the last responsible moment; half of what is left when that is over; None without a deadline.

    :param now: Unix seconds
    """
    last, due_by = last_moment(playbook, dispute), dispute.evidence_details.due_by
    if last is None or due_by is None:
        return None
    return last - now if last > now else max((due_by - now) // 2, 60)


def question(
    playbook: Playbook,
    dispute: Dispute,
    manifest: Manifest,
    *,
    packet: str,
    packet_sha256: str,
    remark: str,
    now: int,
    zone: str,
    email: str | None,
    eligibility: Mapping[str, Any] | None,
) -> tuple[str, str]:
    """Subject and Markdown body of the question. It names fields and figures, no person.

    :param packet: address of the packet's folder
    :param packet_sha256: of the manifest's stored bytes
    :param remark: why the packet before this one was sent back, or empty
    :param now: Unix seconds
    :param zone: in which the deadline is shown, like `Europe/Berlin`
    :param email: address of a mail that asks the cardholder to withdraw; None: there is none
    :param eligibility: what Stripe said of the enhanced evidence once it was staged
    :raises InputError: there is no such zone
    """
    subject = f"{dispute.id}: {money(dispute.amount, dispute.currency)}, {manifest.claim}, {manifest.round}"
    rows = [
        ("Why you are asked", why_a_person(playbook, dispute, manifest) or "the playbook asks"),
        ("Answer until", _until(playbook, dispute, manifest, now, zone)),
        ("The last packet was sent back", remark or "no"),
        *_about_evidence(dispute, manifest),
        *[(f"Stripe says of {name}", _eligible(said)) for name, said in (eligibility or {}).items()],
        *([("A mail that asks the customer to withdraw", f"`{email}`")] if email else []),
        ("Packet", f"`{packet}`"),
        ("You approve", f"`{packet_sha256}`"),
    ]
    against = [_against(one) for one in manifest.contradictions]
    parts = [
        _recommended(manifest),
        _listed("Against us", against),
        _bullets(f"**{name}:** {value}" for name, value in rows),
        _listed("What would help most", would_help(manifest, playbook)[:_MOST_HELP]),
        _listed("What the network's code leaves open", _open_claims(dispute, manifest)),
        "A submission is final: nothing can be added afterwards.",
    ]
    return subject, "\n\n".join(part for part in parts if part)


def _against(one: Contradiction) -> str:
    """What speaks against us, with the passage where somebody wrote it."""
    facts = f" ({', '.join(f'`{name}`' for name in one.facts)})" if one.facts else ""
    return f"{one.problem}{facts}{f': {quoted(one.passage)}' if one.passage else ''}"


def _eligible(said: Mapping[str, Any]) -> str:
    actions = ", ".join(said.get("required_actions") or ())
    return f"{said['status']}{f': {actions}' if actions else ''}"


def _recommended(manifest: Manifest) -> str:
    if manifest.decision is None:
        return ""
    what, because, why = describe_recommendation(manifest.decision).partition(", because ")
    return f"**{what}**{because}{why}"


def _about_evidence(dispute: Dispute, manifest: Manifest) -> list[tuple[str, str]]:
    completeness = manifest.completeness
    compelling, charge = manifest.compelling_evidence, refundable(dispute, manifest)
    return [
        ("Charge", manifest.charge),
        *([("A refund in full gives back", _refund(dispute, charge))] if charge else []),
        ("Network code", f"{dispute.network or '?'} {dispute.network_reason_code or '?'}"),
        ("What answers the claim", "; ".join(one.says for one in manifest.answers) or "nothing"),
        ("Completeness", score_line(manifest).partition(": ")[2]),
        ("Fields given", _given(manifest)),
        ("Missing essential", ", ".join(completeness.essential_missing) or "nothing"),
        ("Text fields", ", ".join(manifest.fields) or "none"),
        ("Files", ", ".join(f"{field} ({entry.pages} p.)" for field, entry in manifest.files.items()) or "none"),
        *([("Visa Compelling Evidence 3.0", compelling)] if compelling else []),
        ("Left out", "; ".join(f"{one.filename}: {one.reason}" for one in manifest.refused) or "nothing"),
        ("Did not fit", ", ".join(manifest.left_behind) or "nothing"),
        ("Already on the dispute", ", ".join(manifest.kept) or "nothing"),
    ]


def _refund(dispute: Dispute, charge: DisputedCharge) -> str:
    left, disputed = money(charge.left, charge.currency), money(dispute.amount, dispute.currency)
    return f"{left}; disputed are {disputed}"


def _given(manifest: Manifest) -> str:
    shares = {name: getattr(manifest.completeness, name) for name in ("essential", "strong", "helpful")}
    return ", ".join(f"{len(share.given)} of {len(share.expected)} {name}" for name, share in shares.items())


def _until(playbook: Playbook, dispute: Dispute, manifest: Manifest, now: int, zone: str) -> str:
    """When the question ends, what happens then, and the bank's own deadline."""
    due_by, seconds = dispute.evidence_details.due_by, seconds_to_decide(playbook, dispute, now=now)
    if due_by is None or seconds is None:
        return "Stripe names no deadline"
    moment = time_left(now + seconds, now=now, zone=zone)
    end = _WITHOUT_ANSWER[at_last_moment(playbook, manifest)]
    return f"{moment}; without an answer the packet is {end}. The bank's deadline is {in_zone(due_by, zone)}"


def _open_claims(dispute: Dispute, manifest: Manifest) -> list[str]:
    """Every claim that code and rules leave open, with what decides it; none once a person has chosen."""
    if not manifest.alternatives:
        return []
    known, names = demands(dispute), (manifest.claim, *manifest.alternatives)
    said = {name: f": {known[name]}" if known.get(name) else "" for name in names}
    return [f"`{name}`{' (this packet)' if name == manifest.claim else ''}{text}" for name, text in said.items()]


def _listed(title: str, lines: list[str]) -> str:
    return f"**{title}:**\n\n{_bullets(lines)}" if lines else ""


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)

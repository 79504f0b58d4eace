"""Who approves a packet, what the person is asked, and until when."""

from datetime import UTC, datetime

from disputes.claims import claim_of
from disputes.dispute import Dispute
from disputes.manifest import Manifest
from disputes.playbook import Playbook
from disputes.wording import moment, money

APPROVE = "Approve"


def why_a_person(playbook: Playbook, dispute: Dispute, manifest: Manifest) -> str | None:
    """Why a person has to approve; None when the playbook's policy approves by itself.

    A purchase that the merchant tells nothing about, a currency without a limit, a code that leaves the claim open, a
    document that could not be used or did not fit, and missing essential evidence all ask a person.
    """
    if manifest.product_type is None:
        return "the merchant's facts of the purchase are missing"
    if manifest.completeness.essential_missing:
        return f"essential evidence is missing: {', '.join(manifest.completeness.essential_missing)}"
    if manifest.refused:
        return f"documents could not be used: {', '.join(refusal.filename for refusal in manifest.refused)}"
    if left_behind := _left_behind(manifest):
        return f"the packet did not fit whole: {left_behind}"
    alternatives = claim_of(dispute).alternatives
    if alternatives:
        return f"the network's code leaves open what is claimed: {manifest.claim}, or {', '.join(alternatives)}"
    limit = playbook.approval.automatic_below.get(dispute.currency)
    if limit is None:
        return f"no automatic limit for {dispute.currency}"
    if dispute.amount >= limit:
        return f"{money(dispute.amount, dispute.currency)} is not below {money(limit, dispute.currency)}"
    return None


def seconds_to_decide(playbook: Playbook, dispute: Dispute, *, now: int) -> int | None:
    """Seconds until the last responsible moment; half of what is left when that is over; None without a deadline.

    :param now: Unix seconds
    """
    due_by = dispute.evidence_details.due_by
    if due_by is None:
        return None
    last_moment = due_by - playbook.approval.not_after_hours * 3600
    return last_moment - now if last_moment > now else max((due_by - now) // 2, 60)


def question(playbook: Playbook, dispute: Dispute, manifest: Manifest, *, packet: str, remark: str) -> tuple[str, str]:
    """Subject and Markdown body of the question. It names fields and figures, no person.

    :param packet: address of the packet's folder
    :param remark: why the packet before this one was sent back, or empty
    """
    subject = f"{dispute.id}: {money(dispute.amount, dispute.currency)}, {manifest.claim}, {manifest.round}"
    completeness = manifest.completeness
    rows = [
        ("Why you are asked", why_a_person(playbook, dispute, manifest) or "the playbook asks"),
        ("Answer until", _until(playbook, dispute)),
        ("The last packet was sent back", remark or "no"),
        ("Charge", manifest.charge),
        ("Network code", f"{dispute.network or '?'} {dispute.network_reason_code or '?'}"),
        ("Text fields", ", ".join(manifest.fields) or "none"),
        ("Files", ", ".join(f"{field} ({entry.pages} p.)" for field, entry in manifest.files.items()) or "none"),
        ("Fields given", _given(manifest)),
        ("Missing essential", ", ".join(completeness.essential_missing) or "nothing"),
        ("Left out", "; ".join(f"{one.filename}: {one.reason}" for one in manifest.refused) or "nothing"),
        ("Did not fit", _left_behind(manifest) or "nothing"),
        ("Already on the dispute", ", ".join(manifest.kept) or "nothing"),
        ("Packet", f"`{packet}`"),
        ("You approve", f"`{manifest.sha256}`"),
    ]
    body = "\n".join(f"- **{name}:** {value}" for name, value in rows)
    return subject, f"{body}\n\nA submission is final: nothing can be added afterwards."


def _left_behind(manifest: Manifest) -> str:
    """What is in no file of the packet, because it is too large; empty when all is there."""
    dropped = [f"{one.filename} is not in {one.field}" for one in manifest.dropped]
    cut = [f"the end of {one.field}" for one in manifest.shortened if one.continued_in is None]
    return ", ".join(dropped + cut)


def _given(manifest: Manifest) -> str:
    shares = {name: getattr(manifest.completeness, name) for name in ("essential", "strong", "helpful")}
    return ", ".join(f"{len(share.given)} of {len(share.expected)} {name}" for name, share in shares.items())


def _until(playbook: Playbook, dispute: Dispute) -> str:
    """The last responsible moment, and what happens without an answer."""
    due_by = dispute.evidence_details.due_by
    if due_by is None:
        return "Stripe names no deadline"
    last_moment = datetime.fromtimestamp(due_by - playbook.approval.not_after_hours * 3600, UTC)
    end = {"leave": "taken back and left to a person", "submit": "submitted"}[playbook.approval.at_deadline]
    return f"{moment(last_moment)}; without an answer the packet is {end}"

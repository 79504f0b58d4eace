"""Who approves a packet, and until when."""

from collections.abc import Iterator

from disputes.dispute import Dispute, DisputedCharge
from disputes.facts.wording import money, readable
from disputes.packet.answers import describe_missing_answer
from disputes.packet.manifest import Manifest
from disputes.response.deadlines import last_moment
from disputes.response.decision import NO_ANSWER
from disputes.rounds import Round
from disputes.rules.playbook import Playbook

APPROVE = "Approve"


def why_a_person(playbook: Playbook, dispute: Dispute, manifest: Manifest) -> str | None:
    """Every reason why a person has to approve, in one line; None when the playbook's policy approves by itself."""
    return "; ".join(list_reasons_to_ask(playbook, dispute, manifest)) or None


def list_reasons_to_ask(playbook: Playbook, dispute: Dispute, manifest: Manifest) -> list[str]:
    """Every reason why a person has to approve; none when the playbook's policy approves by itself.

    What a person changed by hand comes first, then facts that speak for the cardholder, then that nothing answers the
    claim. A fee, an appeal, a purchase that the merchant says nothing about, missing essential evidence, a document
    that could not be used or did not fit, a character that no font has, a playbook that was changed meanwhile, a code
    that leaves the claim open, anything but `fight` as the policy's recommendation, an amount over the limit, and a
    currency without one all ask a person.
    """
    return [*_edited(manifest), *_doubts(playbook, manifest), *_over_limit(playbook, dispute)]


def _edited(manifest: Manifest) -> Iterator[str]:
    if manifest.edits:
        yield f"a person has changed the packet: {'; '.join(manifest.edits.describe())}"


def _over_limit(playbook: Playbook, dispute: Dispute) -> Iterator[str]:
    currency = dispute.currency
    limit = playbook.approval.automatic_below.get(currency)
    if limit is None:
        yield f"the playbook sets no automatic limit for {currency}"
    elif dispute.amount >= limit:
        yield f"{money(dispute.amount, currency)} is not below the automatic limit of {money(limit, currency)}"


def _doubts(playbook: Playbook, manifest: Manifest) -> Iterator[str]:
    if manifest.contradictions:
        yield f"our own facts speak for the cardholder: {'; '.join(one.problem for one in manifest.contradictions)}"
    if not manifest.answers:
        yield describe_missing_answer(playbook, manifest.product_type)
    if manifest.fee is not None:
        yield "contesting costs the network's fee, about 500 USD, returned after a win"
    if manifest.round is Round.APPEAL:
        yield "the network may charge fees for an appeal"
    if manifest.product_type is None:
        yield "the merchant's facts about the purchase are missing"
    if manifest.completeness.essential_missing:
        yield f"essential evidence is missing: {', '.join(map(readable, manifest.completeness.essential_missing))}"
    if manifest.refused:
        yield f"documents could not be used: {', '.join(refusal.filename for refusal in manifest.refused)}"
    if manifest.left_behind:
        yield f"the packet would exceed the limits, so this was left out: {', '.join(manifest.left_behind)}"
    if manifest.changed_playbook:
        changed = ", ".join(manifest.changed_playbook)
        yield f"the playbook has changed since it chose these documents: {changed}"
    yield from _empty_boxes(manifest)
    yield from _undecided(manifest)


def _undecided(manifest: Manifest) -> Iterator[str]:
    """A claim that is open, and a policy that does not recommend fighting."""
    if manifest.alternatives:
        others = ", ".join(manifest.alternatives)
        yield f"the network's code fits more than one claim: {manifest.claim}, or {others}"
    if manifest.decision and manifest.decision.choice != "fight":
        listed = {NO_ANSWER, *(one.problem for one in manifest.contradictions)}
        if why := [reason for reason in manifest.decision.reasons if reason not in listed]:
            yield f"the policy does not recommend fighting outright: {'; '.join(why)}"


def _empty_boxes(manifest: Manifest) -> Iterator[str]:
    if manifest.unprintable:
        yield f"none of our fonts has these characters, so the letter shows empty boxes: {manifest.unprintable}"


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

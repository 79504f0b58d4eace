"""The submission: what is sent to Stripe, and whether it may be sent, decided from a fresh read of the dispute."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from disputes.dispute import Dispute
from disputes.errors import GuardError
from disputes.packet.manifest import Manifest
from disputes.packet.nested import find_differences, overlay
from disputes.rounds import Round, RunId, answerable, round_of

PACKET_KEY = "representment_packet"
"""The dispute's metadata key for the sha256 of the packet that we staged."""
SUBMITTED_KEY = "representment_submitted"
"""The key that our submit sets to the same sha256 in the same request, so that a click in the Dashboard on what we
staged is not taken for our own submission."""


class Opening(BaseModel):
    """The state of a round when its first run began; written once.

    :param run_id: the run that opened it
    :param submission_count: submissions before this round
    :param due_by: Unix seconds, None or 0 as Stripe gave it
    :param intended_submission_method: who would have submitted without us
    :param opened_at: Unix seconds
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    run_id: str
    dag_id: str
    submission_count: int
    due_by: int | None = None
    intended_submission_method: str | None = None
    opened_at: int


class Verdict(StrEnum):
    """What may be done now."""

    READY = "ready"
    OURS = "ours"
    FOREIGN = "foreign"
    CLOSED = "closed"
    LATE = "late"


class Standing(NamedTuple):
    """The state of a round: READY to submit, submitted by us (OURS) or by somebody else (FOREIGN), CLOSED, or LATE."""

    verdict: Verdict
    reason: str


def evidence(manifest: Manifest, file_ids: Mapping[str, str], *, fee_acknowledged: bool = False) -> dict[str, Any]:
    """The evidence to send, complete: our texts and files, every other field cleared, what is kept left out.

    An appeal takes one text and a list of files, and nothing else; our letter is the first of them.

    :param file_ids: for each file of the manifest, the id it got at Stripe
    :param fee_acknowledged: whether a person has acknowledged the network's fee (`manifest.fee`)
    :raises GuardError: a file is not uploaded
    """
    missing = sorted(manifest.files.keys() - file_ids.keys())
    if missing:
        raise GuardError(
            f"files of the packet are not uploaded: {', '.join(missing)}",
            dispute=manifest.dispute,
            remedy="Clear the task upload",
        )
    files = {field: file_ids[field] for field in manifest.files}
    if manifest.round is Round.APPEAL:
        return {"appeal": {"card": {**manifest.fields, "supporting_files": _letter_first(manifest, files) or ""}}}
    sent = dict.fromkeys(manifest.cleared, "") | manifest.fields | files
    fee = {manifest.fee: {"fee_acknowledged": True}} if manifest.fee and fee_acknowledged else {}
    return overlay(sent, overlay(manifest.structured, {"enhanced_evidence": fee} if fee else {}))


def with_kept(manifest: Manifest, sent: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent and what the packet keeps, together: all that the dispute has to hold."""
    return overlay(manifest.kept, sent)


def differences(dispute: Dispute, sent: Mapping[str, Any]) -> list[str]:
    """The places in which the dispute does not hold what was sent; a cleared one reads as null or empty.

    :param sent: what :func:`evidence` gave; by :func:`with_kept`, what is kept is compared too
    :returns: fields, or below them like `enhanced_evidence.visa_compliance.fee_acknowledged`
    """
    return sorted(
        place for field, value in sent.items() for place in find_differences(dispute.evidence.get(field), value, field)
    )


def _letter_first(manifest: Manifest, files: Mapping[str, str]) -> list[str]:
    def has_letter(field: str) -> bool:
        entry = manifest.files[field]
        return entry.pages > sum(exhibit.pages for exhibit in entry.exhibits)

    return [files[field] for field in sorted(files, key=lambda field: (not has_letter(field), field))]


def find_standing(dispute: Dispute, *, opening: Opening, sha256: str, now: int) -> Standing:
    """Whether our packet may be submitted.

    READY is the last answer, given only when nothing speaks against it. A submission of ours stays OURS when the
    dispute has been decided or has escalated since.

    :param dispute: read just now
    :param opening: the round's
    :param sha256: our packet's
    :param now: Unix seconds
    """
    run = RunId.parse(opening.run_id)
    details = dispute.evidence_details
    what = f"status {dispute.status}, {details.submission_count} submissions, {opening.submission_count} at the opening"
    in_round = dispute.id == run.dispute and round_of(dispute.status) is run.round
    in_review = in_round and not answerable(dispute.status)
    # The method may start again with the next round, so only the one that says somebody else counts; in an appeal it
    # still describes the chargeback.
    by_others = details.submission_method == "smart_disputes" and run.round is not Round.APPEAL
    by_us = not by_others and dispute.metadata.get(SUBMITTED_KEY) == sha256
    if by_us and (in_review or details.submission_count > opening.submission_count):
        return Standing(Verdict.OURS, what)
    if not in_round:
        return Standing(Verdict.CLOSED, f"{dispute.id} is not in the {run.round} round of {run.dispute}: {what}")
    if in_review or details.submission_count != opening.submission_count:
        return Standing(Verdict.FOREIGN, f"submitted ({details.submission_method}), not by us: {what}")
    return _before_submission(dispute, sha256=sha256, now=now)


def answered_round(dispute: Dispute, opening: Opening) -> Round:
    """The round that our submission has answered: a later one, where the dispute escalated just before Stripe took it.

    Only one submission since the opening is certainly ours; where the dispute is decided it counts for our own round.

    :param dispute: as it is after a submission of ours
    """
    run, current = RunId.parse(opening.run_id), round_of(dispute.status)
    alone = dispute.evidence_details.submission_count == opening.submission_count + 1
    if current is not None and current is not run.round and not answerable(dispute.status) and alone:
        return current
    return run.round


def _before_submission(dispute: Dispute, *, sha256: str, now: int) -> Standing:
    due_by = dispute.evidence_details.due_by
    if due_by == 0:
        return Standing(Verdict.LATE, "the bank accepts no answer")
    if due_by is not None and due_by < now:
        return Standing(Verdict.LATE, f"due_by was {due_by}, now it is {now}")
    staged = dispute.metadata.get(PACKET_KEY)
    if staged != sha256:
        return Standing(Verdict.FOREIGN, f"the packet on the dispute is {staged}, not ours")
    return Standing(Verdict.READY, "answerable, and our packet is on it")

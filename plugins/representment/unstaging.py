"""Un-stages a packet: Stripe must not file anything at the deadline that was not approved."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from disputes.dispute import Dispute, read_dispute
from disputes.response.guarding import Operation
from disputes.response.idempotency import idempotency_key
from disputes.response.restoring import restore_evidence
from disputes.response.submission import PACKET_KEY, evidence
from disputes.rounds import Round, answerable, round_of
from representment.exceptions import StripeUnavailableError
from representment.modes import Mode
from representment.storage.attempts import attempt, spend
from representment.storage.record_names import OPENING
from representment.storage.round_folder import RoundFolder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from representment.guard import Guard

UNSTAGE, UNSTAGE_NESTED = "unstage", "unstage-nested"


@dataclass(frozen=True)
class Staged:
    """A packet of ours that is on a dispute.

    :param ours: what was staged, by field
    :param before: the dispute as it was before
    :param back: what each field has to hold again
    """

    folder: RoundFolder
    sha256: str
    ours: dict[str, Any]
    before: Dispute
    back: dict[str, Any]


def unstage(guard: Guard, folder: RoundFolder) -> bool:
    """Restore the evidence and the submission method from before `stage`; whether there was anything to do.

    What somebody has since written over our fields stays. So does, in an appeal, the first answer, which is locked.

    :param guard: of the response that acts
    :param folder: of the response whose packet it is: the same, or an earlier one
    :raises GuardError: it is not this run's to do
    :raises StripeUnavailableError: read back, the dispute still holds evidence of ours
    """
    # Read before the dispute is: of `send_back` and the next run's `gather`, which may do this at the same time, the
    # later one then repeats the other's key, and Stripe leaves alone what has been staged since.
    numbers = {operation: folder.of_round.attempt(operation) for operation in (UNSTAGE_NESTED, UNSTAGE)}
    found = guard.look()
    staged = _staged(folder, found.dispute)
    if staged is None:
        return False
    guard.check(Operation.UNSTAGE, found)
    _put_back(guard, staged, numbers)
    if _staged(folder, read_dispute(guard.stripe.retrieve_dispute(folder.run.dispute))):
        # The answer was a replay of an earlier one: a try that died before it could spend its key.
        raise StripeUnavailableError(
            "the staged evidence is still on the dispute", dispute=folder.run.dispute, stored=False
        )
    return True


def remove_earlier_packets(guard: Guard, stored: dict[str, Any]) -> dict[str, Any]:
    """The dispute without the packets of our earlier responses, which would look like other people's evidence.

    They are un-staged if the mode allows it; otherwise only left out of the result, since the next packet must not
    contain them.

    :param guard: of the response that acts
    :param stored: in Stripe's shape, read just now
    """
    with guard.folder.listed_once():
        opening = guard.folder.round_record(OPENING)
        responses = guard.folder.responses()
    if opening and opening["dag_id"] != guard.dag_id:
        return stored  # not this run's round: whoever claims it next says so
    earlier = [RoundFolder(guard.folder.store, run) for run in responses if guard.run.follows(run)]
    for folder in sorted(earlier, key=lambda folder: folder.run.order, reverse=True):
        staged = _staged(folder, read_dispute(stored))
        if staged is None:
            continue
        if guard.stripe.mode.allows(Mode.STAGE):
            unstage(guard, folder)
            stored = guard.stripe.retrieve_dispute(guard.run.dispute)
        else:
            stored = _as_put_back(stored, staged)
    return stored


def _staged(folder: RoundFolder, dispute: Dispute) -> Staged | None:
    """The packet of this folder, if any of it is on the dispute.

    Its mark shows that; if a person has deleted the mark, the evidence itself does.
    """
    locked = round_of(dispute.status) is Round.APPEAL and folder.run.round is not Round.APPEAL
    if locked or not answerable(dispute.status):
        return None
    packet = folder.find_packet()
    if packet is None or dispute.metadata.get(PACKET_KEY, packet.sha256) != packet.sha256:
        return None
    ids = folder.file_ids(packet.manifest)
    if packet.manifest.files.keys() - ids.keys():
        return None  # not uploaded, so never staged
    sent = evidence(packet.manifest, ids, fee_acknowledged=True)
    ours = {field: value for field, value in sent.items() if field not in packet.manifest.cleared}
    before = folder.dispute()
    back = restore_evidence(ours, before=before, now=dispute)
    if not back and PACKET_KEY not in dispute.metadata:
        return None
    return Staged(folder, packet.sha256, ours, before, back)


def _put_back(guard: Guard, staged: Staged, numbers: Mapping[str, int]) -> None:
    folder, run = staged.folder, staged.folder.run
    operations = {UNSTAGE: _params(staged)}
    if nested := {field: "" for field, value in staged.back.items() if isinstance(value, dict)}:
        # Stripe merges what is sent below a field, and can empty only the whole of it.
        operations = {UNSTAGE_NESTED: {"evidence": nested, "submit": False}, **operations}
    for operation, params in operations.items():
        with attempt(folder.of_round, operation, numbers[operation]) as number:
            key = idempotency_key(run.dispute, run.round, operation, staged.sha256, number)
            guard.stripe.update_dispute(run.dispute, params, idempotency_key=key)
        # Should the packet be staged once more, Stripe must not replay this answer, nor the one to `stage`.
        spend(folder.of_round, operation, number, "un-staged")
    spend(folder.of_round, "stage", folder.of_round.attempt("stage"), "un-staged")


def _params(staged: Staged) -> dict[str, Any]:
    params: dict[str, Any] = {"evidence": staged.back, "metadata": {PACKET_KEY: ""}, "submit": False}
    if staged.before.intended_submission_method is not None:
        params["intended_submission_method"] = staged.before.intended_submission_method
    return params


def _as_put_back(stored: dict[str, Any], staged: Staged) -> dict[str, Any]:
    """The dispute's evidence as it would be after un-staging."""
    after = deepcopy(stored)
    after["evidence"] |= {field: value or None for field, value in staged.back.items()}
    after["metadata"].pop(PACKET_KEY, None)
    if staged.before.intended_submission_method is not None:
        after["intended_submission_method"] = staged.before.intended_submission_method
    return after

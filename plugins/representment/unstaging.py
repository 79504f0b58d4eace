"""Take back what was staged: nothing that was not approved may be filed at the deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from disputes.dispute import Dispute, read_dispute
from disputes.response.idempotency import idempotency_key
from disputes.response.restoring import restore_evidence
from disputes.response.submission import PACKET_KEY, evidence
from disputes.rounds import Round, answerable, round_of
from representment.exceptions import StripeUnavailableError
from representment.storage.attempts import attempt, spend

if TYPE_CHECKING:
    from representment.hooks.stripe_hook import StripeHook
    from representment.storage.round_folder import RoundFolder


def unstage(stripe: StripeHook, folder: RoundFolder) -> bool:
    """Put back the evidence and the submission method as they were before `stage`; whether there was anything to do.

    What somebody wrote over our fields since is theirs and stays. So does, in an appeal, what was decided on: it is
    locked.

    :raises StripeUnavailableError: read back, the dispute still holds evidence of ours
    """
    run = folder.run
    packet = folder.find_packet()
    if packet is None:
        return False
    manifest = packet.manifest
    dispute = read_dispute(stripe.retrieve_dispute(run.dispute))
    locked = round_of(dispute.status) is Round.APPEAL and run.round is not Round.APPEAL
    if locked or not answerable(dispute.status) or dispute.metadata.get(PACKET_KEY) != packet.sha256:
        return False
    before = folder.dispute()
    sent = evidence(manifest, folder.file_ids(manifest), fee_acknowledged=True)
    ours = {field: value for field, value in sent.items() if field not in manifest.cleared}
    back = restore_evidence(ours, before=before, now=dispute)
    operations = {"unstage": _params(back, before)}
    if nested := {field: "" for field, value in back.items() if isinstance(value, dict)}:
        # Stripe merges what is sent below a field, and can empty only the whole of it.
        operations = {"unstage-nested": {"evidence": nested, "submit": False}, **operations}
    for operation, params in operations.items():
        with attempt(folder.of_round, operation) as number:
            key = idempotency_key(run.dispute, run.round, operation, packet.sha256, number)
            stripe.update_dispute(run.dispute, params, idempotency_key=key)
        # Should the packet be staged once more, Stripe must not replay this answer, nor the one to `stage`.
        spend(folder.of_round, operation, number, "un-staged")
    spend(folder.of_round, "stage", folder.of_round.attempt("stage"), "un-staged")
    after = read_dispute(stripe.retrieve_dispute(run.dispute))
    if PACKET_KEY in after.metadata or restore_evidence(ours, before=before, now=after):
        # The answer was a replay of an earlier one: a try that died before it could spend its key.
        raise StripeUnavailableError("Stripe still holds what was staged", dispute=run.dispute, stored=False)
    return True


def _params(back: dict[str, Any], before: Dispute) -> dict[str, Any]:
    params: dict[str, Any] = {"evidence": back, "metadata": {PACKET_KEY: ""}, "submit": False}
    if before.intended_submission_method is not None:
        params["intended_submission_method"] = before.intended_submission_method
    return params

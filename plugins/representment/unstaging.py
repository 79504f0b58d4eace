"""Take back what was staged: nothing that was not approved may be filed at the deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from disputes.dispute import Dispute
from disputes.errors import GuardError
from disputes.rounds import answerable
from disputes.submission import PACKET_KEY, differences, idempotency_key
from representment.attempts import attempt, spend

if TYPE_CHECKING:
    from representment.hooks.stripe_hook import StripeHook
    from representment.round_folder import RoundFolder


def unstage(stripe: StripeHook, folder: RoundFolder) -> bool:
    """Put back the evidence and the submission method as they were before `stage`; whether there was anything to do.

    :raises GuardError: Stripe still holds evidence of ours
    """
    run = folder.run
    staged = folder.record("staged.json")
    if staged is None:
        return False
    dispute = Dispute.model_validate(stripe.retrieve_dispute(run.dispute))
    if not answerable(dispute.status) or dispute.metadata.get(PACKET_KEY) != staged["packet_sha256"]:
        return False
    before = folder.dispute()
    manifest = folder.manifest()
    evidence = {field: before.evidence.get(field) or "" for field in (*manifest.fields, *manifest.files)}
    params: dict[str, Any] = {"evidence": evidence, "metadata": {PACKET_KEY: ""}, "submit": False}
    if before.intended_submission_method is not None:
        params["intended_submission_method"] = before.intended_submission_method
    with attempt(folder, "unstage") as number:
        key = idempotency_key(run.dispute, run.round, "unstage", manifest.sha256, number)
        answer = stripe.update_dispute(run.dispute, params, idempotency_key=key)
    left = differences(Dispute.model_validate(answer), evidence)
    if left:
        raise GuardError(
            f"Stripe still holds staged evidence: {', '.join(left)}",
            dispute=run.dispute,
            remedy="Clear those fields in Stripe's Dashboard",
        )
    # Should the packet be staged once more, Stripe must not replay either of the two answers.
    spend(folder, "unstage", number, "un-staged")
    spend(folder, "stage", folder.attempt("stage"), "un-staged")
    return True

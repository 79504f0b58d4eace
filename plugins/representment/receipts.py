"""The receipt of a submit, written once: by the submit, or by the task that later finds our mark on the dispute."""

from __future__ import annotations

import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from disputes.response.submission import SUBMITTED_KEY, Opening, Verdict, answered_round, find_standing
from disputes.rounds import Round, RunId
from representment.storage.record_names import OPENED, OPENING, RECEIPT, SUBMITTED
from representment.storage.round_folder import RoundFolder

if TYPE_CHECKING:
    from disputes.dispute import Dispute
    from representment.storage.round_folder import StoredPacket


def stored_receipt(folder: RoundFolder) -> dict[str, Any] | None:
    """The receipt of this round's submission, of any revision, also entered into the index; None if there is none."""
    receipt = folder.round_record(RECEIPT)
    return None if receipt is None else _listed(folder, receipt)


def find_receipt(folder: RoundFolder, dispute: Dispute, *, account: str) -> dict[str, Any] | None:
    """The receipt of this round's submission, of any revision; None if we have not submitted.

    A submission that Stripe took, but whose answer never came, is recognised by the mark that it set, and its receipt
    is written now.

    :param dispute: read just now
    :param account: connection of the Stripe account
    """
    with folder.listed_once():
        return stored_receipt(folder) or _found_receipt(folder, dispute, account=account)


def _found_receipt(folder: RoundFolder, dispute: Dispute, *, account: str) -> dict[str, Any] | None:
    for run in folder.responses() if SUBMITTED_KEY in dispute.metadata else ():
        of_run = folder if run == folder.run else RoundFolder(folder.store, run)
        packet = of_run.find_packet() if run.round is folder.run.round else None
        if packet and (receipt := keep_receipt(of_run, dispute, packet, account=account)):
            return receipt
    return None


def keep_receipt(folder: RoundFolder, dispute: Dispute, packet: StoredPacket, *, account: str) -> dict[str, Any] | None:
    """Record a submission of ours, once; what is stored afterwards, in the index too. None: Stripe shows none of it.

    :param folder: of the response whose packet it is
    :param dispute: as Stripe holds it since
    :param account: connection of the Stripe account
    """
    if dispute.metadata.get(SUBMITTED_KEY) != packet.sha256:
        return None
    opening = folder.of_round.model(Opening, OPENING)
    if (
        opening is None
        or find_standing(dispute, opening=opening, sha256=packet.sha256, now=0).verdict is not Verdict.OURS
    ):
        return None
    run, details = folder.run, dispute.evidence_details
    receipt = {
        "response": str(run),
        "packet_sha256": packet.sha256,
        "status": dispute.status,
        "submission_count": details.submission_count,
        # In an appeal Stripe's field still describes the chargeback.
        "submission_method": "manual" if run.round is Round.APPEAL else details.submission_method,
        "past_due": details.past_due,
        "account": account,
        "version": version("representment"),
        "dispute_created": dispute.created,
        "submitted_at": int(time.time()),
        "round_answered": str(answered_round(dispute, opening)),
    }
    return _listed(folder, folder.keep_for_round(RECEIPT, receipt))


def _listed(folder: RoundFolder, receipt: dict[str, Any]) -> dict[str, Any]:
    """Enter it into the index; an answer in another round leaves a round there that nobody else would follow."""
    run = RunId.parse(receipt["response"])
    RoundFolder(folder.store, run).list_in_index(SUBMITTED, receipt)
    answered = Round(receipt.get("round_answered", run.round))
    if answered is not run.round:
        other = RunId(run.dispute, answered)
        opened = {"response": str(other), "account": receipt["account"], "dispute_created": receipt["dispute_created"]}
        RoundFolder(folder.store, other).list_in_index(OPENED, opened)
    return receipt

"""What a person can answer to the question of `approve`, and which task it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from disputes.response.approval import APPROVE, refundable
from disputes.rounds import Round

if TYPE_CHECKING:
    from disputes.dispute import Dispute
    from disputes.packet.manifest import Manifest

PAY_FEE = "Approve and pay the network's fee"
SEND_BACK = "Send back"
ACCEPT = "Accept the loss"
REFUND = "Refund in full"
LEAVE = "Leave to a person"
WAYS = {
    APPROVE: "submit",
    PAY_FEE: "submit",
    SEND_BACK: "send_back",
    ACCEPT: "accept",
    REFUND: "refund",
    LEAVE: "leave",
}
"""Answer -> task."""


def approval(manifest: Manifest) -> str:
    """The answer that approves this packet: a network's fee is acknowledged by nothing else."""
    return PAY_FEE if manifest.fee else APPROVE


def offered(dispute: Dispute, manifest: Manifest) -> list[str]:
    """The answers that this round allows.

    Only evidence or a refund in full ends an inquiry: what becomes of a closed one Stripe does not say.
    """
    accepts = [] if manifest.round is Round.INQUIRY else [ACCEPT]
    refunds = [REFUND] if refundable(dispute, manifest) else []
    return [approval(manifest), SEND_BACK, *accepts, *refunds, LEAVE]

"""One record for each round that ended: what was sent, how it ended, and what it cost."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

from disputes.dispute import Dispute, read_dispute
from disputes.packet.manifest import Manifest, Share
from disputes.response.looking_back import list_missing
from disputes.rounds import RunId

DAY = 86_400
_NO_PERSON = ("policy", "deadline")


class OutcomeRecord(BaseModel):
    """How one round ended. A column keeps its name and type permanently; new ones come at the end and may be null.

    :param response: `<dispute>__<round>__<revision>`; one record each, and one more after a late win
    :param account: Airflow's connection of the Stripe account
    :param amount: disputed, in minor units of `currency`
    :param outcome: `won`, `lost`, `closed`, `prevented` or `escalated`
    :param status: the dispute's status at Stripe when the outcome was read
    :param submission_method: `manual`, `smart_disputes` or `not_submitted`: who answered
    :param fields: evidence fields of our packet, texts and files
    :param files: the file fields among them
    :param essential_share: the share of the expected essential fields that were given; None where the playbook expects
        none, or where nothing answers the claim
    :param decision: what the policy recommended: `fight`, `ask`, `accept` or `refund`
    :param version: of this package, as it made the packet
    :param packet_sha256: of the packet's manifest
    :param approved_by: `policy`, `deadline` (nobody answered in time) or `person`; no name
    :param opened_at: when the bank opened the dispute; this and the other times in Unix seconds
    :param seen_at: when the outcome was read from Stripe
    :param fees: of the dispute's balance transactions, in minor units of `balance_currency`
    :param net: their net amount, fees included; negative is a loss
    :param late_win: lost at first, won afterwards
    :param livemode: False in Stripe's test mode; None in a record from before this column, which no policy counts
    :param missing: evidence fields that the playbook expects and our packet did not give, the most important first;
        None where there was no packet, and in a record from before this column
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    response: str
    dispute: str
    round: str
    revision: int
    account: str
    reason: str
    claim: str | None = None
    product_type: str | None = None
    network: str | None = None
    network_code: str | None = None
    amount: int
    currency: str
    outcome: str
    status: str
    submission_method: str | None = None
    past_due: bool = False
    fields: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    pages: int = 0
    essential_share: float | None = None
    strong_share: float | None = None
    helpful_share: float | None = None
    decision: str | None = None
    contradictions: tuple[str, ...] = ()
    version: str | None = None
    packet_sha256: str | None = None
    approved_by: Literal["policy", "deadline", "person"] | None = None
    opened_at: int
    submitted_at: int | None = None
    seen_at: int
    days_to_submission: float | None = None
    days_to_outcome: float
    balance_currency: str | None = None
    fees: int | None = None
    net: int | None = None
    late_win: bool = False
    livemode: bool | None = None
    missing: tuple[str, ...] | None = None

    def won_late(self, stored: Mapping[str, Any], *, seen_at: int) -> Self:
        """The same round after the bank reversed its decision.

        :param stored: Stripe's dispute, won now
        :param seen_at: Unix seconds
        """
        turned = {"outcome": "won", "status": stored["status"], "seen_at": seen_at, "late_win": True}
        days = {"days_to_outcome": _days(self.opened_at, seen_at)}
        return self.model_copy(update=turned | days | _balance(stored)._asdict())


class _Balance(NamedTuple):
    balance_currency: str | None
    fees: int | None
    net: int | None


def outcome_record(
    run: RunId,
    stored: Mapping[str, Any],
    *,
    account: str,
    outcome: str,
    seen_at: int,
    manifest: Manifest | None,
    packet_sha256: str | None,
    receipt: Mapping[str, Any] | None,
    approval: Mapping[str, Any] | None,
) -> OutcomeRecord:
    """The record of a round that has just been seen to have ended.

    :param stored: Stripe's dispute, its `balance_transactions` with it
    :param seen_at: Unix seconds
    :param manifest: of the packet; None where none was made
    :param packet_sha256: the packet's, or None
    :param receipt: of our submission; None where we submitted nothing
    :param approval: the last decision on the packet; None where none was taken
    """
    dispute = read_dispute(stored)
    submitted_at = (receipt or {}).get("submitted_at")
    values = {
        "response": str(run),
        "dispute": run.dispute,
        "round": str(run.round),
        "revision": run.revision,
        "account": account,
        "reason": dispute.reason,
        "network": dispute.network,
        "network_code": dispute.network_reason_code,
        "amount": dispute.amount,
        "currency": dispute.currency,
        "outcome": outcome,
        "status": dispute.status,
        "submission_method": _method(dispute, receipt),
        "past_due": bool((receipt or {}).get("past_due", dispute.evidence_details.past_due)),
        "version": (receipt or {}).get("version"),
        "approved_by": _approved_by(approval) if receipt else None,
        "opened_at": dispute.created,
        "submitted_at": submitted_at,
        "seen_at": seen_at,
        "days_to_submission": None if submitted_at is None else _days(dispute.created, submitted_at),
        "days_to_outcome": _days(dispute.created, seen_at),
        "late_win": False,
        "livemode": dispute.livemode,
        "packet_sha256": packet_sha256,
    }
    return OutcomeRecord.model_validate(values | _packet(manifest) | _balance(stored)._asdict())


def _packet(manifest: Manifest | None) -> dict[str, Any]:
    """What the packet's manifest says; nothing where there is none."""
    if manifest is None:
        shares = dict.fromkeys(("essential_share", "strong_share", "helpful_share"))
        nothing = dict.fromkeys(("claim", "product_type", "decision", "missing"))
        return shares | nothing | {"fields": (), "files": (), "pages": 0, "contradictions": ()}
    completeness = manifest.completeness
    return {
        "claim": manifest.claim,
        "product_type": manifest.product_type,
        "fields": (*manifest.fields, *manifest.files),
        "files": tuple(manifest.files),
        "pages": sum(entry.pages for entry in manifest.files.values()),
        "essential_share": _share(completeness.essential) if manifest.answers else None,
        "strong_share": _share(completeness.strong),
        "helpful_share": _share(completeness.helpful),
        "decision": manifest.decision.choice if manifest.decision else None,
        "contradictions": tuple(one.name for one in manifest.contradictions),
        "missing": list_missing(manifest),
    }


def _share(share: Share) -> float | None:
    if not share.expected:
        return None
    return round(sum(name in share.given for name in share.expected) / len(share.expected), 4)


def _method(dispute: Dispute, receipt: Mapping[str, Any] | None) -> str | None:
    """Of this round: the dispute's own may be a later one's, and older API versions leave it out."""
    return (receipt or {}).get("submission_method") or dispute.evidence_details.submission_method


def _approved_by(approval: Mapping[str, Any] | None) -> str | None:
    if approval is None:
        return None
    return approval["by"] if approval["by"] in _NO_PERSON else "person"


def _balance(stored: Mapping[str, Any]) -> _Balance:
    """Fees and net of a dispute; unknown where money moved in more than one currency, or not at all.

    Source: https://docs.stripe.com/api/disputes/object (`balance_transactions` come whole).
    """
    moved: Iterable[Mapping[str, Any]] = stored.get("balance_transactions") or ()
    currencies = {one["currency"] for one in moved}
    if len(currencies) != 1:
        return _Balance(None, None, None)
    return _Balance(currencies.pop(), sum(one["fee"] for one in moved), sum(one["net"] for one in moved))


def _days(start: int, end: int) -> float:
    return round((end - start) / DAY, 2)

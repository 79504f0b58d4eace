"""Decides whether a call that is final or overwrites something may be made: one table, on freshly read data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from disputes.dispute import Dispute
from disputes.packet.manifest import Manifest
from disputes.packet.nested import drop_empty, find_differences
from disputes.response.submission import Opening, Verdict, differences, evidence, find_standing, with_kept
from disputes.rounds import RunId, answerable, round_of

KEY_LIFE = 86_400
"""Least time for which Stripe remembers an idempotency key, in seconds. Source: https://docs.stripe.com/api/idempotent_requests"""


class Operation(StrEnum):
    """The guarded operations. Each except `SEND_BACK` is also the first part of the request's idempotency key."""

    STAGE = "stage"
    UNSTAGE = "unstage"
    SUBMIT = "submit"
    CLOSE = "close"
    REFUND = "refund"
    SEND_BACK = "send_back"


class Refusal(NamedTuple):
    """Why an operation must not be done now, and what to do instead."""

    problem: str
    remedy: str


@dataclass(frozen=True)
class Situation:
    """Everything that decides, read just now.

    :param run: the response that acts
    :param dag_id: Airflow's, of the run that acts
    :param run_id: Airflow's, of the run that acts
    :param dispute: as it is
    :param newest: the newest response to this dispute that has gathered
    :param now: Unix seconds
    :param opening: the round's state when it was claimed; None before that
    :param receipt: of the round's submission, of any revision
    :param gathered: the dispute as it was gathered; None before that
    :param manifest: the packet; None before there is one
    :param sha256: the packet's
    :param file_ids: evidence field -> id at Stripe, for the files that are uploaded
    :param decision: the latest on the packet: `choice`, `packet_sha256`
    """

    run: RunId
    dag_id: str
    run_id: str
    dispute: Dispute
    newest: RunId
    now: int
    opening: Opening | None = None
    receipt: Mapping[str, Any] | None = None
    gathered: Dispute | None = None
    manifest: Manifest | None = None
    sha256: str | None = None
    file_ids: Mapping[str, str] = field(default_factory=dict)
    decision: Mapping[str, Any] | None = None

    @property
    def ours(self) -> dict[str, Any]:
        """What we stage, by field; empty while a file of it is not uploaded, since it cannot have been staged."""
        if self.manifest is None or not self.manifest.files.keys() <= self.file_ids.keys():
            return {}
        return evidence(self.manifest, self.file_ids)


def refusal(operation: Operation, found: Situation, *, answer: str = "") -> Refusal | None:
    """The first reason not to do it; None: it may be done.

    :param answer: the person's or the policy's decision that the operation needs
    """
    for check in CHECKS[operation]:
        refused = check(found, answer)
        if refused:
            return refused
    return None


def claim_released(written: Mapping[str, Any], *, refused: Mapping[str, Any] | None, now: int) -> str | None:
    """Why another revision's claim on the round's submission has expired; None: it has not.

    Ask after a fresh read that shows no submission, as the newest revision: earlier ones then no longer send.

    :param written: the request that claims it: `response`, and `at` where it says when
    :param refused: what is recorded where Stripe certainly did nothing
    :param now: Unix seconds
    """
    if refused:
        return f"the claim of {written['response']} was refused: {refused['why']}"
    if now - written.get("at", now) > KEY_LIFE:
        return f"the claim of {written['response']} is more than a day old, and Stripe has submitted nothing"
    return None


def _own_run(found: Situation, _: str) -> Refusal | None:
    """A run with another id, or of another DAG, shares the packet's folder but may not act on it."""
    if found.run_id != str(found.run):
        return Refusal(
            f"this is run {found.run_id}, which is not {found.run}",
            f"Work in run {found.run}; to answer again, trigger the DAG with the run id of the next revision",
        )
    if found.opening and found.opening.dag_id != found.dag_id:
        return Refusal(
            f"the round is answered by {found.opening.dag_id}, run {found.opening.run_id}",
            "Look at that run; this one does nothing",
        )
    return None


def _newest(found: Situation, _: str) -> Refusal | None:
    if found.newest.follows(found.run):
        return Refusal(f"{found.newest} now answers this dispute", "Decide there; this run does nothing")
    return None


def _decided(found: Situation, answer: str) -> Refusal | None:
    decision = found.decision or {}
    if decision.get("choice") != answer:
        chosen = decision.get("choice") or "nothing"
        return Refusal(f"{chosen} was decided, not {answer}", "Clear the task approve and decide again")
    if decision.get("packet_sha256") != found.sha256:
        return Refusal(
            f"nobody has decided on this packet: the decision is about {decision.get('packet_sha256')}, this is "
            f"{found.sha256}",
            "Clear the task approve and decide again",
        )
    return None


def _unsubmitted(found: Situation, _: str) -> Refusal | None:
    if found.receipt:
        return Refusal(
            f"the round is answered by {found.receipt['response']}, whose packet was submitted",
            "Look at that run; this one does nothing",
        )
    return None


def _open(found: Situation, _: str) -> Refusal | None:
    status, count = found.dispute.status, found.dispute.evidence_details.submission_count
    remedy = "Decide in the run of the round that is open, if there is one"
    if round_of(status) is not found.run.round or not answerable(status):
        return Refusal(f"the dispute is now {status}, so its {found.run.round} round is not open", remedy)
    if found.opening is None:
        return Refusal("the round has not been claimed", "Clear the task gather with everything after it")
    if count != found.opening.submission_count:
        before = found.opening.submission_count
        return Refusal(f"somebody has answered: {count} submissions, {before} when the round was claimed", remedy)
    return None


def _ready(found: Situation, _: str) -> Refusal | None:
    if found.opening is None or found.sha256 is None:
        return Refusal("no packet has been made for this round", "Clear the task gather with everything after it")
    stands = find_standing(found.dispute, opening=found.opening, sha256=found.sha256, now=found.now)
    if stands.verdict is Verdict.READY:
        return None
    return Refusal(
        stands.reason,
        "Nothing was sent by us. Look at the dispute in Stripe's Dashboard; to stage the packet once more, clear the "
        "task stage",
    )


def _same_case(found: Situation, _: str) -> Refusal | None:
    return _changed(found, "reason", "network_reason_code", "case_type", "amount", "currency")


def _same_refunds(found: Situation, _: str) -> Refusal | None:
    """The letter does not mention refunds made since."""
    return _changed(found, "refunded")


def _changed(found: Situation, *members: str) -> Refusal | None:
    if found.gathered is None:
        return _not_gathered()
    was, held = _case(found.gathered), _case(found.dispute)
    changed = [f"{name} is {held[name]}, was {was[name]}" for name in members if held[name] != was[name]]
    if changed:
        return Refusal(
            f"the dispute has changed since it was gathered: {', '.join(changed)}",
            f"Trigger this DAG with revision {found.run.next().revision}, which reads it again",
        )
    return None


def _case(dispute: Dispute) -> dict[str, Any]:
    return {
        "reason": dispute.reason,
        "network_reason_code": dispute.network_reason_code,
        "case_type": dispute.case_type,
        "amount": dispute.amount,
        "currency": dispute.currency,
        "refunded": dispute.charge and dispute.charge.amount_refunded,
    }


def _not_gathered() -> Refusal:
    return Refusal("the dispute has not been gathered", "Clear the task gather with everything after it")


def _untouched(found: Situation, _: str) -> Refusal | None:
    """Every field has its earlier value, or the one that we staged; anything else is a person's work."""
    was = found.gathered.evidence if found.gathered else {}
    held, ours = found.dispute.evidence, found.ours
    touched = [
        name
        for name in sorted({*was, *held})
        if not _same(held.get(name), was.get(name))
        and (name not in ours or list(find_differences(held.get(name), ours[name], name)))
    ]
    if touched:
        return Refusal(
            f"somebody has changed the dispute's evidence since it was gathered: {', '.join(touched)}",
            "Answer it in Stripe's Dashboard; or undo the change there and clear this task; or trigger this DAG with "
            f"revision {found.run.next().revision}, which keeps the values in the fields that it does not fill",
        )
    return None


def _same(one: Any, other: Any) -> bool:
    return not list(find_differences(drop_empty(one), drop_empty(other), "")) and not list(
        find_differences(drop_empty(other), drop_empty(one), "")
    )


def _staged_whole(found: Situation, _: str) -> Refusal | None:
    """What is on the dispute is what was approved, with what the packet keeps."""
    if found.manifest is None:
        return _not_gathered()
    changed = differences(found.dispute, with_kept(found.manifest, evidence(found.manifest, found.file_ids)))
    if changed:
        return Refusal(
            f"what is staged is not what was approved: {', '.join(changed)}",
            "Somebody changed it. Undo it in Stripe's Dashboard and clear this task, or trigger this DAG with "
            f"revision {found.run.next().revision}, which keeps the values in the fields that it does not fill",
        )
    return None


def _refundable(found: Situation, _: str) -> Refusal | None:
    if not found.dispute.is_charge_refundable:
        return Refusal(
            f"the charge cannot be refunded: the dispute is now {found.dispute.status}",
            "A refund after a chargeback would pay twice; look at the charge in Stripe's Dashboard",
        )
    if found.gathered is None:
        return _not_gathered()
    if _left(found.dispute) > _left(found.gathered):
        return Refusal(
            "a full refund would now give back more than when it was decided",
            "Refund it in Stripe's Dashboard, or trigger this DAG with the next revision and decide again",
        )
    return None


def _left(dispute: Dispute) -> int:
    return dispute.charge.left if dispute.charge else 0


Check = Callable[[Situation, str], Refusal | None]

CHECKS: Mapping[Operation, tuple[Check, ...]] = {
    Operation.STAGE: (_own_run, _newest, _unsubmitted, _open, _same_case, _same_refunds, _untouched),
    Operation.UNSTAGE: (_own_run, _unsubmitted),
    Operation.SUBMIT: (_own_run, _newest, _unsubmitted, _decided, _ready, _same_case, _same_refunds, _staged_whole),
    Operation.CLOSE: (_own_run, _newest, _unsubmitted, _decided, _open, _same_case, _untouched),
    Operation.REFUND: (_own_run, _newest, _unsubmitted, _decided, _refundable, _open, _same_case, _untouched),
    Operation.SEND_BACK: (_own_run, _newest, _unsubmitted, _decided),
}
"""The conditions of each operation; the first that fails is reported."""

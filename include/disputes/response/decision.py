"""Fight, ask, accept or refund: facts first, then money. Money in minor units of the dispute's currency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Self

from disputes.dispute import Dispute
from disputes.facts.wording import money
from disputes.packet.manifest import Decision, Manifest
from disputes.packet.scoring import band, band_of
from disputes.rounds import Round
from disputes.rules.policies import Band, DecisionPolicy

NO_ANSWER = "none of our facts answers the claim"
_WORDS = {
    "fight": "fight",
    "ask": "look at the dispute before you decide",
    "accept": "accept the loss",
    "refund": "refund in full",
}


@dataclass(frozen=True)
class ClosedRounds:
    """Our rounds of one account that were won or lost, counted by claim and completeness.

    :param counts: won and lost
    """

    counts: Mapping[tuple[str, Band], tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[Mapping[str, Any]], *, account: str, livemode: bool) -> Self:
        """Count outcome records (:class:`disputes.response.outcome_records.OutcomeRecord`, as dicts).

        Only what we submitted counts, a closed inquiry is not a win, and after a late win the later record counts.

        :param account: whose records count: another shop's buyers or goods say nothing about this one's
        :param livemode: the same; no bank decides in test mode
        """
        own = [one for one in records if (one["account"], one.get("livemode")) == (account, livemode)]
        latest = {record["response"]: record for record in sorted(own, key=lambda record: record["seen_at"])}
        counts: dict[tuple[str, Band], tuple[int, int]] = {}
        for record in latest.values():
            if record["claim"] is None or record["submission_method"] != "manual":
                continue
            if record["outcome"] in ("won", "lost"):
                key = (record["claim"], band_of(record["essential_share"], record["product_type"]))
                won, lost = counts.get(key, (0, 0))
                win = record["outcome"] == "won"
                counts[key] = (won + win, lost + (not win))
        return cls(counts)

    @classmethod
    def from_json(cls, totals: Iterable[Mapping[str, Any]]) -> Self:
        """Read back what :meth:`to_json` gave."""
        return cls({(one["claim"], one["completeness"]): (one["won"], one["lost"]) for one in totals})

    def to_json(self) -> list[dict[str, Any]]:
        """A line for each claim and completeness: as many as there are claims, however many rounds."""
        return [
            {"claim": claim, "completeness": completeness, "won": won, "lost": lost}
            for (claim, completeness), (won, lost) in sorted(self.counts.items())
        ]

    @classmethod
    def as_in(cls, manifest: Manifest) -> Self:
        """The rounds that the manifest's decision rests on: it can be made again without the others."""
        if manifest.decision is None:
            return cls()
        key = (manifest.claim, band(manifest))
        return cls({key: (manifest.decision.won, manifest.decision.lost)})


@dataclass(frozen=True)
class _Stake:
    """What fighting may bring and cost.

    :param win: the chance of winning
    """

    win: Fraction
    amount: int
    fee: int
    handling: int
    currency: str

    @property
    def gain(self) -> Fraction:
        return self.win * self.amount

    @property
    def cost(self) -> Fraction:
        """The countered fee is returned after a win. Source: Stripe, How disputes work, dispute fees."""
        return (1 - self.win) * self.fee + self.handling

    @property
    def loss(self) -> Fraction:
        """The expected loss of a fight: the amount if it is lost, and the costs."""
        return self.amount - self.gain + self.cost

    @property
    def words(self) -> str:
        gain, cost = (money(round(value), self.currency) for value in (self.gain, self.cost))
        amount, fee, handling = (money(value, self.currency) for value in (self.amount, self.fee, self.handling))
        return (
            f"fighting brings {gain} ({_percent(self.win)} of {amount}) and costs {cost} "
            f"({_percent(1 - self.win)} of the countered fee of {fee}, and {handling} handling)"
        )


def decide(
    policy: DecisionPolicy,
    dispute: Dispute,
    manifest: Manifest,
    *,
    obstacle: str | None = None,
    closed: ClosedRounds | None = None,
) -> Decision:
    """What to do in this round. An inquiry is never accepted, and a chargeback never refunded, which would pay twice.

    Without an answer to the claim, the assumed win rates are not used.

    :param manifest: of the packet, with its contradictions
    :param obstacle: why no packet may be made for this claim, or None
    :param closed: own rounds so far
    """
    key = (manifest.claim, band(manifest))
    won, lost = (closed or ClosedRounds()).counts.get(key, (0, 0))
    measured = won + lost >= policy.minimum_rounds
    doubts = _doubts(manifest, obstacle, measured=measured)
    known = Decision(choice="ask", reasons=tuple(doubts), won=won, lost=lost)
    if known.reasons:
        return known
    fee, handling = policy.countered_fee.get(dispute.currency), policy.handling.get(dispute.currency)
    if fee is None or handling is None:
        what = "countered fee" if fee is None else "cost of handling"
        return _reasoned(
            known,
            f"the policy sets no {what} in {dispute.currency.upper()}, and a missing amount does not count as zero",
        )
    win, basis = _win(policy, key, won, lost)
    stake = _Stake(win, dispute.amount, fee, handling, dispute.currency)
    known = _reasoned(known, basis, stake.words)
    if stake.gain > stake.cost:
        return known.model_copy(update={"choice": "fight"})
    if manifest.round is Round.INQUIRY:
        return _instead_of_inquiry(policy, dispute, stake, known)
    if policy.accept == "never":
        return _fought(known, "the policy never accepts a loss")
    return _instead(policy.accept, "accept", known, "accepting the loss costs nothing more")


def describe_recommendation(decision: Decision) -> str:
    """`Recommended: fight, because …`."""
    return f"Recommended: {name_choice(decision)}, because {'; '.join(decision.reasons)}."


def name_choice(decision: Decision) -> str:
    """What to do, in words, like `accept the loss`."""
    return _WORDS[decision.choice]


def _doubts(manifest: Manifest, obstacle: str | None, *, measured: bool) -> list[str]:
    """What only a person can weigh.

    :param measured: whether our own rounds give the win rate: an assumed rate applies only to packets with an answer
    """
    doubts = [one.problem for one in manifest.contradictions]
    if not manifest.answers and not measured:
        doubts.append(NO_ANSWER)
    if obstacle:
        doubts.append(obstacle)
    if manifest.fee is not None:
        doubts.append("contesting costs the network's fee, to which only a person may agree")
    if manifest.round is Round.APPEAL:
        doubts.append("the network may charge fees for an appeal; only a person may agree to them")
    return doubts


def _win(policy: DecisionPolicy, key: tuple[str, Band], won: int, lost: int) -> tuple[Fraction, str]:
    """The chance of winning, and its source."""
    (claim, completeness), ended = key, won + lost
    if ended >= policy.minimum_rounds:
        return Fraction(won, ended), f"{won} of our {ended} {claim} rounds with {completeness} evidence were won"
    win = Fraction(str(getattr(policy.win_rates, completeness)))
    needed = f"{ended} of our {claim} rounds with such evidence have ended, {policy.minimum_rounds} are needed"
    return win, f"the policy assumes {_percent(win)} wins with {completeness} evidence ({needed})"


def _instead_of_inquiry(policy: DecisionPolicy, dispute: Dispute, stake: _Stake, known: Decision) -> Decision:
    """A full refund gives back the remaining amount of the charge, which may be more than is disputed."""
    if policy.refund == "never":
        return _fought(known, "the policy never refunds an inquiry")
    if not dispute.is_charge_refundable:
        return _reasoned(known, "that does not pay, and the charge cannot be refunded")
    charge = dispute.charge
    if charge is None or charge.currency != dispute.currency:
        currency = dispute.currency.upper()
        return _reasoned(known, f"that does not pay, and the amount of a full refund is not known in {currency}")
    left, disputed = (money(value, charge.currency) for value in (charge.left, dispute.amount))
    if charge.left > stake.loss:
        lost = money(round(stake.loss), charge.currency)
        return _fought(
            known, f"a full refund gives back {left}, more than the {lost} that fighting is expected to cost"
        )
    why = f"a full refund of {left} ends the inquiry before it becomes a chargeback"
    if charge.left > dispute.amount:
        why += f"; it is more than the {disputed} that is disputed, so only a person may agree to it"
        return _instead("ask", "refund", known, why)
    return _instead(policy.refund, "refund", known, why)


def _instead(allowed: str, choice: str, known: Decision, why: str) -> Decision:
    """Where fighting does not pay.

    :param allowed: `ask` or `automatic`
    """
    update = {"choice": choice, "automatic": allowed == "automatic"}
    return _reasoned(known, "that does not pay", why).model_copy(update=update)


def _fought(known: Decision, why: str) -> Decision:
    """Where fighting does not pay, and nothing else is better."""
    return _reasoned(known, f"that does not pay, but {why}").model_copy(update={"choice": "fight"})


def _percent(rate: Fraction) -> str:
    return f"{round(rate * 100)} %"


def _reasoned(decision: Decision, *reasons: str) -> Decision:
    return decision.model_copy(update={"reasons": (*decision.reasons, *reasons)})

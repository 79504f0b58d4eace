"""How complete a packet is: one number, its band, and what would help most."""

from collections.abc import Iterator
from typing import get_args

from disputes.packet.appeals import plan_for_round
from disputes.packet.manifest import Completeness, Manifest, Share
from disputes.rules.playbook import FieldPlan, Importance, Playbook
from disputes.rules.policies import Band

IMPORTANCES: tuple[Importance, ...] = get_args(Importance)
"""The most important first."""
_WEIGHTS = {"essential": 3, "strong": 2, "helpful": 1}
_WORDS = {"essential": "essential", "strong": "strong", "helpful": "optional"}


def score(completeness: Completeness) -> int:
    """0 to 100: the share of the expected fields that is given; essential ones count three times, strong ones twice."""
    shares = [(_WEIGHTS[rank], share) for rank, share in _shares(completeness)]
    expected = sum(weight * len(share.expected) for weight, share in shares)
    given = sum(weight * len(share.given) for weight, share in shares)
    return round(100 * given / expected) if expected else 0


def band(manifest: Manifest) -> Band:
    """`complete` when nothing essential is missing, `partial` when at least half of it is there, else `poor`.

    If nothing answers the claim, or the merchant supplied no facts, so that nobody knows what is essential, it is
    always `poor`.
    """
    if not manifest.answers:
        return "poor"
    completeness = manifest.completeness
    expected = len(completeness.essential.expected)
    share = 1 - len(completeness.essential_missing) / expected if expected else None
    return band_of(share, manifest.product_type)


def band_of(essential_share: float | None, product_type: str | None) -> Band:
    """The same, from the share of the essential fields; None where none is expected, which proves nothing either."""
    if product_type is None or essential_share is None or essential_share < 0.5:
        return "poor"
    return "complete" if essential_share >= 1 else "partial"


def score_lines(manifest: Manifest, playbook: Playbook) -> list[str]:
    """The score in words: by importance what is given and missing, and what would help most."""
    helping = [f"would help: {line}" for line in would_help(manifest, playbook)]
    return [score_line(manifest), *share_lines(manifest), *helping]


def score_line(manifest: Manifest) -> str:
    """`Completeness: 72 of 100, partial`."""
    return f"Completeness: {score(manifest.completeness)} of 100, {band(manifest)}"


def share_lines(manifest: Manifest) -> list[str]:
    """One line for each importance: how many of the expected fields are given, and which are missing."""
    lines = []
    for rank, share in _shares(manifest.completeness):
        missing = _missing(share)
        lacks = f", missing {', '.join(missing)}" if missing else ""
        lines.append(f"{_WORDS[rank]}: {len(share.given)} of {len(share.expected)} fields given{lacks}")
    return lines


def would_help(manifest: Manifest, playbook: Playbook) -> list[str]:
    """Fields that the playbook expects and nothing gives, the most important first, with what would give them."""
    plan = plan_for_round(playbook.plan(manifest.product_type), manifest.round)
    return [
        f"{field} ({_WORDS[rank]}): {_needs(plan[field])}"
        for rank, share in _shares(manifest.completeness)
        for field in _missing(share)
        if field in plan
    ]


def _shares(completeness: Completeness) -> Iterator[tuple[Importance, Share]]:
    for rank in IMPORTANCES:
        yield rank, getattr(completeness, rank)


def _missing(share: Share) -> list[str]:
    return [name for name in share.expected if name not in share.given]


def _needs(plan: FieldPlan) -> str:
    if plan.fact:
        return f"the fact {plan.fact}"
    if plan.template:
        return f"facts that the template {plan.template} uses"
    return f"a document {', or '.join(plan.documents)}"

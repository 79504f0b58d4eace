"""Visa Compelling Evidence 3.0: two earlier charges that nobody disputed, tied to the disputed one.

Source: https://docs.stripe.com/disputes/api/visa-ce3. Exactly two charges on the same card, paid, undisputed, no
validations, 120 to 364 days before the disputed one. What Stripe filled in stays and is only completed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import Any

from disputes.dispute import Dispute
from disputes.facts.facts import Facts
from disputes.facts.stripe_values import at
from disputes.facts.transactions import (
    ELEMENTS,
    PRIOR_SOURCES,
    SOURCES,
    disputed_transaction,
    find_shared,
    kinds,
    prior_transaction,
    suffices,
)
from disputes.facts.types import PriorCharge
from disputes.facts.wording import instant
from disputes.packet.nested import drop_empty

CE3 = "visa_compelling_evidence_3"
_CODE = "10.4"
_OF_STRIPE = ("ch_", "py_")
# Spans of 24 hours: a count of calendar days allows some hours more, never less.
_YOUNGEST, _OLDEST = timedelta(days=120), timedelta(days=364)
_Transaction = Mapping[str, Any]


@dataclass(frozen=True)
class Compelling:
    """Whether a dispute qualifies.

    :param said: that it does, and with which charges; or why not
    :param evidence: what to send below `visa_compelling_evidence_3`; empty when it does not qualify, or lacks nothing
    :param facts: names of those that the evidence rests on
    """

    said: str
    evidence: dict[str, Any]
    facts: frozenset[str] = frozenset()


class _NotQualifiedError(Exception):
    """Why not, in words."""


def compelling_evidence(dispute: Dispute, facts: Facts, product_type: str | None) -> Compelling | None:
    """Choose the two charges that have the most elements in common with this one; if there is a tie, the latest.

    :returns: None for anything but Visa's code 10.4
    """
    if (dispute.network, dispute.network_reason_code) != ("visa", _CODE):
        return None
    types = dispute.enhanced_eligibility_types
    if types is not None and CE3 not in types:
        return Compelling("does not qualify: Stripe does not offer it for this dispute", {})
    try:
        return _made(dispute, facts, product_type)
    except _NotQualifiedError as why:
        return Compelling(f"does not qualify: {why}", {})


def read_eligibility(dispute: Mapping[str, Any]) -> dict[str, Any] | None:
    """What Stripe says of the enhanced evidence on a dispute, by its name, like `visa_compelling_evidence_3`.

    Each has a `status` (`qualified`, `requires_action`, `not_qualified`; of a fee `requires_fee_acknowledgement` or
    `fee_acknowledged`), and `required_actions` where there are any.

    :param dispute: in Stripe's shape, read after staging
    :returns: None where Stripe says nothing
    """
    said: dict[str, Any] | None = drop_empty(at(dispute, "evidence_details.enhanced_eligibility"))
    return said


def goods_category(product_type: str | None) -> str | None:
    """Visa's category of what was sold; None when nobody knows."""
    if product_type is None:
        return None
    return "merchandise" if product_type == "physical_product" else "services"


def _made(dispute: Dispute, facts: Facts, product_type: str | None) -> Compelling:
    """The evidence, complete.

    :raises _NotQualifiedError: saying what is missing
    """
    held = drop_empty(at(dispute.evidence, f"enhanced_evidence.{CE3}")) or {}
    given: _Transaction = held.get("disputed_transaction", {})
    given_prior: dict[str, _Transaction] = {one["charge"]: one for one in held.get("prior_undisputed_transactions", ())}
    known = {**disputed_transaction(facts), "merchandise_or_services": goods_category(product_type)}
    disputed = {**{member: value for member, value in known.items() if value}, **given}
    if "product_description" not in disputed:
        raise _NotQualifiedError("it is not known what was sold")
    if "merchandise_or_services" not in disputed:
        raise _NotQualifiedError("the product type is unknown")
    prior = _described(_candidates(dispute, facts, given_prior), given_prior)
    pair, elements = _best(disputed, prior, given_prior, _times(facts))
    sent = {"product_description", "merchandise_or_services", *elements}
    added = {member: value for member, value in disputed.items() if member in sent and member not in given}
    whole = [_completed(charge, prior[charge], given_prior.get(charge, {}), sent) for charge in pair]
    evidence: dict[str, Any] = {"disputed_transaction": added} if added else {}
    if whole != [given_prior.get(charge) for charge in pair]:
        evidence["prior_undisputed_transactions"] = whole
    common = ", ".join(element.replace("_", " ") for element in ELEMENTS if element in elements)
    said = f"qualifies with {' and '.join(pair)}, which share with this charge: {common}"
    return Compelling(said, evidence, _used(facts, evidence, given_prior))


def _candidates(dispute: Dispute, facts: Facts, given: Mapping[str, _Transaction]) -> dict[str, _Transaction]:
    """Transactions by charge: those that Stripe named, and where it did not name two, those that the rules allow."""
    others = () if len(given) > 1 else _eligible(dispute, facts)
    found: dict[str, _Transaction] = {
        charge: {**prior_transaction(charge, facts), **given.get(charge, {})} for charge in {*given, *others}
    }
    if len(found) < 2:
        raise _NotQualifiedError(f"{len(found)} earlier undisputed charges are 120 to 364 days older; two are needed")
    return found


def _eligible(dispute: Dispute, facts: Facts) -> set[str]:
    if "charge.created" not in facts:
        raise _NotQualifiedError("it is not known when the charge was made")
    made = instant(facts["charge.created"].value)
    refused = {dispute.charge_id, *(one.charge for one in _history("history.prior_disputed_fraud", facts))}
    return {
        one.charge
        for one in _history("history.prior_undisputed", facts)
        if one.charge.startswith(_OF_STRIPE)
        and one.charge not in refused
        and one.amount
        and _YOUNGEST <= made - instant(one.created) <= _OLDEST
    }


def _described(found: Mapping[str, _Transaction], given: Iterable[str]) -> dict[str, _Transaction]:
    described = {charge: one for charge, one in found.items() if "product_description" in one}
    if len(described) < 2 or not {*given} <= {*described}:
        raise _NotQualifiedError(f"it is not known what was sold in {', '.join(sorted({*found} - {*described}))}")
    return described


def _best(
    disputed: _Transaction, prior: Mapping[str, _Transaction], given: Iterable[str], times: Mapping[str, float]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """The pair, the later charge first, and the elements that it has in common with the disputed one."""
    latest = sorted(prior, key=lambda charge: (times.get(charge, 0), charge), reverse=True)
    alike: dict[frozenset[str], list[str]] = {}
    for charge in latest:
        alike.setdefault(find_shared([disputed, prior[charge]]), []).append(charge)
    # Of charges that have the same elements in common, only the latest two can be in the best pair.
    few = {*given, *(charge for charges in alike.values() for charge in charges[:2])}
    pairs = [
        (pair, find_shared([disputed, *(prior[charge] for charge in pair)]))
        for pair in combinations([charge for charge in latest if charge in few], 2)
        if {*given} <= {*pair}
    ]
    good = [(pair, elements) for pair, elements in pairs if suffices(elements)]
    if not good:
        raise _NotQualifiedError(
            "no two earlier charges share a purchase IP or a device, and one further element, with this charge"
        )
    return max(good, key=lambda one: (len(kinds(one[1])), [-latest.index(charge) for charge in one[0]]))


def _completed(charge: str, prior: _Transaction, given: _Transaction, sent: set[str]) -> dict[str, Any]:
    return {**{member: value for member, value in prior.items() if member in sent}, **given, "charge": charge}


def _used(facts: Facts, evidence: Mapping[str, Any], given: Mapping[str, Any]) -> frozenset[str]:
    """The facts behind what is sent."""
    sent = evidence.get("disputed_transaction", {})
    used = {next(name for name in names if name in facts) for member, names in SOURCES.items() if member in sent}
    charges = {one["charge"] for one in evidence.get("prior_undisputed_transactions", ())}
    used |= {name for name in PRIOR_SOURCES if charges & {one.charge for one in _history(name, facts)}}
    return frozenset(used | ({"charge.created"} if charges - {*given} else set()))


def _times(facts: Facts) -> dict[str, float]:
    return {one.charge: instant(one.created).timestamp() for name in PRIOR_SOURCES for one in _history(name, facts)}


def _history(name: str, facts: Facts) -> tuple[PriorCharge, ...]:
    return facts[name].value if name in facts else ()

"""Rules on facts that lead to a claim: the `when` of a playbook.

    when:
      reason: [product_not_received, credit_not_processed]
      ticket.event_status: cancelled
      order.tags: resale
      amount_at_least: {usd: 10000}

All conditions must be true; for a list, any entry suffices. A status is compared by its meaning (`states.yaml`), any
other text ignoring case. A missing fact makes its condition false.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, get_args, get_origin

from disputes.dispute import Dispute
from disputes.facts.facts import Facts
from disputes.facts.members import MEMBERS
from disputes.facts.states import state, states
from disputes.facts.types import VARIANTS, ProductType
from disputes.rules.claims import is_known_code, reason_codes, same_code
from disputes.rules.reasons import REASONS
from disputes.rules.yaml_lines import Place
from disputes.validation import meant, misspelt


@dataclass(frozen=True)
class Situation:
    """What a rule looks at.

    :param facts: those of the dispute with its charge, and the merchant's
    :param product_type: None where the merchant gives none
    """

    dispute: Dispute
    facts: Facts
    product_type: str | None


def holds(when: Mapping[str, Any], situation: Situation) -> bool:
    """Whether every condition holds.

    :param when: a rule without problems
    """
    return all(_condition(name).holds(situation, name, wanted) for name, wanted in when.items())


def describe_rule(when: Mapping[str, Any]) -> str:
    """A rule in one line."""
    return ", ".join(f"{name}: {_described(wanted)}" for name, wanted in when.items())


def entries(wanted: Any) -> tuple[Any, ...]:
    """The entries of a condition: those of a list, or the one value."""
    return tuple(one for _, one in _each(wanted))


def rule_problems(when: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """What is wrong with a rule, each with its place: unknown facts and values, and values of a wrong type."""
    for name, wanted in when.items():
        if name in _CONDITIONS or name in _FACTS:
            yield from ((("when", name, *place), problem) for place, problem in _condition(name).problems(wanted))
        elif name in MEMBERS:
            yield ("when", name), "a rule cannot use this fact: only texts, lists of texts, and true or false"
        else:
            yield ("when", name), f"fact {name} {meant(name, {*_CONDITIONS, *_FACTS})}"


@dataclass(frozen=True)
class _Condition:
    """One kind of condition.

    :param holds: takes the situation, the condition's name and what is wanted
    :param problems: what is wrong with what is wanted
    """

    holds: Callable[[Situation, str, Any], bool]
    problems: Callable[[Any], Iterator[tuple[Place, str]]]


def _condition(name: str) -> _Condition:
    return _CONDITIONS.get(name) or _FACTS[name]


def _each(wanted: Any) -> Iterator[tuple[Place, Any]]:
    """The entries of a list with their places, or the one value."""
    if isinstance(wanted, list):
        yield from (((number,), one) for number, one in enumerate(wanted))
    else:
        yield (), wanted


def _text_problems(wanted: Any, check: Callable[[str], str | None] = lambda _: None) -> Iterator[tuple[Place, str]]:
    if wanted == []:
        yield (), "is an empty list, which no dispute can match"
    for place, one in _each(wanted):
        if not isinstance(one, str):
            yield place, f"{one!r} is not a text: write it in quotes"
        elif problem := check(one):
            yield place, problem


def _flag_problems(wanted: Any) -> Iterator[tuple[Place, str]]:
    if not isinstance(wanted, bool):
        yield (), f"must be true or false, not {wanted!r}"


def _amount_problems(wanted: Any) -> Iterator[tuple[Place, str]]:
    if not isinstance(wanted, dict) or not wanted:
        yield (), "needs an amount by currency, in minor units, like {usd: 10000}"
        return
    for currency, amount in wanted.items():
        if not (isinstance(currency, str) and len(currency) == 3 and currency.islower()):
            yield (str(currency),), f"{currency!r} is not a currency; write it like usd"
        if type(amount) is not int or amount < 0:
            yield (str(currency),), f"{amount!r} is not an amount in minor units, like 10000"


def _reason_problem(name: str) -> str | None:
    return f"reason {name} {meant(name, REASONS)}" if misspelt(name, REASONS) else None


def _network_problem(name: str) -> str | None:
    known = reason_codes()
    names = {*known.networks, *(other for network in known.networks.values() for other in network.also_for)}
    return None if name in names else f"network {name} {meant(name, names)}"


def _code_problem(code: str) -> str | None:
    return None if is_known_code(code) else f"no network has a reason code {code}"


def _type_problem(name: str) -> str | None:
    types = get_args(ProductType)
    return None if name in types else f"product type {name} {meant(name, types)}"


def _state_problem(name: str, written: str) -> str | None:
    known = states()[name]
    return None if written in known else f"{written} {meant(written, known)}"


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_any(held: str | None, wanted: Any) -> bool:
    return held is not None and _plain(held) in {_plain(one) for _, one in _each(wanted)}


def _text_holds(situation: Situation, name: str, wanted: Any) -> bool:
    fact = situation.facts.get(name)
    held = () if fact is None else (fact.value,) if isinstance(fact.value, str) else fact.value
    return any(_is_any(one, wanted) for one in held)


def _state_holds(situation: Situation, name: str, wanted: Any) -> bool:
    fact = situation.facts.get(name)
    return fact is not None and _is_any(state(name, fact.value), wanted)


def _flag_holds(situation: Situation, name: str, wanted: Any) -> bool:
    fact = situation.facts.get(name)
    return fact is not None and fact.value is wanted


def _amount(enough: Callable[[int, int], bool]) -> _Condition:
    def amount_holds(situation: Situation, _: str, wanted: Any) -> bool:
        limit = wanted.get(situation.dispute.currency)
        return limit is not None and enough(situation.dispute.amount, limit)

    return _Condition(amount_holds, _amount_problems)


def _named(held: Callable[[Situation], tuple[str | None, ...]], check: Callable[[str], str | None]) -> _Condition:
    return _Condition(
        lambda situation, _, wanted: any(_is_any(one, wanted) for one in held(situation)),
        lambda wanted: _text_problems(wanted, check),
    )


_CONDITIONS = {
    "reason": _named(lambda known: (known.dispute.reason,), _reason_problem),
    "network": _named(lambda known: (known.dispute.network,), _network_problem),
    "code": _Condition(
        lambda known, _, wanted: any(same_code(known.dispute, one) for _, one in _each(wanted)),
        lambda wanted: _text_problems(wanted, _code_problem),
    ),
    "product_type": _named(lambda known: (known.product_type, VARIANTS.get(known.product_type or "")), _type_problem),
    "amount_at_least": _amount(lambda amount, limit: amount >= limit),
    "amount_below": _amount(lambda amount, limit: amount < limit),
}
"""Conditions beside those on facts. Amounts are the disputed ones, in minor units by currency."""


def _fact_condition(name: str, kind: Any) -> _Condition | None:
    """The condition on a fact of this type; None where a rule cannot look at it."""
    if name in states():
        return _Condition(_state_holds, lambda wanted: _text_problems(wanted, partial(_state_problem, name)))
    kind = getattr(kind, "__origin__", kind) if get_origin(kind) is Annotated else kind
    entry = get_args(kind)[0] if get_origin(kind) is tuple else kind
    if getattr(entry, "__origin__", entry) is str:
        return _Condition(_text_holds, _text_problems)
    return _Condition(_flag_holds, _flag_problems) if kind is bool else None


_FACTS = {name: condition for name, kind in MEMBERS.items() if (condition := _fact_condition(name, kind))}


def _described(wanted: Any) -> str:
    if isinstance(wanted, dict):
        return " or ".join(f"{amount} {currency}" for currency, amount in wanted.items())
    return " or ".join(str(one).lower() if isinstance(one, bool) else str(one) for _, one in _each(wanted))

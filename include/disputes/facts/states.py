"""The closed lists of states: what a status means, however a shop, a carrier or Stripe writes it."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

_SEPARATORS = re.compile(r"[\s_\-\u2010-\u2015,;/()\[\].:]+")


@cache
def states() -> Mapping[str, tuple[str, ...]]:
    """Every fact that has a closed list, with the states in it."""
    return {name: tuple(known) for name, known in _written().items()}


def state(name: str, written: str) -> str | None:
    """The state of the list that a status is; None when it is not in the list.

    :param name: the fact, like `ticket.event_status`
    :param written: as the fact has it; if several, separated by commas, all must mean the same
    """
    spellings = _spellings()[name]
    if whole := spellings.get(_plain(written)):
        return whole
    found = {spellings.get(_plain(part)) for part in written.split(",")}
    return found.pop() if len(found) == 1 else None


def active(status: str) -> bool:
    """Whether a subscription ran, so that a charge was due."""
    return state("subscription.status_at_charge", status) in ("active", "trialing")


def took_place(status: str) -> bool:
    """Whether an event took place."""
    return state("ticket.event_status", status) == "took_place"


def paid(status: str) -> bool:
    """Whether a charge was paid and not refunded in full."""
    return state("other_charge.status", status) in ("paid", "partially_refunded")


def given_back(status: str) -> bool:
    """Whether a charge was refunded in full."""
    return state("other_charge.status", status) == "refunded"


def done(status: str) -> bool:
    """Whether a refund was made."""
    return state("refund.status", status) == "succeeded"


def money_back(method: str) -> bool:
    """Whether a refund gave money, which store credit, a voucher or an exchange does not."""
    return state("refund.method", method) == "money"


def customs_known(status: str) -> bool:
    """Whether a status at customs is in the list."""
    return state("shipment.customs_status", status) is not None


def _plain(written: str) -> str:
    return _SEPARATORS.sub(" ", written.casefold()).strip()


@cache
def _written() -> Mapping[str, Mapping[str, list[str]]]:
    text = files("disputes.facts").joinpath("states.yaml").read_bytes()
    written: Mapping[str, Mapping[str, list[str]]] = yaml.load(text, yaml.CSafeLoader)
    return written


@cache
def _spellings() -> Mapping[str, Mapping[str, str]]:
    return {
        name: {_plain(spelling): known for known, spellings in lists.items() for spelling in (known, *spellings)}
        for name, lists in _written().items()
    }

"""Whether every value of the enhanced evidence is in one of the manifest's facts, and in which."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from disputes.facts.transactions import PRIOR_SOURCES, SOURCES
from disputes.packet.compelling_evidence import CE3, goods_category
from disputes.packet.manifest import Manifest
from disputes.packet.nested import leaves


class Value(NamedTuple):
    """One value that is sent.

    :param place: like `disputed_transaction.product_description`
    :param facts: those in which it is
    """

    place: str
    text: str
    facts: tuple[str, ...]


def values(manifest: Manifest) -> Iterator[Value]:
    """Every value of our Compelling Evidence, with the facts behind it."""
    evidence = manifest.structured.get("enhanced_evidence", {}).get(CE3, {})
    for member, part in evidence.get("disputed_transaction", {}).items():
        for place, text in leaves(part, f"disputed_transaction.{member}"):
            yield Value(place, text, _behind(text, SOURCES.get(member, ()), None, manifest))
    for prior in evidence.get("prior_undisputed_transactions", ()):
        for place, text in leaves(prior, prior["charge"]):
            yield Value(place, text, _behind(text, PRIOR_SOURCES, prior["charge"], manifest))


def untraced_values(manifest: Manifest) -> list[Value]:
    """Those that no fact backs; what Stripe had filled in is not ours, and the category is the product type's."""
    of_stripe = {text for _, text in leaves(manifest.kept, "")} | {goods_category(manifest.product_type)}
    return [value for value in values(manifest) if not value.facts and value.text not in of_stripe]


def _behind(text: str, names: tuple[str, ...], charge: str | None, manifest: Manifest) -> tuple[str, ...]:
    return tuple(name for name in names if name in manifest.facts and text in _said(manifest.facts[name].value, charge))


def _said(fact: Any, charge: str | None) -> set[str]:
    """The texts in a fact, from a list of orders only those of this charge; and an order's items as one text."""
    if charge is not None:
        fact = [one for one in fact if one["charge"] == charge]
    items = [one.get("description", "") for one in fact if isinstance(one, dict)] if isinstance(fact, list) else []
    return {"; ".join(items), *(text for _, text in leaves(fact, ""))}

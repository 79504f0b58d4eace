"""Facts: what is known about a dispute as of the purchase, each with its source and time."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, PlainValidator, TypeAdapter, ValidationError

from disputes.canonical import canonical_json
from disputes.errors import InputError
from disputes.facts.members import MEMBERS, STRIPES_OWN
from disputes.facts.types import Moment, ProductType, Text
from disputes.validation import meant, problems

_MOMENT: TypeAdapter[Any] = TypeAdapter(Moment)
_OF_ONE = {"other_charge.": "other_charge.id", "refund.": "refund.reference"}
"""Groups whose facts are all about one thing, with the fact that names it."""


@dataclass(frozen=True)
class Fact:
    """Something that is known.

    :param value: what, in its member's type (:data:`disputes.facts.members.MEMBERS`)
    :param source: where it is recorded, like `shop order record`
    :param at: as of when it is known to be so: a `datetime` with its zone, or a `date`
    """

    value: Any
    source: str
    at: Any


class _Written(BaseModel):
    """A fact as written in a document."""

    model_config = ConfigDict(extra="forbid")

    value: Any
    source: Text
    at: Moment


class Facts(Mapping[str, Fact]):
    """Facts by name, like `shipment.carrier`; cannot be changed.

    :param facts: their values already have their member's type
    """

    def __init__(self, facts: Mapping[str, Fact] | None = None) -> None:
        self._facts = dict(facts or {})

    def __getitem__(self, name: str) -> Fact:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def merged(self, other: Self) -> Self:
        """These and the other's; where both know a fact, the other's is used.

        Our facts about an `other_charge` or a `refund` are dropped when the other has one and does not name the same:
        no sentence may mix two charges, or two refunds.
        """
        own = self._facts
        for group, name in _OF_ONE.items():
            if any(one.startswith(group) for one in other) and not self._same(other, name):
                own = {held: fact for held, fact in own.items() if not held.startswith(group)}
        return type(self)({**own, **other._facts})

    def _same(self, other: Self, name: str) -> bool:
        """Whether both hold this fact, with one value."""
        return name in self and name in other and self[name].value == other[name].value

    def as_written(self) -> dict[str, dict[str, Any]]:
        """Plain JSON values: `{"shipment.carrier": {"value": …, "source": …, "at": …}, …}`."""
        return {name: _as_written(name, fact) for name, fact in self._facts.items()}

    def to_json(self) -> bytes:
        """Canonical JSON of `as_written()`."""
        return canonical_json(self.as_written())

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read back what `to_json` wrote.

        :raises InputError: naming each fact that is unknown or of a wrong type
        """
        return cls.read(json.loads(text))

    @classmethod
    def from_record(cls, written: Mapping[str, Any]) -> Self:
        """Read back what `as_written` gave, in this release or another: facts that are not known here are left out.

        :raises InputError: naming each fact that is of a wrong type
        """
        parts = _Written.model_fields
        known = {name: fact for name, fact in written.items() if name in MEMBERS}
        return cls.read({name: {part: fact[part] for part in parts if part in fact} for name, fact in known.items()})

    @classmethod
    def read(cls, written: Mapping[str, Any], *, allowed: Iterable[str] = MEMBERS) -> Self:
        """Facts from plain JSON values, every one checked.

        :param written: by name, as :meth:`as_written` gives them
        :param allowed: the names it may hold
        :raises InputError: naming each fact that is unknown or of a wrong type
        """
        names = frozenset(allowed)
        wrong = [f"{name} {meant(name, names)}" for name in written if name not in names]
        facts = {}
        for name in (name for name in written if name in names):
            try:
                facts[name] = _read(name, written[name])
            except InputError as error:
                wrong.append(error.problem)
        if wrong:
            raise InputError("; ".join(wrong), subject="facts")
        return cls(facts)


def _read(name: str, written: Any) -> Fact:
    try:
        fact = _Written.model_validate(written)
    except ValidationError as error:
        raise InputError(problems(error, _Written, within=name)) from error
    try:
        return Fact(value_type(name).validate_python(fact.value), fact.source, fact.at)
    except ValidationError as error:
        raise InputError(problems(error, MEMBERS[name], within=f"{name}.value")) from error


def _as_written(name: str, fact: Fact) -> dict[str, Any]:
    return {
        "value": value_type(name).dump_python(fact.value, mode="json", exclude_none=True),
        "source": fact.source,
        "at": _MOMENT.dump_python(fact.at, mode="json"),
    }


@cache
def value_type(name: str) -> TypeAdapter[Any]:
    """What reads and writes a fact's value."""
    return TypeAdapter(MEMBERS[name])


def _merchants(written: Any) -> Facts:
    """Facts of a merchant's document: `{"shipment": {"carrier": {…}}}`."""
    if not isinstance(written, dict) or not all(isinstance(members, dict) for members in written.values()):
        raise InputError("expected groups of facts, each an object", subject="facts")
    flat = {f"{group}.{member}": fact for group, members in written.items() for member, fact in members.items()}
    if stripes := sorted(STRIPES_OWN & flat.keys()):
        raise InputError(f"{', '.join(stripes)}: only Stripe knows them", subject="facts", remedy="Leave them out")
    return Facts.read(flat)


class MerchantFacts(BaseModel):
    """What a merchant's document says about one charge.

    :param charge: the charge's id at Stripe
    :param facts: those the merchant knows; a group or member that is not known is left out
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    charge: Text
    product_type: ProductType
    facts: Annotated[Facts, PlainValidator(_merchants)] = Facts()


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no member is written twice; JSON itself would let the last one win."""
    names = [name for name, _ in members]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise InputError(f"{', '.join(twice)}: written twice in one object", subject="facts.json", remedy="Leave one")
    return dict(members)


def read_merchant_facts(text: bytes, *, charge: str) -> MerchantFacts:
    """Read a merchant's document, `facts.json`; its shape is published as `schemas/facts.schema.json`.

    :param text: JSON in UTF-8
    :param charge: the charge it must be about
    :raises InputError: saying where the document is wrong, and what was probably meant
    """
    try:
        document = MerchantFacts.model_validate(json.loads(text, object_pairs_hook=_once))
    except ValidationError as error:
        raise InputError(problems(error, MerchantFacts), subject="facts.json") from error
    except ValueError as error:
        raise InputError(f"is not JSON: {error}", subject="facts.json") from error
    if document.charge != charge:
        raise InputError(f"is about {document.charge}, not about {charge}", subject="facts.json")
    return document

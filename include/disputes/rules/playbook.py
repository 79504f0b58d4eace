"""Playbooks: per claim and product type, which evidence a response gives, and who decides what."""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from disputes.errors import InputError
from disputes.evidence_fields import FILE_FIELDS, TEXT_FIELDS
from disputes.facts.members import MEMBERS
from disputes.facts.types import VARIANTS, ProductType
from disputes.rules.answers import ANSWERS
from disputes.rules.claims import known_claims
from disputes.rules.policies import Approval, DecisionPolicy
from disputes.rules.titles import titles
from disputes.rules.yaml_lines import Lines, Place
from disputes.validation import meant, problems

_BASE = "base.yaml"
_FALLBACK = "general"
_ALIKE = 0.85
"""How much a misspelt name is like the one that was meant; no two names of ours are."""
Importance = Literal["essential", "strong", "helpful"]
Related = Literal["prior_charges", "prior_disputes", "invoices", "subscriptions"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldPlan(_Data):
    """How one evidence field is filled: from a fact, from a template, or with documents.

    :param importance: `essential`: without it the case rarely stands
    :param fact: the fact that a text field is
    :param template: the name of the template that writes a text field
    :param documents: what a file field holds, in this order; a document may stand in several fields
    :param letter: whether our letter stands first in this file
    """

    importance: Importance
    fact: str | None = None
    template: str | None = None
    documents: tuple[str, ...] = ()
    letter: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.fact is not None, self.template is not None, bool(self.documents) or self.letter]
        if ways.count(True) != 1:
            raise ValueError("needs exactly one of fact, template, documents")
        if self.fact is not None and self.fact not in MEMBERS:
            raise ValueError(f"fact {self.fact} {meant(self.fact, MEMBERS)}")
        return self

    @property
    def is_text(self) -> bool:
        """Whether it fills a text field."""
        return self.fact is not None or self.template is not None


class DocumentWish(NamedTuple):
    """A document that a file field would hold."""

    document: str
    field: str
    importance: Importance


_Layer = dict[str, FieldPlan | None]
_Answers = dict[Literal["every"] | ProductType, tuple[str, ...]]


class _Base(_Data):
    decision: DecisionPolicy
    fields: _Layer


_Model = TypeVar("_Model", bound=_Base)


class Playbook(_Base):
    """A claim's evidence and policies.

    :param decision: the base's, with the members that the claim's own file sets
    :param missing_essential: what happens to a packet without an essential field: a person takes over, or is asked
    :param related: what to read from Stripe beyond the dispute, its charge and customer
    :param fields: for every product type, the base included
    :param products: laid over `fields` for one product type, a variant's over its own type's; None takes a field away
    :param answers: what answers the claim, for every product and for one product type: names of
        :data:`disputes.rules.answers.ANSWERS`, or of facts. Where none of them holds, a person is asked
    :param history_from_days: the age from which an earlier charge on the card counts as history
    """

    claim: str
    approval: Approval
    missing_essential: Literal["leave", "ask"]
    related: tuple[Related, ...] = ()
    products: dict[ProductType, _Layer] = {}
    answers: _Answers = {}
    history_from_days: Annotated[int, Field(strict=True, ge=0)] = 30

    def answers_for(self, product_type: str | None) -> tuple[str, ...]:
        """What answers the claim, by name: for every product first, then for its type and its variant."""
        keys = ("every", VARIANTS.get(product_type or ""), product_type)
        return tuple(dict.fromkeys(name for key in keys for name in self.answers.get(cast("ProductType", key), ())))

    def plan(self, product_type: str | None) -> dict[str, FieldPlan]:
        """The evidence fields to fill, in the playbook's order.

        :param product_type: None when nobody knows: then what holds for all of them
        """
        plans = dict(self.fields)
        for layer in (VARIANTS.get(product_type or ""), product_type):
            plans |= self.products.get(cast("ProductType", layer), {})
        return {name: plan for name, plan in plans.items() if plan is not None}

    def documents(self, product_type: str | None) -> tuple[DocumentWish, ...]:
        """Every document that would help, the most important fields first, within a field in the playbook's order."""
        plans = self.plan(product_type)
        return tuple(
            DocumentWish(document, name, importance)
            for importance in ("essential", "strong", "helpful")
            for name, plan in plans.items()
            if plan.importance == importance
            for document in plan.documents
        )


@cache
def playbook_for(claim: str) -> Playbook:
    """The playbook of a claim; the general one where it has none.

    :raises InputError: when a playbook is broken, or is named after no claim
    """
    folder = files("disputes.rules") / "playbooks"
    shipped = {file.name for file in folder.iterdir()} - {_BASE}
    _check_names(shipped)
    name = claim if f"{claim}.yaml" in shipped else _FALLBACK
    return read_playbook(name, (folder / f"{name}.yaml").read_bytes(), base=(folder / _BASE).read_bytes())


def read_playbook(claim: str, text: bytes, *, base: bytes) -> Playbook:
    """A playbook from its file.

    :param text: YAML of the claim's own layer
    :param base: YAML of the layer below
    :raises InputError: naming file, line, the place in it and what was probably meant
    """
    lines, written = _mapping(_BASE, base)
    common = _checked(_Base, lines, written)
    lines, own = _mapping(f"{claim}.yaml", text)
    decision = own.get("decision", {})
    if isinstance(decision, dict):
        decision = {**common.decision.model_dump(), **decision}
    playbook = _checked(Playbook, lines, {"claim": claim, "fields": {}, **own, "decision": decision})
    return playbook.model_copy(update={"fields": {**common.fields, **playbook.fields}})


def _check_names(shipped: Iterable[str]) -> None:
    """A playbook whose name is misspelt would never be used."""
    claims = {*known_claims(), _FALLBACK}
    for name in sorted(shipped):
        claim = name.removesuffix(".yaml")
        if _misspelt(claim, claims):
            raise InputError(f"claim {claim} {meant(claim, claims)}", subject=name)


def _misspelt(name: str, known: Collection[str]) -> bool:
    """Whether it is nearly a known one; what is new to us may have any other name."""
    return name not in known and bool(get_close_matches(name, known, n=1, cutoff=_ALIKE))


def _mapping(file: str, text: bytes) -> tuple[Lines, dict[str, Any]]:
    lines = Lines(text, file)
    content = yaml.load(text, yaml.CSafeLoader)
    if not isinstance(content, dict):
        raise InputError("is no mapping", subject=file)
    return lines, content


def _checked(model: type[_Model], lines: Lines, content: dict[str, Any]) -> _Model:
    try:
        checked = model.model_validate(content)
    except ValidationError as error:
        raise InputError(problems(error, model, line=lines.at)) from error
    wrong = [f"{lines.at(place)}: {'.'.join(map(str, place))}: {problem}" for place, problem in _misfits(checked)]
    if wrong:
        raise InputError("; ".join(wrong))
    return checked


def _misfits(checked: _Base) -> Iterator[tuple[Place, str]]:
    """Unknown evidence fields and templates, misspelt documents, and plans that do not fit a field's kind."""
    layers: dict[Place, _Layer] = {("fields",): checked.fields}
    if isinstance(checked, Playbook):
        layers |= {("products", name): layer for name, layer in checked.products.items()}
        yield from _unknown_answers(checked)
    for place, layer in layers.items():
        for name, plan in layer.items():
            if name not in TEXT_FIELDS + FILE_FIELDS:
                yield (*place, name), f"evidence field {name} {meant(name, TEXT_FIELDS + FILE_FIELDS)}"
            elif plan and plan.is_text != (name in TEXT_FIELDS):
                yield (*place, name), f"{name} is a {'text' if name in TEXT_FIELDS else 'file'} field"
            elif plan and plan.template is not None and plan.template not in _templates():
                yield (*place, name, "template"), f"template {plan.template} {meant(plan.template, _templates())}"
            for number, document in enumerate(plan.documents if plan else ()):
                if _misspelt(document, titles()):
                    yield (*place, name, "documents", number), f"document {document} {meant(document, titles())}"


def _unknown_answers(checked: Playbook) -> Iterator[tuple[Place, str]]:
    for product, answers in checked.answers.items():
        for number, answer in enumerate(answers):
            if answer not in ANSWERS and answer not in MEMBERS:
                yield ("answers", product, number), f"answer {answer} {meant(answer, {*ANSWERS, *MEMBERS})}"


@cache
def _templates() -> frozenset[str]:
    """Templates of text fields."""
    folder = files("disputes") / "templates" / "fields"
    return frozenset(file.name.removesuffix(".txt.j2") for file in folder.iterdir())

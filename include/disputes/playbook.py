"""Playbooks: per claim and product type, which evidence a response gives, and who decides what."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar, cast

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from disputes.errors import InputError
from disputes.evidence_fields import FILE_FIELDS, TEXT_FIELDS
from disputes.fact_members import MEMBERS
from disputes.fact_types import VARIANTS, ProductType
from disputes.validation import meant, problems

_FALLBACK = "general"
_Model = TypeVar("_Model", bound=BaseModel)

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


class Approval(_Data):
    """Who approves a packet, and until when.

    :param automatic_below: minor units by currency, below which nobody is asked; a currency not listed asks a person
    :param at_deadline: what an unanswered question ends in
    :param not_after_hours: how long before `due_by` the question ends
    """

    automatic_below: dict[Annotated[str, Field(pattern=r"^[a-z]{3}$")], Annotated[int, Field(strict=True, ge=0)]]
    at_deadline: Literal["leave", "submit"]
    not_after_hours: Annotated[int, Field(strict=True, ge=0)]


def _fitting(layer: dict[str, FieldPlan | None]) -> dict[str, FieldPlan | None]:
    """Refuse unknown evidence fields, and plans that do not fit a field's kind."""
    for name, plan in layer.items():
        if name not in TEXT_FIELDS + FILE_FIELDS:
            raise ValueError(f"evidence field {name} {meant(name, TEXT_FIELDS + FILE_FIELDS)}")
        if plan and plan.is_text != (name in TEXT_FIELDS):
            raise ValueError(f"{name} is a {'text' if name in TEXT_FIELDS else 'file'} field")
    return layer


_Layer = Annotated[dict[str, FieldPlan | None], AfterValidator(_fitting)]


class _Base(_Data):
    fields: _Layer


class Playbook(_Data):
    """A claim's evidence and policies.

    :param missing_essential: what happens to a packet without an essential field: a person takes over, or is asked
    :param related: what to read from Stripe beyond the dispute, its charge and customer
    :param fields: for every product type, the base included
    :param products: laid over `fields` for one product type, a variant's over its own type's; None takes a field away
    """

    claim: str
    approval: Approval
    missing_essential: Literal["leave", "ask"]
    related: tuple[Related, ...] = ()
    fields: _Layer
    products: dict[ProductType, _Layer] = {}

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
    """The playbook of a claim; the general one where it has none."""
    folder = files("disputes") / "playbooks"
    shipped = {file.name for file in folder.iterdir()}
    name = claim if f"{claim}.yaml" in shipped - {"base.yaml"} else _FALLBACK
    return read_playbook(name, (folder / f"{name}.yaml").read_bytes(), base=(folder / "base.yaml").read_bytes())


def read_playbook(claim: str, text: bytes, *, base: bytes) -> Playbook:
    """A playbook from its file.

    :param text: YAML of the claim's own layer
    :param base: YAML of the layer below
    :raises InputError: naming the file, the place and what was probably meant
    """
    common = _checked(_Base, "base.yaml", _mapping("base.yaml", base))
    file = f"{claim}.yaml"
    own = {"claim": claim, "fields": {}, **_mapping(file, text)}
    playbook = _checked(Playbook, file, own)
    return playbook.model_copy(update={"fields": {**common.fields, **playbook.fields}})


def _mapping(file: str, text: bytes) -> dict[str, Any]:
    try:
        content = yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise InputError(f"is no YAML: {error}", subject=file) from error
    if not isinstance(content, dict):
        raise InputError("is no mapping", subject=file)
    return content


def _checked(model: type[_Model], file: str, content: dict[str, Any]) -> _Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InputError(problems(error, model), subject=file) from error

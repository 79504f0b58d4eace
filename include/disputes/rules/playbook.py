"""Playbooks: per claim and product type, which evidence a response gives, and who decides what."""

from typing import Annotated, Any, Literal, NamedTuple, Self, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from disputes.facts.members import MEMBERS
from disputes.facts.types import VARIANTS, ProductType
from disputes.rules.policies import Approval, DecisionPolicy
from disputes.validation import meant

Importance = Literal["essential", "strong", "helpful"]
Related = Literal["prior_charges", "prior_disputes", "invoices", "subscriptions"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldPlan(_Data):
    """How one evidence field is filled: from a fact, from a template, or with documents.

    :param importance: `essential`: without it the case rarely succeeds
    :param fact: the fact that fills a text field
    :param template: the name of the template that writes a text field
    :param documents: what a file field holds, in this order; a document may be in several fields
    :param letter: whether our letter comes first in this file
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


Layer = dict[str, FieldPlan | None]
"""By evidence field; None removes a field of the layer below."""
_Answers = dict[Literal["every"] | ProductType, tuple[str, ...]]


class Base(_Data):
    """The defaults of every playbook."""

    decision: DecisionPolicy
    fields: Layer


class Playbook(Base):
    """A claim's evidence and policies.

    :param when: the rule that leads to this claim under any reason and code: see :mod:`disputes.rules.conditions`;
        empty where only a reason or a code leads to it
    :param decision: the base's, with the members that the claim's own file sets
    :param missing_essential: what happens to a packet without an essential field: a person takes over, or is asked
    :param related: what to read from Stripe beyond the dispute, its charge and customer
    :param fields: for every product type, the base included
    :param products: overrides `fields` for one product type, and a variant overrides its type; None removes a field
    :param answers: what answers the claim, for every product and for one product type: names of
        :data:`disputes.rules.answers.ANSWERS`, or of facts. Where none of them holds, a person is asked
    :param history_from_days: the age from which an earlier charge on the card counts as history
    """

    claim: str
    when: dict[str, Any] = {}
    approval: Approval
    missing_essential: Literal["leave", "ask"]
    related: tuple[Related, ...] = ()
    products: dict[ProductType, Layer] = {}
    answers: _Answers = {}
    history_from_days: Annotated[int, Field(strict=True, ge=0)] = 30

    def answers_for(self, product_type: str | None) -> tuple[str, ...]:
        """What answers the claim, by name: for every product first, then for its type and its variant."""
        keys = ("every", VARIANTS.get(product_type or ""), product_type)
        return tuple(dict.fromkeys(name for key in keys for name in self.answers.get(cast("ProductType", key), ())))

    def plan(self, product_type: str | None) -> dict[str, FieldPlan]:
        """The evidence fields to fill, in the playbook's order.

        :param product_type: None if unknown: then only what holds for all types
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

"""The letter to the bank: the claim, the answer, two charges, what happened, the arguments, the exhibits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from disputes.dispute import Dispute
from disputes.exhibits.exhibits import Exhibit
from disputes.exhibits.sheets import POINTS, PageSize
from disputes.exhibits.typesetting import TEXT, literal, typeset
from disputes.facts.calendar import zone_of
from disputes.facts.facts import Facts
from disputes.facts.wording import brief, zone_name
from disputes.packet.citations import proved
from disputes.packet.manifest import Statement
from disputes.packet.statements import Sentence, sentences, timeline
from disputes.packet.template_checks import LETTER_SECTIONS
from disputes.rounds import Round
from disputes.rules.claims import Claim
from disputes.rules.rule_files import CLAIM_TEMPLATES, names_in


@dataclass(frozen=True)
class Listed:
    """An exhibit in the letter's list.

    :param number: from 1
    :param fields: the evidence fields whose files hold it
    :param proves: the sentence that it proves; empty where no sentence cites it
    """

    number: int
    exhibit: Exhibit
    fields: tuple[str, ...]
    proves: str = ""

    @property
    def file(self) -> str:
        """The merchant's name for it, and when and by whom a mail was written."""
        return ", ".join(filter(None, (self.exhibit.filename, self.exhibit.written)))

    @property
    def places(self) -> str:
        """The fields in readable words."""
        return ", ".join(field.replace("_", " ") for field in self.fields)


@dataclass(frozen=True)
class Case:
    """Everything except the facts from which a letter and the text fields are written."""

    dispute: Dispute
    claim: Claim
    product_type: str | None
    exhibits: tuple[Listed, ...] = ()
    round: Round = Round.CHARGEBACK

    @property
    def title(self) -> str:
        """The letter's title."""
        return "Appeal in a dispute" if self.round is Round.APPEAL else "Response to a dispute"

    @property
    def is_card(self) -> bool:
        """Whether a card was charged."""
        return self.dispute.payment_method_type == "card"

    @property
    def holder(self) -> str:
        """Who disputes, in the words of the payment method."""
        return "cardholder" if self.is_card else "customer"

    @property
    def says(self) -> str | None:
        """What the code says of the claim, in those words."""
        said = self.claim.says
        return said and said.replace("cardholder", self.holder)

    @property
    def template(self) -> str:
        """The claim's own sentences; the general ones where it has none."""
        own = self.claim.name in names_in(CLAIM_TEMPLATES)
        return f"claims/{self.claim.name if own else 'general'}.j2"


@dataclass(frozen=True)
class Letter:
    """A letter as PDF, and the statements in it.

    :param exhibits: those of the case, each with the sentence that it proves
    """

    pdf: bytes
    statements: tuple[Statement, ...]
    exhibits: tuple[Listed, ...]


def render_letter(case: Case, facts: Facts, *, page_size: PageSize, fields: Sequence[Statement] = ()) -> Letter:
    """Write the letter from the known facts. Same input, same bytes.

    :param case: dispute, claim and numbered exhibits
    :param fields: what the text fields state, which may cite an exhibit that the letter does not
    """
    found = drop_repeated(sentences(case.template, facts, {"case": case, "exhibits": case.exhibits}))
    by_section = sections(found)
    statements = tuple(sentence.statement for of_section in by_section.values() for sentence in of_section)
    proofs = proved([*statements, *fields])
    exhibits = tuple(replace(listed, proves=proofs.get(listed.number, "")) for listed in case.exhibits)
    width, height = POINTS[page_size]
    source = layout().render(
        case=case,
        exhibits=exhibits,
        sections=by_section,
        zone=_zone(facts),
        setting=_Typst(TEXT),
        width=_Typst(width),
        height=_Typst(height),
    )
    return Letter(typeset(source), statements, exhibits)


def sections(found: Sequence[Sentence]) -> dict[str, Sequence[Sentence]]:
    """The sentences by section, the timeline in order of time."""
    by_section = {name: tuple(sentence for sentence in found if sentence.section == name) for name in LETTER_SECTIONS}
    return {**by_section, "timeline": timeline(by_section["timeline"])}


def drop_repeated(found: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences, without arguments that only repeat what answer and comparison have said."""
    said = {name for sentence in found if sentence.section in ("answer", "comparison") for name in sentence.facts}
    return tuple(one for one in found if one.section != "argument" or not one.facts or not said.issuperset(one.facts))


def _zone(facts: Facts) -> str:
    """The zone of all times in the letter, as it is named there."""
    return zone_name(datetime(2000, 1, 1, tzinfo=zone_of(facts)))


class _Typst(str):
    """Typst source of ours, which is not escaped."""

    __slots__ = ()


def _markup(value: Any) -> str:
    """A value in Typst markup: always a string literal. The semicolon separates it from what follows."""
    return value if isinstance(value, _Typst) else f"#{literal(str(value))};"


@cache
def layout() -> Template:
    """The letter's Typst source, around its sentences."""
    jinja = Environment(  # noqa: S701  (Typst, not HTML: `finalize` escapes)
        loader=PackageLoader("disputes"),
        undefined=StrictUndefined,
        finalize=_markup,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters.update(brief=brief)
    return jinja.get_template("letter.typ.j2")

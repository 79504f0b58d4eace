"""Playbooks from their files: read, merged over the base, and checked."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from disputes.errors import InputError
from disputes.evidence_fields import FILE_FIELDS, TEXT_FIELDS
from disputes.facts.members import MEMBERS
from disputes.rules.answers import ANSWERS
from disputes.rules.claims import known_claims
from disputes.rules.conditions import Situation, holds, rule_problems
from disputes.rules.playbook import Base, Layer, Playbook
from disputes.rules.rule_files import FIELD_TEMPLATES, PLAYBOOKS, RuleFile, name_of, names_in, rule_files
from disputes.rules.titles import titles
from disputes.rules.yaml_lines import Lines, Place
from disputes.validation import meant, misspelt, problems

BASE = "base"
FALLBACK = "general"
_Model = TypeVar("_Model", bound=Base)


def playbook_for(claim: str) -> Playbook:
    """The playbook of a claim; the general one where it has none.

    :raises InputError: when the playbook is broken, naming file, line, the place in it and what was probably meant
    """
    own = name_of(PLAYBOOKS, claim)
    name = claim if claim != BASE and own in rule_files() else FALLBACK
    return _playbook(rule_files()[name_of(PLAYBOOKS, name)], rule_files()[name_of(PLAYBOOKS, BASE)])


def claims_by_rule(situation: Situation) -> tuple[str, ...]:
    """The claims that rules lead to, those with the most conditions first, then by name.

    :raises InputError: when a playbook with a rule is broken, or nothing leads to one
    """
    found = [playbook for playbook in playbooks_with_a_rule() if holds(playbook.when, situation)]
    return tuple(playbook.claim for playbook in sorted(found, key=lambda one: (-len(one.when), one.claim)))


def playbooks_with_a_rule() -> tuple[Playbook, ...]:
    """The playbooks that have a rule, by claim; the others need not be read.

    :raises InputError: when one of them is broken, or nothing leads to a playbook
    """
    found = []
    for claim in sorted(names_in(PLAYBOOKS) - {BASE}):
        file = rule_files()[name_of(PLAYBOOKS, claim)]
        playbook = playbook_for(claim) if b"when:" in file.content or claim not in known_claims() else None
        if playbook and playbook.when:
            found.append(playbook)
        elif claim not in known_claims():
            raise _unreachable(claim, file)
    return tuple(found)


def has_rule(claim: str) -> bool:
    """Whether a rule on facts leads to this claim.

    :raises InputError: when a playbook with a rule is broken, or nothing leads to one
    """
    return any(playbook.claim == claim for playbook in playbooks_with_a_rule())


def known_documents() -> frozenset[str]:
    """The documents that a template may cite: those with a title, and those of the merchant's own playbooks."""
    found = set(titles())
    for claim in names_in(PLAYBOOKS) - {BASE}:
        if rule_files()[name_of(PLAYBOOKS, claim)].own:
            with suppress(InputError):  # a broken playbook is reported only where it is used
                plans = [plan for layer in _layers(playbook_for(claim)).values() for plan in layer.values() if plan]
                found |= {document for plan in plans for document in plan.documents}
    return frozenset(found)


@cache
def _playbook(file: RuleFile, base: RuleFile) -> Playbook:
    return _read(file.name.removeprefix(f"{PLAYBOOKS}/").removesuffix(".yaml"), file, _read_base(base))


def _read(claim: str, file: RuleFile, common: Base) -> Playbook:
    lines, own = _mapping(file)
    decision = own.get("decision", {})
    if isinstance(decision, dict):
        decision = {**common.decision.model_dump(), **decision}
    playbook = _checked(Playbook, lines, {"claim": claim, "fields": {}, **own, "decision": decision})
    return playbook.model_copy(update={"fields": {**common.fields, **playbook.fields}})


@cache
def _read_base(file: RuleFile) -> Base:
    return _checked(Base, *_mapping(file))


def _unreachable(claim: str, file: RuleFile) -> InputError:
    known = known_claims()
    close = f"; {claim} {meant(claim, known)}" if misspelt(claim, known) else ""
    return InputError(
        f"nothing leads to the claim {claim}: no reason, network code or rule{close}",
        subject=file.shown,
        remedy="Write the facts that lead to it under `when:`, such as `order.tags: resale`",
    )


def _mapping(file: RuleFile) -> tuple[Lines, dict[str, Any]]:
    lines = Lines(file.content, file.shown)
    content = yaml.load(file.content, yaml.CSafeLoader)
    if not isinstance(content, dict):
        raise InputError("is not a mapping", subject=file.shown)
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


def _misfits(checked: Base) -> Iterator[tuple[Place, str]]:
    """Unknown evidence fields and templates, misspelt documents, plans that do not fit a field, and a wrong rule."""
    if isinstance(checked, Playbook):
        yield from rule_problems(checked.when)
        yield from _wrong_answers(checked)
    templates = names_in(FIELD_TEMPLATES)
    for place, layer in _layers(checked).items():
        for name, plan in layer.items():
            if name not in TEXT_FIELDS + FILE_FIELDS:
                yield (*place, name), f"evidence field {name} {meant(name, TEXT_FIELDS + FILE_FIELDS)}"
            elif plan and plan.is_text != (name in TEXT_FIELDS):
                yield (*place, name), f"{name} is a {'text' if name in TEXT_FIELDS else 'file'} field"
            elif plan and plan.template is not None and plan.template not in templates:
                yield (*place, name, "template"), f"template {plan.template} {meant(plan.template, templates)}"
            for number, document in enumerate(plan.documents if plan else ()):
                if misspelt(document, titles()):
                    yield (*place, name, "documents", number), f"document {document} {meant(document, titles())}"


def _wrong_answers(playbook: Playbook) -> Iterator[tuple[Place, str]]:
    for name, answers in playbook.answers.items():
        for number, answer in enumerate(answers):
            if answer not in ANSWERS and answer not in MEMBERS:
                yield ("answers", name, number), f"answer {answer} {meant(answer, {*ANSWERS, *MEMBERS})}"


def _layers(checked: Base) -> dict[Place, Layer]:
    """The layers of evidence fields, by their place in the file."""
    products = checked.products if isinstance(checked, Playbook) else {}
    return {("fields",): checked.fields} | {("products", name): layer for name, layer in products.items()}

"""Checks a manifest against itself: fields, completeness, rules, facts and statements."""

from collections import Counter
from collections.abc import Iterator

from disputes.checking.audit import Finding
from disputes.checking.claim_words import unsupported_statements
from disputes.errors import InputError
from disputes.evidence_fields import FILE_FIELDS, TEXT_FIELDS
from disputes.facts.facts import Facts
from disputes.packet.appeals import REASON_FOR_FILING, plan_for_round
from disputes.packet.content import CONTINUED_IN
from disputes.packet.describing import proves
from disputes.packet.edits import WRITTEN
from disputes.packet.folder import MANIFEST
from disputes.packet.manifest import Manifest, UsedFact
from disputes.packet.text_fields import fact_text
from disputes.rounds import Round
from disputes.rules.loading import playbook_for
from disputes.rules.rule_files import made_with, rule_files


def inconsistencies(manifest: Manifest) -> Iterator[Finding]:
    """Everything in a manifest that contradicts the rest of it."""
    yield from _about_fields(manifest)
    yield from _about_completeness(manifest)
    yield from _about_cuts(manifest)
    yield from _without_their_facts(manifest)
    yield from _about_edits(manifest)
    yield from _about_rules(manifest)
    try:
        facts = Facts.read({name: fact.model_dump() for name, fact in _of_the_shop(manifest)})
    except InputError as error:
        yield Finding(MANIFEST, f"contains an invalid fact: {error.problem}")
        return
    yield from _about_single_facts(manifest, facts)
    for text in unsupported_statements(manifest, facts):
        yield Finding(MANIFEST, f"“{text}” rests on no fact")


def _about_fields(manifest: Manifest) -> Iterator[Finding]:
    """Every evidence field is given, kept or cleared, and once; an appeal has one text, and clears nothing."""
    named = Counter([*manifest.fields, *manifest.files, *manifest.kept, *manifest.cleared])
    appeal = manifest.round is Round.APPEAL
    texts = {REASON_FOR_FILING} if appeal else {*TEXT_FIELDS}
    for field in (field for field, times in named.items() if times > 1):
        yield Finding(field, "is more than one of given, kept and cleared")
    for field in () if appeal else sorted({*TEXT_FIELDS, *FILE_FIELDS} - named.keys()):
        yield Finding(field, "is neither given, kept nor cleared")
    for field in [*sorted(manifest.fields.keys() - texts), *sorted(manifest.files.keys() - {*FILE_FIELDS})]:
        yield Finding(field, f"is not an evidence field of the {manifest.round} round")


def _about_completeness(manifest: Manifest) -> Iterator[Finding]:
    shares = manifest.completeness
    held = {*manifest.fields, *(field for field, file in manifest.files.items() if proves(file)), *manifest.kept}
    asked_for = {CONTINUED_IN}
    for name, share in (("essential", shares.essential), ("strong", shares.strong), ("helpful", shares.helpful)):
        asked_for |= {*share.expected}
        if share.given != tuple(field for field in share.expected if field in held):
            yield Finding(MANIFEST, f"lists the wrong {name} fields as given")
    for field in sorted({*manifest.fields, *manifest.files} - asked_for):
        yield Finding(field, "is given, but is not among the expected fields")


def _about_cuts(manifest: Manifest) -> Iterator[Finding]:
    for cut in manifest.shortened:
        text = manifest.fields.get(cut.field, "")
        if text != f"{text[: cut.kept]}\n{cut.notice}".lstrip("\n"):
            yield Finding(cut.field, "is not cut as the manifest says")


def _without_their_facts(manifest: Manifest) -> Iterator[Finding]:
    for statement in manifest.statements:
        for name in statement.facts:
            if name not in manifest.facts:
                yield Finding(MANIFEST, f"“{statement.text}” rests on {name}, which is not in the manifest")


def _about_rules(manifest: Manifest) -> Iterator[Finding]:
    """The playbook and templates that made it are the same here, since they judge the rest; 0.1.0 named none."""
    here = made_with(set(manifest.made_with) & set(rule_files()))
    for name, digest in manifest.made_with.items():
        if name not in here:
            yield Finding(
                MANIFEST, f"was made with {name}, which is missing here: check it with the rules that made it"
            )
        elif here[name] != digest:
            yield Finding(MANIFEST, f"was made with another version of {name}: check it with the rules that made it")


def _of_the_shop(manifest: Manifest) -> Iterator[tuple[str, UsedFact]]:
    """The facts that no person wrote by hand in the packet."""
    return ((name, fact) for name, fact in manifest.facts.items() if not name.startswith(WRITTEN))


def _about_edits(manifest: Manifest) -> Iterator[Finding]:
    """What a person wrote is as it was recorded, and no other text is marked as written by a person."""
    for name, fact in manifest.facts.items():
        written = manifest.edits.texts.get(name.removeprefix(WRITTEN))
        if name.startswith(WRITTEN) and (written is None or written.text != fact.value):
            yield Finding(MANIFEST, f"says that a person wrote {name}, but has no such edit")


def _about_single_facts(manifest: Manifest, facts: Facts) -> Iterator[Finding]:
    """A field that the playbook fills with one fact, and no person by hand, reads as that fact."""
    plan = plan_for_round(playbook_for(manifest.claim).plan(manifest.product_type), manifest.round)
    for field, text in manifest.fields.items():
        name = plan[field].fact if field in plan else None
        if name is not None and field not in manifest.edits.texts and text != fact_text(name, facts).text:
            yield Finding(field, f"is not the fact {name}: {text}")

"""The packet: every text field and file of one response, with its manifest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, NamedTuple

from disputes.claims import Claim
from disputes.dispute import Dispute
from disputes.errors import LimitError
from disputes.evidence_fields import FILE_FIELDS, TEXT_FIELDS
from disputes.exhibits import Exhibit, captioned, merged, page_count, shrunk
from disputes.facts import Facts
from disputes.images import STEPS
from disputes.letter import Case, Letter, Listed, render_letter
from disputes.limits import Size, TooManyBytesError, check
from disputes.manifest import Completeness, ExhibitEntry, FileEntry, Manifest, Refusal, Share, Statement, UsedFact
from disputes.playbook import FieldPlan, Playbook
from disputes.rounds import RunId
from disputes.sheets import PageSize
from disputes.text_fields import Text, fact_text, template_text

_SMALL = 100_000
"""Exhibits below this many bytes are not worth shrinking."""
_RANKS = ("essential", "strong", "helpful")


@dataclass(frozen=True)
class Packet:
    """A response, ready to upload and stage.

    :param files: PDF by evidence field, as the manifest lists them
    """

    manifest: Manifest
    files: dict[str, bytes]


class _Content(NamedTuple):
    """What is inside, before it is described."""

    texts: dict[str, Text]
    files: dict[str, bytes]
    letter: Letter | None
    case: Case


def build_packet(
    *,
    dispute: Dispute,
    claim: Claim,
    playbook: Playbook,
    product_type: str | None,
    facts: Facts,
    exhibits: Sequence[Exhibit],
    refused: Sequence[Refusal],
    round_id: RunId,
    page_size: PageSize,
) -> Packet:
    """Make the packet. Same input, same bytes: nothing of clock, place or locale gets in.

    Over a limit, exhibits that stand in several fields are left in the first one, then images shrink step by step.

    :param exhibits: made for this page size; those that the playbook does not ask for are left out
    :param refused: documents that could not be used, for the manifest
    :raises LimitError: when it is over a limit all the same, naming the field and what to do
    """
    plan = playbook.plan(product_type)
    wanted = [exhibit for exhibit in exhibits if any(exhibit.document in field.documents for field in plan.values())]
    for number, listed in enumerate(_attempts(plan, wanted, page_size)):
        content = _content(Case(dispute, claim, product_type, listed), plan, facts, page_size)
        try:
            _check(content)
        except LimitError as error:
            if number and not isinstance(error, TooManyBytesError):
                raise
            over = error
            continue
        return Packet(_manifest(content, plan, facts, refused, round_id, page_size), content.files)
    raise over


def _attempts(
    plan: Mapping[str, FieldPlan], exhibits: Sequence[Exhibit], page_size: PageSize
) -> Iterator[tuple[Listed, ...]]:
    """The exhibits as they should stand, then each time a little smaller."""
    yield _listed(plan, exhibits, again=True)
    yield _listed(plan, exhibits, again=False)
    for step in STEPS[1:]:
        smaller = [shrunk(each, step, page_size) if len(each.pdf) > _SMALL else each for each in exhibits]
        yield _listed(plan, smaller, again=False)


def _listed(plan: Mapping[str, FieldPlan], exhibits: Sequence[Exhibit], *, again: bool) -> tuple[Listed, ...]:
    """Number the exhibits in the order of the fields that hold them, the most important fields first.

    :param again: whether an exhibit may stand in more than one field
    """
    listed: dict[tuple[str, str], Listed] = {}
    for field in _by_rank(plan):
        for exhibit in _of_field(plan[field], exhibits):
            key = exhibit.document, exhibit.filename
            if key not in listed:
                listed[key] = Listed(len(listed) + 1, exhibit, (field,))
            elif again:
                listed[key] = replace(listed[key], fields=(*listed[key].fields, field))
    return tuple(listed.values())


def _by_rank(plan: Mapping[str, FieldPlan]) -> list[str]:
    return sorted(plan, key=lambda field: _RANKS.index(plan[field].importance))


def _of_field(plan: FieldPlan, exhibits: Iterable[Exhibit]) -> list[Exhibit]:
    of_field = [exhibit for exhibit in exhibits if exhibit.document in plan.documents]
    return sorted(of_field, key=lambda exhibit: (plan.documents.index(exhibit.document), exhibit.filename))


def _content(case: Case, plan: Mapping[str, FieldPlan], facts: Facts, page_size: PageSize) -> _Content:
    texts = {field: _text(entry, case, facts) for field, entry in plan.items() if entry.is_text}
    letter = render_letter(case, facts, page_size=page_size) if any(entry.letter for entry in plan.values()) else None
    pages = {listed.number: captioned(listed.exhibit, listed.number, page_size) for listed in case.exhibits}
    files = {}
    for field, entry in plan.items():
        first = [letter.pdf] if letter and entry.letter else []
        parts = [*first, *(pages[listed.number] for listed in _in_file(case, field))]
        if parts:
            files[field] = merged(parts)
    return _Content({field: text for field, text in texts.items() if text.text}, files, letter, case)


def _in_file(case: Case, field: str) -> list[Listed]:
    return [listed for listed in case.exhibits if field in listed.fields]


def _text(plan: FieldPlan, case: Case, facts: Facts) -> Text:
    if plan.fact is not None:
        return fact_text(plan.fact, facts)
    return template_text(plan.template or "", case, facts)


def _check(content: _Content) -> None:
    dispute = content.case.dispute
    check(
        {field: text.text for field, text in content.texts.items()},
        {field: Size(len(pdf), page_count(pdf)) for field, pdf in content.files.items()},
        dispute=dispute.id,
        network=content.case.claim.network,
        kept_bytes=sum(
            value.get("size") or 0
            for field, value in _kept(content).items()
            if field in FILE_FIELDS and isinstance(value, dict)
        ),
    )


def _kept(content: _Content) -> dict[str, Any]:
    """What is on the dispute already, and is not replaced."""
    ours = {*content.texts, *content.files}
    return {field: value for field, value in content.case.dispute.evidence.items() if value and field not in ours}


def _manifest(
    content: _Content,
    plan: Mapping[str, FieldPlan],
    facts: Facts,
    refused: Sequence[Refusal],
    round_id: RunId,
    page_size: PageSize,
) -> Manifest:
    case = content.case
    kept = {
        field: value["id"] if field in FILE_FIELDS and isinstance(value, dict) else value
        for field, value in _kept(content).items()
    }
    given = {*content.texts, *content.files, *kept}
    statements = _statements(content)
    used = {name for statement in statements for name in statement.facts}
    return Manifest(
        dispute=case.dispute.id,
        charge=case.dispute.charge_id,
        round=round_id.round,
        revision=round_id.revision,
        claim=case.claim.name,
        product_type=case.product_type,
        page_size=page_size,
        fields={field: text.text for field, text in content.texts.items()},
        files={field: _entry(field, pdf, _in_file(case, field)) for field, pdf in content.files.items()},
        kept=kept,
        cleared=tuple(field for field in sorted(TEXT_FIELDS + FILE_FIELDS) if field not in given),
        statements=statements,
        facts={name: UsedFact(**fact) for name, fact in facts.as_written().items() if name in used},
        refused=tuple(refused),
        completeness=_completeness(plan, given),
    )


def _entry(field: str, pdf: bytes, listed: Iterable[Listed]) -> FileEntry:
    exhibits = (each.exhibit for each in listed)
    return FileEntry(
        name=f"{field}.pdf",
        sha256=sha256(pdf).hexdigest(),
        bytes=len(pdf),
        pages=page_count(pdf),
        exhibits=tuple(
            ExhibitEntry(document=each.document, filename=each.filename, sha256=each.sha256, pages=each.pages)
            for each in exhibits
        ),
    )


def _statements(content: _Content) -> tuple[Statement, ...]:
    """Those of the letter, then those of the text fields; one that stands in several places is listed once."""
    found = [*(content.letter.statements if content.letter else ())]
    for text in content.texts.values():
        found += text.statements
    return tuple(dict.fromkeys(found))


def _completeness(plan: Mapping[str, FieldPlan], given: set[str]) -> Completeness:
    shares = {}
    for rank in _RANKS:
        expected = tuple(field for field, entry in plan.items() if entry.importance == rank)
        shares[rank] = Share(expected=expected, given=tuple(field for field in expected if field in given))
    return Completeness(**shares)

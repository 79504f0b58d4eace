"""A packet's content, described: the manifest."""

from collections.abc import Collection, Sequence
from hashlib import sha256

from disputes.evidence_fields import FILE_FIELDS, TEXT_FIELDS
from disputes.exhibits.images import STEPS
from disputes.exhibits.refusal import Refusal
from disputes.limits import page_limit
from disputes.packet.candidates import IMPORTANCES, Candidate
from disputes.packet.compelling_evidence import CE3
from disputes.packet.content import Content, Frame, Placed
from disputes.packet.editing import written_facts
from disputes.packet.letter import Listed
from disputes.packet.manifest import (
    CONTINUATION,
    Completeness,
    Dropped,
    ExhibitEntry,
    FileEntry,
    Manifest,
    Reduced,
    Share,
    Shortened,
    Statement,
    UsedFact,
)
from disputes.rounds import Round, RunId

ORDER_ITEMS = "order_items"
"""The document's name of the list of a long order, which is made from facts."""


def proves(file: FileEntry) -> bool:
    """Whether a file contains a merchant's document; our own letter, and exhibits made from facts, prove nothing."""
    return any(one.document != ORDER_ITEMS and not one.document.startswith(CONTINUATION) for one in file.exhibits)


def describe(
    frame: Frame,
    content: Content,
    chosen: Sequence[Placed],
    asked_for: Sequence[Candidate],
    refused: Sequence[Refusal],
    round_id: RunId,
) -> Manifest:
    """Record everything in the packet, and what is not in it and why.

    :param chosen: the exhibits that are in it
    :param asked_for: those that the playbook asks for
    :param refused: documents that could not be used
    """
    kept = {
        field: value["id"] if field in FILE_FIELDS and isinstance(value, dict) else value
        for field, value in content.kept.items()
    }
    files = _files(content)
    held = {*content.texts, *content.files, *kept}
    given = {*content.texts, *kept, *(field for field, entry in files.items() if proves(entry))}
    appeal, compelling = frame.round is Round.APPEAL, frame.compelling
    structured = {"enhanced_evidence": {CE3: compelling.evidence}} if compelling and compelling.evidence else {}
    statements = _statements(content)
    used = {name for statement in statements for name in statement.facts} | (compelling.facts if compelling else set())
    empty = sorted(field for field in TEXT_FIELDS + FILE_FIELDS if field not in held)
    return Manifest(
        dispute=frame.dispute.id,
        charge=frame.dispute.charge_id,
        round=frame.round,
        revision=round_id.revision,
        claim=frame.claim.name,
        product_type=frame.product_type,
        page_size=frame.page_size,
        fields={field: text.text for field, text in content.texts.items()},
        files=files,
        kept=kept,
        cleared=() if appeal else tuple(empty),
        structured=structured,
        compelling_evidence=compelling.said if compelling else None,
        fee=None if appeal else frame.claim.fee,
        statements=statements,
        facts=_used_facts(frame, used),
        refused=tuple(dict.fromkeys([*refused, *(part for one in asked_for for part in one.exhibit.refusals)])),
        reduced=tuple(_reduced(one) for one in chosen if one.step),
        dropped=tuple(_dropped(content, chosen, asked_for)),
        shortened=tuple(_shortened(content)),
        edits=frame.edits,
        completeness=_completeness(frame, given),
    )


def _used_facts(frame: Frame, used: Collection[str]) -> dict[str, UsedFact]:
    """The facts that the packet rests on: the shop's, and what people wrote."""
    known = {name: UsedFact(**fact) for name, fact in frame.facts.as_written().items() if name in used}
    return known | {name: fact for name, fact in written_facts(frame.edits).items() if name in used}


def _files(content: Content) -> dict[str, FileEntry]:
    return {
        field: FileEntry(
            name=f"{field}.pdf",
            sha256=sha256(pdf).hexdigest(),
            bytes=len(pdf),
            pages=content.sizes[field].pages,
            exhibits=tuple(_entry(listed) for listed in content.case.exhibits if field in listed.fields),
        )
        for field, pdf in content.files.items()
    }


def _entry(listed: Listed) -> ExhibitEntry:
    exhibit = listed.exhibit
    return ExhibitEntry(
        document=exhibit.document,
        filename=exhibit.filename,
        sha256=exhibit.sha256,
        pages=exhibit.pages,
        written=exhibit.written,
    )


def _statements(content: Content) -> tuple[Statement, ...]:
    """Those of the letter, then those of the text fields; one that is in several places is listed once."""
    found = [*(content.letter.statements if content.letter else ())]
    for text in content.texts.values():
        found += text.statements
    return tuple(dict.fromkeys(found))


def _reduced(one: Placed) -> Reduced:
    exhibit, quality = one.candidate.exhibit, STEPS[one.step]
    return Reduced(
        document=exhibit.document,
        filename=exhibit.filename,
        dpi=quality.dpi,
        jpeg=quality.jpeg,
        before=len(exhibit.pdf),
        after=one.candidate.versions[one.step],
    )


def _dropped(content: Content, chosen: Sequence[Placed], asked_for: Sequence[Candidate]) -> list[Dropped]:
    fields = {one.candidate: one.fields for one in chosen}
    limit = page_limit(content.case.claim.network)
    left = content.room.pages - sum(size.pages for size in content.sizes.values())
    found = []
    for one in asked_for:
        exhibit = one.exhibit
        for field in one.fields:
            if field in fields.get(one, ()):
                continue
            if one in fields:
                reason = f"is already in {fields[one][0]}"
            elif exhibit.pages > left:
                reason = f"its {exhibit.pages} pages do not fit: {left} of {limit} are left"
            else:
                reason = f"its {one.versions[-1]} bytes do not fit: all files together may have {content.room.bytes}"
            found.append(
                Dropped(
                    field=field,
                    document=exhibit.document,
                    filename=exhibit.filename,
                    pages=exhibit.pages,
                    bytes=len(exhibit.pdf),
                    reason=reason,
                )
            )
    return found


def _shortened(content: Content) -> list[Shortened]:
    numbers = {listed.exhibit.document: listed.number for listed in content.case.exhibits}
    found = []
    for field, cut in content.cuts.items():
        rest = content.rests.get(field)
        number = numbers.get(rest.document) if rest else None
        found.append(
            Shortened(
                field=field,
                characters=len(cut.kept) + len(cut.rest),
                kept=len(cut.kept),
                notice=cut.notice(number),
                continued_in=rest.document if rest and number else None,
            )
        )
    return found


def _completeness(frame: Frame, given: set[str]) -> Completeness:
    shares = {}
    for rank in IMPORTANCES:
        expected = tuple(field for field, entry in frame.plan.items() if entry.importance == rank)
        shares[rank] = Share(expected=expected, given=tuple(field for field in expected if field in given))
    return Completeness(**shares)

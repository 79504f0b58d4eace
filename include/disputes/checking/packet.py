"""The audit of a packet in a folder: limits, digests, pages, fonts, and where every sentence comes from."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from disputes.checking.audit import Finding, audit
from disputes.checking.captions import letter_pages, misnamed_pages
from disputes.checking.consistency import inconsistencies
from disputes.checking.nested_tracing import untraced_values
from disputes.checking.pdf import pdf_problems
from disputes.checking.reading import page_texts
from disputes.checking.tracing import untraced_lines, untraced_passages
from disputes.dispute import Dispute
from disputes.errors import InputError
from disputes.limits import page_limit, text_pages
from disputes.packet.folder import DIGEST, FIELDS, MANIFEST, read_digests, read_fields, read_files, read_manifest
from disputes.packet.manifest import Manifest
from disputes.packet.nested import leaves, overlay
from disputes.record_format import read_record
from disputes.response.submission import PACKET_KEY, with_kept
from disputes.rounds import Round, round_of
from disputes.rules.claims import demands
from disputes.rules.loading import has_rule
from disputes.safe_files import read_file

_MOST = 20_000_000


def check_packet(folder: Path) -> tuple[Finding, ...]:
    """Every problem of a packet; empty if there is none.

    :param folder: as `disputes packet` writes it, or as a round keeps it in S3
    :raises InputError: when it contains no packet, or its files cannot be read
    """
    manifest = read_manifest(folder / MANIFEST)
    fields, files, dispute = read_fields(folder), read_files(folder, manifest), _dispute(folder)
    digests = read_digests(folder)
    texts = manifest.fields if fields is None else fields
    return (
        *_digests(digests, made_here=fields is not None),
        *inconsistencies(manifest),
        *_of_dispute(manifest, dispute),
        *_as_submitted(manifest, digests[MANIFEST], texts, files),
        *_unlisted(manifest, texts, files),
        *_pages(manifest, dispute.network if dispute else None),
        *_untraced(manifest, texts),
        *(
            Finding(f"enhanced_evidence of {value.place}", f"has a value that no fact supports: {value.text}")
            for value in untraced_values(manifest)
        ),
        *(found for field in manifest.files if field in files for found in _file(field, files[field], manifest)),
    )


def _digests(digests: Mapping[str, str], *, made_here: bool) -> Iterator[Finding]:
    """Whether everything that names the packet's hash names the same one; the hash is that of the manifest's own bytes.

    :param made_here: whether `disputes packet` has made the folder, which then holds the hash
    """
    if made_here and DIGEST not in digests:
        yield Finding(DIGEST, "is missing")
    for name, digest in digests.items():
        if digest != digests[MANIFEST]:
            yield Finding(name, f"has the hash {digest}, the manifest's is {digests[MANIFEST]}")


def _of_dispute(manifest: Manifest, dispute: Dispute | None) -> Iterator[Finding]:
    """Whether the packet is for the dispute beside it."""
    if dispute is None:
        return
    said = (
        (manifest.dispute, dispute.id),
        (manifest.charge, dispute.charge_id),
        (manifest.round, round_of(dispute.status)),
    )
    for ours, theirs in said:
        if ours != theirs:
            yield Finding(MANIFEST, f"is for {ours}, the dispute's is {theirs}")
    if manifest.claim not in demands(dispute) and not has_rule(manifest.claim):
        yield Finding(MANIFEST, f"answers {manifest.claim}, the claim is {' or '.join(demands(dispute))}")


def _as_submitted(
    manifest: Manifest, sha256: str, texts: Mapping[str, Any], files: Mapping[str, bytes]
) -> tuple[Finding, ...]:
    """What the audit would say if Stripe held exactly this."""
    evidence: dict[str, Any] = {**texts, **{field: field for field in files}}
    if manifest.round is Round.APPEAL:
        evidence = {"appeal": {"card": {**texts, "supporting_files": list(files)}}}
    fee = {manifest.fee: {"fee_acknowledged": True}} if manifest.fee else {}
    evidence = with_kept(manifest, overlay(overlay(evidence, manifest.structured), {"enhanced_evidence": fee}))
    held = {"id": manifest.dispute, "evidence": evidence, "metadata": {PACKET_KEY: sha256}}
    readable = {field: content for field, content in files.items() if page_texts(content) is not None}
    return audit(held, readable, manifest, packet_sha256=sha256)


def _unlisted(manifest: Manifest, texts: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Finding]:
    for field in texts:
        if field not in manifest.fields:
            yield Finding(field, f"is in {FIELDS} but not in the manifest")
    for field in files:
        if field not in manifest.files:
            yield Finding(field, "is in files/ but not in the manifest")


def _dispute(folder: Path) -> Dispute | None:
    """The dispute, if a round's folder holds it; 0.1.0 wrote it into a separate file."""
    for name, member in (("case.json", "dispute"), ("dispute.json", None)):
        content = read_file(folder / name, most=_MOST)
        if content is not None:
            held = read_record(content, name)
            try:
                return Dispute.model_validate(held[member] if member else held)
            except (KeyError, ValidationError) as error:
                raise InputError("does not contain a Stripe dispute", subject=name) from error
    return None


def _pages(manifest: Manifest, network: str | None) -> Iterator[Finding]:
    nested = dict(leaves(manifest.structured, ""))
    pages = sum(entry.pages for entry in manifest.files.values()) + text_pages(nested | manifest.fields)
    if pages > page_limit(network):
        yield Finding(MANIFEST, f"files and text make about {pages} pages, more than {page_limit(network)}")


def _untraced(manifest: Manifest, texts: Mapping[str, Any]) -> Iterator[Finding]:
    for field, text in texts.items():
        for line in untraced_lines(str(text), manifest):
            yield Finding(field, f"has a line that no statement supports: {line}")


def _file(field: str, content: bytes, manifest: Manifest) -> Iterator[Finding]:
    letter, pages = letter_pages(field, manifest), page_texts(content) or []
    for problem in pdf_problems(content, page_size=manifest.page_size, letter_pages=letter):
        yield Finding(field, problem)
    for passage in untraced_passages(pages[:letter], manifest):
        yield Finding(field, f"the letter has a passage that no statement supports: {passage}")
    for problem in misnamed_pages(pages, field, manifest):
        yield Finding(field, problem)

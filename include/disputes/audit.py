"""The audit: what Stripe holds against the manifest, counted anew with nothing of the packet's builder."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

import pypdfium2

from disputes.limits import ALL_BYTES, ALL_TEXT, LONG_FIELDS, LONG_TEXT, SHORT_TEXT
from disputes.manifest import FileEntry, Manifest
from disputes.submission import PACKET_KEY


class Finding(NamedTuple):
    """Something that is not as the manifest says.

    :param field: an evidence field, or the dispute itself
    """

    field: str
    problem: str

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}"


def audit(dispute: Mapping[str, Any], contents: Mapping[str, bytes], manifest: Manifest) -> tuple[Finding, ...]:
    """Compare a dispute as Stripe returns it with the packet that we say was submitted.

    :param dispute: Stripe's object
    :param contents: the files on the dispute, by file id, as downloaded from Stripe
    :returns: every difference; none when all is well
    """
    evidence = dispute.get("evidence") or {}
    return (
        *_about_dispute(dispute, manifest),
        *_about_texts(evidence, manifest),
        *_about_files(evidence, contents, manifest),
        *_about_others(evidence, manifest),
    )


def _about_dispute(dispute: Mapping[str, Any], manifest: Manifest) -> list[Finding]:
    findings = []
    if dispute.get("id") != manifest.dispute:
        findings.append(Finding("dispute", f"is {dispute.get('id')}, the packet is for {manifest.dispute}"))
    held = (dispute.get("metadata") or {}).get(PACKET_KEY)
    if held != manifest.sha256:
        findings.append(Finding("dispute", f"metadata names packet {held}, not {manifest.sha256}"))
    return findings


def _about_texts(evidence: Mapping[str, Any], manifest: Manifest) -> list[Finding]:
    findings = []
    for field, text in manifest.fields.items():
        held = str(evidence.get(field) or "")
        if held != text:
            findings.append(Finding(field, f"holds {len(held)} characters that are not the packet's {len(text)}"))
        if len(held) > (LONG_TEXT if field in LONG_FIELDS else SHORT_TEXT):
            findings.append(Finding(field, f"holds {len(held)} characters, more than the limit"))
    total = sum(len(str(evidence.get(field) or "")) for field in manifest.fields)
    if total > ALL_TEXT:
        findings.append(Finding("dispute", f"holds {total} characters of text, more than {ALL_TEXT}"))
    return findings


def _about_files(evidence: Mapping[str, Any], contents: Mapping[str, bytes], manifest: Manifest) -> list[Finding]:
    findings = []
    total = 0
    for field, entry in manifest.files.items():
        file_id = _file_id(evidence.get(field))
        if file_id is None:
            findings.append(Finding(field, "holds no file"))
        elif file_id not in contents:
            findings.append(Finding(field, f"file {file_id} could not be read back"))
        else:
            total += len(contents[file_id])
            findings += _about_file(field, contents[file_id], entry)
    if total > ALL_BYTES:
        findings.append(Finding("dispute", f"holds files of {total} bytes, more than {ALL_BYTES}"))
    return findings


def _about_file(field: str, content: bytes, entry: FileEntry) -> list[Finding]:
    if sha256(content).hexdigest() == entry.sha256:
        pages = len(pypdfium2.PdfDocument(content))
        return [] if pages == entry.pages else [Finding(field, f"has {pages} pages, the manifest says {entry.pages}")]
    return [Finding(field, f"holds another file: {len(content)} bytes, the packet's has {entry.bytes}")]


def _about_others(evidence: Mapping[str, Any], manifest: Manifest) -> list[Finding]:
    """What the packet keeps is as it was, what it clears is empty."""
    kept = [
        Finding(field, "was to be kept and has changed")
        for field, value in manifest.kept.items()
        if (_file_id(evidence.get(field)) or evidence.get(field)) != value
    ]
    cleared = [
        Finding(field, "was to be cleared and holds something") for field in manifest.cleared if evidence.get(field)
    ]
    return kept + cleared


def _file_id(value: Any) -> str | None:
    """The id of a file field, expanded or not."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and value else None

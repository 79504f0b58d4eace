"""The audit: compares Stripe's evidence with the manifest, sharing no code with the packet's builder."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import pypdfium2

from disputes.facts.wording import count_pages
from disputes.limits import ALL_BYTES, ALL_TEXT, LONG_FIELDS, LONG_TEXT, SHORT_TEXT
from disputes.packet.manifest import FileEntry, Manifest
from disputes.response.submission import PACKET_KEY
from disputes.rounds import Round


class Finding(NamedTuple):
    """A difference from the manifest.

    :param field: an evidence field, or the dispute itself
    """

    field: str
    problem: str

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}"


def audit(
    dispute: Mapping[str, Any], contents: Mapping[str, bytes], manifest: Manifest, *, packet_sha256: str
) -> tuple[Finding, ...]:
    """Compare a dispute as Stripe returns it with the packet that we say was submitted.

    :param dispute: Stripe's object
    :param contents: the files on the dispute, by file id, as downloaded from Stripe
    :param packet_sha256: of the manifest's stored bytes
    :returns: every difference; none when all is well
    """
    evidence = dispute.get("evidence") or {}
    if manifest.round is Round.APPEAL:
        card = (evidence.get("appeal") or {}).get("card") or {}
        return (
            *_about_dispute(dispute, manifest, packet_sha256),
            *_about_texts(card, manifest),
            *_about_supporting_files(card.get("supporting_files") or [], contents, manifest),
        )
    return (
        *_about_dispute(dispute, manifest, packet_sha256),
        *_about_texts(evidence, manifest),
        *_about_files(evidence, contents, manifest),
        *_about_others(evidence, manifest),
        *_about_nested(evidence, manifest),
    )


def file_ids(dispute: Mapping[str, Any], manifest: Manifest) -> list[str]:
    """The files on the dispute that an audit needs, as far as there are any.

    :param dispute: Stripe's object
    """
    evidence = dispute.get("evidence") or {}
    if manifest.round is Round.APPEAL:
        held = ((evidence.get("appeal") or {}).get("card") or {}).get("supporting_files") or []
    else:
        held = [evidence.get(field) for field in manifest.files]
    return [file_id for value in held if (file_id := _file_id(value))]


def _about_dispute(dispute: Mapping[str, Any], manifest: Manifest, packet_sha256: str) -> list[Finding]:
    findings = []
    if dispute.get("id") != manifest.dispute:
        findings.append(Finding("dispute", f"is {dispute.get('id')}, the packet is for {manifest.dispute}"))
    held = (dispute.get("metadata") or {}).get(PACKET_KEY)
    if held != packet_sha256:
        findings.append(Finding("dispute", f"metadata has packet {held}, not {packet_sha256}"))
    return findings


def _about_texts(evidence: Mapping[str, Any], manifest: Manifest) -> list[Finding]:
    findings = []
    for field, text in manifest.fields.items():
        held = str(evidence.get(field) or "")
        if held != text:
            findings.append(Finding(field, f"has {len(held)} characters that differ from the packet's {len(text)}"))
        if len(held) > (LONG_TEXT if field in LONG_FIELDS else SHORT_TEXT):
            findings.append(Finding(field, f"has {len(held)} characters, more than the limit"))
    total = sum(len(str(evidence.get(field) or "")) for field in manifest.fields)
    if total > ALL_TEXT:
        findings.append(Finding("dispute", f"has {total} characters of text, more than {ALL_TEXT}"))
    return findings


def _about_files(evidence: Mapping[str, Any], contents: Mapping[str, bytes], manifest: Manifest) -> list[Finding]:
    findings = []
    total = 0
    for field, entry in manifest.files.items():
        file_id = _file_id(evidence.get(field))
        if file_id is None:
            findings.append(Finding(field, "has no file"))
        elif file_id not in contents:
            findings.append(Finding(field, f"file {file_id} could not be read back"))
        else:
            total += len(contents[file_id])
            findings += _about_file(field, contents[file_id], entry)
    if total > ALL_BYTES:
        findings.append(Finding("dispute", f"has files of {total} bytes, more than {ALL_BYTES}"))
    return findings


def _about_file(field: str, content: bytes, entry: FileEntry) -> list[Finding]:
    if sha256(content).hexdigest() == entry.sha256:
        pages = len(pypdfium2.PdfDocument(content))
        if pages == entry.pages:
            return []
        return [Finding(field, f"has {count_pages(pages)}, the manifest says {entry.pages}")]
    return [Finding(field, f"has another file: {len(content)} bytes, the packet's has {entry.bytes}")]


def _about_supporting_files(
    held: Sequence[Any], contents: Mapping[str, bytes], manifest: Manifest
) -> Iterator[Finding]:
    """Files of an appeal are known by their content alone."""
    ids = [str(_file_id(value)) for value in held]
    if len(ids) != len(manifest.files):
        yield Finding("appeal", f"has {len(ids)} files, the packet has {len(manifest.files)}")
    for file_id in ids:
        if file_id not in contents:
            yield Finding("appeal", f"file {file_id} could not be read back")
    read = {sha256(contents[file_id]).hexdigest(): contents[file_id] for file_id in ids if file_id in contents}
    for field, entry in manifest.files.items():
        if entry.sha256 not in read:
            yield Finding(field, "is not among the files of the appeal")
        else:
            yield from _about_file(field, read[entry.sha256], entry)
    total = sum(map(len, read.values()))
    if total > ALL_BYTES:
        yield Finding("appeal", f"has files of {total} bytes, more than {ALL_BYTES}")


def _about_nested(evidence: Mapping[str, Any], manifest: Manifest) -> Iterator[Finding]:
    """Every value below a field, sent or kept, and no fee that nobody acknowledged."""
    kept = {field: value for field, value in manifest.kept.items() if isinstance(value, Mapping)}
    fee = {manifest.fee: {"fee_acknowledged": True}} if manifest.fee else {}
    wanted = {**_flat(kept), **_flat(manifest.structured), **_flat({"enhanced_evidence": fee})}
    held = _flat({field: evidence.get(field) for field in (*kept, "enhanced_evidence")})
    for place, value in wanted.items():
        if held.get(place) != value:
            yield Finding(place, "differs from the packet")
    for place, value in held.items():
        if place not in wanted and value and place.endswith((".charge", ".fee_acknowledged")):
            yield Finding(place, "is not in the packet")


def _flat(value: Any, place: str = "") -> dict[str, Any]:
    """Values by place; the members of a list by their charge, where they have one."""
    if isinstance(value, Mapping):
        inside = value.items()
    elif isinstance(value, list):
        inside = {one.get("charge", number): one for number, one in enumerate(value)}.items()
    else:
        return {place: value}
    found: dict[str, Any] = {}
    for name, part in inside:
        found |= _flat(part, f"{place}.{name}" if place else str(name))
    return found


def _about_others(evidence: Mapping[str, Any], manifest: Manifest) -> list[Finding]:
    """What the packet keeps is as it was, what it clears is empty."""
    kept = [
        Finding(field, "should have been kept, but has changed")
        for field, value in manifest.kept.items()
        if not isinstance(value, Mapping) and (_file_id(evidence.get(field)) or evidence.get(field)) != value
    ]
    cleared = [Finding(field, "should be empty and is not") for field in manifest.cleared if evidence.get(field)]
    return kept + cleared


def _file_id(value: Any) -> str | None:
    """The id of a file field, expanded or not."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and value else None

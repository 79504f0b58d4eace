"""A packet as files: `manifest.json`, `files/<field>.pdf`, `fields.json` and `packet.sha256`.

A round keeps it in S3 with `files/<sha256>.pdf`, and without the last two: its records name the hash.
"""

import json
import re
from pathlib import Path
from typing import Any

from disputes.errors import InputError, PersonNeededError
from disputes.evidence_fields import FILE_FIELDS
from disputes.packet.manifest import Manifest, packet_sha256
from disputes.packet.packet import Packet
from disputes.safe_files import names_below, read_file

MANIFEST = "manifest.json"
FIELDS = "fields.json"
DIGEST = "packet.sha256"
"""As `sha256sum --check` reads it."""
_NAMES = frozenset({MANIFEST, FIELDS, DIGEST, *(f"files/{field}.pdf" for field in FILE_FIELDS)})
_SHA256 = re.compile("[0-9a-f]{64}")
_MOST = 50_000_000
"""Bytes of one file."""


def write_packet(packet: Packet, folder: Path) -> None:
    """Write a packet, replacing an existing one.

    :raises InputError: when the folder contains anything else, or cannot be written
    """
    try:
        _clear(folder)
        (folder / "files").mkdir(parents=True, exist_ok=True)
        for field, content in packet.files.items():
            (folder / "files" / f"{field}.pdf").write_bytes(content)
        fields = json.dumps(packet.manifest.fields, indent=2, sort_keys=True, ensure_ascii=False)
        (folder / FIELDS).write_text(f"{fields}\n", "utf-8")
        manifest = packet.manifest.to_json()
        (folder / DIGEST).write_text(f"{packet_sha256(manifest)}  {MANIFEST}\n", "utf-8")
        (folder / MANIFEST).write_bytes(manifest)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", subject=str(folder)) from error


def read_manifest(path: Path) -> Manifest:
    """A packet's manifest.

    :raises InputError: when there is none, or the file is not a manifest
    """
    content = read_file(path, most=_MOST)
    if content is None:
        raise InputError("is missing", subject=str(path), remedy="Name a packet that `disputes packet` has made")
    try:
        return Manifest.from_json(content)
    except PersonNeededError as error:
        raise InputError(f"is not a manifest: {error.problem}", subject=str(path)) from error


def manifest_sha256(path: Path) -> str:
    """The packet's sha256: that of the manifest's bytes as they are in the file."""
    return packet_sha256(read_file(path, most=_MOST) or b"")


def read_fields(folder: Path) -> dict[str, Any] | None:
    """The text fields as they are in `fields.json`; None where there is none, as in a round's own folder.

    :raises InputError: when it is not a JSON object
    """
    return _object(folder, FIELDS)


def read_digests(folder: Path) -> dict[str, str]:
    """The packet's sha256 by each file that names it: the manifest's bytes, what `packet` wrote, a round's records.

    :raises InputError: when one of them cannot be read
    """
    written = read_file(folder / DIGEST, most=_MOST)
    records = ["staged.json", *(f"approvals/{name}" for name in names_below(folder / "approvals"))]
    return {
        MANIFEST: manifest_sha256(folder / MANIFEST),
        **({} if written is None else {DIGEST: written.decode("utf-8", "replace").partition(" ")[0]}),
        **{name: str(record.get("packet_sha256")) for name in records if (record := _object(folder, name)) is not None},
    }


def read_files(folder: Path, manifest: Manifest) -> dict[str, bytes]:
    """The packet's files by field; one that the manifest does not list, by its name without `.pdf`.

    In a round's own folder, a file whose sha256 the manifest does not name was left by a try that died.
    """
    names = {name.removesuffix(".pdf") for name in names_below(folder / "files")}
    digests = {field: entry.sha256 for field, entry in manifest.files.items()}
    by_field = {field: field for field in sorted(names) if not _SHA256.fullmatch(field)}
    by_field |= {field: digest for field, digest in digests.items() if digest in names}
    contents = {field: read_file(folder / "files" / f"{name}.pdf", most=_MOST) for field, name in by_field.items()}
    return {field: content for field, content in contents.items() if content is not None}


def _object(folder: Path, name: str) -> dict[str, Any] | None:
    content = read_file(folder / name, most=_MOST)
    if content is None:
        return None
    try:
        held = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}", subject=name) from error
    if not isinstance(held, dict):
        raise InputError("is not a JSON object", subject=name)
    return held


def _clear(folder: Path) -> None:
    """Delete an earlier packet, its manifest first, so that an interruption leaves no complete packet."""
    names = names_below(folder)
    if others := [name for name in names if name not in _NAMES]:
        raise InputError(
            f"contains {others[0]}, which is not part of a packet",
            subject=str(folder),
            remedy="Name another folder, or one that contains only a packet",
        )
    for name in sorted(names, key=lambda name: name != MANIFEST):
        (folder / name).unlink()

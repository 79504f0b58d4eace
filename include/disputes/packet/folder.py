"""A packet as files, laid out as a round keeps it in S3: `manifest.json`, `files/<field>.pdf`.

Beside them `fields.json` and `packet.sha256`, which a round does not need: its records name the hash.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from disputes.errors import InputError
from disputes.evidence_fields import FILE_FIELDS
from disputes.packet.manifest import Manifest, packet_sha256
from disputes.packet.packet import Packet
from disputes.safe_files import names_below, read_file
from disputes.validation import problems

MANIFEST = "manifest.json"
FIELDS = "fields.json"
DIGEST = "packet.sha256"
"""As `sha256sum --check` reads it."""
_NAMES = frozenset({MANIFEST, FIELDS, DIGEST, *(f"files/{field}.pdf" for field in FILE_FIELDS)})
_MOST = 50_000_000
"""Bytes of one file."""


def write_packet(packet: Packet, folder: Path) -> None:
    """Write a packet, in place of one that stands there.

    :raises InputError: when the folder holds anything else, or cannot be written
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

    :raises InputError: when there is none, or the file is no manifest
    """
    content = read_file(path, most=_MOST)
    if content is None:
        raise InputError("is not there", subject=str(path), remedy="Name a packet that `disputes packet` has made")
    try:
        return Manifest.from_json(content)
    except ValidationError as error:
        raise InputError(f"is no manifest: {problems(error, Manifest)}", subject=str(path)) from error


def manifest_sha256(path: Path) -> str:
    """The packet's sha256: that of the manifest's bytes as they stand in the file."""
    return packet_sha256(read_file(path, most=_MOST) or b"")


def read_fields(folder: Path) -> dict[str, Any] | None:
    """The text fields as they stand in `fields.json`; None where there is none, as in a round's own folder.

    :raises InputError: when it is no JSON object
    """
    return _object(folder, FIELDS)


def read_digests(folder: Path) -> dict[str, str]:
    """The packet's sha256 by each file that tells it: the manifest's bytes, what `packet` wrote, a round's records.

    :raises InputError: when one of them cannot be read
    """
    written = read_file(folder / DIGEST, most=_MOST)
    records = ["staged.json", *(f"approvals/{name}" for name in names_below(folder / "approvals"))]
    return {
        MANIFEST: manifest_sha256(folder / MANIFEST),
        **({} if written is None else {DIGEST: written.decode("utf-8", "replace").partition(" ")[0]}),
        **{name: str(record.get("packet_sha256")) for name in records if (record := _object(folder, name)) is not None},
    }


def read_files(folder: Path) -> dict[str, bytes]:
    """Every file of the packet, by name without `.pdf`, whether the manifest lists it or not."""
    names = names_below(folder / "files")
    contents = {name.removesuffix(".pdf"): read_file(folder / "files" / name, most=_MOST) for name in names}
    return {field: content for field, content in contents.items() if content is not None}


def _object(folder: Path, name: str) -> dict[str, Any] | None:
    content = read_file(folder / name, most=_MOST)
    if content is None:
        return None
    try:
        held = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is no JSON: {error}", subject=name) from error
    if not isinstance(held, dict):
        raise InputError("is no JSON object", subject=name)
    return held


def _clear(folder: Path) -> None:
    """Take away an earlier packet, its manifest first: a packet without one is not whole."""
    names = names_below(folder)
    if others := [name for name in names if name not in _NAMES]:
        raise InputError(
            f"holds {others[0]}, which is no part of a packet",
            subject=str(folder),
            remedy="Name another folder, or one that holds only a packet",
        )
    for name in sorted(names, key=lambda name: name != MANIFEST):
        (folder / name).unlink()

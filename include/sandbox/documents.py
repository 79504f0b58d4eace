"""The evidence bucket of the seeds: a tree of files, some written as Typst sources."""

import json
from pathlib import Path
from typing import Literal

import typst

from sandbox.relative_times import Written, resolve, resolve_text
from sandbox.script import SeedError, reading

_PIXELS_AN_INCH = 110


def bucket(folder: Path, now: int) -> dict[str, bytes]:
    """The objects of the bucket by key, times made absolute.

    ``NAME.pdf.typ`` and ``NAME.png.typ`` are compiled to ``NAME.pdf`` and ``NAME.png``; any other ``*.typ`` is a part
    that they import (``/parts.typ`` is at the top of the tree) and does not go into the bucket.

    :raises SeedError: a text, a JSON document or a Typst source that cannot be read
    """
    objects: dict[str, bytes] = {}
    for path in sorted(found for found in folder.rglob("*") if found.is_file()):
        key = path.relative_to(folder).as_posix()
        with reading(path):
            if path.suffix != ".typ":
                objects[key] = _read_plain(path, now)
            elif path.stem.endswith((".pdf", ".png")):
                objects[key.removesuffix(".typ")] = _compile(path, folder, now)
    return objects


def _read_plain(path: Path, now: int) -> bytes:
    if path.suffix == ".txt":
        return resolve_text(path.read_text("utf-8"), now).encode()
    if path.suffix != ".json":
        return path.read_bytes()
    document = json.loads(path.read_text("utf-8"))
    return json.dumps(resolve(document, now, Written.ISO), ensure_ascii=False, indent=2).encode()


def _compile(path: Path, root: Path, now: int) -> bytes:
    source = resolve_text(path.read_text("utf-8"), now).encode()
    kind: Literal["pdf", "png"] = "pdf" if path.stem.endswith(".pdf") else "png"
    try:
        compiled: object = typst.compile(  # type: ignore[type-var]  # its stub wants root of the source's type, bytes
            source, None, str(root), ignore_system_fonts=True, format=kind, ppi=_PIXELS_AN_INCH, timestamp=now
        )
    except (typst.TypstError, RuntimeError) as error:
        raise SeedError(f"{path}: {error}") from error
    if not isinstance(compiled, bytes):
        raise SeedError(f"{path}: a PNG must be one page")
    return compiled

"""Documents that could not be used, so that the packet lacks them, and parts of documents that could not be shown."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A merchant's document that was left out, and why."""

    document: str
    filename: str
    reason: str


@dataclass(frozen=True)
class LeftOut:
    """A part of a document that its pages do not show, and why."""

    filename: str
    reason: str


@dataclass(frozen=True)
class Made:
    """The result of a job on a document, and what it leaves out.

    :param content: a PDF, or the JSON of an e-mail
    """

    content: bytes
    left_out: tuple[LeftOut, ...] = ()

    def to_bytes(self) -> bytes:
        """As bytes, for the way between processes: a line of JSON, then the content."""
        parts = [(part.filename, part.reason) for part in self.left_out]
        return json.dumps(parts).encode() + b"\n" + self.content

    @classmethod
    def from_bytes(cls, value: bytes) -> "Made":
        """Read back what `to_bytes` wrote."""
        parts, _, content = value.partition(b"\n")
        return cls(content, tuple(LeftOut(*part) for part in json.loads(parts)))

"""What could not be used: a document, and the packet goes on without it; or a part, and its document does."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A document of the merchant's that was left out, and why."""

    document: str
    filename: str
    reason: str


@dataclass(frozen=True)
class LeftOut:
    """A part of a document that does not be on its pages, and why."""

    filename: str
    reason: str


@dataclass(frozen=True)
class Made:
    """What a job makes of a document, and what it leaves out.

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

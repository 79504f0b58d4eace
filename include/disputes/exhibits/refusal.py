"""A refused document costs itself, not the packet."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A document of the merchant's that was left out, and why."""

    document: str
    filename: str
    reason: str

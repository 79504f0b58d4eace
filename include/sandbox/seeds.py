"""Reads a folder of seeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.clock import Clock
from sandbox.state import Account, State


@dataclass(frozen=True)
class Seeds:
    """A loaded folder.

    :param bucket: the evidence bucket's objects by key
    :param script: the folder's ``script.yaml``
    """

    account: Account
    state: State
    bucket: dict[str, bytes]
    script: Mapping[str, Mapping[str, Any]]


def load(folder: Path, clock: Clock, *, smart_disputes: bool = False) -> Seeds:
    """Read a folder of seeds, times relative to the clock's now."""
    raise NotImplementedError

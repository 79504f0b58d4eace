"""The script of the seeds: what the bank and the analyst do with each dispute, and how it must end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from sandbox.disputes import ACTIONS
from sandbox.errors import StripeError

Script = dict[str, dict[str, Any]]

CHOICES: dict[str, tuple[str, ...]] = {
    "bank": ("won", "lost", "pending", "escalate"),
    "chargeback_bank": ("won", "lost", "pending"),
    "appeal_bank": ("won", "lost", "pending"),
    "at_deadline": ("lost", "open"),
    "analyst": ("approve", "pay_fee", "send_back", "accept", "refund", "leave", "none"),
}
SECONDS = ("after", "late_win")
FLAGS = ("appeal", "arrives")
MEMBERS = {*CHOICES, *SECONDS, *FLAGS, "claim", "remark", "meanwhile", "ends"}
MOMENTS = ("staged",)


_MISTAKES = (ArithmeticError, AttributeError, LookupError, StripeError, TypeError, ValueError, yaml.YAMLError)


class SeedError(Exception):
    """A seed cannot be read. The message names the file and says what is wrong."""


@contextmanager
def reading(place: object) -> Iterator[None]:
    """Name the file in every error inside.

    :raises SeedError: in place of any other error inside
    """
    try:
        yield
    except _MISTAKES as error:
        what = f"{type(error).__name__}: " if isinstance(error, (AttributeError, LookupError, TypeError)) else ""
        raise SeedError(f"{place}: {what}{error}") from error


def read(path: Path) -> Script:
    """``script.yaml`` by dispute id; empty without such a file.

    :raises SeedError: not a mapping, or a member or value that means nothing
    """
    if not path.exists():
        return {}
    with reading(path):
        script = yaml.safe_load(path.read_text("utf-8")) or {}
    if not isinstance(script, dict) or not all(_is_entry(*item) for item in script.items()):
        raise SeedError(f"{path}: must be a mapping of dispute ids to mappings")
    for dispute_id, entry in script.items():
        _check(f"{path}: {dispute_id}", entry)
    return script


def _is_entry(dispute_id: object, entry: object) -> bool:
    return isinstance(dispute_id, str) and isinstance(entry, dict) and all(isinstance(name, str) for name in entry)


def _check(place: str, entry: dict[str, Any]) -> None:
    unknown = set(entry) - MEMBERS
    if unknown:
        raise SeedError(f"{place}: unknown {', '.join(sorted(unknown))}. Known: {', '.join(sorted(MEMBERS))}")
    for name, allowed in CHOICES.items():
        if entry.get(name, allowed[0]) not in allowed:
            raise SeedError(f"{place}: {name} is {entry[name]!r}, but must be one of {', '.join(allowed)}")
    for name in SECONDS:
        seconds = entry.get(name, 0)
        if type(seconds) is not int or seconds < 0:
            raise SeedError(f"{place}: {name} is {seconds!r}, but must be whole seconds")
    for name in FLAGS:
        if not isinstance(entry.get(name, False), bool):
            raise SeedError(f"{place}: {name} is {entry[name]!r}, but must be true or false")
    steps = entry.get("meanwhile", [])
    if not isinstance(steps, list) or not all(_is_step(step) for step in steps):
        wanted = f"`when` ({', '.join(MOMENTS)}) and `do` ({', '.join(ACTIONS)})"
        raise SeedError(f"{place}: meanwhile must be a list of steps, each with {wanted}")


def _is_step(step: object) -> bool:
    return isinstance(step, dict) and step.get("when") in MOMENTS and step.get("do") in ACTIONS

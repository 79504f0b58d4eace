"""The script of the seeds: what bank and analyst do with each dispute, and how it must end."""

from pathlib import Path
from typing import Any

import yaml

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


class SeedError(Exception):
    """A seed cannot be read; says which file and what is wrong with it."""


def read(path: Path) -> Script:
    """``script.yaml`` by dispute id; empty where there is no such file.

    :raises SeedError: no mapping, or a member or value that means nothing
    """
    if not path.exists():
        return {}
    try:
        script = yaml.safe_load(path.read_text("utf-8")) or {}
    except yaml.YAMLError as error:
        raise SeedError(f"{path}: {error}") from error
    if not isinstance(script, dict) or not all(isinstance(entry, dict) for entry in script.values()):
        raise SeedError(f"{path}: a mapping of dispute ids to mappings is expected")
    for dispute_id, entry in script.items():
        _check(f"{path}: {dispute_id}", entry)
    return script


def _check(place: str, entry: dict[str, Any]) -> None:
    unknown = set(entry) - MEMBERS
    if unknown:
        raise SeedError(f"{place}: unknown {', '.join(sorted(unknown))}. Known: {', '.join(sorted(MEMBERS))}")
    for name, allowed in CHOICES.items():
        if entry.get(name, allowed[0]) not in allowed:
            raise SeedError(f"{place}: {name} is {entry[name]!r}, must be one of {', '.join(allowed)}")
    for name in SECONDS:
        seconds = entry.get(name, 0)
        if type(seconds) is not int or seconds < 0:
            raise SeedError(f"{place}: {name} is {seconds!r}, must be whole seconds")
    for name in FLAGS:
        if not isinstance(entry.get(name, False), bool):
            raise SeedError(f"{place}: {name} is {entry[name]!r}, must be true or false")
    for step in entry.get("meanwhile", ()):
        if step.get("when") not in MOMENTS or not step.get("do"):
            raise SeedError(f"{place}: meanwhile needs `when` ({', '.join(MOMENTS)}) and `do`")

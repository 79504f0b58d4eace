"""The seeds' script, as far as the demo plays it: what the analyst answers, and how each dispute must end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ENDS = ("status", "submission_count", "submission_method", "dag", "run", "leaf", "revision", "rounds")


@dataclass(frozen=True)
class Scene:
    """One dispute of the script.

    :param analyst: approve, pay_fee, send_back, accept, refund, leave or none: the answer to a round's first question.
    :param claim: what the analyst chooses where the network's code leaves the claim open.
    :param arrives: the sandbox withholds it until the demo lets it arrive, by webhook.
    :param ends: what must be found at the end, by name; a name that is missing is not compared.
    """

    dispute: str
    analyst: str = "approve"
    remark: str = ""
    claim: str | None = None
    arrives: bool = False
    ends: Mapping[str, Any] = field(default_factory=dict)

    @property
    def expects_a_run(self) -> bool:
        """Whether a DAG answers it."""
        return self.ends.get("dag") is not None


def read_scenes(seeds: Path) -> dict[str, Scene]:
    """Return the scenes of a folder of seeds by dispute; none without a script.

    :raises ValueError: an end has a name that means nothing.
    """
    file = seeds / "script.yaml"
    if not file.exists():
        return {}
    script = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    return {dispute: _scene(file, dispute, entry) for dispute, entry in script.items()}


def _scene(file: Path, dispute: str, entry: Mapping[str, Any]) -> Scene:
    ends = entry.get("ends") or {}
    if unknown := set(ends) - set(ENDS):
        raise ValueError(f"{file}: {dispute}: ends has unknown {', '.join(sorted(unknown))}. Known: {', '.join(ENDS)}")
    return Scene(
        dispute,
        analyst=entry.get("analyst", "approve"),
        remark=entry.get("remark", ""),
        claim=entry.get("claim"),
        arrives=entry.get("arrives", False),
        ends=ends,
    )

"""`python -m tests.coverage_floors FILE`: fails where slipcover found a package to be covered less than its floor."""

import json
import sys
from pathlib import Path
from typing import Any

FLOORS = {"include/disputes": 100, "plugins/representment": 95}
"""Folder -> percent of its lines and branches that the tests must reach."""


def below_floor(measured: dict[str, Any]) -> list[str]:
    """One line for each file that is not covered entirely, below a line for each folder that is covered too little.

    :param measured: slipcover's JSON
    """
    problems = []
    for folder, floor in FLOORS.items():
        files = {name: one for name, one in measured["files"].items() if name.startswith(f"{folder}/")}
        reached, missed = (
            sum(one["summary"][f"{kind}_lines"] + one["summary"][f"{kind}_branches"] for one in files.values())
            for kind in ("covered", "missing")
        )
        percent = 100 * reached / (reached + missed)
        if percent < floor:
            problems.append(f"{folder}: {percent:.2f} % is covered, {floor} % is the floor")
            problems += [
                f"  {name}: lines {one['missing_lines']}, branches {one['missing_branches']}"
                for name, one in files.items()
                if one["missing_lines"] or one["missing_branches"]
            ]
    return problems


if __name__ == "__main__":
    sys.exit("\n".join(below_floor(json.loads(Path(sys.argv[1]).read_text("utf-8")))) or 0)

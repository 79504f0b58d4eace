"""`python -m tests.coverage_floors`: fails where a package's branch coverage is below its floor."""

import sys
from pathlib import Path

from coverage import Coverage

FLOORS = {"include/disputes": 100, "plugins/representment": 95}
"""Folder -> percent of its lines and branches that the tests must reach."""


def below_floor() -> list[str]:
    """One line for each folder that is covered less than it should be."""
    measured = Coverage()
    measured.load()
    problems = []
    for folder, floor in FLOORS.items():
        percent = measured.report(include=[f"{Path(folder).resolve()}/*"])
        if percent < floor:
            problems.append(f"{folder}: {percent:.2f} % is covered, {floor} % is the floor")
    return problems


if __name__ == "__main__":
    sys.exit("\n".join(below_floor()) or 0)

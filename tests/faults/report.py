"""The table: one row per fault, printed, and written as JSON and as Markdown."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.faults.field import Row

COLUMNS = (
    "fault",
    "times tried",
    "doubled",
    "lost",
    "wrong packets",
    "recovered without a person",
    "told a person",
    "seconds to recover",
)


def write(rows: Sequence[Row], folder: Path) -> None:
    """Write `summary.json` and `table.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "summary.json").write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    (folder / "table.md").write_text(markdown(rows))


def markdown(rows: Sequence[Row]) -> str:
    """The table, and what is to be said about its rows."""
    lines = [" | ".join(COLUMNS), " | ".join("---" for _ in COLUMNS), *(" | ".join(cells(row)) for row in rows)]
    table = "".join(f"| {line} |\n" for line in lines)
    notes = "".join(f"- {row.fault}: {row.notes}\n" for row in rows if row.notes)
    return table + (f"\n{notes}" if notes else "")


def cells(row: Row) -> tuple[str, ...]:
    """The cells of a row."""
    figures = (row.times, row.doubled, row.lost, row.wrong)
    recovered = f"{row.recovered} of {row.times}"
    return (row.fault, *map(str, figures), recovered, str(row.told), f"{row.seconds:.0f}")

"""Shows what happens to each dispute: a live table on a terminal, a line for each change elsewhere."""

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from demo.responses import STEPS, Response

MARKS = {
    "success": "[green]✓[/]",
    "failed": "[red]✗[/]",
    "running": "[cyan]▶[/]",
    "awaiting_input": "[yellow]?[/]",
    "up_for_retry": "[yellow]↻[/]",
    "skipped": "[dim]·[/]",
}
IN_BETWEEN = ("queued", "scheduled", "running")
"""States that say little where each change is a line."""
COLOURS = {"success": "green", "failed": "red"}


class Board:
    """Use it as a context."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.begin = time.monotonic()
        self.seen: dict[str, str] = {}
        # What Live draws would fill a log file with copies of the table.
        self.live = Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self.live:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.live:
            self.live.stop()

    def say(self, text: str) -> None:
        """Print a line, above the table where there is one."""
        self.console.print(f"{time.monotonic() - self.begin:6.1f} s  {text}", highlight=False, markup=False)

    def show(self, responses: Sequence[Response]) -> None:
        """Show the runs as they are now."""
        if self.live:
            self.live.update(_table(responses))
            return
        for response in responses:
            news = not response.now.endswith(IN_BETWEEN)
            if news and self.seen.get(response.run_id) != response.now:
                self.seen[response.run_id] = response.now
                self.say(f"{response.run_id}: {response.now}")


def _table(responses: Sequence[Response]) -> Table:
    shown = Table(caption="✓ done  ▶ running  ? waits for a person  ↻ will be tried again  · not needed  ✗ failed")
    for name in ("dispute", "round", "DAG", *STEPS[:6], "end"):
        shown.add_column(name)
    for response in responses:
        marks = [MARKS.get(response.tasks.get(step, ""), "") for step in STEPS[:6]]
        end = response.leaf or response.state
        colour = COLOURS.get(response.state, "default")
        round_ = f"{response.round} {response.revision}"
        shown.add_row(response.dispute, round_, response.dag_id, *marks, f"[{colour}]{end}[/]")
    return shown

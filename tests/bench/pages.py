"""The measurements as pages: `index.html` with plots, `docs/performance.md` with the table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH = 420
"""Of a plot's longest bar."""
CONTENDERS = {"script": "a plain script", "usual": "a usual DAG", "ours": "ours", "celery": "ours, Celery"}


@dataclass(frozen=True)
class Bar:
    """A bar of a plot."""

    label: str
    value: float
    width: float


@dataclass(frozen=True)
class Plot:
    """A measurement of several contenders."""

    title: str
    bars: tuple[Bar, ...]

    @classmethod
    def of(cls, title: str, values: Mapping[str, float]) -> Plot:
        """The longest bar is the largest value."""
        most = max(values.values()) or 1
        return cls(title, tuple(Bar(label, value, round(WIDTH * value / most, 1)) for label, value in values.items()))


def write_pages(summary: Mapping[str, Any], page: Path, docs: Path | None) -> None:
    """Write both; the docs where a path is given."""
    jinja = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    seen = {"summary": summary, "contenders": CONTENDERS, "plots": make_plots(summary)}
    page.write_text(jinja.get_template("page.html.j2").render(seen))
    if docs:
        docs.write_text(jinja.get_template("performance.md.j2").render(seen))


def make_plots(summary: Mapping[str, Any]) -> list[Plot]:
    """What the page shows."""

    def each(measure: str) -> dict[str, float]:
        return {label: summary[name][measure] for name, label in CONTENDERS.items() if measure in summary[name]}

    single = {label: summary[name]["single"]["seconds"] for name, label in CONTENDERS.items() if name != "script"}
    floor = {"six empty tasks": summary["ours"]["single"]["six empty tasks"]}
    waiting = {f"{one['waiting']} wait": one["seconds"] for one in summary["parked"]}
    return [
        Plot.of("Disputes a minute, from a backlog", each("a minute")),
        Plot.of("Processor seconds a dispute, all programs and the database", each("CPU s a dispute")),
        Plot.of("Seconds from trigger to submitted, idle", floor | single),
        Plot.of("Seconds from trigger to submitted while runs wait for a person", waiting),
        Plot.of("Peak memory of Airflow's programs, MB", each("peak PSS MB")),
        Plot.of("Processor seconds of each task", {name: one["CPU s"] for name, one in summary["profile"].items()}),
        Plot.of("Processor seconds to parse a DAG file", summary["parsing"]),
    ]

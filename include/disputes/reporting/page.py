"""The report as one self-contained HTML file, and its tables as CSV."""

import csv
from base64 import b64encode
from functools import cache
from io import StringIO

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from disputes.reporting import plots
from disputes.reporting.figures import Figures
from disputes.reporting.tally import KINDS, OPEN, Section

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Characters that start a formula in a spreadsheet's cell."""


def write_page(figures: Figures, *, title: str, made_at: str) -> str:
    """The page; values from records are escaped.

    :param title: like `Disputes, 12 months to 28 November 2026`
    :param made_at: the moment, in words
    """
    return _template().render(
        figures=figures, title=title, made_at=made_at, plots=plots, kinds=KINDS, open=OPEN, csv_link=_csv_link
    )


def write_csv(section: Section) -> str:
    """A section's table."""
    written = StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow((section.name, *KINDS, *(f"{kind} amount" for kind in KINDS), "share won", "low", "high"))
    for one in section.tallies:
        shares = ("", "", "") if one.share is None else (one.share, one.interval.low, one.interval.high)
        lines.writerow(
            (
                _harmless(one.label),
                *(one.counts[kind] for kind in KINDS),
                *(" + ".join(one.prices(kind)) for kind in KINDS),
                *(value if value == "" else f"{value:.4f}" for value in shares),
            )
        )
    return written.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv_link(section: Section) -> str:
    return f"data:text/csv;charset=utf-8;base64,{b64encode(write_csv(section).encode()).decode()}"


@cache
def _template() -> Template:
    jinja = Environment(
        loader=PackageLoader("disputes", "reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return jinja.get_template("report.html.j2")

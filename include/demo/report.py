"""The final table, summary.json, and the count of Stripe calls."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from demo.results import Result

# Minor units that make one of the currency, where it is not 100: https://docs.stripe.com/currencies
WHOLE = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())  # noqa: SIM905  # a table
THOUSANDTHS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
COLUMNS = (
    "dispute",
    "reason",
    "round",
    "amount",
    "fields filled",
    "files",
    "pages",
    "bytes",
    "approved by",
    "submitted at",
    "outcome",
)
SUMMARY = (
    "dispute",
    "reason",
    "round",
    "revision",
    "run_id",
    "status",
    "submission_count",
    "submission_method",
    "fields",
    "given",
    "recommended",
    "files",
    "packet_sha256",
    "approved_by",
    "submitted_at",
    "outcome",
)


def money(amount: int, currency: str) -> str:
    """Write an amount of minor units, like ``1,250.00 USD``."""
    digits = 0 if currency in WHOLE else 3 if currency in THOUSANDTHS else 2
    return f"{amount / 10**digits:,.{digits}f} {currency.upper()}"


def table(results: Sequence[Result]) -> Table:
    """One row per round."""
    shown = Table(title="Disputes")
    for name in COLUMNS:
        number = name in ("amount", "fields filled", "files", "pages", "bytes")
        shown.add_column(name, justify="right" if number else "left", overflow="fold")
    for result in results:
        shown.add_row(*row(result))
    return shown


def links(results: Sequence[Result], base: str) -> list[str]:
    """Where to look at each run; too long for a column of the table."""
    return [f"{base}/dags/{result.dag}/runs/{result.run_id}" for result in results if result.run_id]


def row(result: Result) -> tuple[str, ...]:
    """The cells of a round."""
    at = datetime.fromtimestamp(result.submitted_at, UTC).strftime("%H:%M:%S UTC") if result.submitted_at else "-"
    return (
        result.dispute,
        result.reason,
        result.round or "-",
        money(result.amount, result.currency),
        f"{result.given} of {result.recommended}",
        str(len(result.files)),
        str(sum(file.pages for file in result.files)),
        str(sum(file.bytes for file in result.files)),
        result.approved_by or "-",
        at,
        result.outcome or f"({result.status})",
    )


def write_summary(results: Sequence[Result], file: Path) -> None:
    """Write summary.json: a list with one object per round."""
    rounds = [{name: value for name, value in asdict(result).items() if name in SUMMARY} for result in results]
    ordered = [{name: entry[name] for name in SUMMARY} for entry in rounds]
    file.write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")


def calls(logs: Mapping[str, Sequence[Mapping[str, Any]]], results: Sequence[Result]) -> list[str]:
    """Count the requests about each dispute that has a submitted round.

    :param logs: the sandbox's log of each dispute.
    """
    lines = []
    for dispute in dict.fromkeys(result.dispute for result in results if result.submitted):
        own = logs[dispute]
        uploads = writes(own).count("POST /v1/files")
        faults = sum(1 for entry in own if entry["fault"])
        met = f", {faults} of them met a fault" if faults else ""
        lines.append(f"{dispute}: {uploads} files + {len(own) - uploads} calls{met}")
    return lines


def writes(log: Sequence[Mapping[str, Any]]) -> list[str]:
    """The requests of a log that change something."""
    return [f"{entry['method']} {entry['path']}" for entry in log if entry["method"] != "GET"]

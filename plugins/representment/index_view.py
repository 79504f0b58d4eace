"""An index over all rounds in one object, so that a poll over thousands of rounds reads only what is new."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from representment.records import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from representment.hooks.documents_hook import DocumentsHook

RECEIPT_MEMBERS = ("response", "account", "dispute_created")
"""Of each receipt, what every poll needs."""
OUTCOME_MEMBERS = (
    "response",
    "account",
    "livemode",
    "claim",
    "product_type",
    "essential_share",
    "strong_share",
    "helpful_share",
    "outcome",
    "submission_method",
    "opened_at",
    "seen_at",
)
"""Of each outcome, what the next poll and the policy's figures need."""

Rows = dict[str, dict[str, Any]]


def index_rows(documents: DocumentsHook, index: str, members: Iterable[str]) -> Rows:
    """The members of every entry of an index, by the entry's name.

    An index holds one object a round, 10,000 of which take a minute to read. What was read is kept in
    `current/<index>.json`: a copy, which may be deleted and is then made anew.

    :param index: `opened`, `submitted` or `outcomes`
    """
    view = f"current/{index}.json"
    known: Rows = json.loads(documents.read(view) or b"{}")
    new = [name for name in documents.names(f"{index}/") if PurePosixPath(name).stem not in known]
    if new:
        known |= _read(documents, new, members)
        documents.overwrite(view, as_json(known))
    return known


def index_rows_of(documents: DocumentsHook, index: str, disputes: Iterable[str], members: Iterable[str]) -> Rows:
    """The same for some disputes only: a listing each, whatever else the index holds."""
    names = [name for dispute in disputes for name in documents.names(f"{index}/{dispute}__")]
    return _read(documents, names, members)


def closed_rounds(documents: DocumentsHook) -> list[dict[str, Any]]:
    """The rounds that had ended at the last poll, a late win beside its loss; two reads.

    See `OUTCOME_MEMBERS` for the members; :class:`disputes.response.decision.ClosedRounds` counts them.
    """
    views = (json.loads(documents.read(f"current/{index}.json") or b"{}") for index in ("outcomes", "late_wins"))
    return [row for view in views for row in view.values()]


def _read(documents: DocumentsHook, names: list[str], members: Iterable[str]) -> Rows:
    wanted = tuple(members)
    entries = zip(names, map(json.loads, documents.read_all(names)), strict=True)
    return {PurePosixPath(name).stem: {member: entry.get(member) for member in wanted} for name, entry in entries}

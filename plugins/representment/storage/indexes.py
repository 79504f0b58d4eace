"""An index over all rounds in one object, so that a poll over thousands of rounds reads only what is new."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from representment.storage.record_names import LATE_WINS, OUTCOMES
from representment.storage.records import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from representment.hooks.s3_store import S3Store

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


def read_index(store: S3Store, index: str, members: Iterable[str]) -> Rows:
    """The members of every entry of an index, by the entry's name.

    An index holds one object a round, 10,000 of which take a minute to read. What was read is kept in
    `current/<index>.json`: a copy, which may be deleted and is then made anew.

    :param index: `opened`, `submitted` or `outcomes`
    """
    view = f"current/{index}.json"
    known: Rows = json.loads(store.read(view) or b"{}")
    new = [name for name in store.names(f"{index}/") if PurePosixPath(name).stem not in known]
    if new:
        known |= _read(store, new, members)
        store.overwrite(view, as_json(known))
    return known


def read_index_of(store: S3Store, index: str, disputes: Iterable[str], members: Iterable[str]) -> Rows:
    """The same for some disputes only: a listing each, whatever else the index holds."""
    names = [name for dispute in disputes for name in store.names(f"{index}/{dispute}__")]
    return _read(store, names, members)


def read_closed_rounds(store: S3Store) -> list[dict[str, Any]]:
    """The rounds that had ended at the last poll, a late win beside its loss; two reads.

    See `OUTCOME_MEMBERS` for the members; :class:`disputes.response.decision.ClosedRounds` counts them.
    """
    views = (json.loads(store.read(f"current/{index}.json") or b"{}") for index in (OUTCOMES, LATE_WINS))
    return [row for view in views for row in view.values()]


def _read(store: S3Store, names: list[str], members: Iterable[str]) -> Rows:
    wanted = tuple(members)
    entries = zip(names, map(json.loads, store.read_all(names)), strict=True)
    return {PurePosixPath(name).stem: {member: entry.get(member) for member in wanted} for name, entry in entries}

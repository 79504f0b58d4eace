"""An index over all rounds in one object, so that a poll over thousands of rounds reads only what is new."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from disputes.errors import PersonNeededError
from disputes.record_format import read_record
from representment.storage.record_names import LATE_WINS, OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from representment.hooks.s3_store import S3Store

RECEIPT_MEMBERS = ("response", "account", "dispute_created")
"""The members of each receipt that every poll needs."""
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
"""The members of each outcome that the next poll and the policy's figures need."""

Rows = dict[str, dict[str, Any]]


def read_index(store: S3Store, index: str, members: Iterable[str], problems: list[str]) -> Rows:
    """The members of every entry of an index, by the entry's name; one that cannot be read does not hold up the others.

    An index holds one object a round, 10,000 of which take a minute to read. What was read is kept in
    `current/<index>.json`: a copy, which may be deleted and is then made again.

    :param index: `opened`, `submitted`, `outcomes` or `late_wins`
    :param problems: takes a line for each entry that cannot be read
    """
    wanted = tuple(members)
    # A release that kept fewer members has made the view, maybe.
    known = {name: row for name, row in _read_view(store, index).items() if row.keys() >= set(wanted)}
    new = [name for name in store.names(f"{index}/") if PurePosixPath(name).stem not in known]
    if found := _read(store, new, wanted, problems):
        known |= found
        store.overwrite(_view(index), json.dumps(known, sort_keys=True, indent=2, ensure_ascii=False).encode())
    return known


def read_index_of(
    store: S3Store, index: str, disputes: Iterable[str], members: Iterable[str], problems: list[str]
) -> Rows:
    """The same for some disputes only: one listing each, however large the index is."""
    names = [name for dispute in disputes for name in store.names(f"{index}/{dispute}__")]
    return _read(store, names, members, problems)


def read_closed_rounds(store: S3Store) -> list[dict[str, Any]]:
    """The rounds that had ended at the last poll, a late win beside its loss; two reads.

    See `OUTCOME_MEMBERS` for the members; :class:`disputes.response.decision.ClosedRounds` counts them.
    """
    return [row for index in (OUTCOMES, LATE_WINS) for row in _read_view(store, index).values()]


def _view(index: str) -> str:
    return f"current/{index}.json"


def _read_view(store: S3Store, index: str) -> Rows:
    """What an earlier poll has read; nothing if the view is missing or unreadable."""
    try:
        rows = json.loads(store.read(_view(index)) or b"{}")
    except ValueError:
        return {}
    return rows if isinstance(rows, dict) else {}


def _read(store: S3Store, names: list[str], members: Iterable[str], problems: list[str]) -> Rows:
    wanted, rows = tuple(members), {}
    for name, content in zip(names, store.read_all(names), strict=True):
        try:
            entry = read_record(content, store.uri(name))
        except PersonNeededError as error:
            problems.append(str(error))
        else:
            rows[PurePosixPath(name).stem] = {member: entry.get(member) for member in wanted}
    return rows

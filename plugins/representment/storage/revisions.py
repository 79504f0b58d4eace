"""Which revision of a round is the newest, and what a person asked of it.

Airflow's database may be lost. What only a run's parameters know, its remark and its claim, is recorded before the
run starts, so that the intake can start that very run again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from disputes.errors import PersonNeededError
from disputes.record_format import read_record
from representment.storage.record_names import REQUESTED
from representment.storage.records import Records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from disputes.rounds import RunId
    from representment.hooks.s3_store import S3Store


@dataclass(frozen=True)
class Revision:
    """A response run, and what a person asked of it.

    :param remark: why the packet before it was sent back
    :param claim: what a person chose where the network's code leaves the claim open
    :param edits: sha256 of the record of what people changed by hand
    """

    run: RunId
    remark: str | None = None
    claim: str | None = None
    edits: str | None = None


def request_revision(store: S3Store, revision: Revision, *, account: str, by: str, at: int) -> Revision:
    """Record that somebody asked for a revision, before its run starts; what is stored afterwards.

    :param account: connection of the Stripe account that the dispute is on
    :param by: the person's user name
    :param at: Unix seconds
    """
    asked = {"remark": revision.remark, "claim": revision.claim, "edits": revision.edits}
    record = asked | {"account": account, "by": by, "at": at}
    return _revision(revision.run, Records(store, _folder(revision.run)).keep(REQUESTED, record))


def newest_revisions(store: S3Store, runs: Sequence[RunId]) -> list[Revision | PersonNeededError]:
    """The newest revision in S3 of each run's round, or the run itself if S3 has none; one listing per run.

    Where the record of what was asked cannot be read, its error is in the revision's place.
    """
    rounds = [f"{run.dispute}/{run.round}/" for run in runs]
    listed = store.names_all(rounds)
    newest = [_newest(run, below, names) for run, below, names in zip(runs, rounds, listed, strict=True)]
    asked = [f"{_folder(run)}/{REQUESTED}" for run in newest]
    there = [name for name, names in zip(asked, listed, strict=True) if name in names]
    contents = dict(zip(there, store.read_all(there), strict=True))
    return [_read(run, name, contents.get(name)) for run, name in zip(newest, asked, strict=True)]


def _read(run: RunId, name: str, content: bytes | None) -> Revision | PersonNeededError:
    try:
        return _revision(run, {} if content is None else read_record(content, name))
    except PersonNeededError as error:
        return error


def _newest(run: RunId, below: str, names: list[str]) -> RunId:
    parts = {name.removeprefix(below).partition("/")[0] for name in names}
    return replace(run, revision=max([run.revision, *(int(part) for part in parts if part.isdigit())]))


def _revision(run: RunId, record: dict[str, Any]) -> Revision:
    return Revision(run, record.get("remark"), record.get("claim"), record.get("edits"))


def _folder(run: RunId) -> str:
    return f"{run.dispute}/{run.round}/{run.revision}"

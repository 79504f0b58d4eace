"""What the desk reads from S3: with one client, on its own threads, so that the tasks' API never waits for it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from airflow.models.variable import Variable

from disputes.desk.revisions import describe_revision
from disputes.desk.timeline import Records
from disputes.record_format import read_record
from disputes.rounds import RunId
from representment.hooks.s3_store import S3Store
from representment.storage.record_names import (
    APPROVALS,
    AUDITS,
    END,
    LATE_WINS,
    OPENING,
    OUTCOMES,
    RECEIPT,
    REQUESTED,
    STAGED,
)
from representment.storage.round_folder import RoundFolder

if TYPE_CHECKING:
    from collections.abc import Callable

    from disputes.case.gathered import Gathered
    from disputes.desk.revisions import Revision
    from representment.storage.round_folder import StoredPacket

ROUNDS_VARIABLE = "representment_rounds_uri"
_T = TypeVar("_T")


@cache
def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(8)


async def on_own_thread(call: Callable[..., _T], *arguments: Any) -> _T:
    """Run a slow call on one of the desk's eight threads."""
    return await anyio.to_thread.run_sync(call, *arguments, limiter=_limiter())


@lru_cache(maxsize=4)
def _store(uri: str) -> S3Store:
    return S3Store(uri)


def rounds_store() -> S3Store:
    """Where all rounds are kept, with the client that every request shares."""
    return _store(Variable.get(ROUNDS_VARIABLE))


@dataclass(frozen=True)
class Stored:
    """All records of one response in S3.

    :param dispute: as it was gathered, in Stripe's shape
    :param end: how its run ended without a submission
    :param email: whether an e-mail that asks the cardholder to withdraw is there
    """

    run: RunId
    gathered: Gathered | None
    dispute: dict[str, Any] | None
    packet: StoredPacket | None
    records: Records | None
    revisions: tuple[Revision, ...]
    email: bool
    uri: str


def read_response(run: RunId) -> Stored:
    """Read the records of one response: one listing, then the records in parallel.

    :raises DisputeError: a record cannot be read, or S3 is out of reach
    """
    store = rounds_store()
    folder = RoundFolder(store, run)
    written = _written(store, f"{folder.round}/")
    case = folder.find_case()
    packet = folder.find_packet()
    dispute = case.dispute if case else None
    return Stored(
        run=run,
        gathered=folder.gathered() if case else None,
        dispute=dispute,
        packet=packet,
        records=_records(folder, written, dispute["created"]) if dispute else None,
        revisions=_revisions(folder, written),
        email=bool(packet and folder.find_withdrawal_email(packet)),
        uri=store.uri(f"{folder.revision}/"),
    )


def _written(store: S3Store, below: str) -> dict[str, int]:
    """When each object below a name was written, Unix seconds."""
    pages = store.client.get_paginator("list_objects_v2").paginate(Bucket=store.bucket, Prefix=store.prefix + below)
    entries = (entry for page in pages for entry in page.get("Contents", []))
    return {
        entry["Key"].removeprefix(store.prefix + below): int(entry["LastModified"].timestamp()) for entry in entries
    }


def _records(folder: RoundFolder, written: dict[str, int], created: int) -> Records:
    own = f"{folder.run.revision}/"
    mine = {name.removeprefix(own): at for name, at in written.items() if name.startswith(own)}
    decisions = sorted(name for name in mine if name.startswith(f"{APPROVALS}/"))
    with ThreadPoolExecutor(8) as pool:
        opening, receipt = (pool.submit(folder.round_record, name) for name in (OPENING, RECEIPT))
        requested, staged, end = (pool.submit(folder.record, name) for name in (REQUESTED, STAGED, END))
        decided = [pool.submit(folder.record, name) for name in decisions]
        indexed = [pool.submit(_indexed, folder, index) for index in (AUDITS, LATE_WINS, OUTCOMES)]
        audit, late, outcome = (one.result() for one in indexed)
        answered = receipt.result()
        return Records(
            created=created,
            opening=opening.result(),
            written=mine,
            requested=requested.result(),
            staged=staged.result(),
            decisions=tuple(record for one in decided if (record := one.result())),
            end=end.result(),
            receipt=answered if answered and answered["response"] == str(folder.run) else None,
            audit=audit,
            outcome=late or outcome,
        )


def _indexed(folder: RoundFolder, index: str) -> dict[str, Any] | None:
    name = f"{index}/{folder.run}.json"
    content = folder.store.read(name)
    return None if content is None else read_record(content, name)


def _revisions(folder: RoundFolder, written: dict[str, int]) -> tuple[Revision, ...]:
    """Every revision of the round, oldest first, each with what changed."""
    numbers = sorted({int(first) for first, *rest in (name.split("/") for name in written) if rest and first.isdigit()})
    found, before = [], None
    for number in numbers:
        one = RoundFolder(folder.store, RunId(folder.run.dispute, folder.run.round, number))
        packet, asked = one.find_packet(), one.record(REQUESTED) or {}
        manifest = packet.manifest if packet else None
        found.append(describe_revision(number, manifest, packet.sha256 if packet else None, asked, before))
        before = manifest or before
    return tuple(found)


def now() -> int:
    """Unix seconds."""
    return int(time.time())


def claimed_by(stored: Stored) -> str | None:
    """The DAG that has claimed the round; None where nothing was gathered."""
    opening = stored.records.opening if stored.records else None
    return str(opening["dag_id"]) if opening else None


@lru_cache(maxsize=64)
def _packet(uri: str, run: RunId, dag_id: str) -> tuple[RoundFolder, StoredPacket]:
    folder = RoundFolder(_store(uri), run)
    if folder.opening().dag_id != dag_id:
        raise LookupError(run)
    return folder, folder.packet()


def packet_of(run: RunId, dag_id: str) -> tuple[RoundFolder, StoredPacket]:
    """A packet; cached, since it never changes.

    :raises LookupError: the round is another DAG's
    :raises StorageError: none was made
    """
    return _packet(Variable.get(ROUNDS_VARIABLE), run, dag_id)


def file_of(run: RunId, dag_id: str, field: str) -> bytes:
    """The PDF of an evidence field, checked against its digest.

    :raises LookupError: the round is another DAG's, or its packet has no such file
    """
    folder, packet = packet_of(run, dag_id)
    return folder.file(field, packet.manifest.files[field])


def email_of(run: RunId, dag_id: str) -> bytes:
    """The e-mail that asks the cardholder to withdraw.

    :raises LookupError: there is none, or the round is another DAG's
    """
    folder, packet = packet_of(run, dag_id)
    address = folder.find_withdrawal_email(packet)
    if address is None:
        raise LookupError(run)
    return folder.store.need(address.removeprefix(folder.store.uri("")))

"""The rounds that a report is about: those that ended in the last months, and those that are open."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from disputes.errors import PersonNeededError
from disputes.record_format import read_model
from disputes.reporting.tally import OPEN
from disputes.response.outcome_records import OutcomeRecord, outcome_record
from disputes.rounds import RunId
from representment.settings import DEFAULT_ACCOUNT
from representment.storage.indexes import RECEIPT_MEMBERS, read_index
from representment.storage.outcome_table import LATE_WIN, TABLE
from representment.storage.record_names import LATE_WINS, OPENED, OUTCOMES, RECEIPT
from representment.storage.revisions import Revision, newest_revisions
from representment.storage.round_folder import RoundFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from representment.hooks.s3_store import S3Store


def read_ended(store: S3Store, since: str, problems: list[str]) -> Iterator[OutcomeRecord]:
    """The records of rounds that ended since a month, late wins among them; earlier rounds cost nothing.

    :param since: like `2025-11`
    :param problems: takes a line for each record that cannot be read
    """
    below = f"{TABLE}/month="
    listed = (name.removeprefix(below) for name in store.names(below))
    stems = [PurePosixPath(name).stem for name in listed if name[: len(since)] >= since]
    names = [
        f"{LATE_WINS}/{stem.removesuffix(LATE_WIN)}.json" if stem.endswith(LATE_WIN) else f"{OUTCOMES}/{stem}.json"
        for stem in stems
    ]
    for name, content in zip(names, store.read_all(names), strict=True):
        try:
            yield read_model(OutcomeRecord, content, store.uri(name))
        except PersonNeededError as error:
            problems.append(str(error))


def read_open(store: S3Store, *, now: int, problems: list[str]) -> Iterator[OutcomeRecord]:
    """The rounds that a run has taken and that have not ended, with the outcome `open`.

    :param now: Unix seconds
    :param problems: takes a line for each round that cannot be read
    """
    ended = {_round_of(name) for name in store.names(f"{OUTCOMES}/")}
    taken = read_index(store, OPENED, RECEIPT_MEMBERS, problems)
    accounts = {RunId.parse(name): row["account"] for name, row in taken.items() if _round_of(name) not in ended}
    runs = list(accounts)
    for run, newest in zip(runs, newest_revisions(store, runs), strict=True):
        try:
            folder = RoundFolder(store, newest.run if isinstance(newest, Revision) else run)
            yield _open_round(folder, accounts[run] or DEFAULT_ACCOUNT, now)
        except PersonNeededError as error:
            problems.append(str(error))


def _open_round(folder: RoundFolder, account: str, now: int) -> OutcomeRecord:
    packet = folder.find_packet()
    return outcome_record(
        folder.run,
        folder.dispute_json(),
        account=account,
        outcome=OPEN,
        seen_at=now,
        manifest=packet.manifest if packet else None,
        packet_sha256=packet.sha256 if packet else None,
        receipt=folder.round_record(RECEIPT),
        approval=folder.decision(),
    )


def _round_of(name: str) -> tuple[str, str]:
    run = RunId.parse(PurePosixPath(name).stem)
    return run.dispute, str(run.round)

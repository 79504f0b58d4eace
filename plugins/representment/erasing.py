"""Erases a person's data about a charge: in the merchant's bucket, in ours, and in Airflow's database.

Ids, hashes, decisions and outcomes stay. Everything that is not listed here as free of personal data is erased, so a
record that a later release adds is erased until somebody lists it.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from disputes.errors import PersonNeededError
from disputes.record_format import read_record
from disputes.rounds import RunId
from representment.storage.record_names import (
    APPROVALS,
    AUDITS,
    CASE,
    DISPUTE,
    END,
    ERASED,
    OPENED,
    OPENING,
    OUTCOMES,
    PACKETS,
    RECEIPT,
    STAGED,
    SUBMITTED,
    WAITING,
)
from representment.storage.records import as_json
from representment.storage.warning_folder import AFTERWARDS, KEPT, LEDGER, RECOMMENDATION, REFUND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from representment.hooks.s3_store import S3Store

_OF_ROUND = (OPENING, WAITING, RECEIPT, r"warned/.*", r"\w+/\d+/(spent|refused)\.json")
_OF_PACKET = (r"uploads/.*", STAGED, END, rf"{APPROVALS}/.*")
STAYS = re.compile(rf"[^/]+/[^/]+/(?:{'|'.join(_OF_ROUND)}|\d+/(?:{'|'.join(_OF_PACKET)}))")
"""Records of a dispute that stay: `<dispute>/<round>/…` and `<dispute>/<round>/<revision>/…`."""
WARNING_STAYS = re.compile(rf"{LEDGER}/[^/]+/(?:{KEPT}|{REFUND}|{AFTERWARDS}|decisions/.*|refund/\d+/spent\.json)")
"""Records of an early fraud warning that stay."""
_FREE_TEXT = {"remark": "", "findings": [], "documents": [], "left_out": []}
"""Members of the remaining records in which a person's words, or a file's name, may identify somebody."""


@dataclass(frozen=True)
class Erased:
    """What was erased.

    :param charge: whose customer it was
    :param about: its disputes and early fraud warnings: the prefixes of the ids of their runs in Airflow
    :param objects: how many objects were deleted, each version counted
    """

    charge: str
    about: tuple[str, ...]
    objects: int


def erase_charge(charge: str, *, rounds: S3Store, evidence: S3Store) -> Erased:
    """Erase the data of a charge's customer from both buckets, with every version.

    If it is interrupted, run it again: the records that say which charge a dispute is about are deleted last.

    :param charge: its id at Stripe
    :raises PersonNeededError: a round of its disputes is not over, or not audited; nothing was erased
    """
    everything = rounds.names_ever("")
    disputes = _disputes_of(charge, rounds, everything)
    warnings = _warnings_of(charge, rounds, everything)
    for dispute in disputes:
        _must_be_over(dispute, set(everything))
    objects = evidence.erase(evidence.names_ever(f"charges/{charge}/"))
    for dispute in disputes:
        objects += rounds.erase([name for name in everything if name.startswith(f"{PACKETS}/{dispute}__")])
        objects += _erase_below(f"{dispute}/", rounds, everything, STAYS, last=(CASE, DISPUTE))
        rounds.overwrite(f"{dispute}/{ERASED}", as_json({"charge": charge, "at": int(time.time())}))
        _blank([name for name in everything if name.startswith(f"{AUDITS}/{dispute}__")], rounds)
    for warning in warnings:
        objects += _erase_below(f"{LEDGER}/{warning}/", rounds, everything, WARNING_STAYS, last=(RECOMMENDATION,))
    # Views that are made again; one of them names customers.
    objects += rounds.erase([name for name in everything if name.startswith("current/")])
    return Erased(charge, (*disputes, *warnings), objects)


def _disputes_of(charge: str, rounds: S3Store, everything: list[str]) -> list[str]:
    cases = [name for name in everything if re.fullmatch(rf"[^/]+/\w+/\d+/({CASE}|{DISPUTE})", name)]
    found = (
        name.partition("/")[0]
        for name, record in _read(rounds, cases)
        if _id(record.get("dispute", record).get("charge")) == charge
    )
    return list(dict.fromkeys(found))


def _warnings_of(charge: str, rounds: S3Store, everything: list[str]) -> list[str]:
    recommended = [name for name in everything if re.fullmatch(rf"{LEDGER}/[^/]+/{RECOMMENDATION}", name)]
    read = _read(rounds, recommended)
    return [name.split("/")[1] for name, record in read if record["warning"]["charge_id"] == charge]


def _read(rounds: S3Store, names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in names:
        content = rounds.read(name)
        if content is not None:  # else only earlier versions of it are left
            yield name, read_record(content, name)


def _id(charge: Any) -> Any:
    """The id of a charge that Stripe may have expanded."""
    return charge["id"] if isinstance(charge, dict) else charge


def _must_be_over(dispute: str, everything: set[str]) -> None:
    """Raise while a poll, the audit or a task still needs the data.

    :raises PersonNeededError: one of them does
    """
    opened, over, sent, audited = (
        {RunId.parse(PurePosixPath(name).stem) for name in everything if name.startswith(f"{index}/{dispute}__")}
        for index in (OPENED, OUTCOMES, SUBMITTED, AUDITS)
    )
    going_on = {str(run.round) for run in opened} - {str(run.round) for run in over}
    if going_on or not sent <= audited:
        raise PersonNeededError(
            f"no outcome is recorded yet for: {', '.join(sorted(going_on))}"
            if going_on
            else "its submission has not been audited yet",
            dispute=dispute,
            remedy="Erase the charge once dispute_outcomes has audited the submission and recorded the outcome",
        )


def _erase_below(
    below: str, rounds: S3Store, everything: list[str], stays: re.Pattern[str], *, last: tuple[str, ...]
) -> int:
    names = [name for name in everything if name.startswith(below) and name != f"{below}{ERASED}"]
    _blank([name for name in names if stays.fullmatch(name) and name.endswith(".json")], rounds)
    going = [name for name in names if not stays.fullmatch(name)]
    finders = [name for name in going if name.rpartition("/")[2] in last]
    return rounds.erase(name for name in going if name not in finders) + rounds.erase(finders)


def _blank(names: Iterable[str], rounds: S3Store) -> None:
    """Remove the free text from the records that stay."""
    for name, record in _read(rounds, list(names)):
        blanked = record | {member: nothing for member, nothing in _FREE_TEXT.items() if record.get(member)}
        if blanked != record:
            # The new one first: killed in between, nothing is lost.
            rounds.overwrite(name, as_json(blanked))
        rounds.erase_earlier(name)

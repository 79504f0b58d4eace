"""The last rounds of a claim: how they ended, and which evidence they lacked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from disputes.desk.round_list import Row
from disputes.desk.standing import Stage
from disputes.facts.wording import readable

TEN = 10
_SENT = (Stage.BANK, Stage.WON, Stage.LOST)


@dataclass(frozen=True)
class Lacked:
    """An evidence field that some of them did not have.

    :param rounds: how many did not
    :param lost: how many of those were lost
    """

    field: str
    rounds: int
    lost: int


@dataclass(frozen=True)
class LastTen:
    """The last rounds of a claim that were answered, ten at most.

    :param lacked: what at least half of them lacked, the most frequent first
    """

    rounds: int
    won: int
    lost: int
    at_the_bank: int
    lacked: tuple[Lacked, ...]


def find_last_ten(rows: Iterable[Row], claim: str) -> LastTen | None:
    """The last ones by deadline; None where none of this claim was answered.

    :param claim: as the rows name it
    """
    sent = [row for row in rows if row.claim == claim and row.standing.stage in _SENT]
    last = sorted(sent, key=lambda row: (row.due_by or 0, row.run_id))[-TEN:]
    if not last:
        return None
    stages = Counter(row.standing.stage for row in last)
    lacked = Counter(field for row in last for field in row.missing)
    lost = Counter(field for row in last if row.standing.stage is Stage.LOST for field in row.missing)
    often = [(field, count) for field, count in lacked.most_common() if 2 * count >= len(last)]
    return LastTen(
        rounds=len(last),
        won=stages[Stage.WON],
        lost=stages[Stage.LOST],
        at_the_bank=stages[Stage.BANK],
        lacked=tuple(Lacked(readable(field), count, lost[field]) for field, count in often),
    )

"""Open rounds by the time left to answer them, and how far each has come."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from disputes.facts.wording import money
from disputes.response.deadlines import time_left

SUBMITTED = "submitted"
TAKES_NONE = "takes no answer"
"""The state of a case that its network settles by itself."""
NOT_STARTED = "not started"
BEING_GATHERED = "being gathered"
BEING_SUBMITTED = "being submitted"
WAITS_FOR_DECISION = "waits for a decision"
_UNDATED = 2**40
_STEPS = (
    ("end.json", "ended without a submission"),
    ("approvals", "decided"),
    ("staged.json", WAITS_FOR_DECISION),
    ("manifest.json", "packet made"),
)
"""Records in a revision's folder, the last step first."""
STATES = (
    NOT_STARTED,
    BEING_GATHERED,
    *(state for _, state in reversed(_STEPS)),
    BEING_SUBMITTED,
    SUBMITTED,
    TAKES_NONE,
)
"""All states of a round, in order of urgency."""


@dataclass(frozen=True)
class Deadline:
    """One open round.

    :param due_by: Unix seconds; None or 0 where Stripe gives no deadline
    :param amount: minor units of `currency`
    :param state: `TAKES_NONE`, or see :func:`state_of`
    """

    dispute: str
    round: str
    account: str
    due_by: int | None
    reason: str
    amount: int
    currency: str
    state: str

    @property
    def waits(self) -> bool:
        """Whether an answer is still owed."""
        return self.state not in (SUBMITTED, TAKES_NONE)

    def left(self, *, now: int, zone: str) -> str:
        """The deadline in a zone, and how long that is from now.

        :param now: Unix seconds
        :param zone: like `Europe/Berlin`
        :raises InputError: the zone does not exist
        """
        return time_left(self.due_by, now=now, zone=zone) if self.due_by else "Stripe gives no deadline"


def state_of(names: Collection[str]) -> str:
    """How far a round has come, by the names in its folder.

    :param names: relative to `<dispute>/<round>/`
    """
    if "receipt.json" in names:
        return SUBMITTED
    parts = [name.split("/") for name in names]
    last = max((int(first) for first, *_ in parts if first.isdigit()), default=None)
    made = {rest[0] for first, *rest in parts if rest and first == str(last)}
    if "end.json" not in made and any(first == "submit" for first, *_ in parts):
        return BEING_SUBMITTED
    for name, state in _STEPS:
        if name in made:
            return state
    return BEING_GATHERED if "opening.json" in names else NOT_STARTED


def by_time_left(deadlines: Iterable[Deadline]) -> list[Deadline]:
    """Nearest deadline first, those without one last."""
    return sorted(deadlines, key=lambda one: (one.due_by or _UNDATED, one.dispute))


def deadline_table(deadlines: Sequence[Deadline], *, now: int, zone: str) -> str:
    """One line for each round, to read: until when, what, how much, how far.

    :param now: Unix seconds
    :param zone: like `Europe/Berlin`
    :raises InputError: the zone does not exist
    """
    rows = [("due", "dispute", "round", "reason", "amount", "state")]
    rows += [
        (one.left(now=now, zone=zone), one.dispute, one.round, one.reason, money(one.amount, one.currency), one.state)
        for one in deadlines
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def deadline_rows(deadlines: Sequence[Deadline], *, now: int, zone: str) -> list[dict[str, Any]]:
    """The same for programs.

    :param now: Unix seconds
    :param zone: like `Europe/Berlin`
    :raises InputError: the zone does not exist
    """
    return [vars(one) | {"due": one.left(now=now, zone=zone)} for one in deadlines]

"""Response rounds: one dispute id can ask for an answer more than once."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from disputes.errors import InputError


class Round(StrEnum):
    """Which of a dispute's answers this is: an escalated inquiry and an appeal come under the same dispute id."""

    INQUIRY = "inquiry"
    CHARGEBACK = "chargeback"
    APPEAL = "appeal"


# Dispute.status in Stripe's API. `won`, `lost`, `warning_closed` and `prevented` belong to no open round.
_ASKED = {
    "warning_needs_response": Round.INQUIRY,
    "needs_response": Round.CHARGEBACK,
    "appeal_needs_response": Round.APPEAL,
}
_ANSWERED = {
    "warning_under_review": Round.INQUIRY,
    "under_review": Round.CHARGEBACK,
    "appeal_under_review": Round.APPEAL,
}
_ROUNDS = _ASKED | _ANSWERED
_RUN_ID = re.compile(r"(?P<dispute>[A-Za-z0-9_-]+)__(?P<round>inquiry|chargeback|appeal)__(?P<revision>[1-9][0-9]*)")


def round_of(status: str) -> Round | None:
    """The open round of a dispute in this status; None when it is over, or when the status is not known."""
    return _ROUNDS.get(status)


def answerable(status: str) -> bool:
    """Whether a dispute in this status takes evidence."""
    return status in _ASKED


@dataclass(frozen=True)
class RunId:
    """Names one response run: a dispute's round and the revision of its packet.

    :param dispute: the dispute's id, `du_…` or `dp_…`
    :param round: the round
    :param revision: 1 for the first packet, one more each time a person sends it back
    :raises InputError: when these do not make a valid run id
    """

    dispute: str
    round: Round
    revision: int = 1

    def __post_init__(self) -> None:
        if not _RUN_ID.fullmatch(str(self)):
            raise InputError(
                "does not make a valid run id", subject=str(self), remedy="Expected like du_1__chargeback__1"
            )

    def __str__(self) -> str:
        return f"{self.dispute}__{self.round}__{self.revision}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what `str()` wrote.

        :raises InputError: when the text is not a run id
        """
        found = _RUN_ID.fullmatch(text)
        if not found:
            raise InputError("is not a run id", subject=text, remedy="Expected like du_1__chargeback__1")
        return cls(found["dispute"], Round(found["round"]), int(found["revision"]))

    @property
    def order(self) -> tuple[int, int]:
        """Sorts the responses to one dispute: by round, then by revision."""
        return list(Round).index(self.round), self.revision

    def follows(self, other: "RunId") -> bool:
        """Whether this response comes after another one to the same dispute, in a later round or revision."""
        return self.order > other.order

    def next(self) -> Self:
        """The run that makes this round's packet again."""
        return replace(self, revision=self.revision + 1)

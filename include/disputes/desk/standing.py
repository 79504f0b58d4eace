"""The state of a round, in words for a person."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """What a round waits for. The order is that of the list's filters."""

    WAITS = "waits for you"
    LEFT = "left to you"
    WORKING = "being made"
    MADE = "made, not sent"
    BANK = "at the bank"
    WON = "won"
    LOST = "lost"
    OVER = "over"


@dataclass(frozen=True)
class Standing:
    """The state of a round.

    :param words: for the reader
    :param why: the reason, if a record gives one
    """

    stage: Stage
    words: str
    why: str = ""

    @property
    def answered(self) -> bool:
        """Whether nothing is owed to the bank, so that no deadline counts."""
        return self.stage in (Stage.BANK, Stage.WON, Stage.LOST, Stage.OVER)


_OUTCOMES = {
    "won": Standing(Stage.WON, "won"),
    "lost": Standing(Stage.LOST, "lost"),
    "closed": Standing(Stage.OVER, "closed by the bank"),
    "prevented": Standing(Stage.OVER, "prevented"),
    "escalated": Standing(Stage.OVER, "became a chargeback"),
}
_ENDS = {
    "accepted": Standing(Stage.LOST, "loss accepted"),
    "refunded": Standing(Stage.OVER, "refunded in full"),
}


def find_standing(
    *,
    outcome: str | None,
    submitted: bool,
    waits: bool,
    run_state: str | None,
    end: str | None = None,
    reason: str | None = None,
) -> Standing:
    """The state of a round; the bank's outcome takes precedence over our actions, and these over the run's state.

    :param outcome: as its record has it, None while it is open
    :param submitted: whether our packet has been submitted
    :param waits: whether Airflow asks a person now
    :param run_state: of the newest revision's run, as Airflow names it; None where Airflow has none
    :param end: how that run ended without a submission, where it is known
    :param reason: why it ended so
    """
    if outcome is not None:
        return _OUTCOMES.get(outcome, Standing(Stage.OVER, outcome))
    if submitted:
        return Standing(Stage.BANK, "at the bank")
    if waits:
        return Standing(Stage.WAITS, "waits for you")
    if end == "nothing_to_answer":
        return Standing(Stage.OVER, "no answer needed", reason or "")
    if end in _ENDS:
        return _ENDS[end]
    if run_state == "failed" or end == "left":
        return Standing(Stage.LEFT, "left to you", reason or "")
    if run_state == "success":
        return Standing(Stage.MADE, "made, not sent")
    if run_state is None:
        return Standing(Stage.LEFT, "left to you", "Airflow has no run for this round")
    return Standing(Stage.WORKING, "being made")

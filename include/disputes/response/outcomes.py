"""How a round ended, from what the dispute says now."""

from disputes.rounds import Round, round_of

_ENDS = {"won": "won", "lost": "lost", "warning_closed": "closed", "prevented": "prevented"}
_ORDER = list(Round)


def is_overtaken(status: str, round_: Round) -> bool:
    """Whether a later round of the dispute is open: its answer takes the place of this one's."""
    current = round_of(status)
    return current is not None and _ORDER.index(current) > _ORDER.index(round_)


def outcome_of(status: str, round_: Round) -> str | None:
    """`won`, `lost`, `closed` (an inquiry that went no further), `prevented` or `escalated`; None while it is open.

    A closed inquiry is not a win. A dispute that is in a later round, or decided after one, has ended this round: an
    inquiry by escalation, a chargeback by the loss that an appeal follows.

    :param status: the dispute's status now
    :param round_: the round that was submitted
    """
    current = round_of(status)
    if is_overtaken(status, round_):
        return "escalated" if round_ is Round.INQUIRY else "lost"
    if current is not None:
        return None
    if round_ is Round.INQUIRY and status in ("won", "lost"):
        return "escalated"
    return _ENDS.get(status)

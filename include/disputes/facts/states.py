"""What a state in the merchant's own words says, however it is written; only what is plain counts."""

import re

_ENDED = re.compile(
    r"(was |is )?(already )?(cancell?ed|ended|expired|terminated|inactive|not active|incomplete expired)\b"
)
_STILL_RUNS = re.compile(r"\b(active|runs|until|period|effect|effective|from|after)\b")
_NOT_SAID_NOT = r"(?<!not )(?<!not been )(?<!never )(?<!neither )(?<!nor )"
_CALLED_OFF = re.compile(rf"{_NOT_SAID_NOT}\b(cancell?ed|called off|abandoned|did not take place|not held)\b")
_MOVED = re.compile(rf"{_NOT_SAID_NOT}\b(postponed|rescheduled)\b")
_TOOK_PLACE = re.compile(r"\b(took place|was held)\b")
_PAID = re.compile(
    r"(paid|succeeded|captured|settled|completed?)\b(?!.*(refund|void|cancel|revers))|partially refunded$"
)


def ended(status: str) -> bool:
    """Whether a subscription had ended; cancelled for later is not ended."""
    found = _ENDED.match(_plain(status))
    return found is not None and _STILL_RUNS.search(_plain(status), found.end()) is None


def called_off(status: str) -> bool:
    """Whether an event was cancelled."""
    return _stands(_CALLED_OFF, status)


def moved(status: str) -> bool:
    """Whether an event was put off, and is not said to have taken place since."""
    return _stands(_MOVED, status)


def paid(status: str) -> bool:
    """Whether a charge was paid and not given back in full."""
    return _PAID.match(_plain(status)) is not None


def _stands(words: re.Pattern[str], status: str) -> bool:
    return words.search(_plain(status)) is not None and _TOOK_PLACE.search(_plain(status)) is None


def _plain(status: str) -> str:
    return " ".join(status.casefold().replace("_", " ").split())

"""One line of the output of `check`."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from disputes.errors import DisputeError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Level(StrEnum):
    """`wrong` prevents disputes from being answered; a person has to judge a `note`."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One result of a check.

    :param level: how bad it is
    :param text: what was checked, the result, and what to do
    """

    level: Level
    text: str

    def __str__(self) -> str:
        return f"{self.level:<5}  {self.text}"


class Findings(list[Finding]):
    """What has been found so far, in order."""

    def ok(self, text: str) -> None:
        """Something is as it should be."""
        self.append(Finding(Level.OK, text))

    def note(self, text: str) -> None:
        """Something that may be intended."""
        self.append(Finding(Level.NOTE, text))

    def wrong(self, text: str) -> None:
        """Something that must be corrected."""
        self.append(Finding(Level.WRONG, text))

    @contextmanager
    def looking_at(self, about: str) -> Iterator[None]:
        """Turn an error inside into a finding, so that the next checks still run.

        :param about: what is checked, for errors that do not say so themselves
        """
        try:
            yield
        except DisputeError as error:
            self.wrong(str(error))
        except Exception as error:  # noqa: BLE001 - an unreachable database, a connection that is not there
            self.wrong(f"{about}: {str(error).partition(chr(10))[0]}")

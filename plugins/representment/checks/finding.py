"""One line of what `check` says."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from disputes.errors import DisputeError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Level(StrEnum):
    """`wrong` keeps disputes from being answered, `note` is for a person to judge."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """What was looked at, and how it stands.

    :param level: how bad it is
    :param text: what it is about, what is so, what to do
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
        """Something that may be meant."""
        self.append(Finding(Level.NOTE, text))

    def wrong(self, text: str) -> None:
        """Something to put right."""
        self.append(Finding(Level.WRONG, text))

    @contextmanager
    def looking_at(self, about: str) -> Iterator[None]:
        """Whatever goes wrong inside is a finding too, and what comes after is looked at all the same.

        :param about: what is looked at, for errors that do not say it themselves
        """
        try:
            yield
        except DisputeError as error:
            self.wrong(str(error))
        except Exception as error:  # noqa: BLE001 - an unreachable database, a connection that is not there
            self.wrong(f"{about}: {str(error).partition(chr(10))[0]}")

"""Rounds counted by something that they have in common."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from disputes.facts.wording import money
from disputes.reporting.intervals import Interval, wilson
from disputes.response.outcome_records import OutcomeRecord

WON, LOST, OPEN, OTHER = "won", "lost", "open", "other"
KINDS = (WON, LOST, OPEN, OTHER)
"""`other`: an inquiry that was closed or became a chargeback, and what the network prevented."""


def kind_of(record: OutcomeRecord) -> str:
    """What a round counts as."""
    return record.outcome if record.outcome in (WON, LOST, OPEN) else OTHER


@dataclass(frozen=True)
class Tally:
    """Some rounds that have a label in common.

    :param counts: rounds by kind
    :param amounts: minor units by kind and currency
    """

    label: str
    counts: Counter[str] = field(default_factory=Counter)
    amounts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, label: str, records: Iterable[OutcomeRecord]) -> Self:
        """Count the rounds."""
        tally = cls(label)
        for record in records:
            kind = kind_of(record)
            tally.counts[kind] += 1
            tally.amounts[kind, record.currency] += record.amount
        return tally

    @property
    def decided(self) -> int:
        """Rounds that the bank has decided."""
        return self.counts[WON] + self.counts[LOST]

    @property
    def share(self) -> float | None:
        """Won, of those decided; None where none is."""
        return self.counts[WON] / self.decided if self.decided else None

    @property
    def interval(self) -> Interval:
        """Where the true share lies."""
        return wilson(self.counts[WON], self.decided)

    @property
    def words(self) -> str:
        """`67 % (21 to 94 %)`, and nothing where the bank has decided nothing."""
        if self.share is None:
            return "none decided"
        share, low, high = (round(100 * value) for value in (self.share, *self.interval))
        return f"{share} % ({low} to {high} %)"

    def prices(self, kind: str) -> list[str]:
        """The money in rounds of a kind, currency by currency."""
        found = sorted((currency, amount) for (which, currency), amount in self.amounts.items() if which == kind)
        return [money(amount, currency) for currency, amount in found]

    def amount(self, kind: str) -> str:
        """The same on one line."""
        return " + ".join(self.prices(kind)) or "-"


@dataclass(frozen=True)
class Section:
    """Tallies of one question.

    :param name: for file names, like `claim`
    """

    name: str
    title: str
    tallies: tuple[Tally, ...]


def tally_by(
    name: str, title: str, records: Iterable[OutcomeRecord], label_of: Callable[[OutcomeRecord], Any]
) -> Section:
    """Count by a label, the largest number of rounds first."""
    groups: dict[str, list[OutcomeRecord]] = {}
    for record in records:
        groups.setdefault(str(label_of(record) or "not known"), []).append(record)
    tallies = [Tally.of(label, some) for label, some in groups.items()]
    return Section(name, title, tuple(sorted(tallies, key=lambda one: (-one.counts.total(), one.label))))


def tally_fields(records: Iterable[OutcomeRecord]) -> Section:
    """Each evidence field, given or not: what was won with it, and without."""
    every = list(records)
    names = sorted({name for record in every for name in record.fields})
    tallies = []
    for name in names:
        for label, given in ((f"{name}: given", True), (f"{name}: not given", False)):
            tallies.append(Tally.of(label, [one for one in every if (name in one.fields) is given]))
    return Section("field", "By evidence field, given or not", tuple(tallies))

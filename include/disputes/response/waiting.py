"""Packets that wait for a person: those that people were not yet notified about, and the message."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from disputes.facts.wording import money
from disputes.response.deadlines import time_left
from disputes.rounds import RunId

_ASKED, _NOTIFIED = "asked.json", "told.json"


@dataclass(frozen=True)
class WaitingPacket:
    """A packet that a person is asked about.

    :param recommended: what the policy recommends, in words
    :param until: when the question ends, Unix seconds; None where it has no end
    :param page: address of the packet's page
    """

    run: RunId
    amount: int
    currency: str
    claim: str
    recommended: str
    until: int | None
    page: str

    def describe(self, *, now: int, zone: str) -> str:
        """What is asked, how much it is about, until when, and where to look."""
        price = money(self.amount, self.currency)
        until = f"Answer until {time_left(self.until, now=now, zone=zone)}" if self.until else "No deadline"
        return f"{self.run}: {price}, {self.claim}, recommended: {self.recommended}. {until}\n  {self.page}"


def find_unnotified(names: Collection[str]) -> int | None:
    """The newest revision, if a person is asked about it, has not answered, and nobody was notified; else None.

    :param names: what is in the round's folder, relative to it
    """
    parts = [name.split("/") for name in names]
    newest = max((int(first) for first, *_ in parts if first.isdigit()), default=None)
    held = {rest[0] for first, *rest in parts if first == str(newest) and rest}
    waits = _ASKED in held and not held & {_NOTIFIED, "approvals", "end.json"}
    return newest if waits else None


def describe_all(packets: Iterable[WaitingPacket], *, now: int, zone: str) -> tuple[str, str]:
    """Subject and message about all packets together, the first to end first.

    :param now: Unix seconds
    :param zone: like `Europe/Berlin`
    :raises InputError: the time zone is unknown
    """
    ordered = sorted(packets, key=lambda one: (one.until is None, one.until, str(one.run)))
    sums: Counter[str] = Counter()
    for one in ordered:
        sums[one.currency] += one.amount
    stake = " and ".join(money(amount, currency) for currency, amount in sums.items())
    count = "1 packet waits" if len(ordered) == 1 else f"{len(ordered)} packets wait"
    return f"{count} for a person, {stake} at stake", "\n".join(one.describe(now=now, zone=zone) for one in ordered)

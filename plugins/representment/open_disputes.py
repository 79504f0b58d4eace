"""Finds the open disputes of an account, at a cost that does not grow with the closed ones.

Each reader (the intake, the sweep, the deadlines) stores the open disputes, and when it last looked, in a separate
object. It asks Stripe for what is new since then, for what Stripe's events name, and for a share of everything: in a
day the shares add up to the whole list, so a dispute that the other two missed is found too. If nothing is stored, or
it is older than a day, everything is listed at once.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from disputes.dispute import read_dispute
from disputes.errors import InputError
from disputes.response.submission import PACKET_KEY, SUBMITTED_KEY
from representment.branches import ENDED_WELL
from representment.exceptions import StripeRefusedError
from representment.inbox.events import Hint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import timedelta

    from disputes.dispute import Dispute
    from representment.hooks.s3_store import S3Store
    from representment.hooks.stripe_hook import StripeHook

    Stored = dict[str, Any]

log = logging.getLogger(__name__)

DAY = 86_400
OVERLAP = 600
"""Overlap between two polls, in seconds: Stripe's clock may be behind ours, and an event may arrive late."""
CLOSED = (*ENDED_WELL, "lost")
"""Any other status counts as open, even an unknown one: a person must hear about it."""
KEPT = (
    "id",
    "amount",
    "currency",
    "charge",
    "created",
    "reason",
    "status",
    "evidence_details",
    "payment_method_details",
    "livemode",
)
"""Members kept of an open dispute; those that may name a customer are left out."""


@dataclass(frozen=True)
class OpenDisputes:
    """One reader's view of one account's disputes.

    :param account: connection of the Stripe account
    :param reader: its name; each reader has its own view
    :param lookback: how far back to look for disputes
    """

    store: S3Store
    stripe: StripeHook
    account: str
    reader: str
    lookback: timedelta

    def look(self, problems: list[str], *, also: Iterable[str] = ()) -> dict[str, Dispute]:
        """Every open dispute, and the closed ones that were also read, by id.

        The result is stored before this returns, so that a reader that stops afterwards finds it the next time.

        :param problems: takes a line for each dispute that cannot be read
        :param also: disputes to read in any case
        """
        now = int(time.time())
        kept, looked_at = self._kept()
        read: dict[str, Dispute] = {}
        for stored in self._ask(looked_at, now, also):
            kept.pop(str(stored.get("id")), None)
            try:
                dispute = read_dispute(stored)
            except InputError as error:
                problems.append(str(error))
                continue
            read[dispute.id] = dispute
            if dispute.status not in CLOSED:
                kept[dispute.id] = _trimmed(stored)
        kept = {one: stored for one, stored in kept.items() if stored["created"] >= self._oldest(now)}
        self.store.overwrite(self._name, json.dumps({"looked_at": now, "disputes": kept}).encode())
        return {one: read_dispute(stored) for one, stored in kept.items()} | read

    @property
    def _name(self) -> str:
        return f"current/open_disputes/{self.account}/{self.reader}.json"

    def _kept(self) -> tuple[dict[str, Stored], int]:
        """The disputes that were open at the last poll, and its time; empty and zero if that cannot be read."""
        try:
            view = json.loads(self.store.read(self._name) or b"{}")
            return dict(view["disputes"]), int(view["looked_at"])
        except (ValueError, KeyError, TypeError):
            return {}, 0

    def _oldest(self, now: int) -> int:
        return now - int(self.lookback.total_seconds())

    def _ask(self, looked_at: int, now: int, also: Iterable[str]) -> Iterator[Stored]:
        """Disputes as they are at Stripe; a changed one that is not in a list is read separately."""
        recent = 0 <= now - looked_at < DAY
        changed = self._changed(looked_at - OVERLAP) if recent else None
        seen = set()
        listed = self.stripe.disputes_since(self._oldest(now)) if changed is None else self._share(looked_at, now)
        for stored in listed:
            seen.add(stored.get("id"))
            yield stored
        for dispute, snapshot in ((changed or {}) | dict.fromkeys(also)).items():
            if dispute not in seen and (found := snapshot or self.stripe.find_dispute(dispute)):
                yield found

    def _changed(self, since: int) -> dict[str, Stored | None] | None:
        """Disputes that events name, with the event's copy if the last change was our own.

        None if the key may not read events: then everything is listed.
        """
        try:
            return self._named_by_events(since)
        except StripeRefusedError as error:
            if error.passing:
                raise
            log.warning("All disputes are listed, one request for each 100 of them: %s", error)
            return None

    def _named_by_events(self, since: int) -> dict[str, Stored | None]:
        changed: dict[str, Stored | None] = {}
        for event in self.stripe.dispute_events_since(since):  # newest first
            hint = Hint.of(event)
            if hint and hint.object:
                changed.setdefault(hint.object, event["data"]["object"] if Hint.is_echo(event) else None)
        return changed

    def _share(self, looked_at: int, now: int) -> Iterator[Stored]:
        """What is new, and this look's share of everything."""
        yield from self.stripe.disputes_since(looked_at - OVERLAP)
        for youngest, oldest in _shares(looked_at, now):
            since, before = (now - int(part * self.lookback.total_seconds()) for part in (oldest, youngest))
            yield from self.stripe.disputes_since(since, before=before)


def _shares(looked_at: int, now: int) -> list[tuple[float, float]]:
    """Which parts of the lookback are due between two looks less than a day apart, as fractions of it.

    At midnight the newest disputes are read, at noon those half as old as the lookback.
    """
    begin, end = (looked_at % DAY) / DAY, (now % DAY) / DAY
    return [(begin, end)] if begin <= end else [(0, end), (begin, 1)]


def _trimmed(stored: Stored) -> Stored:
    metadata = stored.get("metadata") or {}
    ours = {name: metadata[name] for name in (PACKET_KEY, SUBMITTED_KEY) if name in metadata}
    return {name: stored[name] for name in KEPT if name in stored} | {"metadata": ours}

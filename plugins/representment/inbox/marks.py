"""How far each task has read Stripe's hints, and when it last read everything.

Airflow's own `triggering_asset_events` leave out events that came while a run was active (apache/airflow#56050, read
in 3.3.2: one row per DAG and asset in its queue, with the time of the first). So an event only wakes a DAG; its task
reads everything since its own mark, and moves the mark when the work is done.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from representment.inbox.assets import HINTED, WEBHOOK
from representment.inbox.events import Hint

if TYPE_CHECKING:
    from airflow.sdk import Asset, Context

COMMIT_DELAY = timedelta(seconds=10)
"""Longest time between an event's timestamp and the commit that makes it visible."""
PAGE = 2_000
"""Most events read at once; the rest is read next time."""


class Inbox:
    """The hints that one reader has not read yet.

    The task needs `inlets=HINTED`. Reading again before :meth:`mark` gives the same hints again.

    :param context: the task's
    :param reader: whose mark it is, such as `dispute_intake.stripe_default`
    """

    def __init__(self, context: Context, reader: str) -> None:
        self.context = context
        self.reader = reader
        self._marks = {asset.name: self._mark(asset) for asset in HINTED}
        self._pages = {asset.name: self._page(asset) for asset in HINTED}
        self.oldest = min((event.timestamp for asset in HINTED for event in self._unread(asset)), default=None)
        """When the first of the unread events was stored; None if there are none."""
        self.hints = [hint for asset in HINTED for event in self._unread(asset) for hint in _hints(event)]

    def mark(self) -> None:
        """Mark everything as read. Call it only when the work for all of it is done."""
        for asset in HINTED:
            if self._unread(asset):
                page = self._pages[asset.name]
                newest = max(event.timestamp for event in page)
                # The next page begins there, and so with these.
                again = [event.id for event in page if event.timestamp >= newest - COMMIT_DELAY]
                self._state(asset).set(self.reader, {"at": newest.isoformat(), "ids": again})

    def _page(self, asset: Asset) -> list[Any]:
        """The next events, including those just before the mark, among which a late one may appear."""
        events = self.context["inlet_events"][asset]
        if (mark := self._marks[asset.name]) is not None:
            since = datetime.fromisoformat(mark["at"]) - COMMIT_DELAY
            return list(events.after(since.isoformat()).limit(PAGE + len(mark["ids"])))
        return list(events.limit(PAGE))

    def _unread(self, asset: Asset) -> list[Any]:
        ids = (self._marks[asset.name] or {}).get("ids", [])
        return [event for event in self._pages[asset.name] if event.id not in ids]

    def _mark(self, asset: Asset) -> dict[str, Any] | None:
        mark: dict[str, Any] | None = self._state(asset).get(self.reader)
        return mark

    def _state(self, asset: Asset) -> Any:
        return self.context["asset_state_store"][asset]


class PollClock:
    """Says when to read everything: at regular times, even in a constant stream of events.

    The task needs `inlets=HINTED`.

    :param context: the task's
    :param reader: whose clock it is
    :param every: the longest time between two reads of everything
    """

    def __init__(self, context: Context, reader: str, every: timedelta) -> None:
        self.woken = context["dag_run"].run_type == "asset_triggered"
        self.every = every
        self._state = context["asset_state_store"][WEBHOOK]
        self._key = f"{reader}.polled_at"

    @property
    def is_due(self) -> bool:
        """Whether no event woke this run, or everything was last read too long ago."""
        last = int(str(self._state.get(self._key, 0)))
        return not self.woken or time.time() - last >= self.every.total_seconds()

    def set(self) -> None:
        """Record that everything has been read."""
        self._state.set(self._key, int(time.time()))


def _hints(event: Any) -> list[Hint]:
    """The hints of one asset event, from a webhook or from a trigger's payload; none if a person made it.

    People create such events in the UI too, to wake the DAGs.
    """
    extra = event.extra or {}
    payload = extra.get("payload")
    found = payload.get("messages") or [] if isinstance(payload, dict) else [extra]
    return [hint for each in found if (hint := Hint.from_json(each)) is not None]

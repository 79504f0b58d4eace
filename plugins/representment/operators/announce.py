"""Create asset events for staged packets, submitted rounds and ended rounds, for other people's DAGs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from disputes.errors import PersonNeededError
from disputes.record_format import read_record
from representment.operators.base import RoundsOperator
from representment.outlets import OUTCOME_TABLE, OUTLET, PACKET_STAGED, ROUND_ENDED, ROUND_LOST, ROUND_SUBMITTED
from representment.storage.record_names import ANNOUNCED, LATE_WINS, OUTCOMES, STAGED_PACKETS, SUBMITTED
from representment.storage.records import as_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow.sdk import Asset, Context

AT_ONCE = 1_000
"""Events per run: Airflow stores them all in the request by which the task reports its success."""


@dataclass(frozen=True)
class Announcement:
    """What becomes of each entry of an index.

    :param asset: gets an event
    :param members: of the entry, copied into the event
    """

    asset: Asset
    members: tuple[str, ...]


_PACKET = ("response", "account", "packet_sha256")
_END = ("response", "account", "reason", "amount", "currency", "outcome", "late_win")
ANNOUNCEMENTS = {
    STAGED_PACKETS: Announcement(PACKET_STAGED, _PACKET),
    SUBMITTED: Announcement(ROUND_SUBMITTED, _PACKET),
    OUTCOMES: Announcement(ROUND_ENDED, _END),
    LATE_WINS: Announcement(ROUND_ENDED, _END),
}


class AnnounceOperator(RoundsOperator):
    """Create an event for each entry of an index that has none yet. Needs `outlets=[OUTLET]`.

    Airflow stores the events when this task succeeds. Only then may :class:`MarkAnnouncedOperator` mark the entries.
    """

    def execute(self, context: Context) -> list[str]:
        """Return the names of the entries that now have an event."""
        events = context["outlet_events"][OUTLET]
        announced = []
        ends = 0
        for name, entry in self._entries(list(islice(self._new(), AT_ONCE))):
            announced.append(name)
            announcement = ANNOUNCEMENTS[_index_of(name)]
            about = {member: entry.get(member) for member in announcement.members}
            events.add(announcement.asset, extra=about)
            if announcement.asset == ROUND_ENDED:
                ends += 1
                if about["outcome"] == "lost":
                    events.add(ROUND_LOST, extra=about)
        if ends:
            events.add(OUTCOME_TABLE, extra={"rows": ends})
        return announced

    def _new(self) -> Iterator[str]:
        for index in ANNOUNCEMENTS:
            announced = {name.removeprefix(f"{ANNOUNCED}/") for name in self.store.names(f"{ANNOUNCED}/{index}/")}
            yield from (name for name in self.store.names(f"{index}/") if name not in announced)

    def _entries(self, names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The readable entries; if the task failed because of an unreadable one, their events would be lost."""
        for name, content in zip(names, self.store.read_all(names), strict=True):
            try:
                entry = read_record(content, self.store.uri(name))
            except PersonNeededError as error:
                self.log.warning("No event is created: %s", error)
            else:
                yield name, entry


class MarkAnnouncedOperator(RoundsOperator):
    """Mark the announced entries: their events are stored, since the task that created them has succeeded.

    :param source: id of that task
    """

    def __init__(self, *, source: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source

    def execute(self, context: Context) -> int:
        """Return how many."""
        announced = context["ti"].xcom_pull(task_ids=self.source) or []
        self.store.write_each_once((f"{ANNOUNCED}/{name}" for name in announced), as_json({}))
        return len(announced)


def _index_of(name: str) -> str:
    return str(PurePosixPath(name).parent)

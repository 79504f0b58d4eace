"""Tell other people's DAGs which packets were staged, and which rounds were submitted and have ended."""

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
"""Events of one run; Airflow stores them all in the request that says that the task has succeeded."""


@dataclass(frozen=True)
class Told:
    """What is told of each entry of an index.

    :param asset: whose event it is
    :param members: of the entry, what the event says
    """

    asset: Asset
    members: tuple[str, ...]


_PACKET = ("response", "account", "packet_sha256")
_END = ("response", "account", "reason", "amount", "currency", "outcome", "late_win")
TOLD = {
    STAGED_PACKETS: Told(PACKET_STAGED, _PACKET),
    SUBMITTED: Told(ROUND_SUBMITTED, _PACKET),
    OUTCOMES: Told(ROUND_ENDED, _END),
    LATE_WINS: Told(ROUND_ENDED, _END),
}


class AnnounceOperator(RoundsOperator):
    """Make an event of each entry of an index that has not been told of. Needs `outlets=[OUTLET]`.

    Airflow stores the events when this task succeeds. Only then may :class:`MarkAnnouncedOperator` mark them as told.
    """

    def execute(self, context: Context) -> list[str]:
        """Return the names of the entries that were told of."""
        events = context["outlet_events"][OUTLET]
        told = []
        ends = 0
        for name, entry in self._entries(list(islice(self._untold(), AT_ONCE))):
            told.append(name)
            one = TOLD[_index_of(name)]
            about = {member: entry.get(member) for member in one.members}
            events.add(one.asset, extra=about)
            if one.asset == ROUND_ENDED:
                ends += 1
                if about["outcome"] == "lost":
                    events.add(ROUND_LOST, extra=about)
        if ends:
            events.add(OUTCOME_TABLE, extra={"rows": ends})
        return told

    def _untold(self) -> Iterator[str]:
        for index in TOLD:
            told = {name.removeprefix(f"{ANNOUNCED}/") for name in self.store.names(f"{ANNOUNCED}/{index}/")}
            yield from (name for name in self.store.names(f"{index}/") if name not in told)

    def _entries(self, names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Those that can be read: a task that fails makes no event of the others."""
        for name, content in zip(names, self.store.read_all(names), strict=True):
            try:
                entry = read_record(content, self.store.uri(name))
            except PersonNeededError as error:
                self.log.warning("Not told of: %s", error)
            else:
                yield name, entry


class MarkAnnouncedOperator(RoundsOperator):
    """Mark as told what was announced: Airflow has stored the events, since that task has succeeded.

    :param source: id of the task that announced it
    """

    def __init__(self, *, source: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source

    def execute(self, context: Context) -> int:
        """Return how many."""
        told = context["ti"].xcom_pull(task_ids=self.source) or []
        for name in told:
            self.store.write_once(f"{ANNOUNCED}/{name}", as_json({}))
        return len(told)


def _index_of(name: str) -> str:
    return str(PurePosixPath(name).parent)

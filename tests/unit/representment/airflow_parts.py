"""Airflow's part in a task that reads hints: the assets' events, and the state that is kept beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

from representment.inbox.assets import QUEUE, WEBHOOK

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


class Events(list):
    """What `inlet_events` gives: events from a time on, oldest first."""

    def after(self, text: str) -> Events:
        return Events(event for event in self if event.timestamp >= datetime.fromisoformat(text))

    def limit(self, number: int) -> Events:
        return Events(self[:number])


@dataclass
class Assets:
    """The context's members of both assets.

    :param state: what readers have recorded, by asset and key
    :param polled: whether everything was looked at a moment ago
    """

    events: dict[str, Events] = field(default_factory=lambda: {WEBHOOK.name: Events(), QUEUE.name: Events()})
    state: dict[str, dict[str, Any]] = field(default_factory=lambda: {WEBHOOK.name: {}, QUEUE.name: {}})
    dag_id: str = "dispute_intake"
    run_type: str = "asset_triggered"
    polled: bool = True
    xcoms: dict[str, Any] = field(default_factory=dict)

    def context(self) -> dict[str, Any]:
        accessors = {
            name: SimpleNamespace(get=self._reads(kept), set=kept.__setitem__) for name, kept in self.state.items()
        }
        return {
            "ti": SimpleNamespace(
                dag_id=self.dag_id,
                task_id="it",
                get_task_states=RuntimeTaskInstance.get_task_states,
                xcom_push=lambda key, value: self.xcoms.__setitem__(key, value),
            ),
            "dag_run": SimpleNamespace(run_type=self.run_type),
            "inlet_events": ByAsset(self.events),
            "asset_state_store": ByAsset(accessors),
        }

    def _reads(self, kept: dict[str, Any]) -> Any:
        def get(key: str, default: Any = None) -> Any:
            return kept.get(key, 2**40 if self.polled and key.endswith(".polled_at") else default)

        return get

    def webhook(self, *hints: Any, at: float = 0) -> None:
        """Hints that came by webhook, `at` seconds after the beginning."""
        for hint in hints:
            self.event(WEBHOOK.name, hint.as_json(), at)

    def queue(self, *hints: Any, at: float = 0) -> None:
        """Hints that a trigger told together."""
        payload = {"messages": [hint.as_json() for hint in hints]}
        self.event(QUEUE.name, {"from_trigger": True, "payload": payload}, at)

    def event(self, name: str, extra: dict[str, Any], at: float = 0) -> None:
        """An event of the asset of that name."""
        number = sum(map(len, self.events.values()))
        event = SimpleNamespace(id=number, timestamp=BEGIN + timedelta(seconds=at), extra=extra)
        self.events[name].append(event)
        self.events[name].sort(key=lambda one: one.timestamp)


class ByAsset(dict):
    """A mapping that is asked by asset."""

    def __getitem__(self, asset: Any) -> Any:
        return super().__getitem__(asset.name)

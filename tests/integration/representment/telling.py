"""What Airflow tells a task that follows Stripe: why it runs, and which events came."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from representment.hints import HINTED


class _Events(list[Any]):
    """Asset events of one asset, as far as a task reads them."""

    def after(self, moment: str) -> _Events:
        return self

    def limit(self, most: int) -> _Events:
        return self


class _Marks(dict[str, Any]):
    """What is stored for one asset."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value


def told(*hints: tuple[str, str], woken: bool = True) -> dict[str, Any]:
    """The context of a run that events have woken, or its hour.

    :param hints: type of the event and the object that it is about
    """
    events = _Events(
        SimpleNamespace(
            id=number,
            timestamp=datetime.now(UTC),
            extra={"event": f"evt_{number}", "type": kind, "object": about, "account": "stripe_default"},
        )
        for number, (kind, about) in enumerate(hints)
    )
    webhook, queue = HINTED
    return {
        "ti": SimpleNamespace(dag_id="it"),
        "dag_run": SimpleNamespace(run_type="asset_triggered" if woken else "scheduled"),
        "inlet_events": {webhook: events, queue: _Events()},
        "asset_state_store": defaultdict(_Marks),
    }


HOURLY = told(woken=False)
"""The context of a run whose hour has come."""

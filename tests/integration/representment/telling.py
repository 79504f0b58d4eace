"""Why a task that follows Stripe runs: its hour has come, or events have woken it."""

from __future__ import annotations

from typing import Any

from tests.unit.representment.airflow_parts import Assets

from representment.inbox.events import Hint


def told(*hints: tuple[str, str]) -> dict[str, Any]:
    """The context of a run that events have woken.

    :param hints: type of the event and the object that it is about
    """
    assets = Assets(dag_id="it")
    assets.webhook(*(Hint(f"evt_{about}", kind, about, "stripe_default") for kind, about in hints))
    return assets.context()


def hourly() -> dict[str, Any]:
    """The context of a run whose hour has come."""
    return Assets(dag_id="it", run_type="scheduled").context()

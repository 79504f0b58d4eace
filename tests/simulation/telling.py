"""The notifier of the simulated deployment: it remembers what people are notified of."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseNotifier

TOLD: list[str] = []


class Telling(BaseNotifier):
    """Remembers what it was given."""

    template_fields = ("message",)

    def __init__(self, message: str = "") -> None:
        super().__init__()
        self.message = message

    def notify(self, context: Any) -> None:
        TOLD.append(self.message)

"""Pull or release the brake on every submit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from representment.operators.base import RoundsOperator
from representment.storage.brake import set_brake

if TYPE_CHECKING:
    from airflow.sdk import Context


class SetBrakeOperator(RoundsOperator):
    """Record that somebody pulled or released the brake, as the run's parameter `hold` says."""

    def execute(self, context: Context) -> bool:
        """Return whether the brake is on now."""
        on = bool(context["params"]["hold"])
        by = context["dag_run"].triggering_user_name or "unknown"
        set_brake(self.store, on=on, by=by, at=int(time.time()))
        self.log.info("The brake is %s, by %s", "on" if on else "off", by)
        return on

"""What Airflow's processes learn of this package: an app beside the API server's own. Loaded in all of them: light."""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin


async def stripe(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI app of :mod:`representment.webhook.app`, imported with its first request."""
    from representment.webhook.app import app

    await app(scope, receive, send)


class RepresentmentPlugin(AirflowPlugin):
    """Entry point `airflow.plugins`."""

    name = "representment"
    fastapi_apps = [{"app": stripe, "url_prefix": "/stripe", "name": "Stripe webhooks"}]  # noqa: RUF012 - Airflow's form

    @classmethod
    def on_load(cls, *args: Any, **kwargs: Any) -> None:
        """Airflow calls this in each of its processes; the scheduler leaves runs alone that only wait."""
        from representment.waiting_runs import skip_waiting_runs

        skip_waiting_runs()

"""The Airflow plugin: apps in the API server. Every Airflow process loads it, so it imports little."""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin

from representment import run_notes


async def stripe(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI app of :mod:`representment.webhook.app`, imported with its first request."""
    from representment.webhook.app import app

    await app(scope, receive, send)


async def desk(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI app of :mod:`representment.desk.app`, imported with its first request."""
    from representment.desk.app import app

    await app(scope, receive, send)


RUN = "desk/dags/{DAG_ID}/runs/{RUN_ID}"


class RepresentmentPlugin(AirflowPlugin):
    """Entry point `airflow.plugins`."""

    name = "representment"
    fastapi_apps = [  # noqa: RUF012 - Airflow's form
        {"app": stripe, "url_prefix": "/stripe", "name": "Stripe webhooks"},
        {"app": desk, "url_prefix": "/desk", "name": "Disputes desk"},
    ]
    listeners = [run_notes]  # noqa: RUF012 - Airflow's form
    external_views = [  # noqa: RUF012 - Airflow's form
        {
            "name": "Disputes",
            "href": "desk/",
            "url_route": "disputes",
            "destination": "nav",
            "nav_top_level": True,
            "icon": "desk/static/icon.svg",
        },
        {"name": "Packet", "href": RUN, "url_route": "packet", "destination": "dag_run"},
        {"name": "Packet", "href": RUN, "url_route": "packet", "destination": "task_instance"},
    ]

    @classmethod
    def on_load(cls, *args: Any, **kwargs: Any) -> None:
        """Airflow calls this in each process; it stops the scheduler from examining runs that only wait."""
        from representment.waiting_runs import skip_waiting_runs

        skip_waiting_runs()

"""Addresses of our pages in Airflow's UI."""

from __future__ import annotations

from urllib.parse import quote

from airflow.sdk.configuration import conf


def packet_page(dag_id: str, run_id: str) -> str:
    """A packet's page, a tab of its run, relative to Airflow's own address, whose path may hold a prefix."""
    return f"dags/{quote(dag_id)}/runs/{quote(run_id)}/plugin/packet"


def full_address(page: str) -> str:
    """A page's full URL, for messages that are read outside Airflow; it keeps the path of `[api] base_url`."""
    return f"{conf.get('api', 'base_url', fallback='http://localhost:8080').rstrip('/')}/{page}"

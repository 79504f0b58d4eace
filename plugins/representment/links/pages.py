"""Addresses of our pages in Airflow's UI."""

from __future__ import annotations

from urllib.parse import quote


def packet_page(dag_id: str, run_id: str) -> str:
    """A packet's page, a tab of its run, relative to Airflow's own address, whose path may hold a prefix."""
    return f"dags/{quote(dag_id)}/runs/{quote(run_id)}/plugin/packet"

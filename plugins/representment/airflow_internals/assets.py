"""Stores asset events from inside the API server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def store_asset_events(events: Sequence[tuple[tuple[str, str], Mapping[str, Any]]]) -> bool:
    """Store events of several assets in one transaction, as `POST /api/v2/assets/events` does.

    Private: the asset manager and Airflow's session. The REST API is public and needs its own token. In its place:
    a call for plugins of the API server that stores an asset event.

    :param events: each asset's name and URI, with what the event carries
    :returns: False when no DAG that knows the assets has been parsed yet
    :raises SQLAlchemyError: nothing was stored
    """
    from airflow.assets.manager import asset_manager
    from airflow.serialization.definitions.assets import SerializedAssetUniqueKey
    from airflow.utils.session import create_session

    with create_session() as session:
        return all(
            asset_manager.register_asset_change(
                asset=SerializedAssetUniqueKey(*asset), extra=dict(extra), session=session
            )
            is not None
            for asset, extra in events
        )

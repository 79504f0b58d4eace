"""The Airflow assets whose events are Stripe's hints, and which of them a DAG is scheduled on."""

from __future__ import annotations

import os

from airflow.sdk import Asset, AssetWatcher

from representment.inbox.events import QUEUE_ASSET, WAKING_ASSETS, WEBHOOK_ASSET

QUEUE_URL = os.environ.get("REPRESENTMENT_QUEUE_URL") or None
"""The SQS queue that Stripe's EventBridge destination fills; an environment variable of every Airflow process, since a
DAG file must give the same result at every parse. Without it no queue is watched."""


def _queue_asset(url: str | None) -> Asset:
    name, uri = QUEUE_ASSET
    if url is None:
        return Asset(name=name, uri=uri)
    from representment.triggers.stripe_queue import StripeQueueTrigger

    return Asset(name=name, uri=uri, watchers=[AssetWatcher(name="stripe_queue", trigger=StripeQueueTrigger(url))])


WEBHOOK = Asset(name=WEBHOOK_ASSET[0], uri=WEBHOOK_ASSET[1])
QUEUE = _queue_asset(QUEUE_URL)
"""Every DAG must use this object: an equal asset without the watcher would remove the watcher from the others."""
WAKES = {topic: Asset(name=name, uri=uri) for topic, (name, uri) in WAKING_ASSETS.items()}
"""The asset that a topic's DAG is scheduled on, in addition to the queue."""
HINTED = [WEBHOOK, QUEUE]
"""The inlets of a task that reads hints."""

"""The Airflow assets whose events are Stripe's hints, and which of them a DAG is scheduled on."""

from __future__ import annotations

import os

from airflow.sdk import Asset, AssetWatcher

from representment.inbox.events import QUEUE_ASSET, WAKING_ASSETS, WEBHOOK_ASSET

QUEUE_URL = os.environ.get("REPRESENTMENT_QUEUE_URL") or None
"""The SQS queue that Stripe's EventBridge destination fills; an environment variable of every Airflow process, since a
DAG file must say the same at every parse. Without it no queue is watched."""


def _queue_asset(url: str | None) -> Asset:
    name, uri = QUEUE_ASSET
    if url is None:
        return Asset(name=name, uri=uri)
    from representment.triggers.stripe_queue import StripeQueueTrigger

    return Asset(name=name, uri=uri, watchers=[AssetWatcher(name="stripe_queue", trigger=StripeQueueTrigger(url))])


WEBHOOK = Asset(name=WEBHOOK_ASSET[0], uri=WEBHOOK_ASSET[1])
QUEUE = _queue_asset(QUEUE_URL)
"""Every DAG must use this very asset: one without the watcher would take the watcher away from the others."""
WAKES = {topic: Asset(name=name, uri=uri) for topic, (name, uri) in WAKING_ASSETS.items()}
"""What a DAG of that topic is scheduled on, beside the queue."""
HINTED = [WEBHOOK, QUEUE]
"""The inlets of a task that reads hints."""

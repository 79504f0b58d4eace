"""The brake on every submit: a record in the bucket, which survives the loss of Airflow's database and pools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from representment.exceptions import BrakeError
from representment.storage.record_names import BRAKE
from representment.storage.records import as_json

if TYPE_CHECKING:
    from representment.hooks.s3_store import S3Store


def set_brake(store: S3Store, *, on: bool, by: str, at: int) -> None:
    """Pull or release the brake.

    :param store: where all rounds are kept
    :param by: the person's user name
    :param at: Unix seconds
    """
    record = as_json({"on": on, "by": by, "at": at})
    number = len(list(store.names(f"{BRAKE}/")))
    # Counted, not timed: which one is the last must not depend on two machines' clocks.
    while not store.write_once(f"{BRAKE}/{number:06d}.json", record):
        number += 1


def check_brake(store: S3Store) -> None:
    """Raise if the brake is on.

    :raises BrakeError: it is; the task is tried again until it was released
    """
    last = max(store.names(f"{BRAKE}/"), default=None)
    if last is None:
        return
    record = json.loads(store.need(last))
    if record["on"]:
        raise BrakeError(
            f"the brake is on, pulled by {record['by']}",
            subject=store.uri(last),
            remedy="Nothing is submitted until you run the DAG submit_brake with hold off",
        )

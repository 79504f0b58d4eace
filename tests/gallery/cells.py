"""The cells of the seed matrix as a response reads them, at one fixed moment: a letter never changes by itself."""

import json
from typing import Any

from disputes.case.gathered import Gathered, gather
from disputes.dispute import read_dispute
from sandbox.relative_times import Written, resolve
from sandbox.seed_matrix import Cell
from sandbox.shapes import complete

NOW = 1_795_512_607
"""Unix seconds; what the seeds' times are relative to."""


def gathered(cell: Cell) -> Gathered:
    """Everything that is known of the cell's dispute."""
    held: dict[str, dict[str, Any]] = {
        collection: {
            id_: complete(collection, {"id": id_, **resolve(thing, NOW, Written.UNIX)}) for id_, thing in things.items()
        }
        for collection, things in cell.stripe.items()
    }
    (dispute,) = held["disputes"].values()
    charge = held["charges"][dispute["charge"]] | {"refunds": {"data": list(held["refunds"].values())}}
    whole = dispute | {"charge": charge | {"customer": held["customers"][charge["customer"]]}}
    lists = {"prior_charges": list(held["charges"].values())}
    facts = json.dumps(resolve(cell.facts, NOW, Written.ISO)).encode()
    return gather(read_dispute(whole), whole, facts, lambda name: lists.get(name, ()))

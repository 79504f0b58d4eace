"""Reads a folder of seeds; ``seeds/README.md`` describes the format."""

import copy
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sandbox import documents, early_fraud_warnings, script
from sandbox.clock import Clock
from sandbox.events import emit
from sandbox.openings import open_dispute
from sandbox.relative_times import Written, resolve
from sandbox.script import SeedError, reading
from sandbox.shapes import complete
from sandbox.state import Account, State, StripeObject

SHIPPED = Path(__file__).parent / "seeds"
"""The seeds of the demo, and the example of the format."""

COLLECTIONS = (
    "customers",
    "payment_intents",
    "charges",
    "refunds",
    "invoices",
    "subscriptions",
    "disputes",
    "early_fraud_warnings",
)


@dataclass(frozen=True)
class Seeds:
    """A loaded folder.

    :param originals: every object by collection and id, as the folder has it: before its dispute was opened
    :param bucket: the evidence bucket's objects by key
    :param script: the folder's ``script.yaml``, by dispute id
    """

    account: Account
    state: State
    originals: dict[str, dict[str, StripeObject]]
    bucket: dict[str, bytes]
    script: script.Script


def load(folder: Path, clock: Clock, *, smart_disputes: bool = False) -> Seeds:
    """Read a folder of seeds, its times relative to the clock's now.

    :param smart_disputes: switch Smart Disputes on, whatever the folder's ``account.json`` says
    :raises SeedError: a file that cannot be read, or a script for a dispute that is not there
    """
    if not folder.is_dir():
        raise SeedError(f"{folder}: no such folder")
    now = clock.now()
    account = _account(folder / "account.json", smart_disputes)
    plan = script.read(folder / "script.yaml")
    state = State(clock, account, plan)
    for collection in COLLECTIONS:
        for thing in _things(folder / "stripe" / collection, collection, now):
            state.add(collection, {**thing, "livemode": account.livemode} if "livemode" in thing else thing)
    strangers = set(plan) - set(state.collections["disputes"])
    if strangers:
        raise SeedError(f"{folder / 'script.yaml'}: no such dispute: {', '.join(sorted(strangers))}")
    originals = copy.deepcopy(state.collections)
    for dispute_id in [name for name, entry in plan.items() if entry.get("arrives")]:
        state.withheld[dispute_id] = state.collections["disputes"].pop(dispute_id)
    _happen(state)
    return Seeds(account, state, originals, documents.bucket(folder / "bucket", now), plan)


def _account(path: Path, smart_disputes: bool) -> Account:
    with reading(path):
        account = Account(**_json(path)) if path.exists() else Account()
    return replace(account, smart_disputes=account.smart_disputes or smart_disputes)


def _things(folder: Path, collection: str, now: int) -> list[StripeObject]:
    """The objects of a collection, oldest first; a file is named after the id of what is in it."""
    things = []
    for path in sorted(folder.glob("*.json")):
        with reading(path):
            given: Any = resolve(_json(path), now, Written.UNIX)
            things.append(_check(complete(collection, {"id": path.stem, **given})))
    return sorted(things, key=lambda thing: thing.get("created", 0))


def _check(thing: StripeObject) -> StripeObject:
    """Refuse times that are none: lists and deadlines compare them.

    :raises ValueError: one that is no whole number
    """
    times = {"created": thing.get("created", 0), "due_by": thing.get("evidence_details", {}).get("due_by") or 0}
    for name, value in times.items():
        if type(value) is not int:
            raise ValueError(f"{name} is {value!r}, must be a time")
    return thing


def _json(path: Path) -> dict[str, Any]:
    document = json.loads(path.read_text("utf-8"))
    if not isinstance(document, dict):
        raise ValueError("an object is expected")  # noqa: TRY004 - as what is no JSON
    return document


def _happen(state: State) -> None:
    """Tell in events what the objects say, oldest first; at the same second in the order that was seen at Stripe."""
    for charge in state.collections["charges"].values():
        emit(state, "charge.succeeded", charge, at=charge["created"])
    for warning in state.collections["early_fraud_warnings"].values():
        with reading(f"early_fraud_warnings/{warning['id']}"):
            early_fraud_warnings.arrive(state, warning)
    for dispute in state.collections["disputes"].values():
        with reading(f"disputes/{dispute['id']}"):
            open_dispute(state, dispute)
    for intent in state.collections["payment_intents"].values():
        if intent["status"] == "succeeded":
            emit(state, "payment_intent.succeeded", intent, at=intent["created"])
    in_order = sorted(state.collections["events"].items(), key=lambda item: item[1]["created"])
    state.collections["events"] = dict(in_order)

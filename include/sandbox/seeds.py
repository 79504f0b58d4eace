"""Reads a folder of seeds; ``seeds/README.md`` describes the format."""

import copy
import json
from collections.abc import Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sandbox import documents, early_fraud_warnings, files, script
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
        raise SeedError(f"{folder}: this folder does not exist")
    now = clock.now()
    account = _account(folder / "account.json", smart_disputes)
    plan = script.read(folder / "script.yaml")
    state = State(clock, account, plan)
    given = {collection: _read_objects(folder / "stripe" / collection, now) for collection in COLLECTIONS}
    disputed = {str(dispute.get("charge")) for dispute in given["disputes"].values()}
    for collection, objects in given.items():
        things = [_complete(collection, path, thing, disputed) for path, thing in objects.items()]
        for thing in sorted(things, key=lambda thing: thing.get("created", 0)):
            state.add(collection, {**thing, "livemode": account.livemode} if "livemode" in thing else thing)
    _add_files(folder / "stripe" / "files", state)
    strangers = set(plan) - set(state.collections["disputes"])
    if strangers:
        raise SeedError(f"{folder / 'script.yaml'}: stripe/disputes has no {', '.join(sorted(strangers))}")
    originals = copy.deepcopy(state.collections)
    for dispute_id in [name for name, entry in plan.items() if entry.get("arrives")]:
        state.withheld[dispute_id] = state.collections["disputes"].pop(dispute_id)
    _record_events(state)
    return Seeds(account, state, originals, documents.bucket(folder / "bucket", now), plan)


def _account(path: Path, smart_disputes: bool) -> Account:
    with reading(path):
        account = Account(**_json(path)) if path.exists() else Account()
    return replace(account, smart_disputes=account.smart_disputes or smart_disputes)


def _read_objects(folder: Path, now: int) -> dict[Path, StripeObject]:
    """The objects of a collection by file, as the files have them; a file is named after the id of its object."""
    objects = {}
    for path in sorted(folder.glob("*.json")):
        with reading(path):
            given: Any = resolve(_json(path), now, Written.UNIX)
            objects[path] = {"id": path.stem, **given}
    return objects


def _add_files(folder: Path, state: State) -> None:
    """Files that Stripe has already: each object's bytes are beside it, as `<id>.<type>`."""
    for path, given in _read_objects(folder, state.clock.now()).items():
        with reading(path):
            file = _check(complete("files", given))
            content = path.with_name(f"{file['id']}.{file['type']}").read_bytes()
        files.keep(state, file, content, livemode=state.account.livemode)


def _complete(collection: str, path: Path, given: StripeObject, disputed: Set[str]) -> StripeObject:
    """An object with every member that the API returns.


    :param disputed: the charges that disputes of the folder name, withheld disputes too
    :raises SeedError: an object that cannot be used
    """
    with reading(path):
        thing = _check(complete(collection, given))
        if collection == "charges":
            _check_disputed(thing["id"], given.get("disputed"), thing["id"] in disputed)
            thing["disputed"] = False  # until its dispute opens
    return thing


def _check_disputed(charge_id: str, stated: object, is_disputed: bool) -> None:
    """Refuse a charge that contradicts the disputes.

    :param stated: what the seed says of ``disputed``; None where it says nothing
    :raises ValueError: it is not what the disputes say
    """
    if stated is not None and stated is not is_disputed:
        named = "a dispute names" if is_disputed else "no dispute names"
        raise ValueError(f"disputed is {json.dumps(stated)}, but {named} {charge_id}; leave it out: it is worked out")


def _check(thing: StripeObject) -> StripeObject:
    """Refuse what is not a time where a time belongs: lists and deadlines compare them.

    :raises ValueError: a time that is not a whole number
    """
    times = {"created": thing.get("created", 0), "due_by": thing.get("evidence_details", {}).get("due_by") or 0}
    for name, value in times.items():
        if type(value) is not int:
            raise ValueError(f"{name} is {value!r}, but must be a time")
    return thing


def _json(path: Path) -> dict[str, Any]:
    document = json.loads(path.read_text("utf-8"))
    if not isinstance(document, dict):
        raise ValueError("must be a JSON object")  # noqa: TRY004 - like text that is not JSON
    return document


def _record_events(state: State) -> None:
    """Record the events behind the objects, oldest first; within a second in the order that was seen at Stripe."""
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

"""Copies of the seeds' disputes: as many new ones as a rehearsal needs.

A copy has its own dispute, charge, payment intent, refunds and invoices, and the documents of its charge. It shares the
customer and the subscription.
"""

import itertools
import json
import re
from dataclasses import dataclass

from sandbox.control.arrivals import open_now
from sandbox.errors import no_such
from sandbox.rounds import ANSWERED
from sandbox.seeds import Seeds
from sandbox.state import State, StripeObject, new_id

_CHARGES = "charges"  # of Stripe's collections, and the folder of the evidence bucket
_TEXTS = (".json", ".txt")


@dataclass(frozen=True)
class Copy:
    """What will be added.

    :param of: the seed's dispute
    :param objects: collection and object, the dispute last
    :param documents: the bucket's new objects by key
    """

    dispute_id: str
    of: str
    objects: tuple[tuple[str, StripeObject], ...]
    documents: dict[str, bytes]


@dataclass(frozen=True)
class _Original:
    dispute_id: str
    related: tuple[tuple[str, str], ...]
    """Collection and JSON of each object, the dispute last."""
    documents: dict[str, bytes]
    ids: tuple[str, ...]
    """What gets new ids in a copy."""
    mention: re.Pattern[str]

    def copy(self, dispute_id: str) -> Copy:
        """Write everything again, with the new ids."""
        ids = _new_ids(self.ids, dispute_id) | {self.dispute_id: dispute_id}

        def rename(text: str) -> str:
            return self.mention.sub(lambda found: ids[found[0]], text)

        objects = tuple((collection, json.loads(rename(text))) for collection, text in self.related)
        documents = {
            rename(key): rename(content.decode()).encode() if key.endswith(_TEXTS) else content
            for key, content in self.documents.items()
        }
        return Copy(dispute_id, self.dispute_id, objects, documents)


def make_copies(seeds: Seeds, *, of: str | None, count: int, prefix: str | None, documents: bool) -> list[Copy]:
    """Copy a seed's dispute as the folder has it, whatever has become of it since.

    :param of: its id; None takes the seeds that need a response in turn
    :param prefix: what the new ids begin with, a number follows; None makes them look like Stripe's
    :param documents: copy the bucket's documents too
    :raises StripeError: an unknown seed
    """
    disputes = seeds.originals["disputes"]
    chosen = [of] if of else [name for name, each in disputes.items() if each["status"] in ANSWERED]
    if not chosen or not set(chosen) <= set(disputes):
        raise no_such("dispute", str(of), status=404)
    originals = [_original(seeds, dispute_id, documents=documents) for dispute_id in chosen]
    names = _choose_names(seeds.state, count, prefix)
    return [original.copy(name) for original, name in zip(itertools.cycle(originals), names, strict=False)]


def add(state: State, copy: Copy) -> None:
    """Add a copy, with the events of its dispute's creation. The state's lock must be held."""
    script = {name: value for name, value in state.script.get(copy.of, {}).items() if name != "arrives"}
    if script:
        state.script[copy.dispute_id] = script
    *others, (_, dispute) = copy.objects
    for collection, thing in others:
        state.add(collection, thing)
    open_now(state, dispute)


def _choose_names(state: State, count: int, prefix: str | None) -> list[str]:
    if prefix is None:
        return [new_id("du") for _ in range(count)]
    taken = {_end(name) for name in state.collections["disputes"].keys() | state.withheld.keys()}
    numbered = (f"{prefix}{number:04}" for number in itertools.count(1))
    return list(itertools.islice((name for name in numbered if _end(name) not in taken), count))


def _end(object_id: str) -> str:
    """What all new ids of a copy share: a du_ and a dp_ with the same end would share their charge."""
    return object_id.partition("_")[2]


def _original(seeds: Seeds, dispute_id: str, *, documents: bool) -> _Original:
    related = _collect_related(seeds, dispute_id)
    charge_id = related[-1][1]["charge"]
    ids = [thing["id"] for _, thing in related]
    ids += [payment["id"] for _, thing in related for payment in _payments(thing)]
    folder = f"{_CHARGES}/{charge_id}/"
    has_folder = documents and charge_id in ids
    return _Original(
        dispute_id,
        tuple((collection, json.dumps(thing)) for collection, thing in related),
        {key: content for key, content in seeds.bucket.items() if has_folder and key.startswith(folder)},
        tuple(ids),
        re.compile(rf"\b(?:{'|'.join(map(re.escape, ids))})\b"),
    )


def _collect_related(seeds: Seeds, dispute_id: str) -> list[tuple[str, StripeObject]]:
    """What belongs to a dispute and cannot be shared by two, the dispute last."""
    held = seeds.originals
    dispute = held["disputes"][dispute_id]
    charge_id, intent_id = dispute["charge"], dispute["payment_intent"]
    chosen = {
        _CHARGES: [each for each in held[_CHARGES].values() if each["id"] == charge_id],
        "payment_intents": [each for each in held["payment_intents"].values() if each["id"] == intent_id],
        "refunds": [each for each in held["refunds"].values() if each["charge"] == charge_id],
        "invoices": [each for each in held["invoices"].values() if intent_id and _is_paid_by(each, intent_id)],
        "disputes": [dispute],
    }
    return [(collection, thing) for collection, things in chosen.items() for thing in things]


def _payments(thing: StripeObject) -> list[StripeObject]:
    payments: list[StripeObject] = (thing.get("payments") or {}).get("data", [])
    return payments


def _is_paid_by(invoice: StripeObject, intent_id: str) -> bool:
    return any(each["payment"].get("payment_intent") == intent_id for each in _payments(invoice))


def _new_ids(old: tuple[str, ...], dispute_id: str) -> dict[str, str]:
    """An id of the same kind for each, ending like the new dispute's; a second of a kind gets a number."""
    end = _end(dispute_id)
    new: dict[str, str] = {}
    for object_id in old:
        kind = object_id.partition("_")[0]
        number = sum(each.startswith(f"{kind}_") for each in new)
        new[object_id] = f"{kind}_{end}" + (f"_{number + 1}" if number else "")
    return new

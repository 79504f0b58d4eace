"""Replaces sockets, processes and slow work while the simulation runs; undone afterwards."""

from __future__ import annotations

import copy
import gc
import json
import logging
import os
import pickle
import random
import sys
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import httpx
import jinja2
import stripe
import structlog
import time_machine
from airflow.sdk.execution_time import task_runner
from tests.compiled_templates import compile_once
from tests.simulation import shop
from tests.simulation.stripe_in_process import KEYS

import sandbox.state
from disputes.canonical import canonical_json
from disputes.case import assembly
from disputes.packet.manifest import Manifest
from representment.hooks import stripe_hook
from representment.hooks.s3_store import S3Store
from representment.hooks.stripe_hook import StripeHook
from representment.notifying import NOTIFIERS
from sandbox.http import pipeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.simulation.world import World

NEXT = "made_by_the_next_release"
_TELLING = json.dumps([{"notifier": "tests.simulation.telling.Telling", "kwargs": {"message": "{{ alert.subject }}"}}])
_HERE: list[World] = []
_MADE: dict[Any, Any] = {}


class Inline:
    """A `ThreadPoolExecutor` that runs everything in the try's own thread, one thing at a time, in order."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, *_: object) -> None: ...

    def map(self, work: Callable[..., Any], *of: Iterable[Any]) -> list[Any]:
        return [work(*each) for each in zip(*of, strict=False)]


@contextmanager
def installed() -> Iterator[time_machine.Traveller]:
    """Put it all in place; gives the clock of this machine."""
    shop.evidence()
    supervisor = SimpleNamespace(send=lambda msg: world().send(msg))
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    patches = [
        patch.dict(os.environ, {f"AIRFLOW_VAR_{NOTIFIERS.upper()}": _TELLING}),
        patch.object(S3Store, "client", property(lambda _: world().s3)),
        patch.object(StripeHook, "client", property(lambda _: world().client)),
        patch.object(StripeHook, "connection", property(lambda _: _connection())),
        patch.object(StripeHook, "downloads", httpx.Client(auth=(KEYS.secret, ""))),
        patch.object(stripe_hook, "download", _download),
        patch.object(task_runner, "SUPERVISOR_COMMS", supervisor, create=True),
        *_everywhere("disputes.case.", "make_exhibit", _remembered),
        patch.object(assembly, "build_packet", _by_release(_remembered(assembly.build_packet))),
        patch.object(Manifest, "to_json", _written(Manifest.to_json)),
        patch.object(sandbox.state, "secrets", SimpleNamespace(choice=lambda letters: world().random.choice(letters))),
        patch.object(stripe._api_requestor, "_convert_to_stripe_object", _plain),
        patch.object(pipeline, "json", SimpleNamespace(dumps=lambda value, **_: json.dumps(value))),
        patch.object(jinja2.Environment, "compile", compile_once(jinja2.Environment.compile)),
        *_everywhere("representment.", "ThreadPoolExecutor", lambda _: Inline),
    ]
    with time_machine.travel(shop.BEGIN, tick=False) as clock:
        for one in patches:
            one.start()
        gc.collect()
        gc.freeze()  # does not search again and again what Airflow has loaded
        try:
            yield clock
        finally:
            for one in reversed(patches):
                one.stop()
            gc.unfreeze()
            logging.disable(level)
            structlog.reset_defaults()


@contextmanager
def lived_in(there: World) -> Iterator[None]:
    """Make all patches use this world."""
    _HERE.append(there)
    random.seed(there.seed)
    try:
        yield
    finally:
        _HERE.pop()


def world() -> World:
    """The world of the history that is played."""
    return _HERE[-1]


def _everywhere(package: str, name: str, instead: Callable[[Any], Any]) -> Iterator[Any]:
    """Patches of a name in every module below a package that has it."""
    for path, module in list(sys.modules.items()):
        if path.startswith(package) and hasattr(module, name):
            yield patch.object(module, name, instead(getattr(module, name)))


def _connection() -> SimpleNamespace:
    return SimpleNamespace(password=KEYS.secret, extra_dejson={"mode": world().mode}, conn_id="stripe_default")


def _download(url: str, *, client: httpx.Client) -> bytes:
    request = next(client.auth.sync_auth_flow(client.build_request("GET", url)))
    return world().stripe.answer("GET", url, request.headers, b"")[0]


def _plain(resp: Any, **_: Any) -> SimpleNamespace:
    """What Stripe's client returns; the hook needs only the dict that it was made of."""
    return SimpleNamespace(to_dict=lambda: resp.data)


def _remembered(make: Callable[..., Any]) -> Callable[..., Any]:
    """Same input, same bytes: what was made once is not made again."""

    def remember(*args: Any, **named: Any) -> Any:
        key = sha256(pickle.dumps((make.__name__, args, sorted(named.items())))).digest()
        if key not in _MADE:
            _MADE[key] = make(*args, **named)
        return copy.copy(_MADE[key])

    return remember


def _by_release(build: Callable[..., Any]) -> Callable[..., Any]:
    """The next release words and lays out packets differently."""

    def build_packet(**named: Any) -> Any:
        packet = build(**named)
        if world().release == "this":
            return packet
        files = {field: pdf + b"% next\n" for field, pdf in packet.files.items()}
        entries = {
            field: entry.model_copy(update={"sha256": sha256(files[field]).hexdigest(), "bytes": len(files[field])})
            for field, entry in packet.manifest.files.items()
        }
        fields = {
            field: f"{text} (next)" if len(text) > 200 else text for field, text in packet.manifest.fields.items()
        }
        manifest = packet.manifest.model_copy(update={"files": entries, "fields": fields})
        return replace(packet, manifest=manifest, files=files)

    return build_packet


def _written(to_json: Callable[[Manifest], bytes]) -> Callable[[Manifest], bytes]:
    """The next release's manifest has one more member."""

    def write(manifest: Manifest) -> bytes:
        text = to_json(manifest)
        return text if world().release == "this" else canonical_json(json.loads(text) | {NEXT: 1})

    return write

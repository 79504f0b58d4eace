"""The sandbox's Stripe without a socket: its own application answers, and everything final that it does is noted."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import stripe
from tests.simulation.tries import current_try, stop_at

from disputes.rounds import Round, round_of
from sandbox import disputes
from sandbox.http.app import create_app
from sandbox.http.auth import Keys
from sandbox.http.faults import Faults, Rule
from sandbox.http.idempotency import Idempotency
from sandbox.http.request_log import RequestLog
from sandbox.http.server import CONNECTION_HEADER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.state import State

KEYS = Keys("simulation")
WRITE_FAULTS = {
    "limit the rate": ("429", "before"),
    "time out on a lock": ("lock_timeout", "before"),
    "fail before": ("500", "before"),
    "fail after": ("500", "after"),
    "stay silent before": ("reset", "before"),
    "stay silent after": ("reset", "after"),
    "refuse permanently": ("400", "before"),
    "take the right away": ("403", "before"),
}
READ_FAULTS = {
    name: WRITE_FAULTS[name] for name in ("limit the rate", "fail before", "stay silent before", "take the right away")
}


@dataclass(frozen=True)
class Final:
    """Something of ours that Stripe took and that cannot be undone.

    :param what: `submit`, `close` or `refund`
    :param status: the dispute's, just before
    :param evidence: what was submitted; a file is the sha256 of its bytes
    :param by: the try's name
    :param begun: the step at which that try began
    :param seen: the step at which it last looked at the dispute
    :param amount: of a refund
    """

    what: str
    dispute: str
    round: Round | None
    status: str
    evidence: dict[str, Any]
    by: str
    begun: int
    seen: int
    amount: int = 0


@dataclass(frozen=True)
class Write:
    """An update of ours that Stripe took.

    :param before: the evidence before it
    :param after: the evidence after it
    :param seen: the step at which its try last looked at the dispute; None: it never has
    """

    dispute: str
    submit: bool
    before: dict[str, Any]
    after: dict[str, Any]
    metadata: dict[str, str]
    by: str
    begun: int
    seen: int | None
    at: int


@dataclass(frozen=True)
class Keyed:
    """A write of ours, with its idempotency key.

    :param begun: the step at which its try began
    """

    key: str
    by: str
    begun: int


@dataclass
class Stripe:
    """One account's Stripe.

    :param now: the simulation's step
    :ivar finals: what was final, oldest first
    :ivar writes: updates of disputes, oldest first
    :ivar keyed: all that was sent under a key, oldest first
    :ivar files: ids of the files that each run has uploaded
    :ivar read_again: answers to reads, which are repeated while nothing changes
    """

    state: State
    now: Callable[[], int]
    finals: list[Final] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    keyed: list[Keyed] = field(default_factory=list)
    files: dict[str, list[str]] = field(default_factory=dict)
    read_again: dict[str, tuple[bytes, int, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.idempotency = Idempotency(self.state.clock)
        self.faults, self.log = Faults(), RequestLog()

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[bytes, int, Any]:
        """Answer one request of a client.

        :raises APIConnectionError: no answer is given
        """
        path = urlsplit(url).path
        subject = path.removeprefix("/v1/")
        if method == "POST" and b"submit=true" in body.lower():
            subject += " submit"
        faults = WRITE_FAULTS if method == "POST" else READ_FAULTS
        known = {name: self._faulty(name, method, url, headers, body) for name in faults}
        return stop_at(f"{method} {subject}", lambda: self._watched(method, url, headers, body), known)  # type: ignore[no-any-return]

    def _faulty(self, name: str, *request: Any) -> Callable[[Any], Any]:
        def meet(_: Any) -> Any:
            kind, when = WRITE_FAULTS[name]
            self.read_again.clear()
            self.faults.order(Rule(kind=kind, when=when, path="*", count=1))
            return self._watched(*request)

        return meet

    def _watched(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[bytes, int, Any]:
        """Answer, and note what changed."""
        disputes.advance(self.state)
        before = copy.deepcopy(self.state.collections["disputes"]) if method == "POST" else {}
        things = {name: set(self.state.collections[name]) for name in ("refunds", "files")}
        if method == "POST":
            self.read_again.clear()
            if doer := current_try():
                self.keyed.append(Keyed(headers["Idempotency-Key"], doer.name, doer.begun))
        try:
            if method == "POST":
                return self._served(method, url, headers, body)
            if url not in self.read_again:
                self.read_again[url] = self._served(method, url, headers, body)
            content, status, answered = self.read_again[url]
            if status != 200:
                del self.read_again[url]
            return content, status, answered
        finally:
            self._note(method, urlsplit(url).path, before, things)

    def _served(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[bytes, int, Any]:
        parts = urlsplit(url)
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": parts.hostname,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "CONTENT_LENGTH": str(len(body)),
        } | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        environ["CONTENT_TYPE"] = headers.get("Content-Type", "")
        told: dict[str, Any] = {}

        def start(status: str, answered: list[tuple[str, str]], _: Any = None) -> Any:
            told.update(status=int(status.split()[0]), headers={name.lower(): value for name, value in answered})

        content = b"".join(_application(self).wsgi_app(environ, start))
        if CONNECTION_HEADER.lower() in told["headers"]:
            raise stripe.APIConnectionError("Stripe stays silent", should_retry=True)
        return content, told["status"], told["headers"]

    def _note(self, method: str, path: str, before: dict[str, Any], things: dict[str, set[str]]) -> None:
        doer = current_try()
        by, begun = (doer.name, doer.begun) if doer else ("", 0)
        after = self.state.collections["disputes"]
        named = next((one for one in after if f"/disputes/{one}" in path), None)
        if method == "GET":
            if doer and named:
                doer.seen[named] = self.now()
            return
        run = by.partition("/")[0]
        self.files.setdefault(run, []).extend(set(self.state.collections["files"]) - things["files"])
        refunds = self.state.collections["refunds"]
        if made := set(refunds) - things["refunds"]:
            named = next(iter(before))
            amount = sum(refunds[one]["amount"] for one in made)
            self.finals.append(replace(self._final("refund", before[named], by, begun), amount=amount))
        elif named and after[named] != before[named]:
            self._note_dispute(path, before[named], after[named], doer, by, begun)

    def _note_dispute(self, path: str, old: Any, new: Any, doer: Any, by: str, begun: int) -> None:
        if path.endswith("/close"):
            self.finals.append(self._final("close", old, by, begun))
            return
        submit = new["evidence_details"]["submission_count"] > old["evidence_details"]["submission_count"]
        if submit:
            self.finals.append(self._final("submit", old | {"evidence": new["evidence"]}, by, begun))
        seen = doer.seen.get(new["id"]) if doer else None
        evidence = (copy.deepcopy(old["evidence"]), copy.deepcopy(new["evidence"]))
        write = Write(new["id"], submit, *evidence, dict(new["metadata"]), by, begun, seen, self.now())
        self.writes.append(write)
        if doer:
            doer.seen[new["id"]] = self.now()

    def _final(self, what: str, dispute: Any, by: str, begun: int) -> Final:
        status, doer = dispute["status"], current_try()
        seen = doer.seen.get(dispute["id"], begun) if doer else begun
        return Final(what, dispute["id"], round_of(status), status, self.digested(dispute["evidence"]), by, begun, seen)

    def digested(self, evidence: Any) -> dict[str, Any]:
        """The evidence with every file's digest instead of its id."""

        def of(value: Any) -> Any:
            if isinstance(value, dict):
                return {name: of(one) for name, one in value.items()}
            if isinstance(value, list):
                return [of(one) for one in value]
            content = self.state.contents.get(value) if isinstance(value, str) else None
            return value if content is None else sha256(content).hexdigest()

        return of(copy.deepcopy(evidence))  # type: ignore[no-any-return]


class InProcess(stripe.HTTPClient):
    """What `StripeClient` sends its requests with."""

    name = "in process"

    def __init__(self, answering: Callable[..., tuple[bytes, int, Any]]) -> None:
        super().__init__()
        self._answering = answering

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> tuple[bytes, int, Any]:
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        return self._answering(method.upper(), url, headers, body)

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0


def client_of(answering: Callable[..., tuple[bytes, int, Any]]) -> stripe.StripeClient:
    """A client whose requests are answered in this process."""
    return stripe.StripeClient(KEYS.secret, http_client=InProcess(answering), max_network_retries=0)


_SERVED = SimpleNamespace(keys=KEYS, seeds=None, webhooks=None, queues=None, timekeeper=None, aws_endpoint=None)
_APPLICATIONS: list[Any] = []


def _application(served: Stripe) -> Any:
    """The sandbox's application, made once: which account it serves is set again for each request."""
    _SERVED.state, _SERVED.idempotency = served.state, served.idempotency
    _SERVED.faults, _SERVED.log = served.faults, served.log
    if not _APPLICATIONS:
        _APPLICATIONS.append(create_app(_SERVED))  # type: ignore[arg-type]
    return _APPLICATIONS[0]

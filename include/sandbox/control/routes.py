"""The control routes: the clock, faults, and what people and banks do.

They need no key, meet no faults and are not logged.
"""

from threading import Lock
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox import disputes, errors, s3
from sandbox.context import Sandbox
from sandbox.control import arrivals, copies, events, radar, requests
from sandbox.http.faults import Rule

_MOST_SECONDS = 100 * 366 * 86_400
"""A hundred years: far below the last date that Python knows."""


class Move(BaseModel):
    """The body of ``POST clock``: seconds to move forward."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    advance: int = Field(ge=0, le=_MOST_SECONDS)


class NewDisputes(BaseModel):
    """The body of ``POST disputes``.

    :param copy_of: a seed's dispute; None takes the seeds that need a response in turn
    :param prefix: what the ids begin with; None makes them look like Stripe's
    :param documents: copy the charges' folders in the evidence bucket too
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    copy_of: str | None = None
    count: int = Field(1, ge=1)
    prefix: str | None = Field(None, pattern=r"^(du|dp)_\w+$")
    documents: bool = True


class Control:
    """What the control routes do."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._copying = Lock()  # or two requests would take the same ids

    def health(self) -> Response:
        """Say that the sandbox serves."""
        return jsonify(status="ok")

    def clock(self) -> Response:
        """Give the time."""
        return jsonify(now=self._sandbox.state.clock.now())

    def move_clock(self) -> Response:
        """Move the clock, and carry out what became due."""
        seconds = Move.model_validate(_body()).advance
        with self._sandbox.state.lock:
            self._sandbox.state.clock.advance(seconds)
            disputes.advance(self._sandbox.state)
        return self.clock()

    def order_faults(self) -> Response:
        """Add an order for faults."""
        rule = Rule.model_validate(_body())
        self._sandbox.faults.order(rule)
        return jsonify(rule.model_dump())

    def cancel_faults(self) -> Response:
        """Cancel all orders for faults."""
        self._sandbox.faults.clear()
        return jsonify([])

    def act(self, dispute_id: str, action: str) -> Response:
        """Do to a dispute what a person, the bank or Stripe does."""
        with self._sandbox.state.lock:
            disputes.advance(self._sandbox.state)
            return jsonify(disputes.act(self._sandbox.state, dispute_id, action))

    def open_disputes(self) -> Response:
        """Open copies of the seeds' disputes now. Their documents are in the bucket before Stripe shows them."""
        wanted = NewDisputes.model_validate(_body())
        seeds, state, endpoint = self._sandbox.seeds, self._sandbox.state, self._sandbox.aws_endpoint
        with self._copying:
            made = copies.make_copies(
                seeds, of=wanted.copy_of, count=wanted.count, prefix=wanted.prefix, documents=wanted.documents
            )
            if endpoint:
                s3.put(endpoint, [document for copy in made for document in copy.documents.items()])
            with state.lock:
                for copy in made:
                    copies.add(state, copy)
        return jsonify(disputes=[copy.dispute_id for copy in made])

    def arrive(self, dispute_id: str) -> Response:
        """Open a dispute that the script withholds."""
        with self._sandbox.state.lock:
            return jsonify(arrivals.arrive(self._sandbox.state, dispute_id))

    def script(self) -> Response:
        """Give the seeds' script."""
        return jsonify(self._sandbox.seeds.script)


def build_routes(sandbox: Sandbox) -> Blueprint:
    """Build the routes of a sandbox."""
    does = Control(sandbox)
    routes = Blueprint("control", __name__)
    for method, rule, view in (
        ("GET", "/health", does.health),
        ("GET", "/clock", does.clock),
        ("POST", "/clock", does.move_clock),
        ("POST", "/faults", does.order_faults),
        ("DELETE", "/faults", does.cancel_faults),
        ("POST", "/disputes", does.open_disputes),
        ("POST", "/disputes/<dispute_id>/arrive", does.arrive),
        ("POST", "/disputes/<dispute_id>/<action>", does.act),
        ("GET", "/script", does.script),
    ):
        routes.add_url_rule(rule, f"{method} {rule}", view, methods=[method])
    events.register(routes, sandbox)
    radar.register(routes, sandbox.state)
    requests.register(routes, sandbox)
    routes.register_error_handler(ValidationError, _answer_invalid)
    routes.register_error_handler(errors.StripeError, _answer_refusal)
    return routes


def _answer_invalid(error: ValidationError) -> tuple[Response, int]:
    wrong = [f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors()]
    return jsonify(error="; ".join(wrong)), 400


def _answer_refusal(error: errors.StripeError) -> tuple[Response, int]:
    return jsonify(error=error.message), error.status


def _body() -> Any:
    return request.get_json(force=True)

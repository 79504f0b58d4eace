"""The control routes for the log of requests: all of them, or those about one dispute."""

from flask import Blueprint, Response, jsonify, request

from sandbox.context import Sandbox
from sandbox.errors import no_such
from sandbox.http import request_log
from sandbox.state import State


class RequestControl:
    """What these routes do."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._log = sandbox.log
        self._state = sandbox.state

    def show(self) -> Response:
        """Give the log; with ``?dispute=du_…`` only the requests about that dispute."""
        entries = self._log.entries()
        dispute_id = request.args.get("dispute")
        if dispute_id is not None:
            with self._state.lock:
                ids = find_own_ids(self._state, dispute_id)
            entries = request_log.select(entries, ids)
        return jsonify([entry.show() for entry in entries])

    def forget(self) -> Response:
        """Empty the log."""
        self._log.clear()
        return jsonify([])


def find_own_ids(state: State, dispute_id: str) -> set[str]:
    """The ids of a dispute and of what belongs to it.

    They are its charge, payment intent, refunds, early fraud warnings, every file that was ever attached to it, and the
    links to those files.

    :raises StripeError: an unknown dispute
    """
    dispute = state.get("disputes", dispute_id) or state.withheld.get(dispute_id)
    if dispute is None:
        raise no_such("dispute", dispute_id, status=404)
    held = state.collections
    ids = {dispute_id, dispute["charge"], dispute["payment_intent"]} - {None}
    ids |= {file_id for file_id, owner in state.attached.items() if owner == dispute_id}
    ids |= {link["id"] for link in held["file_links"].values() if link["file"] in ids}
    of_charge = (*held["refunds"].values(), *held["early_fraud_warnings"].values())
    return ids | {each["id"] for each in of_charge if each["charge"] == dispute["charge"]}


def register(routes: Blueprint, sandbox: Sandbox) -> None:
    """Add these routes."""
    does = RequestControl(sandbox)
    for method, rule, view in (("GET", "/requests", does.show), ("DELETE", "/requests", does.forget)):
        routes.add_url_rule(rule, f"{method} {rule}", view, methods=[method])

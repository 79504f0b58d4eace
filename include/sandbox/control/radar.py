"""The control route by which an issuer warns early of fraud."""

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict

from sandbox import early_fraud_warnings
from sandbox.state import State


class IssuersWarning(BaseModel):
    """The body of ``POST radar/early_fraud_warnings``: a charge, and what the issuer says about it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    charge: str
    fraud_type: str = "unauthorized_use_of_card"


def register(routes: Blueprint, state: State) -> None:
    """Add the route to the control routes."""

    def warn() -> Response:
        body = IssuersWarning.model_validate(request.get_json(force=True))
        with state.lock:
            return jsonify(early_fraud_warnings.create(state, body.charge, body.fraud_type))

    routes.add_url_rule("/radar/early_fraud_warnings", "warn", warn, methods=["POST"])

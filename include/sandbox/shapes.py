"""Completes partial objects with every member that the API always returns."""

import copy
import json
from importlib import resources
from typing import Any

from sandbox.state import StripeObject

_SHAPES: dict[str, StripeObject] = json.loads(resources.files("sandbox").joinpath("shapes.json").read_text("utf-8"))


def complete(collection: str, partial: StripeObject) -> StripeObject:
    """Lay ``partial`` over the shape of its collection: members that it lacks are null, empty or Stripe's default.

    A deleted object stays as it is: Stripe shows nothing of it but ``{id, object, deleted}``.
    """
    if partial.get("deleted"):
        return partial
    shape = copy.deepcopy(_SHAPES.get(collection, {}))
    method = partial.get("payment_method_details", {}).get("type", "card")
    if method != "card" and "payment_method_details" in shape:
        shape["payment_method_details"] = {}
    return _lay_over(shape, partial)


def _lay_over(shape: dict[str, Any], partial: dict[str, Any]) -> dict[str, Any]:
    merged = dict(shape)
    for name, value in partial.items():
        under = shape.get(name)
        merged[name] = _lay_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged

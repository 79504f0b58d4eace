"""Decodes form names: ``evidence[receipt]``, ``expand[]``, ``expand[0]``."""

import re
from collections.abc import Iterable
from typing import Any

from sandbox import errors, metadata_errors

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def decode(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Nest the pairs of a form. A list is an object with the keys ``0``, ``1``, …; of equal names the last one wins.

    :raises StripeError: brackets that do not match, or a name that is both a value and an object
    """
    form: dict[str, Any] = {}
    for name, value in pairs:
        _put(form, _path(name), name, value)
    return form


def join_name(parent: str, member: str) -> str:
    """Name a member as Stripe does: ``evidence[receipt]``."""
    return f"{parent}[{member}]" if parent else member


def _path(name: str) -> list[str]:
    match = _NAME.fullmatch(name)
    if match:
        return [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
    if name.startswith("metadata["):
        raise metadata_errors.metadata_key_with_brackets(name.removeprefix("metadata[").removesuffix("]"))
    raise errors.unknown_parameter(name)


def _put(form: dict[str, Any], path: list[str], name: str, value: object) -> None:
    place = form
    for step in path[:-1]:
        place = place.setdefault(step or str(len(place)), {})
        if not isinstance(place, dict):
            raise errors.invalid_object(name.partition("[")[0])
    last = path[-1] or str(len(place))
    if isinstance(place.get(last), dict):
        raise errors.invalid_object(name)
    place[last] = value

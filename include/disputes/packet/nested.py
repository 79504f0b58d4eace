"""Evidence that Stripe nests below a field: removing empty values, merging, and comparing.

In a list of transactions each is known by its charge, and files by their ids: the order does not count.
"""

from collections.abc import Iterator, Mapping
from typing import Any


def drop_empty(value: Any) -> Any:
    """A value without null, '', false, and empty lists and objects; None when nothing is left."""
    if isinstance(value, Mapping):
        return {name: held for name, part in value.items() if (held := drop_empty(part)) is not None} or None
    if isinstance(value, list):
        return [held for part in value if (held := drop_empty(part)) is not None] or None
    return value or None


def overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """One object merged over another, member by member; a list is replaced."""
    joined = dict(below)
    for name, value in above.items():
        under = below.get(name)
        joined[name] = overlay(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return joined


def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The values that are neither objects nor lists, each with its place."""
    inside = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else None
    if inside is None:
        yield path, value
        return
    for name, part in inside:
        yield from leaves(part, f"{path}.{name}" if path else str(name))


def find_differences(held: Any, sent: Any, path: str) -> Iterator[str]:
    """The places, like `appeal.card.reason_for_filing`, that differ from what was sent.

    Members beyond those that were sent do not count; a further transaction does.

    :param path: of the two values themselves
    """
    wanted, found = _by_charge(sent), _by_charge(held)
    if not isinstance(wanted, Mapping):
        if _plain(found) != _plain(wanted):
            yield path
        return
    inside = found if isinstance(found, Mapping) else {}
    for name, value in wanted.items():
        yield from find_differences(inside.get(name), value, f"{path}.{name}")
    if wanted is not sent and not inside.keys() <= wanted.keys():
        yield path


def _by_charge(value: Any) -> Any:
    """A list of transactions as an object; anything else as it is."""
    if isinstance(value, list) and value and all(isinstance(one, Mapping) and "charge" in one for one in value):
        return {one["charge"]: one for one in value}
    return value


def _plain(value: Any) -> Any:
    """Files as their ids, and every empty value as the same one."""
    if isinstance(value, list):
        return sorted(map(_plain, value)) or None
    return drop_empty(value.get("id", value) if isinstance(value, Mapping) else value)

"""``expand[]``: checks the paths against the ``stripe`` package's classes, and puts objects in place of ids."""

import copy
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ForwardRef, get_args, get_origin

import stripe

from sandbox import errors
from sandbox.http import lists
from sandbox.resources import BY_KIND, BY_NAME, RESOURCES, objects
from sandbox.state import State, StripeObject

LEVELS = 4
Tree = dict[str, Any]

# Lists that an object only shows when somebody asks for them.
_ON_REQUEST = {"charge": ("refunds",), "customer": ("sources", "subscriptions", "tax_ids"), "invoice": ("payments",)}
_MEMBERS_OF = {"refunds": ("refunds", "charge"), "subscriptions": ("subscriptions", "customer")}


@dataclass(frozen=True)
class _Property:
    """What a member can be: a reference or list (``expandable``), and the classes of what is in it."""

    expandable: bool
    kinds: tuple[Any, ...]
    listed: bool = False


def parse(kind: Any, paths: Sequence[str], *, on_list: bool = False) -> Tree:
    """Turn ``["charge", "charge.customer"]`` into ``{"charge": {"customer": {}}}``.

    :param kind: the package's class of the object, or of a list's objects
    :raises StripeError: too deep, or a property that cannot be expanded
    """
    tree: Tree = {}
    for path in paths:
        steps = path.split(".")
        if len(steps) > LEVELS:
            raise errors.expanded_too_deep(path)
        if on_list and steps[0] != "data":
            raise errors.not_expandable(path, on_list=True)
        steps = steps[1:] if on_list else steps
        if steps and not _can_expand(kind, steps):
            raise errors.not_expandable(path)
        place = tree
        for step in steps:
            place = place.setdefault(step, {})
    return tree


def render(state: State, thing: StripeObject, tree: Tree) -> StripeObject:
    """Copy an object for an answer, with what ``tree`` asks for and without what it does not."""
    if thing.get("deleted"):
        return {"id": thing["id"], "object": thing["object"], "deleted": True}
    shown = copy.deepcopy(thing)
    for name in _ON_REQUEST.get(thing["object"], ()):
        kept = shown.pop(name, None)
        if name in tree:
            shown[name] = _members(state, thing, name, kept)
    resource = BY_NAME.get(thing["object"])
    if resource:
        _fill(state, shown, resource.kind, tree)
    return shown


def _can_expand(kind: Any, steps: Sequence[str]) -> bool:
    prop = _property(kind, steps[0])
    rest = steps[1:]
    if prop.listed and rest:
        if rest[0] != "data":
            return False
        rest = rest[1:]
    if not rest:
        return prop.expandable
    return any(_can_expand(each, rest) for each in prop.kinds)


def _property(kind: Any, name: str) -> _Property:
    hint = next((own[name] for base in kind.__mro__ if name in (own := inspect.get_annotations(base))), None)
    parts = _parts(hint)
    listed = any(get_origin(part) is stripe.ListObject for part in parts)
    inside = [
        each for part in parts for each in (_parts(get_args(part)[0]) if _is_list(part) else [part]) if each is not None
    ]
    kinds = tuple(
        found for each in inside if (found := getattr(stripe, each.__forward_arg__, None) if _is_ref(each) else each)
    )
    return _Property(
        expandable=listed or any(_is_ref(each) for each in inside),
        kinds=tuple(each for each in kinds if isinstance(each, type) and issubclass(each, stripe.StripeObject)),
        listed=listed,
    )


def _parts(hint: Any) -> list[Any]:
    """The members of a union, or the one type."""
    return list(get_args(hint)) if get_args(hint) and not _is_list(hint) else [hint]


def _is_list(hint: Any) -> bool:
    return get_origin(hint) in {list, stripe.ListObject}


def _is_ref(hint: Any) -> bool:
    """Whether the class is defined elsewhere in the package: a reference, not a part of the object."""
    return isinstance(hint, ForwardRef)


def _fill(state: State, shown: StripeObject, kind: Any, tree: Tree) -> None:
    for name, subtree in tree.items():
        prop = _property(kind, name)
        inner = subtree.get("data", {}) if prop.listed else subtree
        value = shown.get(name)
        if isinstance(value, dict) and value.get("object") == "list":
            value["data"] = [_fill_value(state, each, prop, inner) for each in value["data"]]
        elif isinstance(value, list):
            shown[name] = [_fill_value(state, each, prop, inner) for each in value]
        elif value is not None:
            shown[name] = _fill_value(state, value, prop, inner)


def _fill_value(state: State, value: Any, prop: _Property, tree: Tree) -> Any:
    if isinstance(value, dict):
        for kind in prop.kinds[:1]:
            _fill(state, value, kind, tree)
        return value
    for kind in prop.kinds:
        resource = BY_KIND.get(kind.__name__)
        thing = objects(state, resource).get(value) if resource else None
        if thing:
            return render(state, thing, tree)
    return value  # a kind that the sandbox does not hold stays an id


def _members(state: State, thing: StripeObject, name: str, kept: Any) -> StripeObject:
    """The list inside an object: its refunds, its subscriptions."""
    if name not in _MEMBERS_OF:
        return kept or lists.page([], {}, url=f"/v1/{thing['object']}s/{thing['id']}/{name}", label=name)
    collection, field = _MEMBERS_OF[name]
    members = [each for each in objects(state, RESOURCES[collection]).values() if each.get(field) == thing["id"]]
    return lists.page(
        [render(state, each, {}) for each in members],
        {},
        url=f"/v1/{thing['object']}s/{thing['id']}/{name}",
        label=name,
    )

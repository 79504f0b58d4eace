"""Checks a form against the ``stripe`` package's own typed parameters, and turns its text into values.

Those types are generated from Stripe's OpenAPI description and pinned with the package. They leave out lengths, and
which texts an empty string may clear; those rules are here.
"""

import difflib
import re
import sys
import types
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject

from sandbox import errors, metadata_errors
from sandbox.evidence import LONG_TEXT_FIELDS, MOST_CHARACTERS_LONG, MOST_CHARACTERS_SHORT
from sandbox.http.form import join_name
from sandbox.metadata import MOST_KEY_CHARACTERS, MOST_KEYS, MOST_VALUE_CHARACTERS

LONG_TEXTS = frozenset(f"evidence[{name}]" for name in LONG_TEXT_FIELDS)

# The types do not say that an empty string clears a field of evidence; merchants' systems do it in production.
_CLEARABLE = re.compile(r"evidence\[\w+\]")
_INTEGER = re.compile(r"-?[0-9]{1,18}")


def validate(shape: type, form: dict[str, Any]) -> dict[str, Any]:
    """Return the form's values in their types.

    :param shape: a class of ``stripe.params``
    :param form: a decoded form
    :raises StripeError: the first parameter that Stripe would refuse
    """
    return _object(shape, form, "")


@cache
def parameters_of(shape: type) -> dict[str, Any]:
    """The parameters that go over the wire, without the package's own request options."""
    own = {name: hint for name, hint in shape.__annotations__.items() if name not in RequestOptions.__annotations__}
    return get_type_hints(types.SimpleNamespace(__annotations__=own), vars(sys.modules[shape.__module__]))


def _object(shape: Any, form: dict[str, Any], parent: str) -> dict[str, Any]:
    members = parameters_of(shape)
    for name in form:
        if name not in members:
            close = difflib.get_close_matches(name, members, 1)
            raise errors.unknown_parameter(join_name(parent, name), join_name(parent, close[0]) if close else None)
    for name in members:
        if name in shape.__required_keys__ and name not in form:
            raise errors.missing_parameter(join_name(parent, name))
    return {name: _value(members[name], value, join_name(parent, name)) for name, value in form.items()}


def _value(hint: Any, value: Any, name: str) -> Any:
    options, choices = _options(hint)
    if Any in options:
        return value
    if isinstance(value, dict):
        return _compound(options, value, name)
    if not isinstance(value, str):
        raise errors.invalid_string(name)  # an upload where text belongs
    if value == "":
        if "" in choices or (str in options and _CLEARABLE.fullmatch(name)):
            return value
        raise errors.empty_parameter(name)
    choices = [choice for choice in choices if choice]
    if value in choices:
        return value
    if choices and int not in options:
        raise errors.invalid_choice(name, choices)
    return _scalar(options, value, name)


def _options(hint: Any) -> tuple[list[Any], list[str]]:
    """The types that a parameter may have, and the words that it may be."""
    if get_origin(hint) in {Union, types.UnionType}:
        parts = [_options(part) for part in get_args(hint)]
        return [option for part in parts for option in part[0]], [choice for part in parts for choice in part[1]]
    if get_origin(hint) is Literal:
        return [], list(get_args(hint))
    return [hint], []


def _compound(options: list[Any], value: dict[str, Any], name: str) -> Any:
    for option in options:
        if hasattr(option, "__required_keys__"):
            return _object(option, value, name)
        if get_origin(option) is list:
            return _list(get_args(option)[0], value, name)
        if get_origin(option) in {dict, UntypedStripeObject}:
            return _metadata(value, name)
    raise errors.invalid_string(name)


def _list(item: Any, value: dict[str, Any], name: str) -> list[Any]:
    if not all(index.isdecimal() for index in value):
        raise errors.invalid_array(name)
    return [_value(item, value[index], join_name(name, index)) for index in sorted(value, key=int)]


def _metadata(value: dict[str, Any], name: str) -> dict[str, str]:
    kept = sum(text != "" for text in value.values())
    if kept > MOST_KEYS:
        raise metadata_errors.too_many_metadata_keys(kept)
    for key, text in value.items():
        if not isinstance(text, str):
            raise errors.invalid_string(join_name(name, key))
        if len(key) > MOST_KEY_CHARACTERS:
            raise metadata_errors.metadata_key_too_long(key)
        if len(text) > MOST_VALUE_CHARACTERS:
            raise metadata_errors.metadata_value_too_long(key, text)
    return value


def _scalar(options: list[Any], value: str, name: str) -> str | int | bool:
    if str in options:
        return _text(value, name)
    if int in options:
        if not _INTEGER.fullmatch(value):
            raise errors.invalid_integer(name, value)
        return int(value)
    if bool in options:
        if value not in {"true", "false"}:
            raise errors.invalid_boolean(name, value)
        return value == "true"
    raise (
        errors.invalid_array(name)
        if any(get_origin(option) is list for option in options)
        else errors.invalid_object(name)
    )


def _text(value: str, name: str) -> str:
    limit = MOST_CHARACTERS_LONG if name in LONG_TEXTS else MOST_CHARACTERS_SHORT
    if len(value) > limit:
        # For the short fields of evidence, nobody has seen Stripe apply the limit.
        raise errors.too_long(
            name, value, limit, chosen=limit == MOST_CHARACTERS_SHORT and name.startswith("evidence[")
        )
    return value

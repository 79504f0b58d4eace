"""How metadata is merged, and its limits."""

from collections.abc import Mapping
from typing import Literal

from sandbox.metadata_errors import (
    metadata_key_too_long,
    metadata_key_with_brackets,
    metadata_value_too_long,
    too_many_metadata_keys,
)

MOST_KEYS = 50
MOST_KEY_CHARACTERS = 40
MOST_VALUE_CHARACTERS = 500


def merge(held: Mapping[str, str], sent: Mapping[str, object] | Literal[""]) -> dict[str, str]:
    """Lay an update over metadata: keys that are not sent stay; ``''`` unsets a key, or all if it replaces the mapping.

    :raises StripeError: too many keys, a name or value too long, brackets in a name
    """
    if sent == "":
        return {}
    result = dict(held)
    for key, raw in sent.items():
        value = str(raw)
        if len(key) > MOST_KEY_CHARACTERS:
            raise metadata_key_too_long(key)
        if "[" in key or "]" in key:
            raise metadata_key_with_brackets(key)
        if len(value) > MOST_VALUE_CHARACTERS:
            raise metadata_value_too_long(key, value)
        if value:
            result[key] = value
        else:
            result.pop(key, None)
    if len(result) > MOST_KEYS:
        raise too_many_metadata_keys(len(result))
    return result

"""The format of a round's records, and how records of other releases are read.

A record is read leniently: unknown members are kept, and missing ones have a default. So two releases side by side, an
upgrade and a rollback do not affect waiting rounds.
"""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from disputes.errors import PersonNeededError

FORMAT = 2
"""What this code writes. A record of release 0.1.0 names none and counts as 1."""
_FORMAT, _READABLE_AS = "format", "readable_as"
_Model = TypeVar("_Model", bound=BaseModel)


def with_format(value: dict[str, Any]) -> dict[str, Any]:
    """A record as it is written: its members, and the format of this code."""
    return {_FORMAT: FORMAT, **value}


def read_record(content: bytes, name: str) -> dict[str, Any]:
    """The members of a record, without its format.

    A later release that writes a higher format says with `readable_as` from which format on its record can still be
    read: its only difference is then additional members.

    :param name: where the record is, with the dispute's id in it
    :raises PersonNeededError: it is not a JSON object, or of a later format that cannot be read here
    """
    try:
        members = json.loads(content)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, dict):
        raise _unreadable("is not a JSON object", name)
    written = members.pop(_FORMAT, 1)
    readable = members.pop(_READABLE_AS, written)
    if not isinstance(readable, int) or readable > FORMAT:
        raise _unreadable(f"has format {written}, this release reads up to {FORMAT}", name)
    return members


def read_model(model: type[_Model], content: bytes, name: str) -> _Model:
    """A record as a model.

    :param name: where it is, with the dispute's id in it
    :raises PersonNeededError: it cannot be read; the error names members, never their contents
    """
    members = read_record(content, name)
    try:
        return model.model_validate(members)
    except ValidationError as error:
        places = sorted({".".join(map(str, found["loc"])) for found in error.errors()})
    # Outside of the handler: the cause would show the values.
    raise _unreadable(f"cannot be read: {', '.join(places)}", name)


def _unreadable(problem: str, name: str) -> PersonNeededError:
    remedy = "Let the release that wrote it finish this round, or answer it in Stripe's Dashboard"
    return PersonNeededError(problem, subject=name, remedy=remedy)

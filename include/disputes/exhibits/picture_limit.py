"""How many pixels a picture may have, which is what the memory of an isolated process is needed for."""

import os

from disputes.errors import InputError

VARIABLE = "REPRESENTMENT_MAX_MEGAPIXELS"
"""The environment variable of every process that runs tasks."""
LARGEST = 60
"""Megapixels: a 48-megapixel photo passes, and 60 still fit into an isolated process."""

in_force = LARGEST * 1_000_000
"""The limit above which a picture is refused before it is unpacked; the isolated process sets it for itself."""


def pixels_from_settings() -> int:
    """The pixels that a picture of this deployment may have.

    :raises InputError: the variable is not a whole number from 1 to `LARGEST`
    """
    text = os.environ.get(VARIABLE) or str(LARGEST)
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST:
        raise InputError(
            f"{text!r} is not a whole number from 1 to {LARGEST}",
            subject=f"environment variable {VARIABLE}",
            remedy="Set it to the megapixels that a picture may have, or leave it out",
        )
    return int(text) * 1_000_000

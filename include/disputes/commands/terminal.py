"""Prints strangers' texts on a terminal without obeying their control characters."""

import sys
from collections.abc import Iterable

from disputes.exhibits.typesetting import visible


def say(lines: Iterable[str]) -> None:
    """Print lines, without control characters, in whatever the terminal can show."""
    encoding = sys.stdout.encoding
    for line in lines:
        plain = visible(line).replace("\n", " ")
        sys.stdout.write(plain.encode(encoding, "backslashreplace").decode(encoding) + "\n")

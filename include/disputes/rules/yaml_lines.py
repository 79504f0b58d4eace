"""The line of each part of a YAML file, for error messages."""

from collections.abc import Iterator, Sequence

import yaml

from disputes.errors import InputError

Place = tuple[int | str, ...]
"""Keys and list indexes, from the outside in; as pydantic names a place."""


class Lines:
    """The line of every key and list entry of a YAML document.

    :param text: YAML
    :param file: its name, for messages
    :raises InputError: it is not YAML, or a key is given twice in one mapping
    """

    def __init__(self, text: bytes, file: str) -> None:
        self._file = file
        try:
            root = yaml.compose(text, yaml.CSafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)  # there is none for bytes that are not text
            where = f"{file}:{mark.line + 1}" if mark else file
            raise InputError(f"is not YAML: {getattr(error, 'problem', None) or error}", subject=where) from error
        self._lines: dict[Place, int] = {(): 1}
        for place, line in _walk(root, ()):
            if place in self._lines:
                problem = f"{place[-1]} is given twice, first in line {self._lines[place]}"
                raise InputError(problem, subject=f"{file}:{line}")
            self._lines[place] = line

    def at(self, place: Sequence[int | str]) -> str:
        """`fraudulent.yaml:12`: the line of a place, or of the nearest one around it."""
        path = tuple(place)
        while path not in self._lines:
            path = path[:-1]
        return f"{self._file}:{self._lines[path]}"


def _walk(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            yield inner, key.start_mark.line + 1
            yield from _walk(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*place, index), value.start_mark.line + 1
            yield from _walk(value, (*place, index))

"""Puts pydantic's errors into words: where, what, and for an unknown name the probable correction."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

_QUOTED = r"'([^']*)'"
_ALIKE = 0.85
"""Least similarity of a misspelt name to the one that was meant; no two names of ours are this similar."""


def meant(name: str, known: Iterable[str]) -> str:
    """What an unknown name was probably meant to be."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    return f"is not known, did you mean {close[0]}?" if close else f"is not known; use one of {', '.join(names)}"


def misspelt(name: str, known: Collection[str]) -> bool:
    """Whether it is close to a known name, so that it is probably misspelt rather than new to us."""
    return name not in known and bool(get_close_matches(name, known, n=1, cutoff=_ALIKE))


def problems(
    error: ValidationError,
    kind: Any,
    *,
    within: str = "",
    line: Callable[[Sequence[int | str]], str] | None = None,
) -> str:
    """Every problem of a document, one after the other.

    :param kind: the model or type that refused it
    :param within: where in a larger document it is
    :param line: says which file and line a place is in, like `fraudulent.yaml:12`
    """
    said = []
    for found in error.errors():
        place = tuple(part for part in found["loc"] if part != "[key]")
        text = _problem(place, found["type"], found["msg"], found["input"], kind, within)
        said.append(f"{line(place)}: {text}" if line else text)
    return "; ".join(said)


def _problem(place: tuple[int | str, ...], problem: str, message: str, value: object, kind: Any, within: str) -> str:
    where = ".".join(str(part) for part in (within, *place) if part != "")
    if problem == "extra_forbidden":
        models = _models_at(kind, place[:-1])
        return f"{where} {meant(str(place[-1]), (name for model in models for name in model.model_fields))}"
    said = "is null; leave it out if it is not known" if value is None else message.removeprefix("Value error, ")
    if problem == "literal_error" and isinstance(value, str):
        said = f"{value} {meant(value, re.findall(_QUOTED, message))}"
    return f"{where}: {said}" if where else said


def _models_at(kind: Any, place: Sequence[int | str]) -> list[type[BaseModel]]:
    """The models that may be at a place of a document."""
    models = list(_models_in(kind))
    for part in place:
        inner = [found for model in models if part in model.model_fields for found in _models_in_field(model, part)]
        models = inner or models  # a list index, or a dict's key, leads into the same models
    return models


def _models_in_field(model: type[BaseModel], name: int | str) -> Iterator[type[BaseModel]]:
    return _models_in(model.model_fields[str(name)].annotation)


def _models_in(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from _models_in(part)

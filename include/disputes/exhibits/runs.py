"""Blanks and line ends of a text, as browsers show them."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from disputes.exhibits.blocks import Run
from disputes.exhibits.looks import Look
from disputes.exhibits.typesetting import visible

_BLANKS = re.compile(r"[ \t\n\r\f]+")
_TURNED: dict[str, Callable[[str], str]] = {
    "uppercase": str.upper,
    "lowercase": str.lower,
    "capitalize": lambda text: re.sub(r"(?<![\w'\u2019])\w", lambda first: first.group().upper(), text),
}
_BLANKS_IN_LINE = re.compile(r"[ \t\r\f]+")


@dataclass(frozen=True)
class Piece:
    """A run before its spaces are normalised.

    :param keeps: whether all its spaces and line ends count
    """

    run: Run
    keeps: bool = False

    @classmethod
    def of(cls, text: str, look: Look) -> "Piece":
        """Text at a place that looks like this."""
        text = _TURNED.get(look.letters, str)(text)
        if look.spaces == "all":
            return cls(Run(text.expandtabs(4), look.ordered), keeps=True)
        blanks = _BLANKS_IN_LINE if look.spaces == "lines" else _BLANKS
        return cls(Run(blanks.sub(" ", text), look.ordered))


def tidy(pieces: Iterable[Piece]) -> tuple[Run, ...]:
    """The runs of a block, without spaces that nobody sees; empty when there is nothing to see."""
    runs = list(_join(_collapse(pieces)))
    if runs and not runs[0].picture:
        runs[0] = replace(runs[0], text=runs[0].text.lstrip("\n"))
    while runs and not runs[-1].picture:
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip(" \n"))
        if runs[-1].text:
            break
        runs.pop()
    shown = any(run.picture or visible(run.text).strip() for run in runs)
    return tuple(run for run in runs if run.text or run.picture) if shown else ()


def _collapse(pieces: Iterable[Piece]) -> Iterator[Run]:
    """One space where there are several, none at the ends of lines, and at most one empty line."""
    before = "\n\n"
    waiting: Run | None = None  # a space that shows only when something comes after it on its line
    for piece in pieces:
        if piece.keeps or piece.run.picture:
            if waiting:
                yield waiting
            waiting = None
            yield piece.run
            before = piece.run.text[-2:] or "."
            continue
        text = ""
        for character in piece.run.text:
            if character == " ":
                if before[-1:] != "\n" and waiting is None:
                    waiting = replace(piece.run, text=" ")
            elif character == "\n":
                waiting = None
                if before != "\n\n":
                    text += "\n"
                    before = before[-1:] + "\n"
            else:
                if waiting:
                    yield replace(piece.run, text=text)
                    yield waiting
                    text = ""
                waiting = None
                text += character
                before = character
        yield replace(piece.run, text=text)


def _join(runs: Iterable[Run]) -> Iterator[Run]:
    """Neighbours that look the same as one; pictures stay apart."""
    last: Run | None = None
    for run in runs:
        if last and not last.picture and not run.picture and (last.styles == run.styles or not run.text):
            last = replace(last, text=last.text + run.text)
        else:
            if last:
                yield last
            last = run
    if last:
        yield last

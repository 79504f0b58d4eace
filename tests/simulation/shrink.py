"""Makes a failing history short: leaves out events as long as the same promise is still broken (delta debugging)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.simulation.histories import History

Play = Callable[[Mapping[str, str]], History]


def shrunk(failing: History, play: Play, *, most: int = 400) -> History:
    """The shortest history found that breaks the same promise.

    :param play: plays a history again
    :param most: histories that are tried
    """
    assert failing.broken is not None
    kind, tried = failing.broken.kind, 0
    width = max(1, len(failing.choices) // 2)
    while width:
        points, start, less = list(failing.choices), 0, False
        while start < len(points) and tried < most:
            left_out = set(points[start : start + width]) - {"dispute"}
            rests = (_without(failing.choices, left_out), _renumbered(failing.choices, left_out)) if left_out else ()
            for rest in rests:
                tried += 1
                again = play(rest)
                if again.broken and again.broken.kind == kind and len(again.choices) < len(failing.choices):
                    failing, points, less = again, list(again.choices), True
                    break
            else:
                start += width
        if not less or tried >= most:
            width //= 2
    return failing


def _without(choices: Mapping[str, str], left_out: set[str]) -> dict[str, str]:
    return {point: event for point, event in choices.items() if point not in left_out}


def _renumbered(choices: Mapping[str, str], left_out: set[str]) -> dict[str, str]:
    """The same, when each event left out had cost its task a try: the later tries of that task have lower numbers."""
    rest = _without(choices, left_out)
    for point in sorted(left_out, reverse=True):
        found = re.match(r"(?P<task>\S+)#(?P<number>\d+) ", point)
        if found:
            earlier = _one_earlier(found["task"], int(found["number"]))
            rest = {earlier(key): earlier(event) for key, event in rest.items()}
    return rest


def _one_earlier(task: str, number: int) -> Callable[[str], str]:
    def renumber(found: re.Match[str]) -> str:
        own = int(found[1])
        return f"{task}#{own - (own > number)}"

    return lambda text: re.sub(rf"{re.escape(task)}#(\d+)", renumber, text)

"""Makes a failing history short: leaves out events as long as the same promise is still broken (delta debugging)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.simulation.histories import History

Play = Callable[[Mapping[str, str]], History]


def shrunk(failing: History, play: Play, *, most: int = 400) -> History:
    """The shortest history found that breaks the same promise.

    :param play: plays a history again
    :param most: histories that are tried
    """
    assert failing.violation is not None
    kind, tried = failing.violation.kind, 0
    width = max(1, len(failing.choices) // 2)
    while width:
        points, start, less = list(failing.choices), 0, False
        while start < len(points) and tried < most:
            left_out = set(points[start : start + width]) - {"dispute"}
            rest = {point: event for point, event in failing.choices.items() if point not in left_out}
            tried += 1
            again = play(rest) if left_out else None
            if again and again.violation and again.violation.kind == kind and len(again.choices) < len(failing.choices):
                failing, points, less = again, list(again.choices), True
            else:
                start += width
        if not less or tried >= most:
            width //= 2
    return failing

"""The sandbox's clock: real time plus however far it was moved."""

import time


class Clock:
    """Tells the time; can be moved forward."""

    def __init__(self) -> None:
        self._offset = 0

    def now(self) -> int:
        """Unix seconds."""
        return int(time.time()) + self._offset

    def advance(self, seconds: int) -> None:
        """Move forward by ``seconds``.

        :raises ValueError: for a negative number, because what happened cannot be undone
        """
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        self._offset += seconds

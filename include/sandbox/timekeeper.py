"""Carries out what is due, whether or not anybody asks."""

from threading import Event, Thread

from sandbox import disputes
from sandbox.state import State

_PAUSE_SECONDS = 0.5


class Timekeeper:
    """A thread that looks twice a second, and takes the state's lock only when something is due."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._stop = Event()
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.wait(_PAUSE_SECONDS):
            if disputes.is_due(self._state):
                with self._state.lock:
                    disputes.advance(self._state)

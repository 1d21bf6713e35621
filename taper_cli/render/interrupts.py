"""Ctrl-C while files are written: heard where it can still be obeyed, and made to wait where obeying would leave half a work."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Waiting:
    """What became of Ctrl-C: `arrived` while it was made to wait."""

    def __init__(self) -> None:
        self.arrived = self._heard = False

    def arrive(self, _signal: int, _frame: FrameType | None) -> None:
        """Raise where it is heard, else only keep in mind that it came."""
        if self._heard:
            raise KeyboardInterrupt
        self.arrived = True

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Within this it is obeyed at once; one that came before is obeyed now."""
        self.obey()
        self._heard = True
        try:
            yield
        finally:
            self._heard = False

    def obey(self) -> None:
        """Obey one that has come.

        Raises:
            KeyboardInterrupt: if it came.
        """
        if self.arrived:
            self.arrived = False
            raise KeyboardInterrupt


@contextmanager
def waiting() -> Iterator[Waiting]:
    """Make Ctrl-C wait until the end of this, where it comes as it would have; without effect where it is ignored or not ours."""
    state = Waiting()
    before = signal.getsignal(signal.SIGINT)
    # A caller that listens in a way of its own, as a panel does, decides itself when to stop.
    if before is not signal.default_int_handler or not _ours(state):
        yield state
        return
    try:
        yield state
    finally:
        signal.signal(signal.SIGINT, before)
    if state.arrived:
        signal.raise_signal(signal.SIGINT)


def _ours(state: Waiting) -> bool:
    """Take the signal; only the main thread gets it and may."""
    try:
        signal.signal(signal.SIGINT, state.arrive)
    except ValueError:
        return False
    return True

"""A table that is written while its rows are worked out: whole lines only, under another name until the last one is there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from taper_cli.render.base import TEMPORARY, unwritable


class GrowingFile:
    """A file (mode 0600) to which lines are added: hidden at first, then under an unfinished name, and at the end under its own."""

    def __init__(self, folder: Path, *, unfinished: str, finished: str) -> None:
        """Begin it, hidden.

        Raises:
            InvalidInput: for a folder that cannot be written to.
        """
        self._unfinished, self._finished = folder / unfinished, folder / finished
        try:
            self._handle, name = tempfile.mkstemp(dir=folder, prefix=TEMPORARY)
        except OSError as error:
            raise unwritable(self._finished, error) from error
        self._now = Path(name)

    def add(self, line: bytes) -> None:
        """Add a line, at once and whole: whoever reads the file meanwhile sees all lines up to this one.

        Raises:
            InvalidInput: for a disk that is full.
        """
        try:
            # One call for the whole line: a signal that arrives meanwhile is dealt with after it.
            while line:
                line = line[os.write(self._handle, line) :]
        except OSError as error:
            raise unwritable(self._unfinished, error) from error

    def show(self) -> None:
        """Take the unfinished name, in place of an earlier table of either name."""
        if self._now != self._unfinished:
            self._rename(self._unfinished)
            self._finished.unlink(missing_ok=True)

    def finish(self) -> None:
        """Take its own name, safely on disk, in place of an earlier table of either name."""
        os.fsync(self._handle)
        self._rename(self._finished)
        self._unfinished.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave what has a name as it is; what is still hidden goes."""
        os.close(self._handle)
        if self._now not in (self._unfinished, self._finished):
            self._now.unlink(missing_ok=True)

    def _rename(self, name: Path) -> None:
        try:
            self._now.replace(name)
        except OSError as error:
            raise unwritable(name, error) from error
        self._now = name

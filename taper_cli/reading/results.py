"""The table of results of an earlier run, looked up by code; nothing of it is held but where each line begins."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO

from taper_cli.model.errors import InvalidInput
from taper_cli.model.panel import RESULT_COLUMNS, Result
from taper_cli.reading.codes import CodePlaces

_BOM = b"\xef\xbb\xbf"


class EarlierResults:
    """What an earlier run wrote about each code. A line that was cut off, or edited into another shape, counts as not there."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        """Look through a table once; `stream` can be wound back.

        Raises:
            InvalidInput: for a file that is no table of results.
        """
        self._stream = stream
        stream.seek(0)
        head = stream.readline().removeprefix(_BOM)
        if next(csv.reader([head.decode("utf-8", "replace")]), []) != list(RESULT_COLUMNS):
            raise InvalidInput(f"{name!r} is no table of results", "expected a folder of its own", "choose another one")
        self._places = CodePlaces(self._codes(stream.tell()))

    def of(self, code: str) -> Result | None:
        """What was written about a code; None where nothing was, or more than one thing."""
        places = self._places.of(code)
        if len(places) != 1:
            return None
        self._stream.seek(places[0])
        found = _result(self._stream.readline())
        return found if found is not None and found.code == code else None

    def _codes(self, offset: int) -> Iterator[tuple[str, int]]:
        """The codes, with where their lines begin."""
        for line in self._stream:
            found = _result(line)
            if found is not None and found.code:
                yield found.code, offset
            offset += len(line)


def _result(line: bytes) -> Result | None:
    """One line; None where it is not whole."""
    if not line.endswith(b"\n"):
        return None
    try:
        cells = next(csv.reader([line.decode()], strict=True), [])
    except (csv.Error, UnicodeDecodeError):
        return None
    return Result(*cells[1:]) if len(cells) == len(RESULT_COLUMNS) else None

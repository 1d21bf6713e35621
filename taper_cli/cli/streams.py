"""The streams as the shell hands them over: closed, full, or with a reader that has gone; a command neither falls over them nor lies.

What is printed goes on to the end whatever becomes of the stream, so that a command's own exit code stands: a reader that has
seen enough must not turn a refusal into a pass.
"""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # to import `typing` takes longer than to tell the version
    from typing import TextIO


class Outlet(io.RawIOBase):
    """The end of a stream; after its first fault, which it keeps, it takes everything and passes nothing on."""

    def __init__(self, raw: io.RawIOBase, stream: TextIO) -> None:
        super().__init__()
        # The stream is held as well: when it goes, it closes what is below it.
        self._raw, self._stream = raw, stream
        self.fault: OSError | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()

    def write(self, data: object) -> int | None:
        size = memoryview(data).nbytes  # type: ignore[arg-type]
        if self.fault is not None:
            return size
        try:
            return self._raw.write(data)  # type: ignore[arg-type]
        except OSError as error:
            self.fault = error
            return size


def prepare() -> Outlet | None:
    """Make the three streams of this process ones that can be used; what is returned is the end of standard output."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _open_closed()
    sys.stderr, _ = _kept(sys.stderr)
    sys.stdout, outlet = _kept(sys.stdout)
    return outlet


def lost(outlet: Outlet | None) -> str:
    """What to say of an output that did not get out, '' for none; a reader that went away has what it wanted."""
    sys.stdout.flush()
    if outlet is None or outlet.fault is None or isinstance(outlet.fault, BrokenPipeError):
        return ""
    return (
        f"the output cannot be written ({outlet.fault.strerror}); expected a place that takes it; "
        "make room, or write to a file with -o"
    )


def _kept(stream: TextIO) -> tuple[TextIO, Outlet | None]:
    """The same stream with an end that keeps its fault to itself; one that somebody else has put there stays as it is."""
    if not isinstance(stream, io.TextIOWrapper):
        return stream, None
    below = stream.buffer.raw if isinstance(stream.buffer, io.BufferedWriter) else stream.buffer
    if not isinstance(below, io.RawIOBase):
        return stream, None
    outlet = Outlet(below, stream)
    made = io.TextIOWrapper(
        io.BufferedWriter(outlet),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
    return made, outlet


def _open_closed() -> None:
    """Give each closed stream its number back; else the first file that is opened gets it, and with it what is printed.

    Standard input is empty, standard error is heard by nobody, and standard output takes nothing, which is a fault of its own.
    """
    for number, (name, how) in enumerate((("stdin", os.O_RDONLY), ("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY))):
        if getattr(sys, name) is not None:
            continue
        opened = os.open(os.devnull, how)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115

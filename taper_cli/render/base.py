"""The one hand that opens output files: whole or not at all, for the owner's eyes only, and never over another file unasked."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from taper_cli.model.errors import InvalidInput
from taper_cli.render.interrupts import waiting

TEMPORARY = ".taper-"
"""How the hidden name of an unfinished file begins."""


def write_files(contents: Mapping[Path, bytes], *, force: bool) -> None:
    """Write every file, or none: each is finished beside its place first and only then moved there.

    Raises:
        InvalidInput: for a file that exists (without `force`), or a folder that is missing or cannot be written to.
    """
    for path in contents:
        _free(path, force=force)
    ready: list[tuple[Path, Path]] = []
    placed: list[tuple[Path, Path | None]] = []
    # A file and the note of its name belong together: between the two, Ctrl-C would leave it behind.
    with waiting() as ctrl_c:
        try:
            for path, content in contents.items():
                ready.append((_new_beside(path), path))
                with ctrl_c.heard():
                    _fill(ready[-1][0], content, path)
            for temporary, path in ready:
                placed.append((path, _move(temporary, path, force=force)))
            ctrl_c.obey()
        except BaseException:
            for path, kept in reversed(placed):
                if kept is None:
                    path.unlink(missing_ok=True)
                else:
                    kept.replace(path)
            raise
        finally:
            for leftover in (*(temporary for temporary, _ in ready), *(kept for _, kept in placed if kept)):
                leftover.unlink(missing_ok=True)


def _free(path: Path, *, force: bool) -> None:
    """Refuse a name that is a folder, taken, or no name at all."""
    try:
        is_folder, is_taken = path.is_dir(), path.exists()
    except OSError as error:
        raise unwritable(path, error) from error
    if is_folder:
        raise InvalidInput(f"{str(path)!r} is a folder", "expected a file name", "write for example -o plan.csv")
    if is_taken and not force:
        raise _taken(path)


def _taken(path: Path) -> InvalidInput:
    """The fault of a file that exists."""
    return InvalidInput(
        f"{str(path)!r} exists", "expected a new file", "choose another name, or add --force to overwrite it"
    )


def _new_beside(path: Path) -> Path:
    """An empty temporary file (mode 0600) in the same folder."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
    except OSError as error:
        raise unwritable(path, error) from error
    os.close(handle)
    return Path(name)


def _fill(temporary: Path, content: bytes, path: Path) -> None:
    """Write what `path` is to hold, safely on disk."""
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise unwritable(path, error) from error


def _move(temporary: Path, path: Path, *, force: bool) -> Path | None:
    """Give the finished file its name; the file that it overwrites is kept beside it and returned, to be put back on a fault.

    A hard link gives the name: it fails if another process came first, where a rename would overwrite silently.
    """
    try:
        _link(temporary, path)
    except FileExistsError as error:
        if not force:
            raise _taken(path) from error
    except OSError as error:
        raise unwritable(path, error) from error
    else:
        return None
    kept = temporary.with_suffix(".kept")
    try:
        _link(path, kept)
        temporary.replace(path)
    except FileNotFoundError:
        # Another process has just taken away what stood there.
        kept.unlink(missing_ok=True)
        return _move(temporary, path, force=force)
    except OSError as error:
        kept.unlink(missing_ok=True)
        raise unwritable(path, error) from error
    return kept


def _link(there: Path, name: Path) -> None:
    """A second name for a file; a copy that refuses to overwrite where the disk knows no links, as memory sticks do."""
    try:
        # The second name of a symbolic link is that of the link itself: what it points to is somebody else's.
        os.link(there, name, follow_symlinks=os.link not in os.supports_follow_symlinks)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS):
            raise
        _copy(there, name)


def _copy(there: Path, name: Path) -> None:
    """A copy under a name that is free; nothing of it is left where the disk fills up half way."""
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(there.read_bytes())
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        name.unlink(missing_ok=True)
        raise


def unwritable(path: Path, error: OSError) -> InvalidInput:
    """The fault of a place that cannot be written to."""
    return InvalidInput(
        f"{str(path)!r} cannot be written ({error.strerror})",
        "expected a folder that exists and is yours",
        "choose another place",
    )

"""The one hand that opens output files: whole or not at all, for the owner's eyes only, and never over another file unasked."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from taper_cli.model.errors import InvalidInput

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
    try:
        for path, content in contents.items():
            ready.append((_finished_beside(path, content), path))
        for temporary, path in ready:
            placed.append((path, _move(temporary, path, force=force)))
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


def _finished_beside(path: Path, content: bytes) -> Path:
    """The content in a temporary file (mode 0600) in the same folder, safely on disk."""
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        if name:
            Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unwritable(path, error) from error
        raise
    return Path(name)


def _move(temporary: Path, path: Path, *, force: bool) -> Path | None:
    """Give the finished file its name; the file that it overwrites is kept beside it and returned, to be put back on a fault.

    A hard link gives the name: it fails if another process came first, where a rename would overwrite silently.
    """
    kept = None
    try:
        if force and path.exists():
            kept = temporary.with_suffix(".kept")
            _link(path, kept)
            temporary.replace(path)
        else:
            _link(temporary, path)
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError as error:
        raise unwritable(path, error) from error
    return kept


def _link(there: Path, name: Path) -> None:
    """A second name for a file; a copy that refuses to overwrite where the disk knows no links, as memory sticks do."""
    try:
        os.link(there, name)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS):
            raise
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(there.read_bytes())
            file.flush()
            os.fsync(file.fileno())


def unwritable(path: Path, error: OSError) -> InvalidInput:
    """The fault of a place that cannot be written to."""
    return InvalidInput(
        f"{str(path)!r} cannot be written ({error.strerror})",
        "expected a folder that exists and is yours",
        "choose another place",
    )

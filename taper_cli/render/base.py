"""The one hand that opens output files: whole or not at all, for the owner's eyes only, and never over another file unasked."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from taper_cli.model.errors import InvalidInput


def write_files(contents: Mapping[Path, bytes], *, force: bool) -> None:
    """Write every file, or none: each is finished beside its place first and only then moved there.

    Raises:
        InvalidInput: for a file that exists (without `force`), or a folder that is missing or cannot be written to.
    """
    for path in contents:
        if path.is_dir():
            raise InvalidInput(f"{str(path)!r} is a folder", "expected a file name", "write for example -o plan.csv")
        if path.exists() and not force:
            raise InvalidInput(
                f"{str(path)!r} exists", "expected a new file", "choose another name, or add --force to overwrite it"
            )
    ready: list[tuple[str, Path]] = []
    try:
        for path, content in contents.items():
            ready.append((_finished_beside(path, content), path))
        while ready:
            temporary, path = ready[0]
            _move(temporary, path, force=force)
            ready.pop(0)
    finally:
        for temporary, _ in ready:
            with suppress(FileNotFoundError):
                Path(temporary).unlink()


def _finished_beside(path: Path, content: bytes) -> str:
    """The content in a temporary file (mode 0600) in the same folder, safely on disk; its name."""
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".taper-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        if name:
            Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(path, error) from error
        raise
    return name


def _move(temporary: str, path: Path, *, force: bool) -> None:
    """Give the finished file its name. Without `force` a hard link does it, which fails if another process came first."""
    try:
        if force:
            Path(temporary).replace(path)
        else:
            os.link(temporary, path)
            Path(temporary).unlink()
    except FileExistsError as error:
        raise InvalidInput(
            f"{str(path)!r} exists", "expected a new file", "choose another name, or add --force"
        ) from error
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> InvalidInput:
    """The fault of a place that cannot be written to."""
    return InvalidInput(
        f"{str(path)!r} cannot be written ({error.strerror})",
        "expected a folder that exists and is yours",
        "choose another place",
    )

"""Whether the data files of the program are as they were shipped: each against the hash that was written down when they were made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from taper_cli.formulary import loader
from taper_cli.model.selfcheck import DataState

_PACKAGE = Path(__file__).parents[1]
FILE = Path(__file__).with_name("shipped.json")
_KINDS = (".toml", ".json", ".html", ".typ", ".ttf")
_SCHEMA = "taper.shipped.v1"


def data_files() -> Iterator[Path]:
    """Every file of the package that is no program text, but for the list of them, in order."""
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in _KINDS and path != FILE and path.is_file():
            yield path


def _name(path: Path) -> str:
    return path.relative_to(_PACKAGE).as_posix()


def _hashes() -> dict[str, str]:
    return {_name(path): sha256(path.read_bytes()).hexdigest() for path in data_files()}


def shipped() -> dict[str, Any]:
    """The list as it must be written for the files as they are."""
    return {"schema": _SCHEMA, "data_id": loader.data_id(), "files": _hashes()}


def data_state() -> DataState:
    """The files compared with the list; a list that cannot be read is a fault, since nothing can be said then."""
    held = _hashes()
    try:
        listed = json.loads(FILE.read_bytes())
        known: dict[str, str] = listed["files"]
        shipped_id = str(listed["data_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return DataState(loader.data_id(), "unknown", len(held), (f"{_name(FILE)} cannot be read",))
    faults = (
        *(f"{name} is not as it was shipped" for name in known if name in held and held[name] != known[name]),
        *(f"{name} is missing" for name in known if name not in held),
        *(f"{name} was added" for name in held if name not in known),
    )
    return DataState(loader.data_id(), shipped_id, len(held), faults)

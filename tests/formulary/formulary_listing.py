"""Every number of the formulary on a line of its own with its source, as it is kept in the gold listing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from formulary_builders import files, raw

GOLD = Path(__file__).parents[1] / "gold" / "formulary.txt"
ACCEPT = "read it against its source, then run 'python tests/accept_gold.py'"
COMMENTS = ("title", "publisher", "note", "where", "reviewed_by")
"""Keys whose words may be improved without a clinical figure or sentence changing."""


def listing() -> str:
    """All numbers, file by file, in the order of the file."""
    return "".join(f"{line}\n" for file in files() for line in _lines(file))


def _lines(file: str) -> Iterator[str]:
    yield f"# {file}"
    table = raw(file)
    for key, value in table.items():
        if key == "sources":
            yield from (f"source {name}: {source['year']}" for name, source in value.items())
        else:
            yield from _entries(key, value)
    yield ""


def _entries(place: str, value: Any) -> Iterator[str]:
    """The numbers below one key, each entry on one line with its source."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        for number, entry in enumerate(value, start=1):
            yield from _entry(f"{place}[{number}]", entry)
    elif isinstance(value, dict):
        yield from _entry(place, value)
    elif place.partition("[")[0] not in COMMENTS:
        yield f"{place} = {_plain(value)}"


def _entry(place: str, entry: dict[str, Any]) -> Iterator[str]:
    """One table: its figures, then its source and place; tables within it below."""
    figures = [
        f"{key}={_plain(value)}"
        for key, value in entry.items()
        if key not in COMMENTS and not isinstance(value, dict) and not _tables(value)
    ]
    cites = [
        f"{key} {value['source']}, {value['locator']} [{value['trust']}]"
        for key, value in entry.items()
        if isinstance(value, dict) and "locator" in value
    ]
    yield f"{place}: {'; '.join(figures)} <- {'; '.join(cites)}" if cites else f"{place}: {'; '.join(figures)}"
    for key, value in entry.items():
        if _tables(value):
            yield from _entries(f"{place}.{key}", value)


def _tables(value: Any) -> bool:
    """Whether a value is a list of tables."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _plain(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, list):
        return "[" + ", ".join(_plain(part) for part in value) + "]"
    return value.isoformat() if isinstance(value, date) else str(value)

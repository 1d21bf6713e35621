"""One data file: read once, every fault of it told at once with its key and reason, sources and citations joined."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import tomli

from taper_cli.formulary.rows import CiteRow, SourceRow
from taper_cli.model.citation import Citation, Review, Source, Trust
from taper_cli.model.errors import InvalidInput, WrongValue

T = TypeVar("T")
_MISSING = object()


class DataFault(Exception):
    """A data file that may not be used: its name and all its faults, each as 'key: reason'."""

    def __init__(self, file: str, faults: list[str]) -> None:
        self.file, self.faults = file, faults
        super().__init__(f"{file}: " + "; ".join(faults))


class DataFile:
    """The tables of one TOML file, taken out one after another; `close` tells what was wrong or left over."""

    def __init__(self, path: Path, schema: str) -> None:
        self.name = path.name
        self.faults: list[str] = []
        try:
            self._tables: dict[str, Any] = tomli.loads(path.read_text(encoding="utf-8"))
        except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataFault(self.name, [f"not TOML: {error}"]) from error
        if self.take("schema", str, "") != schema:
            self.faults.append(f"schema: expected {schema!r}")
        self.review = self._review()
        rows = self._tables.pop("sources", {})
        self.sources: dict[str, Source] = {}
        for key, row in rows.items():
            source = self._convert(row, SourceRow, f"sources.{key}")
            if source is not None:
                self.sources[key] = Source(
                    key=key,
                    title=source.title,
                    publisher=source.publisher,
                    year=source.year,
                    where=source.where,
                    read_on=source.read_on,
                )
        self._cited: set[str] = set()

    def _review(self) -> Review:
        on, due = self.take("reviewed_on", date, date.min), self.take("review_due", date, date.max)
        if due <= on:
            self.faults.append("review_due: expected a day after reviewed_on")
        return Review(reviewed_on=on, review_due=due, reviewed_by=self.text("reviewed_by"))

    def _convert(self, value: object, kind: type[T], key: str) -> T | None:
        """One row by its kind; a fault is noted, not raised, so that the rest of the file is still read."""
        try:
            return msgspec.convert(value, kind, strict=True)
        except msgspec.ValidationError as error:
            self.faults.append(f"{key}: {error}")
            return None

    def take(self, key: str, kind: type[T], instead: T) -> T:
        """A required value at the top of the file; `instead` stands in for a faulty one until the file is refused."""
        value = self._tables.pop(key, _MISSING)
        if value is _MISSING:
            self.faults.append(f"{key}: missing")
            return instead
        found = self._convert(value, kind, key)
        return instead if found is None else found

    def text(self, key: str) -> str:
        """A required text that is not empty."""
        value = self.take(key, str, "?")
        if not value.strip():
            self.faults.append(f"{key}: empty")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where the key is absent."""
        return tuple(self.take(key, list[str], [])) if key in self._tables else ()

    def optional_text(self, key: str) -> str | None:
        """A text that may be absent, but not empty."""
        return self.text(key) if key in self._tables else None

    def one(self, key: str, kind: type[T], make: Callable[[T], Any]) -> Any:
        """An optional table made into a value; None where it is absent or faulty."""
        row = self._tables.pop(key, None)
        return None if row is None else self._make(row, kind, make, key)

    def many(self, key: str, kind: type[T], make: Callable[[T], Any]) -> tuple[Any, ...]:
        """All entries of a list of tables, each made into a value."""
        rows = self._tables.pop(key, [])
        if not isinstance(rows, list):
            self.faults.append(f"{key}: expected a list of tables, written [[{key}]]")
            return ()
        made = (self._make(row, kind, make, f"{key}[{place}]") for place, row in enumerate(rows, start=1))
        return tuple(value for value in made if value is not None)

    def _make(self, row: object, kind: type[T], make: Callable[[T], Any], key: str) -> Any:
        found = self._convert(row, kind, key)
        if found is None:
            return None
        try:
            return make(found)
        except (WrongValue, InvalidInput, ValueError, KeyError) as error:
            self.faults.append(f"{key}: {error}")
            return None

    def cite(self, row: CiteRow) -> Citation:
        """A citation with its source; a source that the file does not define is a fault."""
        self._cited.add(row.source)
        if row.source not in self.sources:
            raise WrongValue(f"source {row.source!r} is not defined in this file")
        return Citation(source=self.sources[row.source], locator=row.locator, trust=Trust(row.trust), note=row.note)

    def need(self, value: T | None, key: str) -> None:
        """Note a missing table."""
        if not value and not any(fault.startswith(key) for fault in self.faults):
            self.faults.append(f"{key}: missing")

    def close(self) -> None:
        """Refuse the file if anything was wrong.

        Raises:
            DataFault: with every fault, unknown keys and unused sources among them.
        """
        self.faults += [f"{key}: unknown key" for key in self._tables]
        self.faults += [f"sources.{key}: never cited" for key in self.sources if key not in self._cited]
        if self.faults:
            raise DataFault(self.name, self.faults)

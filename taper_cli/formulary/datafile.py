"""One data file: read once, every fault of it told at once with its key and reason, sources and citations joined."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

import msgspec
import tomli

from taper_cli.formulary.rows import CiteRow, Key, SourceRow, Text
from taper_cli.model.citation import Citation, Review, Source, Trust
from taper_cli.model.dose import Dose
from taper_cli.model.errors import DamagedData, InvalidInput, WrongValue

T = TypeVar("T")
# What a reader asks of a key: the kind of its value, whether it must stand, whether it is a list of such tables. The empty key
# holds the name of the schema, ONE_OF the keys of which one at least must stand.
Asks: TypeAlias = dict[str, tuple[object, bool, bool]]
ONE_OF = "one of"
_MISSING = object()
_SOURCES = dict[Key, SourceRow]
_TEXTS = list[Text]


class DataFault(DamagedData):
    """A data file that may not be used: its name and all its faults, each as 'key: reason'; `asked` is what its reader wanted."""

    def __init__(self, file: str, faults: list[str], asked: Asks | None = None) -> None:
        self.file, self.faults, self.asked = file, faults, asked or {}
        super().__init__(f"{file}: " + "; ".join(faults))


def review_of(path: Path) -> Review:
    """The review of a data file that is known to be sound."""
    tables = tomli.loads(path.read_text(encoding="utf-8"))
    return Review(reviewed_on=tables["reviewed_on"], review_due=tables["review_due"], reviewed_by=tables["reviewed_by"])


def dose_above_zero(text: str) -> Dose:
    """A dose above zero.

    Raises:
        InvalidInput: for words that are no dose.
        WrongValue: for a dose of zero.
    """
    dose = Dose.parse(text)
    if not dose:
        raise WrongValue(f"{text!r} is not above zero")
    return dose


class DataFile:
    """The tables of one TOML file, taken out one after another; `close` tells what was wrong or left over.

    What is asked of an empty file is kept: its JSON Schema is made from that, so that it cannot differ from the reader.
    """

    def __init__(self, path: Path, schema: str, content: bytes | None = None) -> None:
        self.name = path.name
        self.faults: list[str] = []
        try:
            text = path.read_text(encoding="utf-8") if content is None else content.decode("utf-8-sig")
            self._tables: dict[str, Any] = tomli.loads(text)
        except (
            ValueError,
            RecursionError,
        ) as error:  # not TOML, not UTF-8, nested without end, a number of 5,000 digits
            raise DataFault(self.name, [f"not TOML: {error}"]) from error
        self._asked: Asks | None = None if self._tables else {"": (schema, False, False)}
        if self.take("schema", str, "") != schema:
            self.faults.append(f"schema: expected {schema!r}")
        self.review = self._review()
        self.sources = self._read_sources()
        self._cited: set[str] = set()

    def _read_sources(self) -> dict[str, Source]:
        """The documents that the file names, by key."""
        self._ask("sources", _SOURCES)
        rows = self._tables.pop("sources", {})
        if not isinstance(rows, dict):
            self.faults.append("sources: expected tables, written [sources.KEY]")
            return {}
        found = {}
        for key, row in rows.items():
            source = self._convert(row, SourceRow, f"sources.{key}")
            if not key.strip():
                self.faults.append("sources: a key is empty")
            elif source is not None:
                found[key] = Source(
                    key=key,
                    title=source.title,
                    publisher=source.publisher,
                    year=source.year,
                    where=source.where,
                    read_on=source.read_on,
                )
        return found

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

    def _ask(self, key: str, kind: object, *, required: bool = False, many: bool = False) -> None:
        """Keep what is asked, where that is wanted: at every start there is no time for it."""
        if self._asked is not None:
            self._asked.setdefault(key, (kind, required, many))

    def take(self, key: str, kind: type[T], instead: T) -> T:
        """A required value at the top of the file; `instead` stands in for a faulty one until the file is refused."""
        self._ask(key, kind, required=True)
        value = self._tables.pop(key, _MISSING)
        if value is _MISSING:
            self.faults.append(f"{key}: missing")
            return instead
        found = self._convert(value, kind, key)
        return instead if found is None else found

    def text(self, key: str) -> str:
        """A required text that is not empty."""
        self._ask(key, Text, required=True)
        value = self.take(key, str, "?")
        if not value.strip():
            self.faults.append(f"{key}: empty")
        return value

    def word(self, key: str, words: tuple[str, ...]) -> str:
        """A required text that is one of some words."""
        if self._asked is not None:
            self._ask(key, Literal[words], required=True)
        value = self.text(key)
        if value not in words:
            self.faults.append(f"{key}: expected {' or '.join(map(repr, words))}, not {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where the key is absent."""
        self._ask(key, _TEXTS)
        return tuple(self.take(key, _TEXTS, [])) if key in self._tables else ()

    def optional_text(self, key: str) -> str | None:
        """A text that may be absent, but not empty."""
        self._ask(key, Text)
        return self.text(key) if key in self._tables else None

    def one(self, key: str, kind: type[T], make: Callable[[T], Any]) -> Any:
        """An optional table made into a value; None where it is absent or faulty."""
        self._ask(key, kind)
        row = self._tables.pop(key, None)
        return None if row is None else self._make(row, kind, make, key)

    def many(self, key: str, kind: type[T], make: Callable[[T], Any]) -> tuple[Any, ...]:
        """All entries of a list of tables, each made into a value."""
        self._ask(key, kind, many=True)
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
        if self._asked is not None:
            kind, _, many = self._asked[key]
            self._asked[key] = (kind, True, many)
        if not value and not any(fault.startswith(key) for fault in self.faults):
            self.faults.append(f"{key}: missing")

    def need_one_of(self, found: dict[str, Any]) -> None:
        """Note that none of some tables stands, where the file would say nothing without one."""
        self._ask(ONE_OF, tuple(found))
        if not any(found.values()) and not any(fault.startswith(tuple(found)) for fault in self.faults):
            self.faults.append(f"{next(iter(found))}: missing")

    def close(self) -> None:
        """Refuse the file if anything was wrong.

        Raises:
            DataFault: with every fault, unknown keys and unused sources among them.
        """
        self.faults += [f"{key}: unknown key" for key in self._tables]
        self.faults += [f"sources.{key}: never cited" for key in self.sources if key not in self._cited]
        if self.faults:
            raise DataFault(self.name, self.faults, self._asked)

"""What an installation found when it did its reference plans again: on which machine, with which data, and whether they came out."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Redone(NamedTuple):
    """One reference done again: what must come out and what came out, line by line; `kind` is plan, refusal or published."""

    kind: str
    name: str
    source: str
    expected: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every line came out as it must."""
        return self.expected == self.found

    @property
    def missing(self) -> tuple[str, ...]:
        """The lines that must come out and did not."""
        return tuple(line for line in self.expected if line not in self.found)

    @property
    def unexpected(self) -> tuple[str, ...]:
        """The lines that came out and must not; where the order alone differs, all of them."""
        stray = tuple(line for line in self.found if line not in self.expected)
        return stray or (() if self.passed or self.missing else self.found)


class Machine(NamedTuple):
    """Program, Python and system by name and version, and each package the program stands on; no name of a person or a host."""

    program: str
    python: str
    system: str
    packages: tuple[tuple[str, str], ...]


class DataState(NamedTuple):
    """The data as they are and as they were shipped, by their names, how many files were compared, and each that differs."""

    data_id: str
    shipped_id: str
    files: int
    faults: tuple[str, ...]


class Selfcheck(NamedTuple):
    """The whole answer: the day, the machine, the data, and every reference."""

    on: date
    machine: Machine
    data: DataState
    redone: tuple[Redone, ...]

    @property
    def failed(self) -> tuple[Redone, ...]:
        """The references that came out otherwise."""
        return tuple(one for one in self.redone if not one.passed)

    @property
    def passed(self) -> bool:
        """Whether every file is as shipped and every reference came out; an answer without references is none."""
        return bool(self.redone) and not self.failed and not self.data.faults

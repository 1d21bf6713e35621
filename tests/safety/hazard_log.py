"""The hazard log as values, and what is wrong with it: in itself, against the tests that exist, against those that ran and passed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

LOG = Path(__file__).with_name("HAZARDS.md")
COLUMNS = ("id", "hazard", "cause", "effect", "control", "guarded by", "residual risk", "owner")
RISKS = ("low", "medium", "high")
_ROW = re.compile(r"\| H\d+ \|")
_TEST = re.compile(r"`(tests/[\w/.]+\.py)::(\w+)`")


class Hazard(NamedTuple):
    """One line of the log, a text for each column."""

    id: str
    cells: tuple[str, ...]

    @property
    def tests(self) -> tuple[tuple[str, str], ...]:
        """The tests that guard it: file and function."""
        return tuple((file, name) for file, name in _TEST.findall(self.cells[COLUMNS.index("guarded by")]))


def hazards(text: str) -> list[Hazard]:
    """Every line of a log, however many cells it has."""
    rows = (line.split("|")[1:-1] for line in text.splitlines() if _ROW.match(line))
    return [Hazard(row[0].strip(), tuple(cell.strip() for cell in row)) for row in rows]


def head(text: str) -> tuple[str, ...]:
    """The names of a log's columns."""
    line = next((line for line in text.splitlines() if line.startswith("| id |")), "")
    return tuple(cell.strip() for cell in line.split("|")[1:-1])


def gaps(hazard: Hazard) -> Iterator[str]:
    """What a line lacks in itself."""
    if len(hazard.cells) != len(COLUMNS):
        yield f"{hazard.id} has {len(hazard.cells)} cells instead of {len(COLUMNS)}"
        return
    yield from (f"{hazard.id} has no {name}" for name, cell in zip(COLUMNS, hazard.cells, strict=True) if not cell)
    risk = hazard.cells[COLUMNS.index("residual risk")]
    if not re.match(rf"({'|'.join(RISKS)})\b\W*\w+", risk):
        yield f"{hazard.id} does not say how large the residual risk is, and why"
    guards = hazard.cells[COLUMNS.index("guarded by")]
    if not hazard.tests or len(hazard.tests) != guards.count("::"):
        yield f"{hazard.id} names no test, or one in other words than `tests/FILE.py::NAME`"


@cache
def _functions(file: Path) -> frozenset[str]:
    """The test functions that a file defines."""
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def missing(hazard: Hazard, root: Path) -> list[str]:
    """The tests of a line that do not exist."""
    return [f"{file}::{name}" for file, name in hazard.tests if name not in _functions(root / file)]


def unproven(log: Sequence[Hazard], outcomes: Mapping[str, set[str]]) -> Iterator[str]:
    """Each guard that did not run, did not pass, or was skipped in part, by its hazard; `outcomes` are those of each test by its id."""
    for hazard in log:
        for file, name in hazard.tests:
            ran = {one: told for one, told in outcomes.items() if _is(one, file, name)}
            bad = sorted({word for told in ran.values() for word in told} - {"passed"})
            if not ran:
                yield f"{hazard.id}: {file}::{name} was not run"
            elif bad:
                yield f"{hazard.id}: {file}::{name} {' and '.join(bad)}"


def _is(node: str, file: str, name: str) -> bool:
    """Whether a test's id is of that function: 'tests/a.py::TestB::test_c[x]'."""
    path, *parts = node.partition("[")[0].split("::")
    return path == file and bool(parts) and parts[-1] == name

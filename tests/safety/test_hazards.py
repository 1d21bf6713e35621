"""Every hazard names a test that exists: a control that nobody guards is none."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOG = Path(__file__).with_name("HAZARDS.md").read_text(encoding="utf-8")
ROWS = [line.split("|")[1:-1] for line in LOG.splitlines() if re.match(r"\| H\d+ \|", line)]


@pytest.mark.parametrize("row", ROWS, ids=[row[0].strip() for row in ROWS])
def test_a_hazard_is_described_and_guarded_by_a_test_that_exists(row: list[str]) -> None:
    assert len(row) == 7
    assert all(cell.strip() for cell in row)
    named = re.findall(r"`(tests/[\w/.]+)::(\w+)`", row[5])
    assert named
    for file, test in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, f"{file}::{test}"


def test_hazards_are_numbered_without_a_gap() -> None:
    assert [row[0].strip() for row in ROWS] == [f"H{number}" for number in range(1, len(ROWS) + 1)]

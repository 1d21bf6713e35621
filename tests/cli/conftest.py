"""Commands on terminals of their own, which are taken away at the end of a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from terminal_driver import Start, Terminal


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts commands in an empty folder."""
    begun: list[Terminal] = []

    def begin(*arguments: str, **surroundings: object) -> Terminal:
        begun.append(Terminal(*arguments, **({"cwd": tmp_path} | surroundings)))  # type: ignore[arg-type]
        return begun[-1]

    yield begin
    for terminal in begun:
        terminal.close()

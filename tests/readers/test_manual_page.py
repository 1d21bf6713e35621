"""The man page in the programs that show it: man, groff and mandoc take it without a complaint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from accept_manual import PAGE, command_tree

READERS = {
    "man": ["man", "--warnings", "-l", str(PAGE)],
    "groff": ["groff", "-man", "-ww", "-Tascii", "-P-cbou", str(PAGE)],
    "mandoc": ["mandoc", "-man", "-Tascii", str(PAGE)],
}


def shown(reader: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MANWIDTH": "100", "MAN_KEEP_FORMATTING": "", "LC_ALL": "C.UTF-8"}
    return subprocess.run(READERS[reader], capture_output=True, text=True, check=True, env=environment)


def without_overstrikes(text: str) -> str:
    """Terminal pages make bold by printing a character twice."""
    made: list[str] = []
    for char in text:
        if char == "\b":
            made.pop()
        else:
            made.append(char)
    return " ".join("".join(made).split())


@pytest.mark.parametrize("reader", READERS)
def test_is_shown_without_a_complaint_and_with_every_option(reader: str) -> None:
    done = shown(reader)
    page = without_overstrikes(done.stdout)
    assert done.stderr == ""
    for name, command in command_tree().commands.items():
        assert f"taper {name}" in page
        assert all(option in page for param in command.params for option in param.opts if option.startswith("--"))


def test_has_no_fault_that_a_checker_knows() -> None:
    """But for the date, which a page that is made from the commands alone does not have."""
    done = subprocess.run(["mandoc", "-Tlint", str(PAGE)], capture_output=True, text=True, check=False)
    told = [line for line in (done.stdout + done.stderr).splitlines() if "missing date" not in line]
    assert [line for line in told if "STYLE" not in line] == []

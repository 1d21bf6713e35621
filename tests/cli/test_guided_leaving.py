"""Leaving a guided session: Ctrl-C and Ctrl-D at every question end it at once, and nothing was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal_driver import CTRL_C, CTRL_D, STORY, TODAY, Start

PROMPTS = [*STORY, ("next", ""), ("files", "pdf"), ("overwrite", "")]
"""Every prompt of a session."""


class TestLeaving:
    """The folder stays as it was, and the terminal is sound."""

    @pytest.mark.parametrize("place", range(len(PROMPTS)), ids=[name for name, _ in PROMPTS])
    @pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["Ctrl-C", "Ctrl-D"])
    def test_leaves_an_empty_folder_and_a_sound_terminal(
        self, place: int, key: str, start: Start, tmp_path: Path
    ) -> None:
        folder = tmp_path / "empty"
        folder.mkdir()
        if PROMPTS[place][0] == "overwrite":
            (folder / "plan.pdf").write_bytes(b"mine")
        before = {path: path.read_bytes() for path in folder.iterdir()}
        terminal = start("plan", *TODAY, cwd=folder)
        terminal.answer_all(PROMPTS[:place])
        terminal.wait_for(f"{PROMPTS[place][0]}> ")
        terminal.press(key)
        assert terminal.end() == 130
        assert terminal.last_line == "taper: interrupted; nothing was written"
        assert {path: path.read_bytes() for path in folder.iterdir()} == before
        assert terminal.is_as_before

    def test_in_the_middle_of_a_word_too(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.wait_for("drug> ")
        terminal.press("diaz" + CTRL_C)
        assert terminal.end() == 130

    def test_quit_before_there_is_a_plan_leaves_as_well(self, start: Start, tmp_path: Path) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer_all([*STORY[:2], ("dose", "quit")])
        assert terminal.end() == 130
        assert list(tmp_path.iterdir()) == []

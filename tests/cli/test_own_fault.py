"""A fault of our own planner never reaches paper: the judge reads the schedule first, and what it refuses is not shown."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from cli_runner import STARTED, taper

from taper_cli.planning.ground import Ground

TOO_FAST = ("plan", "diazepam", "20 mg", "8w", *STARTED)


@pytest.mark.parametrize(
    "options", [(), ("--format", "csv"), ("--format", "html"), ("-o", "plan.pdf", "-o", "plan.json")]
)
def test_a_plan_that_our_judge_refuses_is_shown_nowhere(
    options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Ground, "binding_share", Fraction(1))  # a planner that knows no limit
    done = taper(*TOO_FAST, *options)
    assert (done.code, done.out) == (1, b"")
    assert done.said.startswith("taper: internal error, nothing was written: the planner's schedule fails the judge:")
    assert list(tmp_path.iterdir()) == []

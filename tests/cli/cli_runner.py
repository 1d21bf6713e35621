"""Runs one command line, in this process or in a fresh one, and holds what came back: exit code, screen, complaints."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from taper_cli.cli.app import run

STARTED = ("--start", "2026-12-07", "--today", "2026-11-22")
PLAN = ("plan", "diazepam", "20 mg", "26w", *STARTED)
"""A plan that succeeds, so that whatever is added to it decides how the command ends."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended, what it printed, and what it said on stderr; the bytes as they are."""

    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """What it printed, as text."""
        return self.out.decode()

    @property
    def said(self) -> str:
        """What it said on stderr, as text."""
        return self.err.decode()


def taper(*arguments: str, columns: int = 80) -> Outcome:
    """The command line in this process, as a pipe of that many columns would see it."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with mock.patch.dict(os.environ, {"COLUMNS": str(columns)}), redirect_stdout(out), redirect_stderr(err):
        code = run(list(arguments))
        out.flush()
        err.flush()
    return Outcome(code, out.buffer.getvalue(), err.buffer.getvalue())  # type: ignore[attr-defined]


def taper_process(*arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Outcome:
    """The command line in a fresh process with exactly this environment, for what only a whole process can show."""
    done = subprocess.run(
        [sys.executable, "-m", "taper_cli", *arguments],
        env=dict(os.environ if env is None else env),
        cwd=cwd,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)

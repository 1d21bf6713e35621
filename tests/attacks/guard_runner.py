"""Runs what may hang or fall: within a hard limit of time, in this process, or in one whose surroundings are hostile."""

from __future__ import annotations

import faulthandler
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from types import FrameType
from typing import NamedTuple
from unittest import mock

import typer

from taper_cli.cli.app import _load_commands
from taper_cli.cli.app import run as in_process

PATIENCE = 60
"""Seconds after which something that takes milliseconds counts as hung, on however busy a machine."""
BARE = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/"}
STARTED = ("--start", "2026-12-07", "--today", "2026-11-22")
PLAN = ("plan", "diazepam", "20 mg", "26w", "--region", "gb", *STARTED)
"""A plan that succeeds, so that its surroundings alone decide how it ends."""


class Hung(BaseException):
    """There was no answer in time. No `Exception`: nothing that is attacked may catch it."""


@contextmanager
def guarded(what: object, seconds: float = PATIENCE) -> Iterator[None]:
    """Give up on what takes longer, naming it; what does not listen to signals ends the process with its traceback."""

    def strike(_signal: int, _frame: FrameType | None) -> None:
        raise Hung(f"no answer after {seconds} s to {str(what)[:2000]!r}")

    before = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    faulthandler.dump_traceback_later(seconds * 2, exit=True, file=sys.__stderr__)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Ended(NamedTuple):
    """How a process ended: its exit code, what it printed, what it said."""

    code: int
    out: bytes
    said: str

    @property
    def calm(self) -> bool:
        """Whether it told its fault in one line of ours, without a traceback."""
        return self.said.startswith("taper: ") and self.said.count("\n") == 1 and "Traceback" not in self.said


PARSER = cache(typer.main.get_command)


def here(*arguments: str, columns: int = 80) -> Ended:
    """A command in this process, with nothing on its standard input; whatever falls out of it is a bug."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    _load_commands([])
    with (
        # Typer makes its parser anew for every call, which takes longer than most of what is attacked.
        mock.patch.object(typer.main, "get_command", PARSER),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO())),
        mock.patch.dict(os.environ, {"COLUMNS": str(columns)}),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = in_process(list(arguments))
        out.flush()
        err.flush()
    printed, said = (stream.buffer.getvalue() for stream in (out, err))  # type: ignore[attr-defined]
    return Ended(code, printed, said.decode())


def command(*arguments: str) -> list[str]:
    """The program as a fresh process starts it."""
    return [sys.executable, "-m", "taper_cli", *arguments]


def run(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: bytes = b"",
    limits: Sequence[tuple[int, int]] = (),
) -> Ended:
    """One command in a process with exactly this environment, bounded in time and by `limits` (resource, most)."""
    done = subprocess.run(
        command(*arguments),
        env=dict(BARE if env is None else env),
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=(lambda: _bind(limits)) if limits else None,
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def shell(script: str, *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Ended:
    """A line for the shell, in which `"$@"` is the program with these arguments: for closed streams and folders that go away."""
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *command(*arguments)],
        env=dict(BARE if env is None else env),
        cwd=cwd,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def _bind(limits: Sequence[tuple[int, int]]) -> None:
    """Lower the limits of this process."""
    import resource

    for kind, most in limits:
        resource.setrlimit(kind, (most, most))

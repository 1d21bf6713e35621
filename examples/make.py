"""Runs every request in `examples/requests/` and every script, and writes what they print; the tests compare the two."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def requests() -> list[Path]:
    """The request files: one command line each, without the word `taper`; and the scripts, which are run as they are."""
    scripts = [path for path in HERE.glob("*.py") if path != Path(__file__)]
    return sorted([*(HERE / "requests").glob("*.txt"), *scripts])


def answer(request: Path) -> str:
    """What a request prints, refusals included, at 80 columns."""
    script = request.suffix == ".py"
    typed = [] if script else shlex.split(request.read_text(encoding="utf-8"), comments=True)
    command = [str(request)] if script else ["-m", "taper_cli", *typed]
    environment = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        check=False,
        env=environment,
        cwd=HERE.parent,
    )
    printed = (done.stdout + done.stderr).decode("utf-8").replace("\r\n", "\n")
    return f"{printed}(exit code {done.returncode})\n"


def output_of(request: Path) -> Path:
    """Where a request's output stands."""
    return HERE / "outputs" / f"{request.stem}.txt"


if __name__ == "__main__":
    for path in requests():
        output_of(path).parent.mkdir(exist_ok=True)
        output_of(path).write_text(answer(path), encoding="utf-8")
        print(f"written: {output_of(path).relative_to(HERE)}")

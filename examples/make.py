"""Runs every request in `examples/requests/` and every script, and writes what they print; the tests compare the two.

With `--pictures` it draws the pages of the sheets that the README shows as well.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SHEETS = 'plan diazepam "20 mg" 26w --start 2026-12-07 --today 2026-11-22 --region gb --format pdf'
"""The plan of the README's first run."""
PICTURES = {"patient-sheet-1": 0, "patient-sheet-3": 2, "prescriber-sheet-2": -7}
"""The pages of those sheets that are shown, by their place; counted from the end where the patient's sheet may grow."""


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


def pages() -> dict[str, bytes]:
    """The pages that the README shows, as PNG."""
    from io import BytesIO

    import pypdfium2

    command = [sys.executable, "-m", "taper_cli", *shlex.split(SHEETS)]
    drawn = pypdfium2.PdfDocument(subprocess.run(command, capture_output=True, check=True, cwd=HERE.parent).stdout)
    found = {}
    for name, place in PICTURES.items():
        picture = BytesIO()
        # Grey in 16 steps: a page of a few dozen kilobytes that reads well on a screen.
        image = drawn[place % len(drawn)].render(scale=1.1).to_pil().convert("L").quantize(16)
        image.save(picture, "PNG", optimize=True)
        found[name] = picture.getvalue()
    return found


if __name__ == "__main__":
    if "--pictures" in sys.argv:
        (HERE / "pictures").mkdir(exist_ok=True)
        for name, content in pages().items():
            (HERE / "pictures" / f"{name}.png").write_bytes(content)
            print(f"drawn: pictures/{name}.png")
    for path in requests():
        output_of(path).parent.mkdir(exist_ok=True)
        output_of(path).write_text(answer(path), encoding="utf-8")
        print(f"written: {output_of(path).relative_to(HERE)}")

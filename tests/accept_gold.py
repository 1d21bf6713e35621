"""The gold outputs: which commands they belong to, and the written way to accept a change (`python tests/accept_gold.py`)."""

from __future__ import annotations

import io
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from taper_cli.cli.app import run

GOLD = Path(__file__).parent / "gold"

PLANS = {
    "26-weeks": 'plan diazepam "20 mg" 26w --start 2026-12-07 --today 2026-11-22',
    "1-mg-by-slot": (
        'plan diazepam "4 mg morning + 6 mg bedtime" --reduce "1 mg" --every 2w --start 2026-03-02 '
        '--products "2 mg tablet" --split half --region gb --today 2026-02-01'
    ),
    "10-percent": 'plan Valium "20 mg" --reduce "10%" --every 2w --start 2026-12-07 --region us --today 2026-11-22',
    "switched": (
        'switch lorazepam "1 mg morning + 1 mg bedtime" --to diazepam --equivalent "20 mg" --reason "Scottish table" '
        '--reduce "1 mg" --every 2w --start 2026-12-07 --products "2 mg tablet half" --region gb --today 2026-11-23'
    ),
}
REVISED = {
    "1-mg-held": (
        "1-mg-by-slot",
        "revise - --on 2026-04-22 --hold 2w --by patient --reason 'struggles on 6 mg' --today 2026-04-22",
    ),
}
"""Plans revised: the plan that is read from standard input, and the command that changes it."""
PAPERS = {
    "screen-80.txt": ("", 80),
    "screen-120.txt": ("", 120),
    "calendar.txt": ("--calendar --format txt", 80),
    "text.txt": ("--format txt", 80),
    "markdown.md": ("--format md", 80),
    "step.csv": ("--format csv", 80),
    "day.csv": ("--format csv --rows day", 80),
    "supply.csv": ("--format csv --rows supply", 80),
    "plan.json": ("--format json", 80),
    "events.ics": ("--format ics", 80),
    "fhir.json": ("--format fhir", 80),
    "sheets.html": ("--format html", 80),
    "sheets.pdf.txt": ("--format pdf", 80),
}
AS_TEXT = (".pdf.txt",)
"""Papers whose bytes no reader can compare: kept as the text of their pages."""
DATES = "--start 2026-12-07 --today 2026-11-22"
SAVED = Path(__file__).parents[1] / "examples" / "requests" / "plan.json"
PANEL = SAVED.with_name("panel.csv")
OTHERS = {
    "explain.26-weeks.txt": (f"explain {SAVED} all", 80),
    "explain.26-weeks.json": (f"explain {SAVED} 13 --json", 80),
    "compare.screen-80.txt": (
        f'compare diazepam "20 mg" --over 12w --over 26w --reduce "1 mg" --region gb {DATES}',
        80,
    ),
    "compare.screen-120.txt": (
        f'compare diazepam "20 mg" --reduce 10% --over 40w --over 26w --reduce "1 mg" --region gb {DATES}',
        120,
    ),
    "events.with-doses.ics": (
        'plan diazepam "4 mg morning + 6 mg bedtime" --reduce "1 mg" --start 2026-03-02 --products "2 mg tablet" --split half '
        '--region gb --today 2026-02-01 --format ics --titles dose --remind "morning 08:00, bedtime 22:00"',
        80,
    ),
    "events.spaced.ics": (
        f'plan prednisolone "4 mg" --ladder ng243-alternate-day --region gb {DATES} --format ics --titles dose '
        "--remind 08:00",
        80,
    ),
    "events.stopped-here.ics": (
        f"revise {SAVED} --on 2027-01-25 --stop-here --by patient --reason 'feels well here' --today 2027-01-25 --format ics",
        80,
    ),
    "compare.json": (f'compare diazepam "20 mg" --over 12w --over 26w --region gb {DATES} --json', 80),
}
"""Papers of the commands beside `plan`; one that reads a plan file reads that of the examples."""
EXPLAINED = {
    "too-fast": 'plan diazepam "20 mg" 8w --start 2026-12-07 --explain',
    "whole-10-mg-tablets": 'plan diazepam "20 mg" 26w --products "10 mg tablet whole" --explain',
    "unmakeable-dose": 'plan diazepam "0.3 mg" 26w --explain',
    "past-withdrawal-seizure": 'plan diazepam "20 mg" 26w --context withdrawal-seizure --explain',
}
"""Refusals with what stands behind them."""
REFUSALS = {
    "no-unit": "plan diazepam 20 26w",
    "decimal-comma": 'plan diazepam "2,5 mg" 26w',
    "no-such-day": 'plan diazepam "20 mg" 26w --start 2026-06-31',
    "american-or-european-date": 'plan diazepam "20 mg" 26w --start 03/04/2026',
    "time-and-pace": 'plan diazepam "20 mg" 26w --reduce 10%',
    "neither-time-nor-pace": 'plan diazepam "20 mg"',
    "cut-above-the-dose": 'plan diazepam "20 mg" --reduce 150%',
    "unknown-drug": 'plan diazepan "20 mg" 26w',
    "refused-by-name": 'plan Clozapine "300 mg" 26w',
    "unknown-region": 'plan diazepam "20 mg" 26w --region mars',
    "unknown-strength": 'plan diazepam "20 mg" 26w --products "3 mg tablet"',
    "unmakeable-dose": 'plan diazepam "0.3 mg" 26w',
    "half-a-capsule": 'plan temazepam "30 mg" 26w --region us --products "15 mg capsule half"',
    "too-fast": 'plan diazepam "20 mg" 8w --start 2026-12-07',
    "whole-10-mg-tablets": 'plan diazepam "20 mg" 26w --products "10 mg tablet whole"',
    "whole-5-mg-tablets": 'plan diazepam "10 mg" --reduce 10% --products "5 mg tablet whole" --region gb',
    "above-the-ceiling": 'plan diazepam "100 mg" 26w',
    "past-withdrawal-seizure": 'plan diazepam "20 mg" 26w --context withdrawal-seizure',
    "unused-acceptance": 'plan diazepam "20 mg" 26w --start 2026-12-07 --accept last-dose=reason',
}


def said(command: str, columns: int = 80) -> tuple[int, bytes, bytes]:
    """Exit code, stdout and stderr of a command line on a screen of that width; after a bar the next one reads what it printed."""
    first, bar, then = command.partition(" | ")
    with mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(said(first, columns)[1] if bar else b""))):
        return _said(then or first, columns)


def _said(command: str, columns: int) -> tuple[int, bytes, bytes]:
    """One command line."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with mock.patch.dict(os.environ, {"COLUMNS": str(columns)}), redirect_stdout(out), redirect_stderr(err):
        code = run(shlex.split(command))
        out.flush()
        err.flush()
    return code, out.buffer.getvalue(), err.buffer.getvalue()  # type: ignore[attr-defined]


def plan_files() -> Iterator[tuple[str, str, int]]:
    """Each gold paper: its file, the command that makes it, and the width of the screen."""
    revised = {name: f"{PLANS[base]} --format json | {command}" for name, (base, command) in REVISED.items()}
    for plan, command in (PLANS | revised).items():
        for paper, (options, columns) in PAPERS.items():
            yield f"{plan}.{paper}", f"{command} {options}".strip(), columns


def text_of_pages(content: bytes) -> bytes:
    """The text of every page of a PDF, as one selects it on a screen."""
    import pypdfium2

    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]
    texts = (page.replace("\r\n", "\n").replace("\u200b", "") for page in pages)
    return "".join(f"--- page {number}\n{text}\n" for number, text in enumerate(texts, start=1)).encode()


def paper(name: str, command: str, columns: int) -> tuple[int, bytes, bytes]:
    """Exit code, the paper as it is kept, and stderr."""
    code, out, err = said(command, columns)
    return code, text_of_pages(out) if name.endswith(AS_TEXT) else out, err


def refusals_text(refusals: dict[str, str]) -> bytes:
    """Refusals: the command, what stdout and stderr said, and the exit code."""
    parts = []
    for name, command in refusals.items():
        code, out, err = said(f"{command} --today 2026-11-22")
        parts.append(f"# {name}\n$ taper {command}\n".encode() + out + err + f"exit code {code}\n\n".encode())
    return b"".join(parts)


def panel_results() -> bytes:
    """The table of results of the panel among the examples, without the ids that change with every version and all data."""
    with tempfile.TemporaryDirectory() as folder:
        said(f"batch {PANEL} -o {folder}/plans --today 2026-11-22")
        lines = Path(folder, "plans", "results.csv").read_bytes().decode().splitlines()
    return "".join(f"{line.rpartition(',')[0]}\n" for line in lines).encode()


def all_files() -> dict[str, bytes]:
    """Every gold file as the program would make it now."""
    sys.path.insert(0, str(Path(__file__).parent / "formulary"))
    from formulary_listing import listing

    made = {name: paper(name, command, columns)[1] for name, command, columns in plan_files()}
    made |= {name: said(command, columns)[1] for name, (command, columns) in OTHERS.items()}
    made |= {"refusals.txt": refusals_text(REFUSALS), "refusals-explained.txt": refusals_text(EXPLAINED)}
    return made | {"formulary.txt": listing().encode(), "panel.results.csv": panel_results()}


def main() -> None:
    """Write every gold file anew and say which ones changed; the difference is then read like any other change."""
    import accept_data
    import accept_manual

    # A gold refusal names near drugs, which stand in the index.
    accept_data.main()
    accept_manual.main()
    made = all_files()
    for stray in sorted(path for path in GOLD.iterdir() if path.name not in made):
        stray.unlink()
        print(f"removed: {stray.name}")
    for name, content in made.items():
        path = GOLD / name
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            print(f"accepted: {name}")


if __name__ == "__main__":
    main()

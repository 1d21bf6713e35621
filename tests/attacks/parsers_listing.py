"""Every place where words or files from outside become values, each with examples that it takes; a new parser is one line here."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unittest import mock

from guard_runner import here

from taper_cli.cli import arguments as read
from taper_cli.cli import supplied
from taper_cli.cli.asking import request_of
from taper_cli.cli.identity import read_identity
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.request import CutOrder, Request
from taper_cli.reading import cells
from taper_cli.reading.plan_file import hash_of, read_plan
from taper_cli.service import check, check_region, drug_called, explained, opened, plan, revise, saved, with_own_file
from taper_cli.service.reporting import plan_id

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "requests"
TODAY = date(2026, 11, 22)


class Parser(NamedTuple):
    """What reads bytes from outside, whole inputs that it takes, and how many of them a test can afford."""

    read: Callable[[bytes], object]
    good: Callable[[], tuple[bytes, ...]]
    examples: int = 80


def words(reader: Callable[[str], object], *good: str) -> Parser:
    """A parser of words; bytes that are no text arrive as the shell hands them over."""
    return Parser(
        lambda content: reader(content.decode("utf-8", "surrogateescape")), lambda: tuple(map(str.encode, good))
    )


@cache
def asked() -> Request:
    """A request for all that is judged beside a file."""
    return request_of("diazepam", "20 mg", over="26w", start="2026-12-07", today="2026-11-22", region="gb")


@cache
def plan_files() -> tuple[bytes, ...]:
    """Plan files of every kind: first versions, with and without slots, spaced days, own products, and a revised one."""
    from taper_cli.model.period import Period, TimeUnit
    from taper_cli.model.revision import Revision

    first = plan(asked())
    slots = plan(
        request_of("diazepam", "4 mg morning + 6 mg bedtime", reduce="1 mg", start="2026-12-07", today="2026-11-22")
    )
    ladder = plan(
        request_of(
            "prednisolone", "4 mg", ladder="ng243-alternate-day", start="2026-12-07", today="2026-11-22", region="gb"
        )
    )
    own = plan(with_own_file(asked(), own_products()[0], "own.toml"))
    held = revise(
        first, Revision(on=date(2027, 1, 25), made_on=date(2027, 1, 25), hold=Period(2, TimeUnit.WEEK), by="patient")
    )
    return tuple(map(saved, (first, slots, ladder, own, held)))


@cache
def schedules() -> tuple[bytes, ...]:
    """Schedules as CSV: our own by step and by day, and those of spreadsheets."""
    from taper_cli.render.spreadsheet import days_csv, steps_csv

    reports = [opened(content, "plan.json") for content in plan_files()[:3]]
    ours = [paper(report).encode() for report in reports for paper in (steps_csv, days_csv)]
    # Long tables are cut after some rows, so that a spoiled cell is met often.
    return ((EXAMPLES / "too-fast.csv").read_bytes(), *(b"".join(table.splitlines(True)[:40]) for table in ours))


@cache
def own_products() -> tuple[bytes, ...]:
    """Files of own products."""
    return ((EXAMPLES / "own-products.toml").read_bytes(),)


@cache
def identities() -> tuple[bytes, ...]:
    """Files of names."""
    return ((EXAMPLES / "identity.toml").read_bytes(), b'name = ""\nnext_review = 2027-01-31\nnote = """\na\nb"""\n')


def _identity(content: bytes) -> object:
    """The identity that stands on standard input."""
    with mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(content))):
        return read_identity("-")


def _judged(content: bytes) -> object:
    """A file as `check` takes it; only a spreadsheet has to be told its drug."""
    named = content.startswith((b"schema", b"{"))
    return check(content, "schedule.csv", replace(asked(), drug="" if named else "diazepam"))


def _command(content: bytes) -> object:
    """Words of a command line, one on each line; whatever falls out of `run` is a bug, and so is a code that is none of ours."""
    typed = [word.replace("\0", "") for word in content.decode("utf-8", "surrogateescape").split("\n")]
    # Where files are written is attacked elsewhere: here nothing may get into the folder of the tests.
    if any(re.match(r"-[a-z]*o|--out|--install", word) for word in typed):
        return None
    ended = here(*typed)
    assert ended.code in (0, 2, 3, 4), ended
    assert "Traceback" not in ended.said
    return ended.code


PRINTED = (
    ("--format", "md", "--calendar"),
    ("--format", "csv", "--rows", "day"),
    ("--format", "html"),
    ("--format", "csv", "--rows", "supply"),
)


def _printed(content: bytes) -> object:
    """A plan file as `export` prints it, in one of several ways: what was read is also written."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        file.write_bytes(content)
        ended = here("export", str(file), *PRINTED[len(content) % len(PRINTED)])
    assert ended.code in (0, 2, 3, 4), ended
    assert ended.code == 0 or "Traceback" not in ended.said
    return ended.code


def resealed(plain: dict[str, Any]) -> bytes:
    """A plan file with the hash and the id of what it now holds, as a program that goes wrong would write it."""
    plain["hash"] = hash_of(plain)
    content = json.dumps(plain).encode()
    try:
        file = read_plan(content, "plan.json")
    except Exception:  # what is not read as a plan is an input as good as any: its reader is tried with it later
        return content
    plain["plan_id"] = plan_id(file.request, file.schedule)
    plain["hash"] = hash_of(plain)
    return json.dumps(plain).encode()


def _typed(text: str) -> str:
    return "\n".join(re.findall(r'"[^"]*"|\S+', text)).replace('"', "")


COMMANDS = (
    'plan diazepam "20 mg" 26w --start 2026-12-07 --today 2026-11-22 --format csv --rows supply',
    'plan diazepam "4 mg morning + 6 mg bedtime" --reduce "1 mg" --every 2w --products "2 mg tablet" --split half --region gb '
    '--today 2026-02-01 --format md --calendar --for "muscle spasm" --context age=72',
    'plan prednisolone "15 mg" --ladder "pmr-bsr-2010 shortest" --region gb --today 2026-11-22 --max-supply "100 tablets"',
    'plan omeprazole "40 mg" --steps "20 mg 4w, 10 mg 4w" --accept pace.x="reason" --supply-days 7 --halves discarded',
    'plan lorazepam "3 mg" until 2027-12-01 --to "0.5 mg" --cut even --shape linear --guideline asam-2025 --ascii',
    'compare diazepam "20 mg" --over 26w --over 40w --reduce "1 mg" --start 2026-12-07 --today 2026-11-22 --region gb',
    f"check {EXAMPLES / 'too-fast.csv'} --drug diazepam --today 2026-11-22 --json",
    f'revise {EXAMPLES / "plan.json"} --on 2027-01-25 --slower "5%" --by patient --reason "poor sleep" --today 2027-01-25',
    f"explain {EXAMPLES / 'plan.json'} 3 --json",
    f"export {EXAMPLES / 'plan.json'} --format csv --rows day --today 2027-01-01",
    "drugs zopiclone --region gb --format md",
    "drugs --search sleep --class benzodiazepine",
)


@cache
def commands() -> tuple[bytes, ...]:
    """Command lines, one word on each line."""
    return tuple(_typed(line).encode() for line in COMMANDS)


PARSERS: dict[str, Parser] = {
    "a dose": words(Dose.parse, "20 mg", "0.5 mg", "500 micrograms", "0.02 g", "1 mcg"),
    "a dose by slot": words(read.regimen, "20 mg", "4 mg morning + 6 mg bedtime", "5 mg noon + 2.5 mg night"),
    "a volume": words(Volume.parse, "5 mL", "0.1 ml"),
    "a period": words(lambda text: read.period(text, "time"), "2w", "90d", "6m", "1y", "2 weeks"),
    "a length": words(read.length, "26w", "until 2027-03-01"),
    "a date": words(lambda text: read.day(text, "--start"), "2026-12-07", "2028-02-29"),
    "a pace": words(read.pace, "1 mg", "10%", "10% of start", "12.5 percent of current"),
    "steps": words(read.levels, "40 35 30 mg", "16 13 10 0 mg", "40 mg 2w, 35 mg 4w"),
    "a ladder": words(read.ladder, "bsr-pmr-2010", "pmr-bsr-2010 shortest"),
    "products": words(
        supplied.products, "2 mg tablet half, 2 mg in 5 mL oral solution", "capsules", "500 micrograms tabs"
    ),
    "days": words(lambda text: read.days(text, "--supply-days"), "28", "4w", "28 days"),
    "a most": words(read.most, "100 tablets", "300 mL", "30 days"),
    "a context": words(read.context, "opioid", "age=72", "used-for=3y", "days-a-week=3", "opioid=no"),
    "an acceptance": words(read.acceptance, 'last-dose="reason"', "pace.asam-2025.cap=because"),
    "a choice": words(lambda text: read.choice(text, CutOrder, "--cut"), "even", "morning-first"),
    "the name of a drug": words(drug_called, "diazepam", "Valium", "zopiclone"),
    "a region": words(check_region, "gb", "us", "gb-nir"),
    "a cell with a date": words(lambda text: cells.day(text, 2), "2026-12-07", "2026-12-07 00:00:00"),
    "a cell with a dose": words(lambda text: cells.dose(text, 2, unit="mg"), "10", "2.5 mg", "STOP"),
    "a cell with a number": words(lambda text: cells.number(text, 2, "tablets_total"), "10", "2.5"),
    "a schedule": Parser(_judged, schedules, 60),
    "a plan file": Parser(lambda content: opened(content, "plan.json"), plan_files, 40),
    "a plan file to check": Parser(_judged, plan_files, 40),
    "a plan file to print": Parser(_printed, plan_files, 40),
    "a plan file to explain": Parser(lambda content: explained(content, "plan.json", "2"), plan_files, 40),
    "own products": Parser(lambda content: with_own_file(asked(), content, "own.toml"), own_products, 60),
    "an identity": Parser(_identity, identities, 60),
    "a command": Parser(_command, commands, 60),
}
"""Every parser by name; the last are dear, since they plan or judge."""

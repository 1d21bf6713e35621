"""The reference plans and published schedules done again on this machine, each compared line by line with what must come out."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

import msgspec
import tomli

from taper_cli import __version__
from taper_cli.model.dose import Dose, decimal_text
from taper_cli.model.errors import RefusedForSafety
from taper_cli.model.finding import Level
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.report import Report
from taper_cli.model.request import AtPace, Request
from taper_cli.model.schedule import Intake, Regimen, Slot, Step
from taper_cli.model.selfcheck import Machine, Redone, Selfcheck
from taper_cli.service.checking import check
from taper_cli.service.intact import data_state
from taper_cli.service.planning import plan

FILE = Path(__file__).with_name("references.toml")
PACKAGES = ("typer", "rich", "python-dateutil", "msgspec", "tomli", "typst", "jinja2", "icalendar")
"""What the program stands on, as pyproject.toml names it."""
Words: TypeAlias = Mapping[str, str | list[str]]
# A request out of the words of the command line; only the face reads words, so it brings its reader along.
Reader: TypeAlias = Callable[[Words], Request]


class _Row(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A plan or a refusal: its words as one types them, and every line that must come out."""

    name: str
    source: str
    words: dict[str, str | list[str]]
    expect: list[str]


class _Published(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A published schedule as a table: daily totals in mg, the starting dose first, and how many days each is taken."""

    name: str
    source: str
    drug: str
    doses: str
    days: list[int]
    expect: list[str]
    region: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The whole file; `usual` are the words of every plan."""

    schema: str
    usual: dict[str, str]
    plan: list[_Row]
    refusal: list[_Row]
    published: list[_Published]


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference, and how it is done again."""

    kind: str
    name: str
    source: str
    expect: tuple[str, ...]
    again: Callable[[], tuple[str, ...]]


def selfcheck(reader: Reader, on: date) -> Selfcheck:
    """Do every reference again; `reader` makes a request of typed words, `on` is the day to be printed.

    Nothing is raised: whatever goes wrong on the way is what came out, and stands beside what must.
    """
    return Selfcheck(on, machine(), data_state(), tuple(map(_redone, _references(reader))))


def _references(reader: Reader) -> list[Reference]:
    """Every reference of the file; one that says so where the file itself cannot be read."""
    try:
        return list(references(reader))
    except (OSError, ValueError, msgspec.ValidationError) as fault:
        what = f"{type(fault).__name__}: {fault}"
        return [Reference("file", FILE.name, "this program", ("can be read",), lambda: (what,))]


def references(reader: Reader) -> Iterator[Reference]:
    """Every reference of the file.

    Raises:
        OSError, ValueError: for a file that is missing or no TOML.
        msgspec.ValidationError: for one of another form.
    """
    held = msgspec.convert(tomli.loads(FILE.read_text(encoding="utf-8")), _File)

    def planned(row: _Row) -> Callable[[], tuple[str, ...]]:
        return lambda: _lines_of_plan(plan(reader({**held.usual, **row.words})))

    def audited(row: _Published) -> Callable[[], tuple[str, ...]]:
        return lambda: _lines_of_check(row)

    for kind, rows in (("plan", held.plan), ("refusal", held.refusal)):
        yield from (Reference(kind, row.name, row.source, tuple(row.expect), planned(row)) for row in rows)
    for row in held.published:
        yield Reference("published", row.name, row.source, tuple(row.expect), audited(row))


def _redone(reference: Reference) -> Redone:
    try:
        found = reference.again()
    except RefusedForSafety as refusal:
        found = tuple(f"refused: {rule}" for rule in _rules_of(refusal)) or ("refused",)
    except Exception as fault:
        # A damaged installation may fail in any way at all: each is an answer here, and none may hide the others.
        found = (f"{type(fault).__name__}: {fault}",)
    return Redone(reference.kind, reference.name, reference.source, reference.expect, found)


def _rules_of(refusal: RefusedForSafety) -> tuple[str, ...]:
    """Every rule by which one could go past a refusal, each once."""
    return tuple(dict.fromkeys(rule for rules in refusal.accepts for rule in rules))


# What came out, as lines.


def _lines_of_plan(report: Report) -> tuple[str, ...]:
    """Each step from its first day, what the whole plan takes, its largest cut, and each flag with its step."""
    schedule = report.schedule
    amounts = schedule.amounts()
    several = len({product.drug for product in amounts}) > 1
    return (
        *(f"{step.start} {_taken(step)}" for step in schedule.steps),
        *(
            f"takes {decimal_text(amount)} of {f'{product.drug} ' if several else ''}{product.name}"
            for product, amount in amounts.items()
        ),
        f"largest cut {report.method.largest_cut_text}%",
        *(f"flag {found.step or 'plan'} {found.rule}" for found in report.findings if found.level is Level.FLAG),
    )


def _taken(step: Step) -> str:
    """What a step takes: the whole day, by slot where there are several, and on which days where not on all."""
    if not step.intakes:
        return "STOP"
    ending = "" if step.end else "MAINTAIN "
    rhythm = f" {step.rhythm.words}, {_day(step.others)} between" if step.rhythm else ""
    return f"{ending}{_day(step.intakes)}{rhythm}"


def _day(intakes: tuple[Intake, ...]) -> str:
    """What one day takes: by slot where slots are named, by drug where there are several."""
    return " + ".join(f"{intake.dose}{_drug(intake, intakes)}{_slot(intake)}" for intake in intakes) or "none"


def _drug(intake: Intake, beside: tuple[Intake, ...]) -> str:
    """The name of an intake's drug, where another stands beside it."""
    drugs = [one.portions[0].product.drug for one in (intake, *beside)]
    return f" {drugs[0]}" if len(set(drugs)) > 1 else ""


def _slot(intake: Intake) -> str:
    return "" if intake.slot is Slot.DAILY else f" {intake.slot.value}"


def _lines_of_check(row: _Published) -> tuple[str, ...]:
    """The verdict on a table, and for each rule that refuses or flags a cut the levels it names."""
    first = date(2026, 12, 7)
    days = accumulate(row.days[:-1], initial=0)
    rows = (f"{first + timedelta(days=day)},{dose}" for day, dose in zip(days, row.doses.split(), strict=True))
    asked = Request(
        drug=row.drug,
        # What the table states takes the place of these.
        regimen=Regimen(((Slot.DAILY, Dose.of_mg(1)),)),
        pace=AtPace(dose=Dose.of_mg(1)),
        every=Period(2, TimeUnit.WEEK),
        start=first,
        today=first,
        region=row.region or None,
    )
    audit = check(("\n".join(("date,dose_mg", *rows)) + "\n").encode(), "a reference", asked)
    levels: dict[str, list[int]] = {}
    for found in audit.findings:
        if found.level is not Level.INFO and found.step is not None:
            levels.setdefault(found.rule, []).append(found.step)
    told = (f"{rule} at {' '.join(map(str, at))}" for rule, at in sorted(levels.items()))
    return ("passed" if audit.passed else "refused", *told)


def machine() -> Machine:
    """Program, Python, system and packages by version; one that is not installed says so."""
    return Machine(
        program=__version__,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=f"{platform.system()} {platform.machine()}",
        packages=tuple((name, _version(name)) for name in PACKAGES),
    )


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "not found"

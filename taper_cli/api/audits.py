"""Schedules judged from Python: a file, its bytes, a plan, or rows that stand in a table of the caller's own."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from io import StringIO
from os import PathLike
from typing import TypeAlias

from taper_cli.api.plans import content_of
from taper_cli.api.words import Accepts, Contexts, Products, accepts_said, contexts_said, products_said, said
from taper_cli.cli.stating import beside_schedule
from taper_cli.model.audit import Audit
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.product import Split
from taper_cli.model.report import Report

Row: TypeAlias = Sequence[str | date | Dose] | Mapping[str, object]
"""A day and the dose that starts on it, or the named cells of a row; the first row is the starting dose."""
_COLUMNS = ("date", "dose")


def check(
    schedule: str | PathLike[str] | bytes | Report | Iterable[Row],
    *,
    drug: str = "",
    region: str = "",
    products: Products = "",
    products_file: str | PathLike[str] = "",
    split: str | Split = "",
    syringe: str | Volume = "",
    indication: str = "",
    context: Contexts = (),
    accept: Accepts = (),
    guideline: str = "",
    today: str | date = "",
) -> Audit:
    """Judge any schedule: `check("plan.csv", drug="diazepam")`, `check([(date(2026, 12, 7), "20 mg"), ...], drug="diazepam")`.

    `schedule` is the name of a file as `taper check` reads it, or its bytes, a report, or rows. `audit.passed` says whether
    nothing refuses; `audit.findings` are all remarks. `today` is the clock's day where it is left out.

    Raises:
        InvalidInput: for words that cannot be read, an unknown region, guideline or fact, an acceptance that accepts nothing.
        CannotPlan: for what is no schedule, an unknown drug or product.
    """
    content, name = _content(schedule)
    asked = beside_schedule(
        drug=drug, region=region, products=products_said(products), split=said(split), syringe=said(syringe),
        indication=indication, context=contexts_said(context), accept=accepts_said(accept), guideline=guideline, today=said(today),
    )  # fmt: skip
    from taper_cli.service import check as judge

    return judge(content, name, asked, content_of(products_file) if products_file else None)


def _content(schedule: str | PathLike[str] | bytes | Report | Iterable[Row]) -> tuple[bytes, str]:
    """What is to be judged as the bytes of a file, with its name."""
    if isinstance(schedule, Report):
        from taper_cli.service import saved

        return saved(schedule), f"the plan {schedule.plan_id}"
    if isinstance(schedule, str | bytes | PathLike):
        return content_of(schedule)
    return _table(list(schedule)).encode(), "the rows given"


def _table(rows: list[Row]) -> str:
    """Rows as the table that a file would hold: they are believed no more than one."""
    columns = list(dict.fromkeys(key for row in rows if isinstance(row, Mapping) for key in row)) or list(_COLUMNS)
    made = StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(columns)
    for row in rows:
        cells = [row.get(name) for name in columns] if isinstance(row, Mapping) else row
        writer.writerow([_cell(cell) for cell in cells])
    return made.getvalue()


def _cell(value: object) -> str:
    """A day, a dose or whatever else a cell holds, as it would be typed."""
    # A table of another program holds moments at midnight for days: the reader passes those over, and refuses any other.
    known = value is None or (isinstance(value, date | Dose) and not isinstance(value, datetime))
    return said(value) if known else str(value)

"""Requests for the tests of the door, in the words of the command line, and what comes back in mg and words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from taper_cli.cli import arguments as read
from taper_cli.cli import supplied
from taper_cli.model.audit import Audit
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.errors import RefusedForSafety, TaperError
from taper_cli.model.finding import Acceptance, Finding, Level
from taper_cli.model.product import Split
from taper_cli.model.report import Report
from taper_cli.model.request import ByBands, CutOrder, OverTime, Pace, Request, Shape, ShapeKind
from taper_cli.service import check, plan

TODAY = date(2026, 11, 22)
START = date(2026, 12, 7)
CAP = "pace.asam-2025.cap"
TABLETS = "2 mg tablet half, 5 mg tablet half, 10 mg tablet half"
NG = 10**6


def request(
    drug: str,
    dose: str,
    over: str = "",
    *,
    reduce: str = "",
    steps: str = "",
    every: str = "2w",
    start: date = START,
    today: date = TODAY,
    shape: str = "",
    to: str = "",
    products: str = "",
    split: str = "",
    syringe: str = "",
    cut: CutOrder = CutOrder.MORNING_FIRST,
    region: str | None = None,
    indication: str | None = None,
    context: Sequence[str] = (),
    accept: Sequence[str] = (),
    guideline: str | None = None,
    ladder: str = "",
) -> Request:
    """What a prescriber types, as the door takes it."""
    pace: Pace
    if over:
        pace = OverTime(read.length(over))
    elif reduce:
        pace = read.pace(reduce)
    elif ladder:
        pace = read.ladder(ladder)
    else:
        pace = read.levels(steps) if steps else ByBands()
    return Request(
        drug=drug,
        regimen=read.regimen(dose),
        pace=pace,
        every=read.period(every, "--every"),
        start=start,
        today=today,
        shape=Shape(kind=ShapeKind(shape)) if shape else None,
        target=read.dose_above_zero(to, "--to") if to else Dose(0),
        products=supplied.products(products) if products else None,
        split=Split[split.upper()] if split else None,
        syringe=Volume.parse(syringe) if syringe else None,
        cut=cut,
        region=region,
        indication=indication,
        context=tuple(read.context(item) for item in context),
        acceptances=tuple(Acceptance(rule, f"reason for {rule}") for rule in accept),
        guideline=guideline,
    )


def planned(*words: str, **options: object) -> Report:
    """The report of a request that can be planned."""
    return plan(request(*words, **options))  # type: ignore[arg-type]


def audited(content: str, drug: str, **options: object) -> Audit:
    """What the judge says of a table, with what was said beside it."""
    asked = request(drug, "1 mg", reduce="1 mg", **options)  # type: ignore[arg-type]
    return check(content.encode(), "table.csv", asked)


def answer(*words: str, **options: object) -> Report | TaperError:
    """The report of a request, or the fault that it is answered with."""
    try:
        return planned(*words, **options)
    except TaperError as error:
        return error


def fault(*words: str, **options: object) -> TaperError:
    """The fault that a request which cannot be planned is answered with."""
    found = answer(*words, **options)
    assert isinstance(found, TaperError), "was planned"
    return found


def refusal(*words: str, **options: object) -> RefusedForSafety:
    """The refusal for safety that a request is answered with."""
    error = fault(*words, **options)
    assert isinstance(error, RefusedForSafety), f"{type(error).__name__}: {error}"
    return error


def totals(report: Report) -> str:
    """The daily totals in mg, and how it ends: '16 13 10.5 STOP'."""
    last = report.schedule.ending
    amounts = [step.total.mg_text for step in report.schedule.dosing_steps]
    return " ".join([*amounts, f"MAINTAIN {last.total.mg_text}" if last.total else "STOP"])


def cuts(report: Report) -> list[Fraction]:
    """Each fall of the total as a share of the dose before it."""
    levels = [report.request.regimen.total, *(step.total for step in report.schedule.steps)]
    return [Fraction(before.ng - after.ng, before.ng) for before, after in itertools.pairwise(levels) if after < before]


def flags(report: Report) -> list[tuple[str, int | None]]:
    """Rule and step of every flag."""
    return [(finding.rule, finding.step) for finding in report.findings if finding.level is Level.FLAG]


def about(report: Report, rule: str) -> list[Finding]:
    """The findings of one rule."""
    return [finding for finding in report.findings if finding.rule == rule]

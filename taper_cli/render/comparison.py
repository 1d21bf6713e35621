"""Plans side by side: their figures in columns, their staircases in one picture, in the order typed; none is recommended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from taper_cli.model.comparison import Column, Comparison, Figures
from taper_cli.model.dose import decimal_text, percent_text, rounded_text
from taper_cli.model.errors import RefusedForSafety
from taper_cli.model.report import Report
from taper_cli.model.schedule import Step, StepKind
from taper_cli.model.text import visible
from taper_cli.render import wording as say
from taper_cli.render.blocks import (
    Blank,
    Block,
    Framed,
    Grid,
    Heading,
    Items,
    Notice,
    Overlay,
    OverlayLine,
    Para,
    reworded,
)
from taper_cli.render.findings import refusal_text
from taper_cli.render.patient import DRAFT
from taper_cli.render.sheet_blocks import Sheet

if TYPE_CHECKING:
    from taper_cli.render.documents.answers import ColumnEntry, CompareAnswer

NEUTRAL = "The columns stand in the order in which they were typed. None is recommended: the prescriber decides."
_Cell = Callable[[Report, Figures], str]


def comparison_blocks(found: Comparison) -> Iterator[Block]:
    """The paper of screen, text and Markdown, in the words of the region."""
    for block in _blocks(found):
        yield reworded(block, lambda text: say.in_region(text, found.region))


def _blocks(found: Comparison) -> Iterator[Block]:
    yield Notice(say.NOTICE)
    yield Heading(_title(found), 1)
    yield from _body(found)
    yield Notice(say.NOTICE)
    yield Para(say.NOTICE_LONG)


def comparison_sheet(found: Comparison) -> Sheet:
    """The same as a sheet to print; its head and foot carry the notice on every page."""
    return Sheet(
        key="comparison",
        name="Comparison for the prescriber",
        title=_title(found),
        plan=f"{len(found.reports)} of {len(found.columns)} planned",
        notice=say.NOTICE,
        draft=DRAFT,
        phone=Blank("Clinic phone"),
        whose=Blank("Name"),
        blocks=(Para("For prescriber and pharmacist. Not for patients."), *_body(found), Para(say.NOTICE_LONG)),
    )


def _title(found: Comparison) -> str:
    starts = {report.schedule.before for report in found.reports} or {found.asked.regimen}
    doses = say.listed(sorted(say.regimen_text(before, found.region) for before in starts))
    return f"{found.drug.name}, {doses}: {len(found.columns)} ways side by side"


def _body(found: Comparison) -> Iterator[Para | Grid | Framed | Heading | Items | Overlay]:
    """What screen and page have in common."""
    yield Para(NEUTRAL)
    yield _table(found)
    for column in found.columns:
        if column.error is not None:
            yield Framed(f"{column.letter}: no plan", tuple(_refused(column)))
    if found.reports:
        yield Heading("Dose over time")
        yield overlay(found)
        yield Heading("The doses a day, in mg")
        yield Items(tuple(_doses(column) for column in found.columns if column.report))
    ticks = tuple(_ticks(column) for column in found.columns if column.figures and column.figures.flags)
    if ticks:
        yield Heading("Flags, by rule: the prescriber ticks each in the plan itself")
        yield Items(ticks)
    yield Framed("Assumed, because you did not say", tuple(_assumed(found)))


def _table(found: Comparison) -> Grid:
    """One row a figure, one column a plan."""
    rows = [
        (
            name,
            *(
                cell(column.report, column.figures) if column.report and column.figures else ""
                for column in found.columns
            ),
        )
        for name, cell in _rows(found)
    ]
    answers = ("Answer", *(_answer(column) for column in found.columns))
    heads = tuple(f"{column.letter}\n{column.title}" for column in found.columns)
    return Grid(("", *heads), (answers, *rows))


def _answer(column: Column) -> str:
    """Whether there is a plan, or in its place why there is none."""
    if column.error is None:
        return "planned"
    if isinstance(column.error, RefusedForSafety):
        return f"REFUSED: {visible(column.error.reasons[0])}"
    return f"NOT PLANNED: {visible(column.error.found)}"


def _rows(found: Comparison) -> Iterator[tuple[str, _Cell]]:
    """The figures by name, each read from a report."""
    yield "Plan", lambda report, _: report.plan_id
    yield "First cut", lambda report, _: say.full_date(report.schedule.start)
    yield "Ends", lambda report, _: say.ending_on(report.schedule.ending)
    yield "Length", lambda report, _: _length(report.schedule.days)
    yield "Cuts", lambda _, figures: str(figures.cuts)
    yield _largest(found), lambda report, _: f"{report.method.largest_cut_text}%"
    yield "Above the limit, declared", _declared
    yield "Last dose", lambda report, _: _on_its_days(last_dosing(report), str(last_dosing(report).total))
    yield "Pieces a day", lambda _, figures: f"{figures.pieces_most} at most, {mean_text(figures)} on average"
    yield "Days with a divided tablet", lambda _, figures: f"{figures.divided_days} of {figures.dosing_days}"
    yield "Strengths", lambda report, _: f"{len(report.schedule.products)}: {_strengths(report)}"
    yield "Handed out", _supply
    yield "Supplies", lambda report, figures: f"{figures.supplies}, every {report.supply.rules.days} days"
    yield "To tick", lambda _, figures: str(len(figures.flags)) + (" rule" if len(figures.flags) == 1 else " rules")


def _largest(found: Comparison) -> str:
    """The largest cut over the limiting guideline's window, and of which dose it is a share."""
    held = {(report.guideline.window_days(found.drug.name), report.guideline.cap) for report in found.reports}
    days, cap = held.pop() if len(held) == 1 else (None, None)
    where = f"Largest cut in {say.days_text(days)}" if days else "Largest cut in the limit's window"
    of = cap.basis_words if cap else "current"
    return f"{where}, % of the {of} dose; declared ones and the stop aside"


def _length(days: int) -> str:
    weeks, rest = divmod(days, 7)
    return f"{days} days" if rest or not weeks else f"{days} days ({weeks} weeks)"


def last_dosing(report: Report) -> Step:
    """The last step that takes anything before the ending; the ending itself where a dose goes on."""
    schedule = report.schedule
    return schedule.dosing_steps[-1] if schedule.ending.kind is StepKind.STOP else schedule.ending


def _on_its_days(step: Step, dose: str) -> str:
    """A dose, and on which days it is taken if not on all of them."""
    return f"{dose} ({step.rhythm.words})" if step.rhythm else dose


def mean_text(figures: Figures) -> str:
    """Pieces a day on average, to one decimal, halves up."""
    return rounded_text(figures.pieces_mean, 1)


def _declared(_: Report, figures: Figures) -> str:
    if not figures.declared:
        return "none"
    return ", ".join(f"{percent_text(share)}% (step {step})" for step, share in figures.declared)


def _strengths(report: Report) -> str:
    return ", ".join(product.name for product in report.schedule.products)


def _supply(report: Report, _: Figures) -> str:
    """What is handed out in all, a line for each product."""
    supply = report.supply
    return "\n".join(
        say.handed_out_text(product, supply.total(product), supply.rules.bottle, drug=False)
        for product in supply.products
    )


def _refused(column: Column) -> Iterator[str]:
    """A refusal in full; for safety it begins with not stopping."""
    error = column.error
    yield visible(column.title)
    if isinstance(error, RefusedForSafety):
        yield from (line.strip() for line in refusal_text(error).splitlines())
    elif error is not None:
        yield visible(str(error))


def _doses(column: Column) -> str:
    """'A: 20 16 13 ... then STOP'."""
    report = column.report
    if report is None:
        return ""
    schedule = report.schedule
    doses = " ".join(_on_its_days(step, step.total.mg_text) for step in schedule.dosing_steps)
    end = "STOP" if schedule.ending.kind is StepKind.STOP else f"stay at {schedule.ending.total}"
    return f"{column.letter}: from {schedule.before.total} to {doses} mg, then {end}"


def _ticks(column: Column) -> str:
    """The flagged rules of one plan with their steps."""
    report, figures = column.report, column.figures
    if report is None or figures is None:
        return ""
    parts = []
    for rule in figures.flags:
        steps = [step for step in report.schedule.steps if rule in report.flags_of(step)]
        where = f" (steps {', '.join(say.step_label(step) for step in steps)})" if steps else ""
        parts.append(f"{rule}{where}")
    return f"{column.letter}: {'; '.join(parts)}"


def _assumed(found: Comparison) -> Iterator[str]:
    """Every assumption once, with the letters of the plans that it holds for where it is not all of them."""
    lines: dict[str, list[str]] = {}
    for column in found.columns:
        for item in column.report.assumptions if column.report else ():
            lines.setdefault(f"{item.what}  ({item.change})", []).append(column.letter)
    for line, letters in lines.items():
        yield line if len(letters) == len(found.reports) else f"{', '.join(letters)}: {line}"


def overlay(found: Comparison) -> Overlay:
    """The staircases of all plans over the same days."""
    reports = found.reports
    start = min(report.schedule.start for report in reports)
    end = max(report.schedule.ending.start for report in reports)
    edge = max((end - start).days // 20, 1)
    days = (end - start).days + 2 * edge
    top = max((report.schedule.before.total for report in reports), key=lambda dose: dose.ng)
    lines, words, dates = [], [], {edge: say.day_month(start)}
    for column in found.columns:
        if column.report is not None:
            schedule = column.report.schedule
            points = [(0, schedule.before.total.ng)]
            # Where days are left out the line stands at the daily total in the long run.
            points += [(edge + (step.start - start).days, int(step.mean)) for step in schedule.steps]
            stops = schedule.ending.kind is StepKind.STOP
            lines.append(OverlayLine(column.letter, column.title, tuple(points), points[-1][0] if stops else days))
            dates[points[-1][0]] = (
                f"{say.ending_text(schedule.ending).split()[0]} {say.day_month(schedule.ending.start)}"
            )
            words.append(f"{_doses(column)} {say.ending_on(column.report.schedule.ending)}")
    return Overlay(str(top), top.ng, days, tuple(sorted(dates.items())), tuple(lines), "; ".join(words))


def comparison_json(found: Comparison) -> str:
    """The same figures for machines, column by column."""
    answer: CompareAnswer = {
        "schema": "taper.compare.v1",
        "notice": say.NOTICE,
        "drug": found.drug.name,
        "region": found.region.key,
        "columns": [_as_dict(column) for column in found.columns],
    }
    return json.dumps(answer, indent=2) + "\n"


def _as_dict(column: Column) -> ColumnEntry:
    report, figures, error = column.report, column.figures, column.error
    if report is None or figures is None:
        from taper_cli.render.verdict_json import accept_entry

        return {
            "column": column.letter,
            "title": column.title,
            "planned": False,
            "refused_for_safety": isinstance(error, RefusedForSafety),
            "why": refusal_text(error) if isinstance(error, RefusedForSafety) else str(error),
            "accepts": [accept_entry(rules) for rules in error.accepts] if isinstance(error, RefusedForSafety) else [],
        }
    schedule = report.schedule
    return {
        "column": column.letter,
        "title": column.title,
        "planned": True,
        "plan_id": report.plan_id,
        "first_cut": schedule.start.isoformat(),
        "ending": schedule.ending.kind.value,
        "end_date": schedule.ending.start.isoformat(),
        "days": schedule.days,
        "cuts": figures.cuts,
        "window_days": report.guideline.window_days(report.drug.name),
        "largest_cut_percent": json.loads(report.method.largest_cut_text),
        "declared": [{"step": step, "percent": json.loads(percent_text(share))} for step, share in figures.declared],
        "last_dose_mg": json.loads(last_dosing(report).total.mg_text),
        "pieces_a_day_most": figures.pieces_most,
        "pieces_a_day_mean": json.loads(mean_text(figures)),
        "days_with_a_divided_tablet": figures.divided_days,
        "dosing_days": figures.dosing_days,
        "strengths": [product.name for product in schedule.products],
        "handed_out": [
            {"product": product.name, "amount": json.loads(decimal_text(report.supply.total(product)))}
            for product in report.supply.products
        ],
        "supplies": figures.supplies,
        "flags": list(figures.flags),
        "doses_mg": [json.loads(step.total.mg_text) for step in schedule.steps],
        "taken_on": [step.rhythm.key if step.rhythm else None for step in schedule.steps],
    }

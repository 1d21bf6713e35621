"""Plans side by side: each is made, judged and reported by itself, exactly as `plan` would; nothing here prefers one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from taper_cli.formulary import loader
from taper_cli.model.comparison import FEWEST, LETTERS, MOST, Column, Comparison, Figures
from taper_cli.model.dose import reduction
from taper_cli.model.errors import CannotPlan, InvalidInput, RefusedForSafety, UnusedAcceptance
from taper_cli.model.finding import Acceptance, Level
from taper_cli.model.report import Report
from taper_cli.model.request import Request
from taper_cli.model.schedule import Intake, StepKind
from taper_cli.planning.compositions import costed
from taper_cli.service.planning import plan
from taper_cli.service.saving import opened


def compare(asked: Sequence[tuple[str, Request]]) -> Comparison:
    """Plan each request under its title; one that cannot be planned, or is refused, becomes a column that says why.

    An acceptance holds for the columns that need it.

    Raises:
        InvalidInput: fewer than two requests or more than four; words that no column can be planned with; an acceptance that
            no column needs.
        CannotPlan: an unknown drug.
    """
    _count(len(asked))
    first = asked[0][1]
    region, (drug, _) = loader.region_named(first.region), loader.find_drug(first.drug)
    needed: set[str] = set()
    columns = tuple(
        _column(letter, title, request, needed) for letter, (title, request) in zip(LETTERS, asked, strict=False)
    )
    unused = [one.rule for one in first.acceptances if one.rule not in needed]
    if unused:
        raise InvalidInput(
            f"--accept {unused[0]!r} accepts nothing in these plans",
            "expected a rule that refuses one of them",
            "leave it out or check its spelling",
        )
    return Comparison(drug, region, first, columns)


def compare_kept(files: Sequence[tuple[str, bytes]], today: date | None = None) -> Comparison:
    """Plan files side by side, each by its name and content, judged anew with the data of today.

    Raises:
        InvalidInput: fewer than two files or more than four.
        CannotPlan: a file that is no plan; plans of different drugs or regions, whose figures do not compare.
        RefusedForSafety: where the data of today refuse what was let through.
    """
    _count(len(files))
    reports = [opened(content, name, today) for name, content in files]
    first = reports[0]
    for report in reports:
        for mine, other in ((first.drug.name, report.drug.name), (first.region.title, report.region.title)):
            if mine != other:
                raise CannotPlan(
                    f"one plan is for {mine}, another for {other}",
                    "expected plans of one drug in one region",
                    "compare those of one drug and region",
                )
    columns = tuple(
        Column(letter, f"plan {report.plan_id}, version {report.version}", report, figures_of(report), None)
        for letter, report in zip(LETTERS, reports, strict=False)
    )
    return Comparison(first.drug, first.region, first.request, columns)


def _count(columns: int) -> None:
    """Two to four columns fit side by side on a screen and a page."""
    if not FEWEST <= columns <= MOST:
        raise InvalidInput(
            f"{columns} column{'' if columns == 1 else 's'} would stand side by side",
            f"expected {FEWEST} to {MOST}",
            "repeat --over, --reduce, --steps, --every, --shape or --products, or name plan files",
        )


def _column(letter: str, title: str, request: Request, needed: set[str]) -> Column:
    """One request planned; `needed` gathers the acceptances that it needs, or might need where it is refused all the same."""
    try:
        report, used = _planned(request)
    except (CannotPlan, RefusedForSafety) as error:
        needed.update(one.rule for one in request.acceptances)
        return Column(letter, title, None, None, error)
    needed.update(one.rule for one in used)
    return Column(letter, title, report, figures_of(report), None)


def _planned(request: Request) -> tuple[Report, tuple[Acceptance, ...]]:
    """The plan of a request with those of its acceptances that it needs."""
    while True:
        try:
            return plan(request), request.acceptances
        except UnusedAcceptance as unused:
            kept = tuple(one for one in request.acceptances if one.rule != unused.rule)
            request = replace(request, acceptances=kept)


def figures_of(report: Report) -> Figures:
    """The figures of one report."""
    schedule = report.schedule
    stretches = [stretch for step in schedule.dosing_steps for stretch in step.stretches()]
    pieces = [(_pieces(intakes), (after - first).days) for first, after, intakes in stretches]
    ending = schedule.ending.intakes
    above = [
        (finding.step, finding.share if finding.share is not None else reduction(finding.before, finding.after))
        for finding in report.findings
        if finding.rule in report.guideline.limit_rules
        and finding.step
        and finding.before
        and finding.after is not None
    ]
    stop = schedule.ending.number if schedule.ending.kind is StepKind.STOP else 0
    return Figures(
        cuts=sum(schedule.reduces(step) for step in schedule.steps),
        declared=tuple((step, share) for step, share in above if step != stop),
        pieces_most=max([_pieces(ending), *(count for count, _ in pieces)]),
        pieces_mean=Fraction(sum(count * days for count, days in pieces), max(schedule.days, 1)),
        divided_days=sum((after - first).days for first, after, intakes in stretches if _divides(intakes)),
        dosing_days=schedule.days,
        supplies=max((item.number for item in report.supply.dispensings), default=0),
        flags=tuple(dict.fromkeys(finding.rule for finding in report.findings if finding.level is not Level.INFO)),
    )


def _pieces(intakes: tuple[Intake, ...]) -> int:
    """The pieces of a day, as the planner counts them."""
    return sum(costed(intake.portions).pieces for intake in intakes)


def _divides(intakes: tuple[Intake, ...]) -> bool:
    """Whether a day takes a part of a tablet."""
    portions = [portion for intake in intakes for portion in intake.portions]
    return any(portion.count.denominator > 1 and not portion.product.form.liquid for portion in portions)

"""What published tables make of a dose of another drug, and what a chosen equivalent means for each stage of a switch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from taper_cli.model.dose import NG_PER_MG, percent_text, rounded_text
from taper_cli.model.drug import Drug
from taper_cli.model.report import Report
from taper_cli.model.schedule import Regimen, Slot, Step
from taper_cli.model.switch import Crossing, TableResult, amount_text, stages
from taper_cli.render.blocks import Block, Grid, Heading, Items, Notice, Para, Sources
from taper_cli.render.wording import NOTICE, date_range

if TYPE_CHECKING:
    # The shapes are made for schemas; a command that prints JSON does not need them.
    from taper_cli.render.documents.others import EquivalentsAnswer


def _figure(ng: Fraction) -> str:
    """So many mg as a decimal of two places at most."""
    return rounded_text(ng / NG_PER_MG, 2)


def spread(low: Fraction, high: Fraction) -> str:
    """'20 mg', or '10 mg to 20 mg'."""
    return amount_text(low) if low == high else f"{amount_text(low)} to {amount_text(high)}"


def _dose(regimen: Regimen) -> str:
    """A dose as it was typed, without the words of a region."""
    if regimen.slots == (Slot.DAILY,):
        return f"{regimen.total} a day"
    return " and ".join(f"{dose} {slot.value}" for slot, dose in regimen.doses)


def equivalent_blocks(old: Drug, new: Drug, regimen: Regimen, tables: tuple[TableResult, ...]) -> Iterator[Block]:
    """Every published equivalent side by side, with the spread; none of them is marked, and nothing is converted."""
    yield Notice(NOTICE)
    yield Heading(f"{old.name} {_dose(regimen)}: what published tables take to be equal in {new.name}", 1)
    yield Grid(("Table", f"{new.name} a day", "Source"), tuple(table_row(table) for table in tables))
    yield Para(_disagreement(new.name, tables))
    yield Items(
        (
            "Nothing is converted by this program: the prescriber chooses a dose, and says why",
            "Too much sedates, too little shows as withdrawal within days; stage the switch over 1 to 2 weeks or longer",
            "Review 5 to 7 days after the first stage",
        )
    )
    yield Sources(
        tuple(dict.fromkeys(f"{table.table}: {table.cite.short}; {table.cite.source.where}" for table in tables))
    )


def equivalents_json(old: Drug, new: Drug, regimen: Regimen, tables: tuple[TableResult, ...]) -> str:
    """The same for machines; see `taper.equivalents.v1`."""
    answer: EquivalentsAnswer = {
        "schema": "taper.equivalents.v1",
        "notice": NOTICE,
        "drug": old.name,
        "dose_mg": regimen.total.mg_text,
        "to": new.name,
        "tables": [
            {
                "table": table.table,
                "from_mg": _figure(table.low),
                "to_mg": _figure(table.high),
                "source": f"{table.cite.short}; {table.cite.source.where}",
            }
            for table in tables
        ],
        "expected": "the prescriber's own figure: --equivalent and --reason",
    }
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def table_row(table: TableResult) -> tuple[str, str, str]:
    """One table: its name, its result, its source."""
    return table.table, spread(table.low, table.high), table.cite.source.title


def _disagreement(new: str, tables: tuple[TableResult, ...]) -> str:
    """How far the tables lie apart."""
    low, high = min(table.low for table in tables), max(table.high for table in tables)
    if low == high:
        same = f"{amount_text(low)} of {new} a day"
        return f"All {len(tables)} tables say {same}. Agreement among tables is no proof: they copy one another."
    times = rounded_text(high / low, 1)
    return f"The tables lie from {spread(low, high)} of {new} a day: the highest is {times} times the lowest."


def switch_basis(report: Report, crossing: Crossing) -> Iterator[Heading | Items | Para]:
    """The choice, the tables, the highest labelled doses of both drugs, and each stage's total by the published ratios."""
    yield Heading(f"The switch from {crossing.drug.name} to {report.drug.name}")
    yield Items((*choice_lines(report, crossing), *_maxima(report), *_review(report)))
    yield Para("The true ratio is not known. If the published ones are, at either end:")
    yield Items(range_lines(report, crossing))


def _review(report: Report) -> Iterator[str]:
    """The days of the review after the first stage, by the earliest advice that says when."""
    advised = [advice.review for _, held in report.facts for advice in held.advice if advice.review]
    asked = [rule.after_first_cut for rule in advised if rule.after_first_cut]
    if asked:
        earliest, latest = min(asked)
        first, last = (report.schedule.start + timedelta(days=days) for days in (earliest, latest))
        yield f"Review from {date_range(first, last)}, {earliest} to {latest} days after the first stage"


def _maxima(report: Report) -> Iterator[str]:
    """The highest labelled daily doses of both drugs in the region, by indication."""
    for drug, _ in reversed(report.facts):
        held = [one for one in drug.maxima if report.region.market in (None, one.region)]
        words = dict.fromkeys(f"{one.dose} ({one.indication})" for one in held)
        if words:
            yield f"Highest labelled dose of {drug.name} a day: {'; '.join(words)}"


def choice_lines(report: Report, crossing: Crossing) -> tuple[str, ...]:
    """The prescriber's choice and every table that it was made among, for the basis of a plan."""
    switch = report.request.switch
    reason = switch.reason if switch else ""
    typed = report.request.regimen.total
    return (
        f"Equivalent typed by the prescriber: {crossing.before} of {crossing.drug.name} a day as {typed} of {report.drug.name} a day",
        f"Reason: {reason}",
        *(f"{table.table}: {spread(table.low, table.high)} of {report.drug.name} a day" for table in crossing.tables),
    )


def range_lines(report: Report, crossing: Crossing) -> tuple[str, ...]:
    """What each stage takes if the published ratios at either end were the true ones."""
    return tuple(_range(report, crossing, step) for step in stages(report.schedule))


def _range(report: Report, crossing: Crossing, step: Step) -> str:
    found = crossing.range_of(report.schedule, step)
    shares = dict.fromkeys(percent_text(share) for share in (found.least, found.most))
    return (
        f"Stage {step.number}: {spread(found.low, found.high)} of {report.drug.name} by the published ratios, "
        f"{'% to '.join(shares)}% of what was taken before; {amount_text(step.mean)} by the typed one"
    )

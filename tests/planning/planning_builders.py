"""Shorthand for the planner's tests: products, regimens and problems in mg and weeks; answers read back as words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, settings

from taper_cli.model.citation import Citation, Source, Trust
from taper_cli.model.dose import NG_PER_MG, Dose, Volume
from taper_cli.model.guideline import Basis, PaceCap
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.product import Form, Portion, Product, Split
from taper_cli.model.request import Shape, ShapeKind
from taper_cli.model.schedule import Regimen, Schedule, Slot, Step
from taper_cli.planning.problem import Answer, Planned, Problem

Mg = int | str | Fraction

STEADY = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
"""The same examples on every machine and at every run: a taper plan is no place for a test that fails on Tuesdays."""

CITE = Citation(
    source=Source(
        key="asam-2025",
        title="Joint Clinical Practice Guideline on Benzodiazepine Tapering",
        publisher="ASAM",
        year=2025,
        where="https://www.asam.org/",
        read_on=date(2026, 1, 1),
    ),
    locator="recommendation 6",
    trust=Trust.PRIMARY,
    note="not more than 25 % of the current dose every two weeks",
)
LINEAR = Shape(kind=ShapeKind.LINEAR)
PROPORTIONAL = Shape(kind=ShapeKind.PROPORTIONAL)


def mg(dose: Dose) -> Fraction:
    """A dose as a plain fraction of a mg."""
    return Fraction(dose.ng, NG_PER_MG)


def tablets(*strengths: Mg, split: Split = Split.HALF) -> tuple[Product, ...]:
    """Plain tablets of these strengths, all divided alike."""
    return tuple(
        Product(drug="diazepam", form=Form.TABLET, strength=Dose.of_mg(strength), split=split) for strength in strengths
    )


def capsules(*strengths: Mg) -> tuple[Product, ...]:
    """Capsules, which nobody divides."""
    return tuple(Product(drug="diazepam", form=Form.CAPSULE, strength=Dose.of_mg(strength)) for strength in strengths)


def liquid(strength: Mg, volume: str, graduation: str) -> tuple[Product, ...]:
    """An oral solution of `strength` mg in `volume`, drawn up in whole graduations."""
    return (
        Product(
            drug="diazepam",
            form=Form.SOLUTION,
            strength=Dose.of_mg(strength),
            volume=Volume.parse(volume),
            graduation=Volume.parse(graduation),
        ),
    )


def daily(total: Mg) -> Regimen:
    """One intake a day."""
    return Regimen(((Slot.DAILY, Dose.of_mg(total)),))


def slots(**doses: Mg) -> Regimen:
    """Intakes by the time of day: `slots(morning=4, bedtime=6)`."""
    return Regimen(tuple((slot, Dose.of_mg(doses[slot.value])) for slot in Slot if slot.value in doses))


def cap(percent: Mg = 25, window_days: int = 14, basis: Basis = Basis.CURRENT) -> PaceCap:
    """A limit of so many percent within a window."""
    return PaceCap(share=Fraction(percent) / 100, window_days=window_days, basis=basis, cite=CITE)


def days(count: int) -> Period:
    """So many days."""
    return Period(count, TimeUnit.DAY)


def weeks(count: int) -> Period:
    """So many weeks."""
    return Period(count, TimeUnit.WEEK)


def months(count: int) -> Period:
    """So many calendar months."""
    return Period(count, TimeUnit.MONTH)


def years(count: int) -> Period:
    """So many calendar years."""
    return Period(count, TimeUnit.YEAR)


def problem(before: Regimen | Mg, products: Sequence[Product], **changes: Any) -> Problem:
    """A taper of diazepam: every two weeks from Monday 7 December 2026, at most 25 % in 14 days, last step 1 mg."""
    regimen = before if isinstance(before, Regimen) else daily(before)
    settled: dict[str, Any] = {
        "drug": "diazepam",
        "before": regimen,
        "products": tuple(products),
        "start": date(2026, 12, 7),
        "every": weeks(2),
        "cap": cap(),
        "last_step": Dose.of_mg(1),
    }
    return Problem(**{**settled, **changes})


def changed(value: Any, **fields: Any) -> Any:
    """A frozen value with some fields changed, whichever way it is frozen."""
    return value._replace(**fields) if isinstance(value, tuple) else replace(value, **fields)


def says(answer: Answer, expected: Answer) -> bool:
    """Whether an answer is of this kind with these figures: named tuples of two kinds may be equal as tuples."""
    return type(answer) is type(expected) and answer == expected


def planned(answer: Answer) -> Planned:
    """The answer, which must be a plan."""
    assert isinstance(answer, Planned), answer
    return answer


def schedule(answer: Answer) -> Schedule:
    """The schedule of an answer that must be a plan."""
    return planned(answer).schedule


def words(answer: Answer) -> str:
    """The daily totals of a plan as one reads them aloud: '16 13 ... 1 STOP'; a joined step stands once."""
    steps = schedule(answer).steps
    return " ".join(step.total.mg_text if step.intakes else "STOP" for step in steps)


def recipe(portions: Sequence[Portion]) -> str:
    """Portions as one line: '1.5 x 2 mg tablet, 4 mL of 2 mg in 5 mL oral solution'."""
    return ", ".join(
        f"{portion.count_text} {'mL of' if portion.product.form.liquid else 'x'} {portion.product.name}"
        for portion in portions
    )


def amount(portion: Portion) -> Fraction:
    """The mg in a portion, from its count and the label of its product."""
    product = portion.product
    per = Fraction(product.volume.ul, 1_000) if product.volume else Fraction(1)
    return mg(product.strength) * portion.count / per


def daily_doses(plan: Schedule) -> dict[date, Fraction]:
    """The mg of every day of a schedule, the ending's first day included, written out day by day."""
    doses: dict[date, Fraction] = {}
    for step in plan.steps:
        last = step.end or step.start + timedelta(days=1)
        for offset in range((last - step.start).days):
            doses[step.start + timedelta(days=offset)] = taken(step)
    return doses


def taken(step: Step) -> Fraction:
    """What a patient swallows on one day of a step: the sum of tablets and mL, not the total printed beside them."""
    return sum((amount(portion) for intake in step.intakes for portion in intake.portions), Fraction(0))

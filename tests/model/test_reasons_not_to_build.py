"""Why a value cannot be built, in words that name what was wrong: a bug is found by its message, and a data file mended by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from model_builders import (
    CITE,
    FIVE,
    MG,
    ONE_TEN,
    SOURCE,
    START,
    TEN,
    dosing,
    intake,
    liquid,
    portion,
    product,
    schedule,
    step,
    stop,
)

from taper_cli.model.dose import ZERO, Dose, Volume, decimal_text, reduction
from taper_cli.model.errors import WrongValue
from taper_cli.model.finding import Acceptance
from taper_cli.model.guideline import Basis, PaceCap
from taper_cli.model.period import Rhythm
from taper_cli.model.product import Form, Split
from taper_cli.model.request import AtPace
from taper_cli.model.schedule import Regimen, Slot, StepKind, Switched

FIVE_AND_TEN = intake("15 mg", portion(TEN, 1), portion(FIVE, 1))
OF_ANOTHER = portion(product("5 mg", drug="lorazepam"), 1)


def cap(**changes: object) -> PaceCap:
    """A limit of a quarter of the current dose in a fortnight, but for the changes named."""
    usual = {"share": Fraction(1, 4), "window_days": 14, "basis": Basis.CURRENT, "cite": CITE}
    return PaceCap(**{**usual, **changes})  # type: ignore[arg-type]


REASONS: dict[str, Callable[[], object]] = {
    "a dose is a whole number of nanograms, zero or more, not -1": lambda: Dose(-1),
    "a dose is a whole number of nanograms, zero or more, not 2.5": lambda: Dose(2.5),  # type: ignore[arg-type]
    "0.0000001 mg is not a whole number of nanograms": lambda: Dose.of_mg("0.0000001"),
    "1/3 times 0.000001 mg is not a whole number of nanograms": lambda: Dose(1).times(Fraction(1, 3)),
    "a volume is a whole number of microlitres above zero, not 0": lambda: Volume(0),
    "1/3 is below zero or has no exact decimal of nine places": lambda: decimal_text(Fraction(1, 3)),
    "-1 is below zero or has no exact decimal of nine places": lambda: decimal_text(Fraction(-1)),
    "a cut is measured against a dose above zero": lambda: reduction(ZERO, ZERO),
    "a source without publisher": lambda: replace(SOURCE, publisher=" "),
    "a source without key": lambda: replace(SOURCE, key=""),
    "a source without title": lambda: replace(SOURCE, title=""),
    "a source without where": lambda: replace(SOURCE, where=""),
    "a citation of 'sheet' needs a locator and a note": lambda: replace(CITE, locator=" "),
    "an acceptance names a rule and a reason": lambda: Acceptance("pace.cap", " "),
    "a cap is between 0 and 100 percent, not 1": lambda: cap(share=Fraction(1)),
    "a window has at least one day, not 0": lambda: cap(window_days=0),
    "only a limit on the starting dose turns into one on the current dose, at a part of it": lambda: cap(
        current_below=Fraction(1, 2)
    ),
    "a product has a strength above zero": lambda: product("0 mg"),
    "oral solution needs a volume and a graduation, and is never split": lambda: product("2 mg", form=Form.SOLUTION),
    "0.1 mL of 1 mg in 3 mL oral solution is not a whole number of nanograms": lambda: liquid("1 mg", "3 mL"),
    "tablet has no volume": lambda: product("2 mg", volume=Volume.parse("5 mL")),
    "a capsule cannot be divided": lambda: product("2 mg", form=Form.CAPSULE, split=Split.HALF),
    "0.000001 mg does not divide by 2": lambda: product("0.000001 mg", split=Split.HALF),
    "a portion is above zero, not 0": lambda: portion(TEN, 0),
    "1/20 mL cannot be drawn up in steps of 0.1 mL": lambda: portion(liquid(), "0.05"),
    "1/3 of a 10 mg tablet needs a finer split than half": lambda: portion(TEN, "1/3"),
    "a pace is a dose or a share, one of them": lambda: AtPace(),
    "a pace takes away something": lambda: AtPace(dose=ZERO),
    "a pace takes away a part of the dose, not 1 of it": lambda: AtPace(share=Fraction(1)),
    "a regimen has one dose for each slot, in the order of the day": lambda: Regimen(()),
    "a dose at the usual time stands alone": lambda: Regimen(((Slot.DAILY, Dose(MG)), (Slot.BEDTIME, Dose(MG)))),
    "each dose of a regimen is above zero": lambda: Regimen(((Slot.BEDTIME, ZERO),)),
    "portions of the daily intake do not add up to 9 mg": lambda: intake("9 mg", portion(TEN, 1)),
    "each product stands once in an intake": lambda: intake("10 mg", portion(TEN, "1/2"), portion(TEN, "1/2")),
    "the daily intake adds up mg of different drugs": lambda: intake("15 mg", portion(TEN, 1), OF_ANOTHER),
    "an intake counts for something, not for 0": lambda: replace(ONE_TEN[0], worth=Fraction(0)),
    "step 1: days are spaced by a rhythm, and by nothing else": lambda: step(rhythm=Rhythm()),
    "step 2: days are spaced by a rhythm, and by nothing else": lambda: step(2, kind=StepKind.SPACE),
    "step 3: days are spaced by a rhythm, and by nothing else": lambda: step(3, others=ONE_TEN),
    "step 1: the days between take less": lambda: step(kind=StepKind.SPACE, rhythm=Rhythm(), others=ONE_TEN),
    "step 1: a reduce step from 2026-03-02 to 2026-03-02": lambda: step(end=START),
    "step 1: a stop step from 2026-03-02 to 2026-03-03": lambda: step(
        kind=StepKind.STOP, intakes=(), end=START + timedelta(days=1)
    ),
    "step 1: only STOP has no intake": lambda: step(intakes=()),
    "step 1: one intake of a drug for each slot": lambda: step(intakes=ONE_TEN * 2),
    "a switch comes from another drug, which counts for something": lambda: replace(
        schedule([stop(1, 0)]), switched=Switched("diazepam", Fraction(1))
    ),
    "step 1: lorazepam does not count so in a schedule of diazepam": lambda: schedule(
        [step(intakes=(intake("5 mg", OF_ANOTHER),)), stop(2, 14)]
    ),
    "a schedule ends in STOP or MAINTAIN": lambda: schedule([dosing(1, 0, 14, "1")]),
    "step 3 stands in place 2": lambda: schedule([dosing(1, 0, 14, "1"), stop(3, 14)]),
    "step 1 ends on 2026-03-16, step 2 starts on 2026-03-17": lambda: schedule([dosing(1, 0, 14, "1"), stop(2, 15)]),
}


@pytest.mark.parametrize(("reason", "build"), REASONS.items(), ids=REASONS.keys())
def test_what_cannot_be_built_says_why(reason: str, build: Callable[[], object]) -> None:
    with pytest.raises(WrongValue) as caught:
        build()
    assert str(caught.value) == reason


def test_what_is_just_within_each_bound_can_be_built() -> None:
    assert cap(window_days=1).window_days == 1
    assert cap(basis=Basis.START, current_below=Fraction(1, 2)).current_below == Fraction(1, 2)
    assert step(intakes=(FIVE_AND_TEN,)).total == Dose(15 * MG)
    assert step(kind=StepKind.SPACE, rhythm=Rhythm(), others=(intake("5 mg", portion(FIVE, 1)),)).rhythm == Rhythm()

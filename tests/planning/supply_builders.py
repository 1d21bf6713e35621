"""Random schedules for the tests of supply, made without the planner: a few steps of halves, quarters and mL."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from taper_cli.model.dose import Dose, Volume, total
from taper_cli.model.product import Form, Portion, Product, Split
from taper_cli.model.schedule import Intake, Regimen, Schedule, Slot, Step, StepKind
from taper_cli.model.supply import Halves, SupplyRules

START = date(2026, 3, 2)
TWO = Product(drug="diazepam", form=Form.TABLET, strength=Dose.of_mg(2), split=Split.HALF)
FIVE = Product(drug="diazepam", form=Form.TABLET, strength=Dose.of_mg(5), split=Split.QUARTER)
CAPSULE = Product(drug="diazepam", form=Form.CAPSULE, strength=Dose.of_mg(15))
LIQUID = Product(
    drug="diazepam", form=Form.SOLUTION, strength=Dose.of_mg(2), volume=Volume(5_000), graduation=Volume(100)
)


@st.composite
def intakes(draw: st.DrawFn, slot: Slot) -> Intake:
    """One to three products at one time of day."""
    products = draw(st.lists(st.sampled_from([TWO, FIVE, CAPSULE, LIQUID]), min_size=1, max_size=3, unique=True))
    portions = []
    for product in products:
        parts = 10 if product.form.liquid else product.split.value
        portions.append(Portion(product=product, count=Fraction(draw(st.integers(1, 4 * parts)), parts)))
    return Intake(slot=slot, dose=total([portion.dose for portion in portions]), portions=tuple(portions))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """One to six steps of one to forty days, one or two intakes a day, then STOP or a dose that goes on."""
    steps, day = [], START
    slots = draw(st.sampled_from([(Slot.DAILY,), (Slot.MORNING, Slot.BEDTIME)]))
    for number in range(1, draw(st.integers(1, 6)) + 1):
        end = day + timedelta(days=draw(st.integers(1, 40)))
        taken = tuple(draw(intakes(slot)) for slot in slots)
        steps.append(Step(number=number, kind=StepKind.REDUCE, start=day, end=end, intakes=taken))
        day = end
    kind = draw(st.sampled_from([StepKind.STOP, StepKind.MAINTAIN]))
    last = () if kind is StepKind.STOP else (draw(intakes(slots[0])),)
    steps.append(Step(number=len(steps) + 1, kind=kind, start=day, end=None, intakes=last))
    return Schedule(drug="diazepam", before=Regimen(((slots[0], Dose.of_mg(100)),)), steps=tuple(steps))


def rules() -> st.SearchStrategy[SupplyRules]:
    """Any interval up to 60 days, halves kept or thrown away, with and without bottles."""
    return st.builds(
        SupplyRules,
        days=st.integers(1, 60),
        halves=st.sampled_from(Halves),
        bottle=st.sampled_from([None, Volume(30_000), Volume(100_000)]),
    )


def used_on(schedule: Schedule, rule: SupplyRules, product: Product, day: date) -> Fraction:
    """What one day uses up of a product, reckoned the long way: opened tablets are whole where the rest is thrown away."""
    used = Fraction(0)
    for step in schedule.dosing_steps:
        if step.end and step.start <= day < step.end:
            for intake in step.intakes:
                for portion in intake.portions:
                    if portion.product == product:
                        whole = product.form.liquid or rule.halves is Halves.KEPT or portion.count.denominator == 1
                        used += portion.count if whole else int(portion.count) + 1
    return used

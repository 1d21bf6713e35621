"""Correct random plans, made without the planner, and nine ways to spoil one, each with the rule that refuses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

from checks_builders import CAP_RULE, DAY, FIVE, START, TEN, TWO, without
from hypothesis import strategies as st

from taper_cli.model.dose import Dose, total
from taper_cli.model.product import Portion
from taper_cli.model.schedule import Intake, Regimen, Schedule, Slot, Step, StepKind
from taper_cli.model.transcript import StatedPortion, StatedStep, Transcript, transcribe

HALF_MG = 500_000
LARGEST = 80  # 40 mg, in halves of a mg
PIECES = ((TEN, 10), (FIVE, 5), (TWO, 2))  # half a tablet of each, in halves of a mg


def _handfuls(halves: int) -> list[tuple[int, int, int]]:
    """Every way to make so many half mg from half tablets of 10, 5 and 2 mg."""
    return [
        (tens, fives, rest // 2)
        for tens in range(halves // 10 + 1)
        for fives in range((halves - 10 * tens) // 5 + 1)
        if (rest := halves - 10 * tens - 5 * fives) % 2 == 0
    ]


HANDFULS = {halves: found for halves in range(1, LARGEST + 1) if (found := _handfuls(halves))}


def _lower(dose: int) -> list[int]:
    """The makeable doses that one may cut to: by a quarter at most, or the adjacent one where there is none."""
    below = [lower for lower in HANDFULS if lower < dose]
    return [lower for lower in below if 4 * lower >= 3 * dose] or below[-1:]


@st.composite
def _intake(draw: st.DrawFn, slot: Slot, halves: int) -> Intake:
    counts = draw(st.sampled_from(HANDFULS[halves]))
    portions = tuple(
        Portion(product=of, count=Fraction(pieces, 2)) for (of, _), pieces in zip(PIECES, counts, strict=True) if pieces
    )
    return Intake(slot=slot, dose=total([portion.dose for portion in portions]), portions=portions)


@st.composite
def _intakes(draw: st.DrawFn, halves: int, slots: int) -> tuple[Intake, ...]:
    """A daily total as one intake, or as two where both can be made."""
    mornings = [part for part in HANDFULS if halves - part in HANDFULS]
    if slots == 1 or not mornings:
        return (draw(_intake(Slot.BEDTIME, halves)),)
    morning = draw(st.sampled_from(mornings))
    return draw(_intake(Slot.MORNING, morning)), draw(_intake(Slot.BEDTIME, halves - morning))


@st.composite
def plans(draw: st.DrawFn) -> Transcript:
    """A plan within the limit down to the smallest dose and STOP, in steps of two to four weeks, written as a paper."""
    before = draw(st.integers(6, LARGEST))
    slots = draw(st.sampled_from([1, 2]))
    steps: list[Step] = []
    dose, day = before, START
    while lower := _lower(dose):
        dose, end = draw(st.sampled_from(lower)), day + timedelta(days=draw(st.integers(14, 28)))
        intakes = draw(_intakes(dose, slots))
        steps.append(Step(number=len(steps) + 1, kind=StepKind.REDUCE, start=day, end=end, intakes=intakes))
        day = end
    steps.append(Step(number=len(steps) + 1, kind=StepKind.STOP, start=day, end=None, intakes=()))
    taken_until_then = Regimen(((Slot.DAILY, Dose(before * HALF_MG)),))
    return transcribe(Schedule(drug="diazepam", before=taken_until_then, steps=tuple(steps)))


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A paper with one thing wrong, and the rule and row by which it must be refused."""

    paper: Transcript
    rule: str
    step: int


def _with(paper: Transcript, *changed: StatedStep) -> Transcript:
    """The paper with rows replaced by those of the same number."""
    by_number = {step.number: step for step in changed}
    return replace(paper, steps=tuple(by_number.get(step.number, step) for step in paper.steps))


def _a_dosing_step(draw: st.DrawFn, paper: Transcript) -> StatedStep:
    return draw(st.sampled_from(paper.steps[:-1]))


def _with_portions(step: StatedStep, place: int, portions: tuple[StatedPortion, ...]) -> StatedStep:
    """A row with the portions of one intake replaced."""
    changed = replace(step.intakes[place], portions=portions)
    return replace(step, intakes=(*step.intakes[:place], changed, *step.intakes[place + 1 :]))


def _an_intake(draw: st.DrawFn, step: StatedStep) -> tuple[int, tuple[StatedPortion, ...]]:
    place = draw(st.integers(0, len(step.intakes) - 1))
    return place, step.intakes[place].portions or ()


def wrong_recipe(draw: st.DrawFn, paper: Transcript) -> Spoiled:
    """One tablet count is changed."""
    step = _a_dosing_step(draw, paper)
    place, (first, *others) = _an_intake(draw, step)
    count = Fraction(draw(st.integers(0, 20).filter(lambda halves: halves != 2 * first.count)), 2)
    wrong = _with_portions(step, place, (replace(first, count=count), *others))
    return Spoiled(_with(paper, wrong), "arithmetic.portions", step.number)


def wrong_total(draw: st.DrawFn, paper: Transcript) -> Spoiled:
    """One daily total is changed."""
    step = _a_dosing_step(draw, paper)
    stated = draw(st.integers(0, 2 * step.total.ng).filter(lambda ng: ng != step.total.ng))
    return Spoiled(_with(paper, replace(step, total=Dose(stated))), "arithmetic.total", step.number)


def swapped_rows(draw: st.DrawFn, paper: Transcript) -> Spoiled:
    """What is taken in two neighbouring rows is exchanged."""
    place = draw(st.integers(0, len(paper.steps) - 3))
    earlier, later = paper.steps[place : place + 2]
    first = replace(earlier, total=later.total, intakes=later.intakes)
    second = replace(later, total=earlier.total, intakes=earlier.intakes)
    return Spoiled(_with(paper, first, second), "dose.rise", later.number)


def dropped_row(draw: st.DrawFn, paper: Transcript) -> Spoiled:
    """A row between the first and STOP is lost."""
    number = draw(st.integers(2, len(paper.steps) - 1))
    return Spoiled(without(paper, number), "dates.gap", number + 1)


def overlapping_rows(draw: st.DrawFn, paper: Transcript) -> Spoiled:
    """A row starts before the one before it has ended."""
    later = draw(st.sampled_from(paper.steps[1:]))
    early = replace(later, start=later.start - draw(st.integers(1, 13)) * DAY)
    return Spoiled(_with(paper, early), "dates.overlap", later.number)


def no_stop(_: st.DrawFn, paper: Transcript) -> Spoiled:
    """The paper ends without a STOP."""
    last = paper.steps[-1].number
    return Spoiled(without(paper, last), "end.missing", last - 1)


def illegal_third(draw: st.DrawFn, paper: Transcript) -> Spoiled:
    """A tablet is taken in two pieces of a third and two thirds, which still add up."""
    step = _a_dosing_step(draw, paper)
    place, (first, *others) = _an_intake(draw, step)
    pieces = (replace(first, count=first.count / 3), replace(first, count=first.count * 2 / 3))
    if all((2 * piece.count).denominator == 1 for piece in pieces):
        pieces = (replace(first, count=first.count / 7), replace(first, count=first.count * 6 / 7))
    return Spoiled(_with(paper, _with_portions(step, place, (*pieces, *others))), "product.division", step.number)


def hidden_cut(draw: st.DrawFn, paper: Transcript) -> Spoiled:
    """A step is shortened to less than the window, so that the cuts at both its ends count as one above the limit."""
    doses = [paper.before, *(step.total for step in paper.steps)]
    too_much = [
        place for place in range(len(paper.steps) - 2) if 4 * (doses[place].ng - doses[place + 2].ng) > doses[place].ng
    ]
    place = draw(st.sampled_from(too_much))
    short, later = paper.steps[place : place + 2]
    sooner = short.start + draw(st.integers(1, 13)) * DAY
    return Spoiled(_with(paper, replace(short, end=sooner), replace(later, start=sooner)), CAP_RULE, later.number)


def early_zero(draw: st.DrawFn, paper: Transcript) -> Spoiled:
    """A row before the last takes nothing."""
    step = _a_dosing_step(draw, paper)
    kind = draw(st.sampled_from([StepKind.REDUCE, StepKind.STOP]))
    return Spoiled(_with(paper, replace(step, kind=kind, total=Dose(0), intakes=())), "end.early", step.number)


NINE_WAYS: tuple[Callable[[st.DrawFn, Transcript], Spoiled], ...] = (
    wrong_recipe,
    wrong_total,
    swapped_rows,
    dropped_row,
    overlapping_rows,
    no_stop,
    illegal_third,
    hidden_cut,
    early_zero,
)


@st.composite
def spoiled_plans(draw: st.DrawFn, way: Callable[[st.DrawFn, Transcript], Spoiled]) -> Spoiled:
    """A correct random plan, spoiled in one way."""
    return way(draw, draw(plans()))

"""Regimens, steps and schedules: every day covered once, ending in STOP or MAINTAIN, or not built at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from model_builders import FIVE, ONE_TEN, START, TEN, dosing, intake, portion, schedule, step, stop

from taper_cli.model.dose import ZERO, Dose
from taper_cli.model.errors import WrongValue
from taper_cli.model.schedule import Regimen, Slot, Step, StepKind

DAY = timedelta(days=1)
MORNING_AND_BEDTIME = (
    intake("5 mg", portion(FIVE, 1), slot=Slot.MORNING),
    intake("10 mg", portion(TEN, 1), slot=Slot.BEDTIME),
)


def regimen(*doses: tuple[Slot, str]) -> Regimen:
    """A regimen as typed."""
    return Regimen(tuple((slot, Dose.parse(text)) for slot, text in doses))


def test_a_regimen_is_a_dose_for_each_slot() -> None:
    taken = regimen((Slot.MORNING, "4 mg"), (Slot.BEDTIME, "6 mg"))
    assert taken.slots == (Slot.MORNING, Slot.BEDTIME)
    assert taken.total == Dose.of_mg(4 + 6)


NO_REGIMEN: dict[str, list[tuple[Slot, str]]] = {
    "nothing at all": [],
    "two equal slots": [(Slot.MORNING, "4 mg"), (Slot.MORNING, "6 mg")],
    "out of the order of the day": [(Slot.BEDTIME, "6 mg"), (Slot.MORNING, "4 mg")],
    "the usual time beside a slot": [(Slot.DAILY, "4 mg"), (Slot.BEDTIME, "6 mg")],
    "a slot with zero": [(Slot.MORNING, "0 mg"), (Slot.BEDTIME, "6 mg")],
}


@pytest.mark.parametrize("doses", NO_REGIMEN.values(), ids=NO_REGIMEN.keys())
def test_a_regimen_that_says_a_time_twice_or_not_clearly_cannot_be_built(doses: list[tuple[Slot, str]]) -> None:
    with pytest.raises(WrongValue):
        regimen(*doses)


def test_a_step_knows_its_total_its_days_and_its_last_day() -> None:
    fortnight = step(intakes=MORNING_AND_BEDTIME)
    assert fortnight.total == Dose.of_mg(5 + 10)
    assert fortnight.days == 14
    assert fortnight.last_day == START + 13 * DAY
    assert fortnight.dose_at(Slot.BEDTIME) == Dose.of_mg(10)
    assert fortnight.dose_at(Slot.NOON) == ZERO


@pytest.mark.parametrize(("year", "days"), [(2027, 1), (2028, 2)])
def test_a_leap_day_counts(year: int, days: int) -> None:
    assert step(start=date(year, 2, 28), end=date(year, 3, 1)).days == days


def test_the_ending_has_no_last_day() -> None:
    assert stop(1, 0).days is None
    assert stop(1, 0).last_day is None
    assert step(kind=StepKind.MAINTAIN, end=None).total == Dose.of_mg(10)


NO_STEP: dict[str, dict[str, Any]] = {
    "STOP with an end": {"kind": StepKind.STOP, "intakes": ()},
    "STOP with tablets": {"kind": StepKind.STOP, "end": None},
    "MAINTAIN with an end": {"kind": StepKind.MAINTAIN},
    "MAINTAIN without tablets": {"kind": StepKind.MAINTAIN, "end": None, "intakes": ()},
    "a reduction without an end": {"kind": StepKind.REDUCE, "end": None},
    "a hold without an end": {"kind": StepKind.HOLD, "end": None},
    "a switch without an end": {"kind": StepKind.SWITCH, "end": None},
    "a start without an end": {"kind": StepKind.START, "end": None},
    "a reduction without tablets": {"intakes": ()},
    "a step of no day": {"end": START},
    "a step that ends before it starts": {"end": START - DAY},
    "a slot twice": {"intakes": ONE_TEN * 2},
}


@pytest.mark.parametrize("changes", NO_STEP.values(), ids=NO_STEP.keys())
def test_a_step_that_contradicts_its_kind_cannot_be_built(changes: dict[str, Any]) -> None:
    with pytest.raises(WrongValue):
        step(**changes)


GOOD = (dosing(1, 0, 14, "3/2"), dosing(2, 14, 28, "1"), dosing(3, 28, 35, "1/2"), stop(4, 35))

NO_SCHEDULE: dict[str, Sequence[Step]] = {
    "no step": (),
    "no ending": GOOD[:3],
    "a gap of a day": (dosing(1, 0, 13, "3/2"), *GOOD[1:]),
    "an overlap of a day": (dosing(1, 0, 15, "3/2"), *GOOD[1:]),
    "a dropped step": (GOOD[0], dosing(2, 28, 35, "1/2"), stop(3, 35)),
    "numbers out of order": (dosing(2, 0, 14, "3/2"), dosing(1, 14, 28, "1"), *GOOD[2:]),
    "a number twice": (GOOD[0], dosing(1, 14, 28, "1"), *GOOD[2:]),
    "numbers from nought": (dosing(0, 0, 14, "3/2"), stop(1, 14)),
    "steps out of order": (dosing(1, 14, 28, "1"), dosing(2, 0, 14, "3/2"), stop(3, 28)),
    "a dose after STOP": (stop(1, 0), dosing(2, 14, 28, "1"), stop(3, 28)),
    "STOP twice": (*GOOD, stop(5, 35)),
}


@pytest.mark.parametrize("steps", NO_SCHEDULE.values(), ids=NO_SCHEDULE.keys())
def test_a_schedule_with_a_gap_an_overlap_a_wrong_number_or_no_ending_cannot_be_built(steps: Sequence[Step]) -> None:
    with pytest.raises(WrongValue):
        schedule(steps)


def test_a_schedule_knows_its_start_its_ending_and_its_length() -> None:
    whole = schedule(GOOD)
    assert whole.start == START
    assert whole.ending is GOOD[3]
    assert whole.dosing_steps == GOOD[:3]
    assert whole.days == 14 + 14 + 7


@pytest.mark.parametrize(("number", "before"), [(1, "20 mg"), (2, "15 mg"), (3, "10 mg"), (4, "5 mg")])
def test_the_dose_before_a_step_is_the_one_in_force_the_day_before(number: int, before: str) -> None:
    whole = schedule(GOOD)
    assert whole.dose_before(whole.steps[number - 1]) == Dose.parse(before)


ON_THE_DAY = [
    (-1, "20 mg"), (0, "15 mg"), (13, "15 mg"), (14, "10 mg"), (27, "10 mg"),
    (28, "5 mg"), (34, "5 mg"), (35, "0 mg"), (400, "0 mg"),
]  # fmt: skip


@pytest.mark.parametrize(("day", "dose"), ON_THE_DAY)
def test_a_step_holds_from_its_first_day_up_to_but_not_including_the_next_steps(day: int, dose: str) -> None:
    assert schedule(GOOD).dose_on(START + day * DAY) == Dose.parse(dose)

"""What a schedule takes on each day and in the long run: days left out, the cut of each step, the highest dose of a window."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from model_builders import FIVE, MG, ONE_TEN, START, TEN, TWO, dosing, intake, liquid, portion, schedule, step, stop

from taper_cli.model.dose import Dose
from taper_cli.model.period import Rhythm
from taper_cli.model.schedule import StepKind, equivalents
from taper_cli.model.transcript import transcribe

DAY = timedelta(days=1)
FIVE_MG = (intake("5 mg", portion(FIVE, 1)),)
# A week of 20 mg, a week of 10 mg every other day and 5 mg between, a week of 5 mg every other day, then STOP.
SPACED = schedule(
    [
        dosing(1, 0, 7, "2"),
        step(
            2,
            kind=StepKind.SPACE,
            start=START + 7 * DAY,
            end=START + 14 * DAY,
            intakes=ONE_TEN,
            rhythm=Rhythm(),
            others=FIVE_MG,
        ),
        step(3, kind=StepKind.SPACE, start=START + 14 * DAY, end=START + 21 * DAY, intakes=FIVE_MG, rhythm=Rhythm()),
        stop(4, 21),
    ],
    before="30 mg",
)
MEANS = [Fraction(20), Fraction(15, 2), Fraction(5, 2), Fraction(0)]


def test_days_left_out_count_in_the_long_run() -> None:
    assert [one.mean for one in SPACED.steps] == [mean * MG for mean in MEANS]


def test_each_cut_is_a_share_of_what_was_taken_in_the_long_run() -> None:
    assert [SPACED.reduction(one) for one in SPACED.steps] == [
        Fraction(10, 30),
        Fraction(20 * 2 - 15, 40),
        Fraction(15 - 5, 15),
        1,
    ]
    assert [SPACED.cut_of_start(one) for one in SPACED.steps] == [
        Fraction(10, 30),
        Fraction(25, 60),
        Fraction(10, 60),
        Fraction(5, 60),
    ]
    assert [SPACED.cut_so_far(one) for one in SPACED.steps] == [1 - mean / 30 for mean in MEANS]
    assert all(SPACED.reduces(one) for one in SPACED.steps)


def test_a_rise_is_no_cut() -> None:
    risen = schedule([dosing(1, 0, 14, "1"), dosing(2, 14, 28, "3/2"), stop(3, 28)], before="12 mg")
    up = risen.steps[1]
    assert (risen.reduces(up), risen.reduction(up), risen.cut_of_start(up)) == (False, 0, 0)
    assert risen.cut_so_far(up) == 1 - Fraction(15, 12)


def test_every_day_takes_what_its_step_says_for_it() -> None:
    taken = [SPACED.dose_on(START + offset * DAY) for offset in range(-1, 23)]
    expected = [30] + [20] * 7 + [10, 5, 10, 5, 10, 5, 10] + [5, 0, 5, 0, 5, 0, 5] + [0, 0]
    assert taken == [Dose(mg * MG) for mg in expected]
    assert [SPACED.total_on(START + offset * DAY, "diazepam") for offset in range(-1, 23)] == taken
    assert {SPACED.total_on(START + offset * DAY, "lorazepam") for offset in range(-1, 23)} == {Dose(0)}


def test_what_holds_on_a_day_in_the_long_run_is_that_of_its_step() -> None:
    found = [SPACED.mean_on(START + offset * DAY) for offset in (-1, 0, 6, 7, 13, 14, 20, 21, 99)]
    assert found == [mg * MG for mg in (30, 20, 20, *[Fraction(15, 2)] * 2, *[Fraction(5, 2)] * 2, 0, 0)]


@pytest.mark.parametrize(
    ("day", "window", "highest"),
    [
        (0, 1, 30),
        (7, 7, 20),
        (7, 8, 30),
        (8, 1, Fraction(15, 2)),
        (8, 2, 20),
        (21, 7, Fraction(5, 2)),
        (21, 8, Fraction(15, 2)),
        (60, 7, 0),
    ],
)
def test_the_highest_dose_of_a_window_is_that_of_any_of_its_days(
    day: int, window: int, highest: int | Fraction
) -> None:
    assert SPACED.highest_within(START + day * DAY, window) == highest * MG


def test_no_window_before_nothing_is_higher_than_nothing() -> None:
    assert SPACED.highest_within(START, 0) == 0


def test_amounts_count_each_day_by_what_it_takes() -> None:
    assert SPACED.amounts() == {FIVE: 3 + 4, TEN: 2 * 7 + 4}
    assert SPACED.products == (FIVE, TEN)


def test_products_of_which_a_part_is_taken_are_named_and_liquids_are_not() -> None:
    drawn = liquid()
    parts = (intake("6.5 mg", portion(FIVE, "1/2"), portion(TWO, "3/2"), portion(drawn, "2.5")),)
    assert schedule([step(intakes=parts), stop(2, 14)]).divided == (TWO, FIVE)


def test_nothing_counts_for_nothing() -> None:
    assert equivalents(()) == 0
    assert isinstance(equivalents(()), Fraction)


def test_a_transcript_states_the_rhythm_and_the_days_between() -> None:
    stated = transcribe(SPACED).steps
    assert [one.rhythm for one in stated] == [None, Rhythm(), Rhythm(), None]
    assert [one.mean for one in stated] == [mean * MG for mean in MEANS]
    assert [tuple(other.dose for other in one.others) for one in stated] == [(), (Dose(5 * MG),), (), ()]
    assert [one.level for one in stated] == [Dose.of_mg(mean) for mean in MEANS]

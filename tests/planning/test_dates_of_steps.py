"""Steps laid on dates: months counted from the first day, days left over, windows that look back, and the end of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from planning_builders import days, months, weeks, years

from taper_cli.model.period import Period, Until
from taper_cli.planning.calendar import MAX_STEPS, after, end_of, lengths, looks_back, starts_until

MONDAY = date(2026, 12, 7)

# From | how long | how often | the day after that
AFTER = [
    (MONDAY, days(1), 1, date(2026, 12, 8)),
    (MONDAY, days(10), 3, date(2027, 1, 6)),
    (MONDAY, weeks(2), 1, date(2026, 12, 21)),
    (MONDAY, weeks(2), 0, MONDAY),
    (date(2027, 1, 31), months(1), 1, date(2027, 2, 28)),
    (date(2027, 1, 31), months(1), 2, date(2027, 3, 31)),
    (date(2027, 1, 31), months(2), 3, date(2027, 7, 31)),
    (date(2028, 2, 29), years(1), 1, date(2029, 2, 28)),
    (date(2028, 2, 29), years(2), 2, date(2032, 2, 29)),
]


@pytest.mark.parametrize(("start", "period", "count", "day"), AFTER)
def test_months_are_counted_from_the_first_day_so_that_the_31st_does_not_drift(
    start: date, period: Period, count: int, day: date
) -> None:
    assert after(start, period, count) == day


def test_once_is_meant_where_no_count_is_said() -> None:
    assert after(MONDAY, months(1)) == date(2027, 1, 7)


@pytest.mark.parametrize("period", [weeks(60), months(12), years(1)])
def test_past_the_year_9999_there_is_no_day(period: Period) -> None:
    with pytest.raises(OverflowError, match="out of range"):
        after(date(9999, 6, 1), period)


def test_a_length_ends_on_its_first_day_after_and_an_end_is_its_own_day() -> None:
    assert end_of(MONDAY, weeks(4)) == date(2027, 1, 4)
    assert end_of(MONDAY, Until(date(2027, 2, 3))) == date(2027, 2, 3)


# How many days there are | the first days of the steps of two weeks | how long each lasts
FITTING = [
    (13, [], []),
    (14, [0], [14]),
    (27, [0], [27]),
    (28, [0, 14], [14, 14]),
    (50, [0, 14, 28], [14, 14, 22]),
]


@pytest.mark.parametrize(("length", "first", "lasting"), FITTING)
def test_days_left_over_lengthen_the_last_step(length: int, first: list[int], lasting: list[int]) -> None:
    end = MONDAY + timedelta(days=length)
    starts = starts_until(MONDAY, weeks(2), end)
    assert starts == [MONDAY + timedelta(days=offset) for offset in first]
    assert lengths(starts, end) == lasting


def test_a_plan_of_ever_so_many_steps_is_cut_where_nobody_would_read_on() -> None:
    assert len(starts_until(MONDAY, days(1), MONDAY + timedelta(days=MAX_STEPS + 500))) == MAX_STEPS + 1


# The window in days | for each of four weekly steps, which one was in force so many days before it
BACK = [(1, [0, 1, 2, 3]), (7, [0, 1, 2, 3]), (8, [0, 0, 1, 2]), (14, [0, 0, 1, 2]), (15, [0, 0, 0, 1]), (99, [0] * 4)]


@pytest.mark.parametrize(("window", "steps"), BACK)
def test_two_cuts_a_window_apart_are_judged_one_by_one_and_a_day_less_together(window: int, steps: list[int]) -> None:
    assert looks_back([MONDAY + timedelta(days=7 * week) for week in range(4)], window) == steps

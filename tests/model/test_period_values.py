"""Lengths of time and days of the week, in words and in data files, and never from the locale."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from model_builders import START

from taper_cli.model.errors import WrongValue
from taper_cli.model.period import Period, Rhythm, TimeUnit, Until, weekday

WEEK = [START + timedelta(days=day) for day in range(7)]  # START is a Monday


def test_the_days_of_a_week_have_english_names_on_every_machine() -> None:
    assert [weekday(day) for day in WEEK] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


# How long | in days | as typed | in words
PERIODS = [
    (Period(1, TimeUnit.DAY), 1, "1d", "1 day"),
    (Period(10, TimeUnit.DAY), 10, "10d", "10 days"),
    (Period(1, TimeUnit.WEEK), 7, "1w", "1 week"),
    (Period(26, TimeUnit.WEEK), 182, "26w", "26 weeks"),
    (Period(1, TimeUnit.MONTH), None, "1m", "1 month"),
    (Period(2, TimeUnit.YEAR), None, "2y", "2 years"),
]


@pytest.mark.parametrize(("period", "days", "typed", "words"), PERIODS)
def test_a_period_has_its_days_where_the_calendar_does_not_decide(
    period: Period, days: int | None, typed: str, words: str
) -> None:
    assert (period.days, period.text, str(period)) == (days, typed, words)


@pytest.mark.parametrize("count", [0, -1, 1.5, True, "2"])
def test_a_period_is_a_whole_count_above_zero(count: int) -> None:
    with pytest.raises(WrongValue, match="a count above zero, not"):
        Period(count, TimeUnit.DAY)


def test_an_end_is_told_by_its_date() -> None:
    assert str(Until(date(2026, 3, 9))) == "until 2026-03-09"


# Which days | share of all days | in words | short | in a data file
RHYTHMS = [
    ((), Fraction(1, 2), "every other day", "every other day", "alternate"),
    ((0,), Fraction(1, 7), "on Monday", "Mon", "monday"),
    ((0, 3), Fraction(2, 7), "on Monday and Thursday", "Mon and Thu", "monday thursday"),
    ((1, 4, 6), Fraction(3, 7), "on Tuesday, Friday and Sunday", "Tue and Fri and Sun", "tuesday friday sunday"),
    (
        (0, 1, 2, 3, 4, 5),
        Fraction(6, 7),
        "on Monday, Tuesday, Wednesday, Thursday, Friday and Saturday",
        "Mon and Tue and Wed and Thu and Fri and Sat",
        "monday tuesday wednesday thursday friday saturday",
    ),
]


@pytest.mark.parametrize(("weekdays", "share", "words", "short", "key"), RHYTHMS)
def test_the_days_of_a_rhythm_are_told_alike_in_words_and_in_files(
    weekdays: tuple[int, ...], share: Fraction, words: str, short: str, key: str
) -> None:
    rhythm = Rhythm(weekdays)
    assert (rhythm.share, rhythm.words, rhythm.short, rhythm.key) == (share, words, short, key)
    assert Rhythm.of_key(key) == rhythm


@pytest.mark.parametrize("weekdays", [(0, 0), (3, 0), (-1, 2), (2, 7), (0, 1, 2, 3, 4, 5, 6)])
def test_weekdays_rise_stand_once_and_leave_a_day_out(weekdays: tuple[int, ...]) -> None:
    with pytest.raises(WrongValue, match="weekdays rise from 0 to 6, each once, and leave a day out"):
        Rhythm(weekdays)


@pytest.mark.parametrize("key", ["", "  ", "someday", "monday someday", "Monday", "alternate monday"])
def test_a_key_that_names_no_weekdays_is_refused(key: str) -> None:
    with pytest.raises(WrongValue, match="names no weekdays, such as 'monday thursday', and is not 'alternate'"):
        Rhythm.of_key(key)


def test_the_order_in_which_weekdays_are_typed_does_not_matter() -> None:
    assert Rhythm.of_key("thursday monday") == Rhythm((0, 3))


@pytest.mark.parametrize(
    ("weekdays", "taken"), [((), [True, False] * 3 + [True]), ((0, 3), [True, False, False, True, False, False, False])]
)
def test_a_dose_is_taken_on_its_days_and_on_no_other(weekdays: tuple[int, ...], taken: list[bool]) -> None:
    assert [Rhythm(weekdays).takes(START, day) for day in WEEK] == taken


def test_every_other_day_counts_from_the_first_day_of_its_step() -> None:
    assert [Rhythm().takes(WEEK[1], day) for day in WEEK[1:4]] == [True, False, True]

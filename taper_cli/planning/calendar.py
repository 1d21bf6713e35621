"""Steps laid on dates: the only place that adds months, and the only user of relativedelta."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from itertools import pairwise

from taper_cli.model.period import Period, TimeUnit, Until

MAX_STEPS = 2_000


def after(start: date, period: Period, count: int = 1) -> date:
    """The day `count` periods after `start`, counted from `start` itself so that the 31st does not drift to the 28th.

    Raises:
        OverflowError: past the year 9999.
    """
    if period.days is not None:
        return start + timedelta(days=period.days * count)
    from dateutil.relativedelta import relativedelta

    months = period.count * count * (12 if period.unit is TimeUnit.YEAR else 1)
    try:
        moved: date = start + relativedelta(months=months)
    except ValueError as error:
        raise OverflowError(str(error)) from error
    return moved


def end_of(start: date, length: Period | Until) -> date:
    """The first day after a length of time that begins on `start`."""
    return length.day if isinstance(length, Until) else after(start, length)


def starts_until(start: date, every: Period, end: date) -> list[date]:
    """First days of the dosing steps before `end`; days left over lengthen the last one. Empty when not one step fits."""
    starts: list[date] = []
    while len(starts) <= MAX_STEPS and after(start, every, len(starts) + 1) <= end:
        starts.append(after(start, every, len(starts)))
    return starts


def lengths(starts: list[date], end: date) -> list[int]:
    """Days of each step, from its first day to the next one's; none where there is no step."""
    return [(later - earlier).days for earlier, later in pairwise([*starts, end])]


def looks_back(days: list[date], window_days: int) -> list[int]:
    """For each first day of a step, which earlier step was in force `window_days` before it, counting from 1; 0 is before the plan.

    Two cuts exactly a window apart are judged one by one; a day less and they are judged together.
    """
    return [bisect_right(days, day - timedelta(days=window_days)) for day in days]

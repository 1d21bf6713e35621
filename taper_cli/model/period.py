"""Lengths of time as people say them: days, weeks, months and years, or until a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from taper_cli.model.errors import WrongValue

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def weekday(day: date) -> str:
    """'Mon'. Never from the locale: a sheet printed anywhere reads the same, and a file written anywhere is judged the same."""
    return _WEEKDAYS[day.weekday()]


class TimeUnit(Enum):
    """Units of a period, by the letter typed for them."""

    DAY = "d"
    WEEK = "w"
    MONTH = "m"
    YEAR = "y"

    @property
    def word(self) -> str:
        """The unit in words, singular."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Period:
    """A count of days, weeks, months or years, above zero. Twelve monthly steps are a year; twelve of four weeks are not."""

    count: int
    unit: TimeUnit

    def __post_init__(self) -> None:
        if type(self.count) is not int or self.count <= 0:
            raise WrongValue(f"a period is a count above zero, not {self.count!r}")

    @property
    def days(self) -> int | None:
        """Its length in days, or None where the calendar decides (months and years)."""
        return {TimeUnit.DAY: self.count, TimeUnit.WEEK: 7 * self.count}.get(self.unit)

    @property
    def text(self) -> str:
        """The period as typed: '2w'."""
        return f"{self.count}{self.unit.value}"

    def __str__(self) -> str:
        return f"{self.count} {self.unit.word}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Until:
    """A taper that must have ended by a date: that day is the first without the drug."""

    day: date

    def __str__(self) -> str:
        return f"until {self.day.isoformat()}"

"""Lengths of time as people say them: days, weeks, months and years, or until a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

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


_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """On which days a dose is taken that is not taken every day: the first day and every second one after it, or named weekdays.

    `weekdays` counts from 0, a Monday; empty for every other day.
    """

    weekdays: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        rising = list(self.weekdays) == sorted(set(self.weekdays))
        if not rising or len(self.weekdays) > 6 or not all(0 <= day <= 6 for day in self.weekdays):
            raise WrongValue("weekdays rise from 0 to 6, each once, and leave a day out")

    def takes(self, start: date, day: date) -> bool:
        """Whether the dose is taken on a day of a step that starts on `start`."""
        return day.weekday() in self.weekdays if self.weekdays else (day - start).days % 2 == 0

    @property
    def share(self) -> Fraction:
        """The part of all days on which it is taken, in the long run."""
        return Fraction(len(self.weekdays), 7) if self.weekdays else Fraction(1, 2)

    @property
    def words(self) -> str:
        """'every other day', 'on Monday and Thursday'."""
        if not self.weekdays:
            return "every other day"
        names = [_DAY_NAMES[day] for day in self.weekdays]
        return "on " + (" and ".join(names) if len(names) < 3 else ", ".join(names[:-1]) + " and " + names[-1])

    @property
    def short(self) -> str:
        """For a narrow column: 'every other day', 'Mon and Thu'."""
        return " and ".join(_WEEKDAYS[day] for day in self.weekdays) or "every other day"

    @property
    def key(self) -> str:
        """For data files: 'alternate', 'monday thursday'."""
        return " ".join(_DAY_NAMES[day].lower() for day in self.weekdays) or "alternate"

    @classmethod
    def of_key(cls, key: str) -> Rhythm:
        """The rhythm of a key.

        Raises:
            WrongValue: for a word that is no weekday.
        """
        if key == "alternate":
            return cls()
        known = {name.lower(): place for place, name in enumerate(_DAY_NAMES)}
        words = key.split()
        if not words or not all(word in known for word in words):
            raise WrongValue(f"{key!r} names no weekdays, such as 'monday thursday', and is not 'alternate'")
        return cls(tuple(sorted(known[word] for word in words)))

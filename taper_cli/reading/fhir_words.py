"""What the text of a dosage says, in English: how much of what, how often, on which days; read apart from the figures beside it."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import Dose, Volume
from taper_cli.model.errors import InvalidInput
from taper_cli.model.period import Rhythm, weekday
from taper_cli.model.schedule import Slot
from taper_cli.reading import fhir_often as often
from taper_cli.reading.fhir_medicine import mass
from taper_cli.reading.fhir_often import UNIT as _UNIT
from taper_cli.reading.fhir_often import WORD as _WORD
from taper_cli.reading.fhir_often import N as _N
from taper_cli.reading.fhir_often import number as _number

_PARTS = {"half": Fraction(1, 2), "quarter": Fraction(1, 4), "three quarters": Fraction(3, 4)}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SLOTS = {
    Slot.MORNING: r"\bmornings?\b|\bat breakfast\b|\bmane\b",
    Slot.NOON: r"\bnoon\b|\bmidday\b|\bafternoons?\b|\bat lunch(?:time)?\b",
    Slot.EVENING: r"\bevenings?\b|\bat (?:supper|dinner)\b",
    Slot.BEDTIME: r"\bbedtime\b|\bat night\b|\bnocte\b",
}
# A direction is a sentence or two; a book in its place would only cost time.
_LONGEST = 1_000
_COUNT = (
    r"(?:\b(?P<part>half|(?:a|one)\s+quarter|three\s+quarters)(?:\s+of)?(?:\s+an?)?"
    rf"|(?<![\d.])(?P<whole>{_N}|\b(?:{_WORD})\b)(?:\s+and\s+(?:an?\s+)?(?P<more>half|quarter|three\s+quarters))?)"
)
_KIND = r"(?:(?:orodispersible|soluble|dispersible|coated|scored|plain|[a-z]+-(?:release|resistant|coated))\s+)?"
_PIECES = re.compile(
    rf"{_COUNT}\s+(?:x\s+)?(?:(?P<before>{_N})\s*(?P<unit_before>{_UNIT})\s+)?(?P<form>{_KIND}(?:tablet|capsule|tab|cap)s?)\b"
    rf"(?:\s+of\s+(?P<after>{_N})\s*(?P<unit_after>{_UNIT}))?"
)
_LIQUID = re.compile(
    rf"(?<![\d.])(?P<ml>{_N})\s*ml\b"
    rf"(?:\s+of\s+(?P<mass>{_N})\s*(?P<unit>{_UNIT})\s+in\s+(?P<per>{_N})\s*ml\b(?P<form>(?:\s+oral\s+[a-z]+)?))?"
)
# The strength of a tablet is no dose, whether or not the tablets are counted.
_MASS = re.compile(
    rf"(?<![\d.])(?P<value>{_N})\s*(?P<unit>{_UNIT})(?!\s*{_KIND}(?:tab|cap)|\s+in\s+(?:each\s+)?\d|\s*/\s*(?:\d|ml))"
)
_RANGE = re.compile(
    rf"(?:{_N}|\b(?:{_WORD})\b)\s*(?:-|\u2013|\bto\b|\bor\b)\s*(?:{_N}|\b(?:{_WORD})\b)\s*(?:{_UNIT}|ml\b|tab|cap|times|hours)"
)
_MONTH = r"(?P<{0}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?(?P<day>\d{{1,2}})\s+{_MONTH.format('month')}\s+"
    rf"(?P<year>\d{{4}})|{_MONTH.format('month_us')}\s+(?P<day_us>\d{{1,2}}),?\s+(?P<year_us>\d{{4}})"
)


class Counted(NamedTuple):
    """So many tablets, capsules or mL, with the strength that the words name for them, if any, and the words for their form."""

    amount: Fraction
    form: str
    strength: Dose | None
    volume: Volume | None

    @property
    def liquid(self) -> bool:
        """Whether it is measured in mL."""
        return self.form.startswith("mL")


class Said(NamedTuple):
    """What a text says; None or nothing where it does not say it. `ends` are the days that may be meant as the last one.

    `understood`: no words are left that might change a dose and are compared with nothing.
    """

    counted: tuple[Counted, ...] = ()
    doses: tuple[Dose, ...] = ()
    times: int | None = None
    rhythm: Rhythm | None = None
    slots: tuple[Slot, ...] = ()
    days: int | None = None
    months: int | None = None
    first: date | None = None
    ends: tuple[date, ...] = ()
    stops: bool = False
    faults: tuple[str, ...] = ()
    understood: bool = True


def said_by(text: str) -> Said:
    """A dosage's text as a careful reader understands it; what contradicts itself in it stands in `faults`."""
    if len(text) > _LONGEST:
        return Said(faults=(f"its text has {len(text)} characters, which is no direction",))
    try:
        return _said(" ".join(re.sub(r"(?<=\d),(?=\d{3}\b)", "", text).lower().split()))
    except InvalidInput as error:
        return Said(faults=(f"its text cannot be read: {error.found}",))


def _said(words: str) -> Said:
    """What is said, part by part: each part is taken out of the words before the next is looked for."""
    faults: list[str] = []
    words, dates = _without_dates(words, faults)
    words = often.in_digits(_in_mg(words, faults))
    if _RANGE.search(words):
        faults.append("its text names a range, not a dose")
    counted: list[Counted] = []
    for pattern, read in ((_PIECES, _pieces), (_LIQUID, _liquid)):
        counted += [read(match) for match in pattern.finditer(words)]
        words = pattern.sub(" ", words)
    faults += [f"its text says {one!r}, which is no dose by the calendar" for one in often.unkept(words)]
    first, ends = _bounds(words, dates)
    days, months = often.length(words)
    slots = {slot: pattern for slot, pattern in _SLOTS.items() if re.search(pattern, words)}
    return Said(
        counted=tuple(counted),
        doses=tuple(mass(match["value"], match["unit"]) for match in _MASS.finditer(words)),
        times=often.times(words),
        rhythm=often.rhythm(words),
        slots=tuple(slots),
        days=days,
        months=months,
        first=first,
        ends=ends,
        stops=re.search(r"\bthen stop\b", words) is not None,
        faults=tuple(faults),
        understood=often.understood(re.sub("|".join(slots.values()) or r"(?!)", " ", words)),
    )


def _without_dates(words: str, faults: list[str]) -> tuple[str, tuple[date, ...]]:
    """The words with a mark in place of each date, and the dates."""
    dates: list[date] = []

    def mark(match: re.Match[str]) -> str:
        try:
            found = _date(match)
        except ValueError:
            faults.append(f"its text names {match[0]!r}, a day that does not exist")
            return " "
        named = match["weekday"]
        if named and named != weekday(found).lower():
            faults.append(f"its text says {match[0]!r}, which is a {weekday(found)}")
        dates.append(found)
        return f"#{len(dates) - 1}#"

    return _DATE.sub(mark, words), tuple(dates)


def _date(match: re.Match[str]) -> date:
    """A date in one of three ways of writing."""
    if match["iso"]:
        return date.fromisoformat(match["iso"])
    year, month, day = (
        match["year"] or match["year_us"],
        match["month"] or match["month_us"],
        match["day"] or match["day_us"],
    )
    return date(int(year), _MONTHS.index(month) + 1, int(day))


def _in_mg(words: str, faults: list[str]) -> str:
    """'500 micrograms (0.5 mg)' and '(500 micrograms, 0.5 mg)' as the mg alone, once both are seen to be the same."""

    def same(match: re.Match[str]) -> str:
        if Fraction(match["small"]) != Fraction(match["mg"]) * 1000:
            faults.append(f"its text says {match['small']} micrograms and {match['mg']} mg")
        return f"{match['open'] or ''}{match['mg']} mg{match['close'] or ''}"

    words = re.sub(rf"(?P<open>\()(?P<small>{_N}) micrograms, (?P<mg>{_N}) mg(?P<close>\))", same, words)
    return re.sub(rf"(?P<open>)(?P<small>{_N}) micrograms \((?P<mg>{_N}) mg\)(?P<close>)", same, words)


def _one_blank(text: str) -> str:
    return " ".join(text.split())


def _pieces(match: re.Match[str]) -> Counted:
    """'1 and a half tablets of 2 mg', 'half of a 5 mg tablet', 'two 5 mg tablets'."""
    if match["whole"]:
        count = _number(match["whole"]) + (_PARTS[_one_blank(match["more"])] if match["more"] else 0)
    else:
        count = _PARTS[re.sub(r"^(?:a|one) ", "", _one_blank(match["part"]))]
    value, unit = match["before"] or match["after"], match["unit_before"] or match["unit_after"]
    return Counted(count, match["form"], mass(value, unit) if value else None, None)


def _liquid(match: re.Match[str]) -> Counted:
    """'2.5 mL of 2 mg in 5 mL oral solution'."""
    strength = mass(match["mass"], match["unit"]) if match["mass"] else None
    volume = Volume.parse(f"{match['per']} mL") if match["per"] else None
    return Counted(Fraction(match["ml"]), f"mL{match['form'] or ''}", strength, volume)


def _bounds(words: str, dates: tuple[date, ...]) -> tuple[date | None, tuple[date, ...]]:
    """The first day that the words name, and the last; 'until' a day may or may not mean that day too."""
    single = re.search(r"\bon #(\d+)# only\b", words)
    if single:
        day = dates[int(single[1])]
        return day, (day,)
    first = re.search(r"\b(?:from|starting(?: on)?|starts?(?: on)?|beginning(?: on)?|first on)\s+#(\d+)#", words)
    last = re.search(r"\b(to|through|until|till)\s+#(\d+)#", words)
    ends: tuple[date, ...] = ()
    if last:
        day = dates[int(last[2])]
        ends = (day,) if last[1] in ("to", "through") else (day, date.fromordinal(day.toordinal() - 1))
    return dates[int(first[1])] if first else None, ends

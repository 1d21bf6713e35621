"""One dosage of a FHIR request in figures: how much, how often, in which slots, from which day to which; anything else is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from taper_cli.model.dose import Dose
from taper_cli.model.errors import CannotPlan
from taper_cli.model.period import Rhythm
from taper_cli.model.product import Product
from taper_cli.model.schedule import Slot
from taper_cli.reading.fhir_beside import by_mouth, exceeded, said_beside, said_in_code
from taper_cli.reading.fhir_json import Node
from taper_cli.reading.fhir_quantity import dose_of

SNOMED, THEN_STOP = "http://snomed.info/sct", "422327006"
_SLOTS = {
    "MORN": Slot.MORNING, "MORN.early": Slot.MORNING, "MORN.late": Slot.MORNING, "ACM": Slot.MORNING, "CM": Slot.MORNING,
    "PCM": Slot.MORNING, "WAKE": Slot.MORNING, "NOON": Slot.NOON, "AFT": Slot.NOON, "AFT.early": Slot.NOON, "AFT.late": Slot.NOON,
    "ACD": Slot.NOON, "CD": Slot.NOON, "PCD": Slot.NOON, "EVE": Slot.EVENING, "EVE.early": Slot.EVENING, "EVE.late": Slot.EVENING,
    "ACV": Slot.EVENING, "CV": Slot.EVENING, "PCV": Slot.EVENING, "NIGHT": Slot.BEDTIME, "HS": Slot.BEDTIME,
}  # fmt: skip
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What may stand in a dosage and a timing and is understood, or changes no dose.
_DOSAGE = {
    "id", "extension", "sequence", "text", "additionalInstruction", "patientInstruction", "timing", "asNeededBoolean", "route", "site",
    "method", "doseAndRate", "maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime",
}  # fmt: skip
_TIMING = {"id", "extension", "repeat", "code"}
_REPEAT = {
    "id",
    "extension",
    "boundsPeriod",
    "boundsDuration",
    "frequency",
    "period",
    "periodUnit",
    "dayOfWeek",
    "when",
    "timeOfDay",
}
_DAY_UNITS = {"d": 1, "wk": 7}
_DAY_WORDS = {"day": 1, "days": 1, "week": 7, "weeks": 7}


class Dosing(NamedTuple):
    """A dosage in figures. `dose` is that of one intake, taken `times` a day, on the days of the rhythm where there is one.

    `start` is the first day and `end` the day after the last one, None where they are not stated; `length` counts days where
    no dates are stated. `slots` are the times of day, none where they are not stated. `beside` is what is said in words
    in other places than the text, each with its place; `exceeded` are the limits of the dosage that its own dose is above.
    """

    number: int
    place: str
    sequence: int | None
    text: str
    dose: Dose
    times: int
    rhythm: Rhythm | None
    slots: tuple[Slot, ...]
    start: date | None
    end: date | None
    length: int | None
    stops: bool
    beside: tuple[tuple[str, str], ...] = ()
    exceeded: tuple[str, ...] = ()

    @property
    def daily(self) -> Dose:
        """All intakes of a day together."""
        return self.dose.times(self.times)


def dosing_of(dosage: Node, number: int, product: Product | None) -> Dosing:
    """One dosage; `product` is what tablets and mL are counted of.

    Raises:
        CannotPlan: for a dosage that states no single dose, or asks for what a schedule cannot hold.
    """
    _only(dosage, _DOSAGE)
    as_needed = dosage.get("asNeededBoolean")
    if as_needed is not None and as_needed.value is not False:
        raise as_needed.wrong("a dose that is taken by the calendar, not as needed")
    sequence, timing = dosage.get("sequence"), dosage.get("timing")
    if timing is None or timing.get("repeat") is None:
        raise CannotPlan(
            f"{dosage.place} has no timing.repeat", "expected when it is taken", "add it, with boundsPeriod"
        )
    _only(timing, _TIMING)
    repeat = Node(timing.value["repeat"], f"{timing.place}.repeat")
    _only(repeat, _REPEAT)
    slots = tuple(_slot(when) for when in repeat.each("when"))
    start, end, length = _bounds(repeat)
    by_mouth(dosage)
    dose, times = _dose(dosage, product), _times(repeat, len(slots))
    return Dosing(
        number=number,
        place=dosage.place,
        sequence=sequence.whole() if sequence is not None else None,
        text=dosage.text("text"),
        dose=dose,
        times=times,
        rhythm=_rhythm(repeat),
        slots=slots,
        start=start,
        end=end,
        length=length,
        stops=_stops(dosage),
        beside=(*said_beside(dosage), *said_in_code(timing)),
        exceeded=tuple(exceeded(dosage, dose, dose.times(times), product)),
    )


def _only(node: Node, known: set[str]) -> None:
    """Nothing but what is understood: a part passed over could change the dose. A leading '_' marks remarks on a simple value."""
    if not isinstance(node.value, dict):
        raise node.wrong("an object")
    for key in node.value:
        if key not in known and not key.startswith("_"):
            raise CannotPlan(
                f"{node.place} states {key!r}",
                "expected a dose by the calendar",
                "leave it out, or write the schedule as CSV",
            )


def _dose(dosage: Node, product: Product | None) -> Dose:
    """The one dose of a dosage."""
    rates = list(dosage.each("doseAndRate"))
    quantity = rates[0].get("doseQuantity") if len(rates) == 1 else None
    if quantity is None or set(rates[0].value) - {"id", "extension", "type", "doseQuantity"}:
        raise CannotPlan(
            f"{dosage.place} states no single dose", "expected one doseAndRate with a doseQuantity", "correct the file"
        )
    return dose_of(quantity, product)


def _times(repeat: Node, slots: int) -> int:
    """How often on each of its days."""
    frequency, period = repeat.get("frequency"), repeat.get("period")
    clock = len(list(repeat.each("timeOfDay")))
    told = frequency.whole() if frequency is not None else 0
    unit = repeat.text("periodUnit")
    if unit == "h" and period is not None:
        hours = period.number()
        if hours <= 0 or (24 / hours).denominator != 1:
            raise period.wrong("hours that divide a day")
        told *= int(24 / hours)
    if (frequency is None) != (period is None and not unit) or (period is None) != (not unit):
        raise repeat.wrong("frequency, period and periodUnit, all of them or none")
    if repeat.get("dayOfWeek") is not None and (unit == "wk" or not (told or slots or clock)):
        # So many times a week on so many named days, or named days alone: once on each of them.
        told = 1
    counts = {count for count in (told, slots, clock) if count}
    if len(counts) != 1:
        raise CannotPlan(
            f"{repeat.place} says {told or 'no'} times by frequency, {slots or 'none'} by when, {clock or 'none'} by timeOfDay",
            "expected one number of times a day",
            "correct the file that it came from",
        )
    return counts.pop()


def _rhythm(repeat: Node) -> Rhythm | None:
    """On which days: every day, every other day, or named weekdays."""
    named = [day.text() for day in repeat.each("dayOfWeek")]
    if any(day not in _DAYS for day in named):
        raise Node(named, f"{repeat.place}.dayOfWeek").wrong("days such as mon")
    unit, period = repeat.text("periodUnit"), repeat.get("period")
    length = period.number() * _DAY_UNITS.get(unit, 0) if period is not None else None
    if named:
        # HL7 wants no frequency beside days; one a day, or as many a week as there are days, says the same.
        frequency = repeat.get("frequency")
        if length not in (None, 1) and not (length == 7 and frequency is not None and frequency.whole() == len(named)):
            raise CannotPlan(
                f"{repeat.place} has days of the week and a period", "expected the days alone", "leave the period out"
            )
        days = tuple(sorted({_DAYS.index(day) for day in named}))
        return Rhythm(days) if len(days) < 7 else None
    if unit == "h" or length in (None, 1):
        return None
    if length == 2:
        return Rhythm()
    raise CannotPlan(
        f"{repeat.place} repeats every {period.value if period else ''} {unit}",
        "expected every day, every other day or named weekdays",
        "write the schedule as CSV",
    )


def _slot(when: Node) -> Slot:
    """The time of day of a code."""
    if when.text() not in _SLOTS:
        raise when.wrong("a time of day such as MORN, NOON, EVE or HS")
    return _SLOTS[when.text()]


def _bounds(repeat: Node) -> tuple[date | None, date | None, int | None]:
    """First day, day after the last, length in days. In FHIR the end of a period belongs to it."""
    period, duration = repeat.get("boundsPeriod"), repeat.get("boundsDuration")
    if period is not None and duration is not None:
        raise repeat.wrong("boundsPeriod or boundsDuration, one of them")
    if duration is not None:
        number = duration.get("value")
        unit = _unit_of_days(duration)
        if number is None or unit is None or duration.get("comparator") is not None:
            raise duration.wrong("a length in d or wk")
        return None, None, number.whole() * unit
    if period is None:
        return None, None, None
    start, end = period.get("start"), period.get("end")
    return start.day() if start is not None else None, _day_after(end) if end is not None else None, None


def _unit_of_days(duration: Node) -> int | None:
    """How many days the unit of a length has, its code and its word saying the same; None for any other."""
    found = {
        _DAY_UNITS.get(text, _DAY_WORDS.get(text.lower())) for text in map(duration.text, ("code", "unit")) if text
    }
    return found.pop() if len(found) == 1 else None


def _day_after(end: Node) -> date:
    """The day after the last one: a time just before midnight is that day, midnight itself the end of the day before."""
    text = end.text()
    if "T23:59" in text:
        return Node(text.partition("T")[0], end.place).day() + timedelta(days=1)
    return end.day() if "T" in text else end.day() + timedelta(days=1)


def _stops(dosage: Node) -> bool:
    """Whether an additional instruction says to stop afterwards."""
    for instruction in dosage.each("additionalInstruction"):
        codes = [(coding.text("system"), coding.text("code")) for coding in instruction.each("coding")]
        if (SNOMED, THEN_STOP) in codes or instruction.text("text").strip(" .").lower() == "then stop":
            return True
    return False

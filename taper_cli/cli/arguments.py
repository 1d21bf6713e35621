"""Typed words made into values: doses by slot, times, paces, contexts; only the readers of products and reminders stand elsewhere."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from taper_cli.model.dose import Dose, parse_number
from taper_cli.model.errors import InvalidInput
from taper_cli.model.finding import Acceptance
from taper_cli.model.guideline import Basis
from taper_cli.model.identity import OLDEST
from taper_cli.model.period import Period, TimeUnit, Until
from taper_cli.model.request import AtPace, ByLadder, ByLevels, ContextItem
from taper_cli.model.schedule import Regimen, Slot
from taper_cli.model.supply import Most, MostUnit

if TYPE_CHECKING:
    from taper_cli.model.switch import Equivalent

_UNITS = {unit.value: unit for unit in TimeUnit} | {unit.word: unit for unit in TimeUnit}
SLOTS = {slot.value: slot for slot in Slot if slot is not Slot.DAILY} | {"night": Slot.BEDTIME, "midday": Slot.NOON}
"""The times of day by every word that is understood for them, wherever one is typed."""
_LONGEST = 9_999
_LONGEST_SUPPLY = 366
_TWO = 2
_DRUG_AND_DOSE = re.compile(r"([^\d\s](?:.*[^\d\s])?)\s+(\S*\d\S*(?:\s*[^\W\d]+)?)")
Choice = TypeVar("Choice", bound=Enum)


def regimen(text: str) -> Regimen:
    """'20 mg' a day, or by slot: '4 mg morning + 6 mg bedtime'.

    Raises:
        InvalidInput: for a part without unit or slot, a slot named twice, a dose of zero.
    """
    parts = [part.strip() for part in text.split("+")]
    if any(not part for part in parts):
        raise InvalidInput(
            f"dose {text!r} has an empty part", "expected a dose on each side of '+'", "write for example '20 mg'"
        )
    doses = [_slot_dose(part, text) for part in parts]
    slots = [slot for slot, _ in doses]
    if len(doses) > 1 and Slot.DAILY in slots:
        raise InvalidInput(
            f"dose {text!r} names a slot for some parts only",
            "expected one for each",
            "write for example '4 mg morning + 6 mg bedtime'",
        )
    if len(set(slots)) != len(slots):
        raise InvalidInput(
            f"dose {text!r} names one slot twice", "expected each slot once", "add the doses of that slot"
        )
    order = list(Slot)
    return Regimen(tuple(sorted(doses, key=lambda pair: order.index(pair[0]))))


def _slot_dose(part: str, whole: str) -> tuple[Slot, Dose]:
    """One part of a dose: an amount, and the slot if one is named."""
    words = part.split()
    slot = Slot.DAILY
    if len(words) > 1 and words[-1].lower() in SLOTS:
        slot = SLOTS[words[-1].lower()]
        part = " ".join(words[:-1])
    elif len(words) > 2 or (len(words) == 2 and re.search(r"\d\s*[a-z]+$", words[0])):
        named = ", ".join(SLOTS)
        raise InvalidInput(
            f"dose {whole!r} has {words[-1]!r} where a time of day belongs",
            f"expected one of {named}",
            "write for example '5 mg morning + 5 mg noon + 5 mg bedtime'",
        )
    dose = Dose.parse(part)
    if not dose:
        raise InvalidInput(f"dose {part!r} is zero", "expected a dose above zero", "write for example '20 mg'")
    return slot, dose


def dose_above_zero(text: str, what: str) -> Dose:
    """A dose above zero."""
    dose = Dose.parse(text, what)
    if not dose:
        raise InvalidInput(f"{what} {text!r} is zero", "expected a dose above zero", "write for example '1 mg'")
    return dose


def period(text: str, what: str) -> Period:
    """'2w', '90d', '6m', '1y', or in words: '2 weeks'.

    Raises:
        InvalidInput: for anything else, zero included.
    """
    match = re.fullmatch(r"\s*(\d{1,9})\s*([a-zA-Z]+)\s*", text, re.ASCII)
    unit = match[2].lower() if match else ""
    unit = unit[:-1] if unit.endswith("s") and unit[:-1] in _UNITS and len(unit) > 2 else unit
    if match is None or unit not in _UNITS:
        raise InvalidInput(
            f"{what} {text!r} is not a length of time",
            "expected a whole number of days, weeks, months or years",
            "write for example '12w', '90d' or '6m'",
        )
    count = int(match[1])
    if not 0 < count <= _LONGEST:
        raise InvalidInput(
            f"{what} {text!r} is {'zero' if count == 0 else 'too long'}",
            "expected 1 or more",
            "write for example '12w'",
        )
    return Period(count, _UNITS[unit])


def length(text: str) -> Period | Until:
    """How long the taper takes: a period, or 'until 2027-03-01'."""
    words = text.split()
    if words and words[0].lower() == "until":
        return Until(day(" ".join(words[1:]), "end date"))
    return period(text, "time")


def day(text: str, what: str) -> date:
    """An ISO date; 03/04/2026 is refused, because two countries read it differently.

    Raises:
        InvalidInput: for anything else, 31 June included.
    """
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII):
        raise InvalidInput(
            f"{what} {text!r} is not written as year-month-day", "expected an ISO date", "write for example 2026-12-07"
        )
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(f"{what} {text!r} does not exist", str(error), "write for example 2026-12-07") from error


def pace(text: str, option: str = "--reduce") -> AtPace:
    """'1 mg', '10%' (of the current dose) or '10% of start'; `option` is where it was typed.

    Raises:
        InvalidInput: for zero, 100% or more, or anything else.
    """
    match = re.fullmatch(r"\s*(\S+?)\s*(?:%|percent)\s*(of start|of current)?\s*", text)
    if match is None:
        if "%" in text:
            raise InvalidInput(
                f"{option} {text!r} is not a pace", "expected a percentage", "write for example '10%' or '10% of start'"
            )
        return AtPace(dose=dose_above_zero(text, option))
    share = parse_number(match[1], option, "10%") / 100
    if not 0 < share < 1:
        raise InvalidInput(
            f"{option} {text!r} is not between 0 and 100 percent",
            "expected a part of the dose",
            "write for example '10%'",
        )
    return AtPace(share=share, basis=Basis.START if match[2] == "of start" else Basis.CURRENT)


def levels(text: str) -> ByLevels:
    """'40 35 30 mg': daily totals one after another, the unit once at the end or after each; '40 mg 2w, 35 mg 4w' with times.

    Raises:
        InvalidInput: for an empty list, a missing unit, a dose of zero, a time on some levels only.
    """
    if "," in text:
        return _timed_levels(text)
    words = text.split()
    unit = words[-1] if words else ""
    if not unit.isalpha():
        raise InvalidInput(f"--steps {text!r} has no unit", "expected mg at the end", f"write '{text.strip()} mg'")
    numbers = [word for word in words if word != unit]
    if not numbers:
        raise InvalidInput(f"--steps {text!r} has no dose", "expected daily totals", "write for example '16 13 10 mg'")
    if len(numbers) > 1 and numbers[-1] == "0":
        numbers.pop()  # the stop follows by itself
    return ByLevels(tuple(dose_above_zero(f"{number} {unit}", "--steps") for number in numbers))


def _timed_levels(text: str) -> ByLevels:
    """'40 mg 2w, 35 mg 4w': each daily total with how long it is taken."""
    totals, periods = [], []
    for item in text.split(","):
        match = re.fullmatch(r"\s*(\S+\s*[a-zA-Z]+)\s+(\d+\s*[a-zA-Z]+)\s*", item)
        if match is None:
            raise InvalidInput(
                f"--steps item {item.strip()!r} is not a dose and a time",
                "expected both in each item between commas, or spaces only",
                "write for example '40 mg 2w, 35 mg 4w' or '40 35 30 mg'",
            )
        totals.append(dose_above_zero(match[1], "--steps"))
        periods.append(period(match[2], "--steps"))
    return ByLevels(tuple(totals), tuple(periods))


def ladder(text: str) -> ByLadder:
    """'bsr-pmr-2010' or 'bsr-pmr-2010 shortest': a published schedule, at its longest times or at its shortest.

    Raises:
        InvalidInput: for no word, or another second word.
    """
    key, *rest = text.split() or [""]
    if not key:
        raise InvalidInput(
            f"--ladder {text!r} is empty", "expected a published schedule's key", "type 'taper drugs DRUG' to see them"
        )
    if rest not in ([], ["longest"], ["shortest"]):
        raise InvalidInput(
            f"--ladder {text!r} has {' '.join(rest)!r} after the key",
            "expected 'shortest', 'longest' or nothing",
            f"write --ladder '{key} shortest'",
        )
    return ByLadder(key.lower(), rest == ["shortest"])


def equivalent(text: str) -> Equivalent:
    """Two doses of two drugs that the prescriber takes to be equal: 'lorazepam 1 mg = diazepam 10 mg'.

    Raises:
        InvalidInput: for anything else.
    """
    from taper_cli.model.switch import Equivalent

    sides = [found for side in text.split("=") if (found := _DRUG_AND_DOSE.fullmatch(side.strip()))]
    if len(sides) != text.count("=") + 1 or len(sides) != _TWO:
        raise InvalidInput(
            f"--equivalent {text!r} is not two doses of two drugs",
            "expected what the prescriber takes to be equal",
            "write 'lorazepam DOSE = diazepam DOSE' with your own figures",
        )
    one, other = ((side[1], dose_above_zero(side[2], "--equivalent")) for side in sides)
    if one[0].lower() == other[0].lower():
        raise InvalidInput(f"--equivalent {text!r} names one drug twice", "expected two", "name both drugs of the file")
    return Equivalent(one, other)


def days(text: str, what: str) -> int:
    """A number of days: '28', or as a time, '4w' or '28d'.

    Raises:
        InvalidInput: for anything else, zero included, or a time whose days depend on the calendar.
    """
    match = re.fullmatch(r"\s*(\d{1,4})\s*(?:d|days?)?\s*|\s*(\d{1,3})\s*(?:w|weeks?)\s*", text, re.ASCII)
    count = (int(match[1]) if match[1] else 7 * int(match[2])) if match else 0
    if not 1 <= count <= _LONGEST_SUPPLY:
        raise InvalidInput(
            f"{what} {text!r} is no number of days",
            f"expected days or weeks, 1 to {_LONGEST_SUPPLY} days",
            "write for example 28 or 4w",
        )
    return count


def most(text: str) -> Most:
    """'100 tablets', '300 mL' or '30 days': the most for one supply.

    Raises:
        InvalidInput: for anything else.
    """
    match = re.fullmatch(r"\s*([1-9]\d{0,5})\s*([a-zA-Z]+)\s*", text, re.ASCII)
    units = {
        "tablet": MostUnit.PIECES,
        "capsule": MostUnit.PIECES,
        "ml": MostUnit.ML,
        "d": MostUnit.DAYS,
        "day": MostUnit.DAYS,
    }
    unit = units.get(match[2].lower().removesuffix("s")) if match else None
    if match is None or unit is None:
        raise InvalidInput(
            f"--max-supply {text!r} is no amount",
            "expected tablets, capsules, mL or days",
            "write for example '100 tablets'",
        )
    return Most(int(match[1]), unit)


def printable_words(text: str, what: str) -> str:
    """Words that stand on paper as they were typed.

    Raises:
        InvalidInput: for bytes of another encoding than UTF-8, which no paper could hold.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"{what} {text!r} is not UTF-8 text", "expected UTF-8", "type it again") from error
    return text.strip()


def context(text: str) -> ContextItem:
    """'opioid', 'age=72', 'opioid=no'. Whether the key is known is for the formulary to say.

    Raises:
        InvalidInput: for an empty key or value, or an age that is none.
    """
    key, equals, value = (part.strip() for part in printable_words(text, "--context").lower().partition("="))
    if not key or (equals and not value):
        raise InvalidInput(
            f"--context {text!r} is empty", "expected key or key=value", "write for example opioid or age=72"
        )
    if key == "age" and not (re.fullmatch(r"\d{1,3}", value, re.ASCII) and int(value) <= OLDEST):
        raise InvalidInput(
            f"--context {text!r} has no age in years", "expected a whole number", "write for example age=72"
        )
    if key == "used-for":
        period(value, "--context used-for")
    if key == "days-a-week" and not re.fullmatch(r"[1-7]", value, re.ASCII):
        raise InvalidInput(
            f"--context {text!r} has no number of days", "expected 1 to 7", "write for example days-a-week=3"
        )
    return ContextItem(key, "" if value == "yes" else value)


def acceptance(text: str) -> Acceptance:
    """'RULE=reason': the prescriber's named reason to go past a limit.

    Raises:
        InvalidInput: without a rule or a reason.
    """
    rule, _, reason = (part.strip() for part in printable_words(text, "--accept").partition("="))
    if not rule or not reason.strip("\"' "):
        raise InvalidInput(
            f"--accept {text!r} names no rule and reason",
            "expected both",
            'write for example --accept last-dose="reason"',
        )
    return Acceptance(rule, reason)


def choice(text: str, kind: type[Choice], option: str) -> Choice:
    """A word out of a list.

    Raises:
        InvalidInput: for another word, with the list.
    """
    for member in kind:
        if text.strip().lower() in (str(member.value), member.name.lower().replace("_", "-")):
            return member
    from difflib import get_close_matches

    words = [str(member.value) if isinstance(member.value, str) else member.name.lower() for member in kind]
    near = get_close_matches(text.lower(), words, n=1) or words[:1]
    raise InvalidInput(
        f"{option} {text!r} is not known", f"expected one of {', '.join(words)}", f"write {option} {near[0]}"
    )

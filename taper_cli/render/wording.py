"""The only place with English for doses, dates and notices: every paper says the same thing in the same words."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import IntEnum
from fractions import Fraction

from taper_cli.model.dose import Dose, Volume, decimal_text, percent_text, total
from taper_cli.model.drug import FROM_FILE
from taper_cli.model.guideline import Basis, Notation, Region
from taper_cli.model.period import weekday
from taper_cli.model.product import Form, Portion, Product, Split
from taper_cli.model.report import Report
from taper_cli.model.request import AtPace, ByBands, ByLadder, ByLevels, OverTime, Request
from taper_cli.model.schedule import Intake, Regimen, Slot, Step, StepKind
from taper_cli.model.supply import Halves
from taper_cli.model.text import KEEP_TAKING as KEEP_TAKING
from taper_cli.model.text import NOTICE as NOTICE

NOTICE_LONG = (
    "This program drafts; the prescriber decides. Not for emergencies, for acute withdrawal in hospital, or for patients to plan "
    "alone. It is not certified as a medical device."
)
# A count or an amount of four digits or more before its unit; years and numbers of products codes have none.
_THOUSANDS = r"(?<![\d.,])\d{4,6}(?=(?:\.\d+)? (?:mg|mL|micrograms?|tablets?|capsules?)\b)"
_BELOW_ONE_MG = (
    r"(?P<open>\((?:together )?|)(?<!micrograms \()(?<!micrograms, )(?<![\d.])(?P<mg>0\.\d+) mg\b(?P<close>\)?)"
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SMALL_NUMBERS = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_PARTS = {Fraction(1, 4): "a quarter", Fraction(1, 2): "half", Fraction(3, 4): "three quarters"}
_NEARLY_A_YEAR = 330
_PIECES = {Form.CAPSULE: "capsule", Form.MODIFIED_RELEASE_CAPSULE: "modified-release capsule"}


def short_date(day: date) -> str:
    """'Mon 2 Mar'."""
    return f"{weekday(day)} {day_month(day)}"


def day_month(day: date) -> str:
    """'2 Mar', for places beside a weekday or too narrow for one."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def full_date(day: date) -> str:
    """'Mon 2 Mar 2026'."""
    return f"{short_date(day)} {day.year}"


def day_before(day: date) -> date:
    """The day before: the last one that a half-open length of time holds."""
    return day - timedelta(days=1)


def date_range(first: date, last: date) -> str:
    """'Mon 2 Mar to Sun 15 Mar 2026'; the year stands twice only where it changes."""
    return f"{short_date(first) if first.year == last.year else full_date(first)} to {full_date(last)}"


def short_range(first: date, last: date) -> str:
    """'Mon 2 Mar to Sun 15 Mar', for dates beside others that have their year; a last day in a year's time has its own.

    'Mon 25 Jan to Mon 24 Jan' would read as a slip of the pen, or as a single day.
    """
    if (last - first).days < _NEARLY_A_YEAR:
        return f"{short_date(first)} to {short_date(last)}"
    return f"{short_date(first)} to {day_month(last)} {last.year}"


def birth_date(day: date) -> str:
    """'2 March 1960': a date of birth, with the month in full so that no two countries read it differently."""
    return f"{day.day} {_MONTH_NAMES[day.month - 1]} {day.year}"


def month_name(day: date) -> str:
    """'Mar 2026'."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def piece_word(form: Form) -> str:
    """What one piece of a solid form is called."""
    return _PIECES.get(form, "tablet" if form is Form.TABLET else form.value)


def count_text(count: Fraction, noun: str) -> str:
    """'1 tablet', 'half a tablet', '1 and a half tablets', '3 tablets': as one says it, so that it reads back to one number."""
    whole, rest = divmod(count, 1)
    if not rest:
        return f"{whole} {noun}" if whole == 1 else f"{whole} {noun}s"
    part = _PARTS[rest]
    if whole:
        return f"{whole} and {'a half' if part == 'half' else part} {noun}s"
    return f"half a {noun}" if part == "half" else f"{part} of a {noun}"


class Naming(IntEnum):
    """How far the products of a step must be named: not at all, by strength where there are several, by drug where there are two."""

    NONE = 0
    STRENGTH = 1
    DRUG = 2


def portion_text(portion: Portion, *, naming: Naming) -> str:
    """A portion in words, its product named as far as a reader needs to tell it from others."""
    product = portion.product
    drug = f"{product.drug} " if naming is Naming.DRUG else ""
    if product.form.liquid:
        return f"{portion.count_text} mL of {drug}{product.name}"
    piece = piece_word(product.form)
    if naming and portion.count < 1:
        # "Half a tablet of 5 mg" might be half of any tablet that makes 5 mg: the tablet is named by its strength.
        return f"{_PARTS[portion.count]} of a {drug}{product.strength} {piece}"
    counted = count_text(portion.count, piece)
    return f"{counted} of {drug}{product.strength}" if naming else counted


def intake_text(intake: Intake, *, naming: Naming) -> str:
    """The portions of an intake: '1 tablet of 10 mg and half a tablet of 5 mg'."""
    return " and ".join(portion_text(portion, naming=naming) for portion in intake.portions)


def naming_of(report: Report, step: Step) -> Naming:
    """How a step must name its products: by strength where more than one is at hand in its time, even if only one is used."""
    if report.of_two_drugs:
        return Naming.DRUG
    return Naming.STRENGTH if report.products_beside(step) > 1 else Naming.NONE


def product_name(product: Product, *, drug: bool) -> str:
    """'2 mg tablet'; with its drug '2 mg tablet of diazepam', wherever a paper holds two."""
    return f"{product.name} of {product.drug}" if drug else product.name


def drugs_text(report: Report) -> str:
    """The medicine of a plan: 'diazepam', or 'lorazepam, then diazepam'."""
    return ", then ".join(report.schedule.drugs)


def doses_text(intakes: tuple[Intake, ...]) -> str:
    """The doses of a day: '10 mg', or of two drugs 'lorazepam 1 mg and diazepam 10 mg', whose mg never add up."""
    if len({intake.drug for intake in intakes}) < 2:
        return str(total([intake.dose for intake in intakes]))
    return doses_by_drug(intakes)


def doses_by_drug(intakes: tuple[Intake, ...]) -> str:
    """What a day takes of each drug, named even where there is one: 'diazepam 10 mg'. Doses of two drugs are never added up."""
    drugs = dict.fromkeys(intake.drug for intake in intakes)
    sums = {drug: total([intake.dose for intake in intakes if intake.drug == drug]) for drug in drugs}
    return " and ".join(f"{drug} {dose}" for drug, dose in sums.items())


def before_text(report: Report) -> str:
    """What was taken a day before the plan: '20 mg', or 'lorazepam 2 mg' where the plan comes from another drug."""
    schedule = report.schedule
    return f"{f'{schedule.drug_before} ' if report.of_two_drugs else ''}{schedule.before.total}"


def plan_title(report: Report) -> str:
    """'diazepam: 20 mg a day to STOP', or 'lorazepam: 2 mg a day, through diazepam 20 mg a day, to STOP'."""
    schedule = report.schedule
    through = f", through {schedule.drug} {report.request.regimen.total} a day," if report.of_two_drugs else ""
    start = regimen_text(schedule.before, report.region)
    return f"{schedule.drug_before}: {start}{through} to {ending_text(schedule.ending)}"


def no_more(report: Report) -> str:
    """The last direction of a plan that stops."""
    return f"STOP. Take no more {stopped(report)}."


def stopped(report: Report) -> str:
    """What is taken no more after the end: both drugs where there were two, as the old one may still be in the house."""
    return " and no more ".join(reversed(report.schedule.drugs))


def slot_name(slot: Slot, region: Region) -> str:
    """The slot's name in this region: bedtime is night in the United Kingdom."""
    return {Slot.DAILY: "usual time", Slot.BEDTIME: region.bedtime_word}.get(slot, slot.value)


def slot_phrase(slot: Slot, bedtime: str) -> str:
    """When to take it: 'in the morning'."""
    return {
        Slot.DAILY: "once a day at your usual time",
        Slot.MORNING: "in the morning",
        Slot.NOON: "at noon",
        Slot.EVENING: "in the evening",
        Slot.BEDTIME: f"at {bedtime}",
    }[slot]


def listed(parts: list[str]) -> str:
    """'a and b', or 'a, b and c'."""
    return " and ".join(parts) if len(parts) < 3 else ", ".join(parts[:-1]) + " and " + parts[-1]


def instruction(step: Step, drug: str, *, naming: Naming, bedtime: str = "bedtime", with_days: bool = False) -> str:
    """A step as one full sentence for a label or a sheet; with its length in days where that is asked."""
    if step.kind is StepKind.STOP:
        return f"STOP. Take no more {drug}."
    parts = [
        f"{intake_text(intake, naming=naming)} ({intake.dose}) {slot_phrase(intake.slot, bedtime)}"
        for intake in step.intakes
    ]
    if step.kind is StepKind.MAINTAIN:
        return f"Stay on this dose: take {listed(parts)} until your prescriber changes it."
    length = f" for {days_text(step.days or 0)}" if with_days else ""
    if step.rhythm is None:
        return f"Take {listed(parts)}{length}."
    first = f", first on {short_date(step.start)}" if not step.rhythm.weekdays else ""
    taken = listed([_each(intake, naming=naming, bedtime=bedtime) for intake in step.intakes])
    return f"Take {taken} {step.rhythm.words}{first}{length}. {between(step, naming=naming, bedtime=bedtime)}."


def between(step: Step, *, naming: Naming, bedtime: str = "bedtime") -> str:
    """What is taken on the days that a rhythm leaves out: 'On the days between take none'."""
    parts = [_each(intake, naming=naming, bedtime=bedtime) for intake in step.others]
    return f"On the days between take {listed(parts) if parts else 'none'}"


def _each(intake: Intake, *, naming: Naming, bedtime: str) -> str:
    """An intake of a day that is not every day: the words 'once a day' would contradict the rhythm."""
    when = "at your usual time" if intake.slot is Slot.DAILY else slot_phrase(intake.slot, bedtime)
    return f"{intake_text(intake, naming=naming)} ({intake.dose}) {when}"


def total_text(step: Step) -> str:
    """A step's daily total: '10 mg'; with its rhythm '10 mg (every other day)', and '4 mg (3 mg between)'; of two drugs each."""
    if step.rhythm is None:
        return doses_text(step.intakes)
    rest = total([intake.dose for intake in step.others])
    return f"{step.total} ({f'{rest} between' if rest else step.rhythm.short})"


def days_text(days: int) -> str:
    """'1 day', '14 days'."""
    return f"{days} day{'' if days == 1 else 's'}"


def in_region(text: str, region: Region) -> str:
    """Text by the writing rules of a region: amounts from 1,000 have their comma; in the United Kingdom a dose below 1 mg stands
    in micrograms and in mg.

    "1800 mg" is read as 180 mg or 18000 mg, "0.5 mg" as 5 mg where the point is lost, and "500 micrograms" alone does not match
    the box.
    """
    text = re.sub(_THOUSANDS, lambda match: f"{int(match[0]):,}", text)
    if region.notation is not Notation.UK or "0." not in text:
        return text
    return re.sub(_BELOW_ONE_MG, _with_micrograms, text)


def _with_micrograms(match: re.Match[str]) -> str:
    """'(0.5 mg)' as '(500 micrograms, 0.5 mg)', and '0.5 mg' as '500 micrograms (0.5 mg)'."""
    micrograms = decimal_text(Fraction(match["mg"]) * 1000)
    if match["open"] and match["close"]:
        return f"{match['open']}{micrograms} micrograms, {match['mg']} mg)"
    return f"{match['open']}{micrograms} micrograms ({match['mg']} mg){match['close']}"


def portion_at(portion: Portion, slot: Slot, bedtime: str, *, naming: Naming) -> str:
    """One product at one time of day: '1 and a half tablets (3 mg) in the morning'."""
    return f"{portion_text(portion, naming=naming)} ({portion.dose}) {slot_phrase(slot, bedtime)}"


def regimen_text(regimen: Regimen, region: Region) -> str:
    """'4 mg morning + 6 mg night', or '20 mg a day'."""
    if regimen.slots == (Slot.DAILY,):
        return f"{regimen.total} a day"
    return " + ".join(f"{dose} {slot_name(slot, region)}" for slot, dose in regimen.doses)


def amount_text(product: Product, amount: Fraction, *, drug: bool) -> str:
    """'315 tablets of 2 mg', '120.5 mL of 2 mg in 5 mL oral solution'; with its drug '28 tablets of lorazepam 1 mg'."""
    whose = f"{product.drug} " if drug else ""
    if product.form.liquid:
        return f"{thousands(amount)} mL of {whose}{product.name}"
    return f"{thousands(amount)} {piece_word(product.form)}{'' if amount == 1 else 's'} of {whose}{product.strength}"


def handed_out_text(product: Product, amount: Fraction, bottle: Volume | None, *, drug: bool) -> str:
    """What a pharmacy hands out: '119 tablets of 2 mg', or '2 bottles of 100 mL (2 mg in 5 mL oral solution)'."""
    if product.form.liquid and bottle is not None and amount:
        count = amount / bottle.ml
        name = f"{product.drug} {product.name}" if drug else product.name
        return f"{decimal_text(count)} bottle{'' if count == 1 else 's'} of {bottle} ({name})"
    return amount_text(product, amount, drug=drug)


def thousands(value: Fraction) -> str:
    """A number with a comma from 1,000: '1,260', '630', '2.5'."""
    whole, _, rest = decimal_text(value).partition(".")
    return f"{int(whole):,}" + (f".{rest}" if rest else "")


def number_words(value: Fraction) -> str:
    """A whole number below a million in words: 'one hundred and nineteen'."""
    number = int(value)
    if number >= 1000:
        rest = number % 1000
        joint = " and " if 0 < rest < 100 else " "
        return f"{number_words(Fraction(number // 1000))} thousand" + (
            joint + number_words(Fraction(rest)) if rest else ""
        )
    if number >= 100:
        rest = number % 100
        return f"{_SMALL_NUMBERS[number // 100]} hundred" + (f" and {number_words(Fraction(rest))}" if rest else "")
    if number < len(_SMALL_NUMBERS):
        return _SMALL_NUMBERS[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_SMALL_NUMBERS[ones]}" if ones else "")


def asked_text(request: Request) -> str:
    """What was asked, in words; a switch first."""
    if request.switch is None:
        return pace_text(request)
    how = f"{request.switch.move} at a time" if request.switch.move else "one time of day after another"
    cut = f", {request.switch.cut} less at each stage" if request.switch.cut else ""
    return f"switch in stages, {how}, every {request.switch.every}{cut}; then {pace_text(request)}"


def pace_text(request: Request) -> str:
    """The pace of the taper that was asked, in words."""
    match request.pace:
        case OverTime(length):
            return f"over {length}" if not str(length).startswith("until") else str(length)
        case AtPace(dose=Dose() as dose):
            return f"{dose} less every {request.every}"
        case AtPace(share=Fraction() as share, basis=basis):
            of = "starting" if basis is Basis.START else "current"
            return f"{percent_text(share)}% of the {of} dose less every {request.every}"
        case ByBands():
            return f"banded steps every {request.every}"
        case ByLevels(periods=()):
            return f"typed steps every {request.every}"
        case ByLevels():
            return "typed steps, each for its own time"
        case ByLadder(key=key, shortest=shortest):
            return f"the published schedule {key}, at its {'shortest' if shortest else 'longest'} times"
        case _:
            return ""


def kept_halves(report: Report) -> tuple[str, ...]:
    """What the patient does with the other part of a divided tablet, if the plan divides any."""
    if not report.schedule.divided:
        return ()
    if report.request.supply.halves is Halves.KEPT:
        return ("Keep the other part of a cut tablet for the next time you need one.",)
    return ("Throw away the other part of a cut tablet. Do not use it later.",)


def step_label(step: Step) -> str:
    """How a sheet names a step: by its number, or END, or STAY for a dose that goes on."""
    return {StepKind.STOP: "END", StepKind.MAINTAIN: "STAY"}.get(step.kind, str(step.number))


def ending_text(step: Step) -> str:
    """'STOP' or 'MAINTAIN 5 mg'."""
    return "STOP" if step.kind is StepKind.STOP else f"MAINTAIN {doses_text(step.intakes)}"


def ending_on(step: Step) -> str:
    """'STOP on Mon 20 Jul 2026', 'MAINTAIN 5 mg from Mon 20 Jul 2026'."""
    return f"{ending_text(step)} {'from' if step.intakes else 'on'} {full_date(step.start)}"


def split_text(split: Split) -> str:
    """How tablets are taken."""
    return {Split.WHOLE: "whole", Split.HALF: "halves allowed", Split.QUARTER: "quarters allowed"}[split]


def product_text(product: Product, *, drug: bool, own: bool = False) -> str:
    """A product with how it may be divided; a liquid with the mark it is drawn up to; whose word it is, if not the data's."""
    how = f"by {product.graduation}" if product.graduation else split_text(product.split)
    return f"{product_name(product, drug=drug)} ({how}{f', {FROM_FILE}' if own else ''})"

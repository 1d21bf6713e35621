"""One row of a schedule file as a level: when, how much, at which times of day, made of what; runs of equal days as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import ZERO, Dose, Volume, total
from taper_cli.model.errors import CannotPlan, InvalidInput, WrongValue
from taper_cli.model.period import Rhythm, weekday
from taper_cli.model.product import Form, Product
from taper_cli.model.schedule import Slot
from taper_cli.model.transcript import StatedIntake, StatedPortion
from taper_cli.reading import cells
from taper_cli.reading.table import Row

START = ("start_date", "date", "start", "from", "first_day", "day")
END = ("end_date", "end", "to", "until", "last_day")
TOTAL = (
    "total_mg",
    "dose_mg",
    "daily_dose_mg",
    "mg",
    "total",
    "dose",
    "daily_dose",
    "total_daily_dose",
    "amount",
    "mg_day",
    "mg_per_day",
)
SLOTS = {
    Slot.MORNING: ("morning_mg", "morning", "am_mg", "am"),
    Slot.NOON: ("noon_mg", "noon", "midday_mg", "midday", "afternoon_mg", "afternoon"),
    Slot.EVENING: ("evening_mg", "evening", "pm_mg", "pm"),
    Slot.BEDTIME: ("bedtime_mg", "bedtime", "night_mg", "night"),
}
MULTIPLIERS = frozenset(
    {
        "times_per_day",
        "times_a_day",
        "frequency",
        "doses_per_day",
        "tablets",
        "number_of_tablets",
        "quantity",
        "count",
        "per_day",
    }
)
DRUG = ("drug", "medicine", "medication", "medicine_name")
KIND = ("step_type", "type", "action", "note", "notes", "instruction_text", "comment")
_FORMS = {
    "tabs": Form.TABLET,
    "tablets": Form.TABLET,
    "caps": Form.CAPSULE,
    "capsules": Form.CAPSULE,
    "odt": Form.ORODISPERSIBLE,
    "soltabs": Form.SOLUBLE,
    "distabs": Form.DISPERSIBLE,
    "grtabs": Form.GASTRO_RESISTANT,
    "grcaps": Form.GASTRO_RESISTANT_CAPSULE,
    "mrtabs": Form.MODIFIED_RELEASE,
    "mrcaps": Form.MODIFIED_RELEASE_CAPSULE,
}
# A column of tablets or capsules of one strength: 'tabs_2mg', 'caps_0p5mg'.
TABLETS = re.compile(rf"({'|'.join(_FORMS)})_(\d+)(?:p(\d+))?_?mg")


class Level(NamedTuple):
    """One row as read: when, how much, in which slots, made of what, and what the row says of itself.

    `written` is the total as it is written, `pieces` the tablets that the row states for all its days.
    """

    row: Row
    start: date | None
    total: Dose
    intakes: tuple[StatedIntake, ...]
    end: date | None = None
    day_portions: tuple[StatedPortion, ...] | None = None
    rhythm: Rhythm | None = None
    others: tuple[StatedIntake, ...] = ()
    written: str = ""
    pieces: Fraction | None = None


def one_total(row: Row) -> None:
    """Stop a row whose columns give two daily doses."""
    dosed = [column for column in TOTAL if column in row.cells]
    if len({row.get(column) for column in dosed if row.get(column)}) > 1:
        raise CannotPlan(
            f"line {row.line}: the columns {' and '.join(dosed)} disagree",
            "expected one daily dose",
            "leave one of them out",
        )


def level_of(row: Row, drug: str) -> Level:
    """One row's date, total, intakes and portions."""
    text = row.get(*START)
    start = cells.day(text, row.line) if text else None
    unit = row.get("unit", "units", "dose_unit")
    slots = tuple(_slots(row, unit))
    stated = row.get(*TOTAL)
    if not stated and not slots:
        if "stop" in row.get(*KIND).lower():
            return Level(row, start, ZERO, (), written=stated, pieces=_pieces(row))
        raise CannotPlan(
            f"line {row.line}: no dose",
            f"expected it in a column such as {', '.join(TOTAL[:2])}",
            "name the column dose_mg",
        )
    column = next((name for name in TOTAL if row.cells.get(name)), "")
    named = "mg" if "mg" in column.split("_") else ""
    if named and unit and unit.lower() != named:
        raise CannotPlan(
            f"line {row.line}: column {column!r} says mg, the unit is {unit!r}",
            "expected one unit",
            "correct one of them",
        )
    in_mg = named or unit
    daily = cells.dose(stated, row.line, unit=in_mg) if stated else total([dose for _, dose in slots])
    portions = _portions(row, drug)
    intakes = tuple(StatedIntake(slot=slot, dose=dose, portions=portions.get(slot)) for slot, dose in slots if dose)
    if not slots and daily:
        intakes = (StatedIntake(slot=Slot.DAILY, dose=daily, portions=portions.get(Slot.DAILY)),)
    whole_day = _tablet_columns(row, drug) if len(intakes) > 1 and not portions and not row.get("volume_ml") else None
    return Level(
        row,
        start,
        daily,
        intakes,
        day_portions=whole_day or None,
        rhythm=_rhythm(row),
        others=_between(row, drug),
        written=stated,
        pieces=_pieces(row),
    )


def _rhythm(row: Row) -> Rhythm | None:
    """On which days a row of ours is taken, where that is not every day."""
    text = row.get("days_taken")
    try:
        return Rhythm.of_key(text) if text else None
    except WrongValue as error:
        raise CannotPlan(f"line {row.line}: days_taken says {text!r}", str(error), "restore the file") from error


def _between(row: Row, drug: str) -> tuple[StatedIntake, ...]:
    """What a step row of ours takes on the days between."""
    text = row.get("days_between_products_text")
    return tuple(
        StatedIntake(slot=slot, dose=_made(portions), portions=portions)
        for slot, portions in (_products_text(text, row.line, drug) if text else ())
    )


def _made(portions: tuple[StatedPortion, ...]) -> Dose:
    """The dose that portions make."""
    return total(
        [
            portion.product.strength.times(portion.count / (portion.product.volume.ml if portion.product.volume else 1))
            for portion in portions
        ]
    )


def _slots(row: Row, unit: str) -> Iterator[tuple[Slot, Dose]]:
    """The doses of the slots that the row names."""
    for slot, names in SLOTS.items():
        column = next((name for name in names if row.cells.get(name)), "")
        if column:
            yield slot, cells.dose(row.cells[column], row.line, unit="mg" if column.endswith("_mg") else unit)


def _portions(row: Row, drug: str) -> dict[Slot, tuple[StatedPortion, ...]]:
    """What the row says each intake is made of: from its products text, or one intake's tablet columns."""
    text = row.get("products_text")
    if text:
        return dict(_products_text(text, row.line, drug))
    counts = _tablet_columns(row, drug)
    slots = [slot for slot, dose in _slots(row, "mg") if dose]
    if not counts or len(slots) > 1 or row.get("volume_ml"):
        # Tablets of a whole day cannot be told apart by slot: they are judged against the daily total instead.
        return {}
    return {slots[0] if slots else Slot.DAILY: counts}


def _tablet_columns(row: Row, drug: str) -> tuple[StatedPortion, ...]:
    """Counts under columns such as tabs_2mg or caps_10mg."""
    counts = []
    for column, cell in row.cells.items():
        match = TABLETS.fullmatch(column)
        if match and cell:
            count = cells.number(cell, row.line, column)
            strength = f"{match[2]}.{match[3]} mg" if match[3] else f"{match[2]} mg"
            try:
                product = Product(drug=drug, form=_FORMS[match[1]], strength=Dose.parse(strength))
            except (InvalidInput, WrongValue) as error:
                raise CannotPlan(
                    f"line {row.line}: column {column!r} names no tablet ({error})", "expected for example tabs_2mg"
                ) from error
            if count:
                counts.append(StatedPortion(product=product, count=count))
    return tuple(counts)


def _products_text(text: str, line: int, drug: str) -> Iterator[tuple[Slot, tuple[StatedPortion, ...]]]:
    """'morning: 1.5 tablets of 2 mg; bedtime: 3 tablets of 2 mg and 2.5 mL of 2 mg in 5 mL oral solution'."""
    for part in text.split("; "):
        name, _, amounts = part.partition(": ")
        try:
            slot = Slot(name)
        except ValueError:
            raise CannotPlan(f"line {line}: products_text has no slot {name!r}", "expected morning, noon ...") from None
        yield slot, tuple(_amount(amount, line, drug) for amount in amounts.split(" and "))


def _amount(text: str, line: int, drug: str) -> StatedPortion:
    """'1.5 tablets of 2 mg', or '2.5 mL of 2 mg in 5 mL oral solution'."""
    match = re.fullmatch(r"(\S+) (.+?)s? of (\S+ mg)(?: in (\S+ mL) (.+))?", text)
    if match is None:
        raise CannotPlan(f"line {line}: {text!r} is not an amount of a product", "expected '1.5 tablets of 2 mg'")
    words = match[5] or match[2].removesuffix("s")
    form = next((form for form in Form if form.value == words), None)
    if form is None or form.liquid != bool(match[4]):
        raise CannotPlan(f"line {line}: {words!r} is not a form", "expected tablet, capsule, oral solution ...")
    try:
        volume = Volume.parse(match[4]) if match[4] else None
        graduation = Volume(1) if volume else None
        strength = cells.dose(match[3], line)
        product = Product(drug=drug, form=form, strength=strength, volume=volume, graduation=graduation)
    except (InvalidInput, WrongValue) as error:
        raise CannotPlan(
            f"line {line}: {text!r} is no product ({error})", "expected for example '2 tablets of 2 mg'"
        ) from error
    return StatedPortion(product=product, count=cells.number(match[1], line, "count"))


def joined(levels: Sequence[Level]) -> Iterator[Level]:
    """Rows of single days joined into one level for each run of equal instructions on days that follow one another."""
    run: list[Level] = []
    for level in levels:
        if run and not _continues(run[-1], level):
            yield _as_one(run)
            run = []
        run.append(level)
    yield _as_one(run)


def _continues(earlier: Level, later: Level) -> bool:
    """Whether a row says the same again for the next day, and names the weekday that follows."""
    if earlier.start is None or later.start != earlier.start + timedelta(days=1):
        return False
    if earlier.rhythm is not None or later.rhythm is not None:
        return earlier.row.get("step_no") == later.row.get("step_no") and _names_its_weekday(later)
    if number_of(earlier) != number_of(later):
        return False
    said = (later.total, later.intakes, later.day_portions)
    return _names_its_weekday(later) and said == (earlier.total, earlier.intakes, earlier.day_portions)


def _names_its_weekday(level: Level) -> bool:
    """Whether the weekday in the row, if any, is that of its date; a wrong one must not vanish in a run of days."""
    named = level.row.get("weekday").strip().lower()[:3]
    return not named or level.start is None or named == weekday(level.start).lower()


def _as_one(run: Sequence[Level]) -> Level:
    """A run of days as one level that ends after its last day."""
    last = run[-1].start
    end = last + timedelta(days=1) if last else None
    if run[0].rhythm is None:
        return run[0]._replace(end=end)
    return _as_spaced(run)._replace(end=end)


def _as_spaced(run: Sequence[Level]) -> Level:
    """A run of days that differ by a rhythm, as one level with what the days between take."""
    rhythm, start = run[0].rhythm, run[0].start
    kinds: dict[bool, list[Level]] = {True: [], False: []}
    for level in run:
        if rhythm is not None and start is not None and level.start is not None:
            kinds[rhythm.takes(start, level.start)].append(level)
    for days in kinds.values():
        odd = next((day for day in days if (day.total, day.intakes) != (days[0].total, days[0].intakes)), None)
        if odd is not None:
            raise CannotPlan(
                f"line {odd.row.line}: {odd.total} on {odd.row.get('date')}",
                f"expected {days[0].total} by days_taken {odd.row.get('days_taken')!r}",
                "restore the file as it was written",
            )
    taken = kinds[True] or list(run)
    between = kinds[False][0].intakes if kinds[False] else ()
    return taken[0]._replace(start=start, row=run[0].row, others=between)


def says(level: Level, *words: str) -> bool:
    """Whether the row's own words hold one of these."""
    said = level.row.get(*KIND).lower()
    return any(word in said for word in words)


def number_of(level: Level) -> int | None:
    """The row's own number, in our own files."""
    text = level.row.get("step_no") if level.row.get("schema") else ""
    return int(text) if text.isascii() and text.isdigit() else None


def _pieces(row: Row) -> Fraction | None:
    """The tablets that the row states for the whole step."""
    text = row.get("tablets_total")
    return cells.number(text, row.line, "tablets_total") if text else None

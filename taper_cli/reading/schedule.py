"""Any schedule CSV as a transcript: our own by step or by day, or a spreadsheet's with dates and doses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from taper_cli.model.dose import ZERO, Dose, Volume, total
from taper_cli.model.errors import CannotPlan, InvalidInput, WrongValue
from taper_cli.model.period import Rhythm, weekday
from taper_cli.model.product import Form, Product
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.model.transcript import StatedIntake, StatedPortion, StatedStep, Transcript
from taper_cli.reading import cells
from taper_cli.reading.own import verify_days, verify_steps, version_of
from taper_cli.reading.revised import as_revised
from taper_cli.reading.table import Row, Table, read_table

_START = ("start_date", "date", "start", "from", "first_day", "day")
_END = ("end_date", "end", "to", "until", "last_day")
_TOTAL = (
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
_SLOTS = {
    Slot.MORNING: ("morning_mg", "morning", "am_mg", "am"),
    Slot.NOON: ("noon_mg", "noon", "midday_mg", "midday", "afternoon_mg", "afternoon"),
    Slot.EVENING: ("evening_mg", "evening", "pm_mg", "pm"),
    Slot.BEDTIME: ("bedtime_mg", "bedtime", "night_mg", "night"),
}
_MULTIPLIERS = frozenset(
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
_DRUG = ("drug", "medicine", "medication", "medicine_name")
_KIND = ("step_type", "type", "action", "note", "notes", "instruction_text", "comment")
_TABLETS = re.compile(
    r"(tabs|tablets|caps|capsules|odt|soltabs|distabs|grtabs|grcaps|mrtabs|mrcaps)_(\d+)(?:p(\d+))?_?mg"
)
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


class Reading(NamedTuple):
    """What a file states, and in words how it was understood."""

    transcript: Transcript
    understood: tuple[str, ...]
    region: str


class _Level(NamedTuple):
    """One row as read: when, how much, in which slots, made of what, and what the row says of itself."""

    row: Row
    start: date | None
    total: Dose
    intakes: tuple[StatedIntake, ...]
    end: date | None = None
    day_portions: tuple[StatedPortion, ...] | None = None
    rhythm: Rhythm | None = None
    others: tuple[StatedIntake, ...] = ()


def read_schedule(content: bytes, name: str, drug: str = "") -> Reading:
    """Read a schedule; `drug` is used where the file does not name one.

    Raises:
        CannotPlan: for a file that is no schedule, with the line and what to do.
    """
    table = read_table(content, name)
    named = next((row.get(*_DRUG) for row in table.rows if row.get(*_DRUG)), "")
    known = named or drug
    if not known:
        raise CannotPlan(
            f"{name!r} does not say which drug", "expected a column 'drug'", "add --drug, such as --drug diazepam"
        )
    if len({row.get(*_DRUG).lower() for row in table.rows if row.get(*_DRUG)}) > 1:
        raise CannotPlan(f"{name!r} holds more than one drug", "expected one", "check each drug in a file of its own")
    schema = table.rows[0].get("schema")
    if schema and schema not in ("taper.step.v1", "taper.day.v1"):
        raise CannotPlan(
            f"{name!r} has the schema {schema!r}",
            "expected taper.step.v1 or taper.day.v1",
            "check the step or day file",
        )
    levels = [_level(row, table, known) for row in table.rows]
    region = table.rows[0].get("region")
    if schema == "taper.step.v1":
        verify_steps(table.rows)
        return _ours(levels, known, region, "our own CSV, one row a step")
    if schema == "taper.day.v1":
        verify_days(table.rows)
        return _ours(list(_joined(levels)), known, region, "our own CSV, one row a day")
    return _foreign(levels, table, known, region)


def _level(row: Row, table: Table, drug: str) -> _Level:
    """One row's date, total, intakes and portions."""
    text = row.get(*_START)
    start = cells.day(text, row.line) if text else None
    unit = row.get("unit", "units", "dose_unit")
    slots = tuple(_slots(row, unit))
    stated = row.get(*_TOTAL)
    if not stated and not slots:
        if "stop" in row.get(*_KIND).lower():
            return _Level(row, start, ZERO, ())
        raise CannotPlan(
            f"line {row.line}: no dose",
            f"expected it in a column such as {', '.join(_TOTAL[:2])}",
            "name the column dose_mg",
        )
    column = next((name for name in _TOTAL if row.cells.get(name)), "")
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
    rhythm = _rhythm(row)
    return _Level(row, start, daily, intakes, None, whole_day or None, rhythm, _between(row, drug))


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
    for slot, names in _SLOTS.items():
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
        match = _TABLETS.fullmatch(column)
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


def _joined(levels: Sequence[_Level]) -> Iterator[_Level]:
    """Rows of single days joined into one level for each run of equal instructions on days that follow one another."""
    run: list[_Level] = []
    for level in levels:
        if run and not _continues(run[-1], level):
            yield _as_one(run)
            run = []
        run.append(level)
    yield _as_one(run)


def _continues(earlier: _Level, later: _Level) -> bool:
    """Whether a row says the same again for the next day, and names the weekday that follows."""
    if earlier.start is None or later.start != earlier.start + timedelta(days=1):
        return False
    if earlier.rhythm is not None or later.rhythm is not None:
        return earlier.row.get("step_no") == later.row.get("step_no") and _names_its_weekday(later)
    if _number(earlier) != _number(later):
        return False
    said = (later.total, later.intakes, later.day_portions)
    return _names_its_weekday(later) and said == (earlier.total, earlier.intakes, earlier.day_portions)


def _names_its_weekday(level: _Level) -> bool:
    """Whether the weekday in the row, if any, is that of its date; a wrong one must not vanish in a run of days."""
    named = level.row.get("weekday").strip().lower()[:3]
    return not named or level.start is None or named == weekday(level.start).lower()


def _as_one(run: Sequence[_Level]) -> _Level:
    """A run of days as one level that ends after its last day."""
    last = run[-1].start
    end = last + timedelta(days=1) if last else None
    if run[0].rhythm is None:
        return run[0]._replace(end=end)
    return _as_spaced(run)._replace(end=end)


def _as_spaced(run: Sequence[_Level]) -> _Level:
    """A run of days that differ by a rhythm, as one level with what the days between take."""
    rhythm, start = run[0].rhythm, run[0].start
    kinds: dict[bool, list[_Level]] = {True: [], False: []}
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


def _by_day(dates: Sequence[date]) -> bool:
    """Whether a spreadsheet has one row a day: most rows follow the one before by a day, so that a dropped day is seen."""
    steps = [(later - earlier).days for earlier, later in pairwise(dates)]
    return len(steps) > 1 and 5 * steps.count(1) >= 4 * len(steps)


def _ours(levels: Sequence[_Level], drug: str, region: str, kind: str) -> Reading:
    """Our own file: the dose before the first cut stands in its first row."""
    first = levels[0].row
    before = cells.dose(first.get("previous_total_mg"), first.line, unit="mg")
    steps = tuple(_steps(levels))
    understood = [f"{kind}: {drug}, {len(steps)} steps, {before} a day before the first"]
    version = version_of(first)
    if version > 1:
        understood.append(f"version {version} of a plan: compare each dose that goes up with its change slip")
    transcript = Transcript(drug=drug, before=before, steps=steps)
    if version > 1:
        transcript = as_revised(transcript, version, [level.row for level in levels])
    return Reading(transcript, tuple(understood), region)


def _foreign(levels: Sequence[_Level], table: Table, drug: str, region: str) -> Reading:
    """A spreadsheet: its first row is the starting dose, the others are the levels; daily rows are joined."""
    used = {*_START, *_END, *_TOTAL, *_DRUG, *_KIND, "unit", "units", "dose_unit", "weekday", "region"}
    used |= {name for names in _SLOTS.values() for name in names}
    _no_multipliers(table)
    passed = [column for column in table.columns if column not in used and not _TABLETS.fullmatch(column)]
    dates = [level.start for level in levels if level.start]
    _no_duplicates(levels)
    daily = _by_day(dates)
    kept = list(_joined(levels)) if daily else list(levels)
    if len(kept) < 2:
        raise CannotPlan(
            "the schedule holds one dose only", "expected the starting dose and at least one step after it"
        )
    _starts_before(kept[0], kept[1])
    understood = [
        f"a spreadsheet, one row a {'day' if daily else 'step'}: {drug}, "
        f"starting dose {kept[0].total} (first row), then {len(kept) - 1} levels"
    ]
    if passed:
        understood.append(f"columns passed over: {', '.join(passed)}")
    steps = tuple(_steps(kept[1:], before=kept[0].total))
    text = kept[0].row.get(*_END)
    until = cells.day(text, kept[0].row.line) + timedelta(days=1) if text else kept[0].end
    transcript = Transcript(drug=drug, before=kept[0].total, steps=steps, before_until=until)
    return Reading(transcript, tuple(understood), region)


def _starts_before(first: _Level, following: _Level) -> None:
    """The starting dose stands before the first cut or on its day; else one of the two dates is a slip."""
    if first.start and following.start and first.start > following.start:
        raise CannotPlan(
            f"line {following.row.line}: date {following.start.isoformat()} is before that of the starting dose above it",
            "expected dates that follow one another",
            "check the years of both rows",
        )


def _no_multipliers(table: Table) -> None:
    """A column that says how often or how many may multiply the dose: what a day holds is then anybody's guess."""
    found = next((column for column in table.columns if column in _MULTIPLIERS), "")
    if found:
        raise CannotPlan(
            f"column {found!r} may multiply the dose",
            "expected the total of a day",
            f"write it as total_mg, and leave {found!r} out",
        )
    dosed = [column for column in _TOTAL if column in table.columns]
    for row in table.rows:
        if len({row.get(column) for column in dosed if row.get(column)}) > 1:
            raise CannotPlan(
                f"line {row.line}: the columns {' and '.join(dosed)} disagree",
                "expected one daily dose",
                "leave one of them out",
            )


def _no_duplicates(levels: Sequence[_Level]) -> None:
    """A date that stands twice gives two instructions for one day; only the starting dose may share the first cut's date."""
    seen: dict[date, int] = {}
    for level in levels[1:]:
        if level.start is None:
            raise CannotPlan(
                f"line {level.row.line}: no date",
                "expected one in each row after the first",
                "write for example 2026-12-07",
            )
        if level.start in seen:
            raise CannotPlan(
                f"line {level.row.line}: date {level.start.isoformat()} stands in line {seen[level.start]} already",
                "expected each date once",
                "leave one of the rows out",
            )
        seen[level.start] = level.row.line


def _steps(levels: Sequence[_Level], before: Dose | None = None) -> Iterator[StatedStep]:
    """Levels as stated steps: each ends where its row says, or where the next begins."""
    for place, level in enumerate(levels):
        if level.start is None:
            raise CannotPlan(f"line {level.row.line}: no date", "expected one", "write for example 2026-12-07")
        following = levels[place + 1].start if place + 1 < len(levels) else None
        text = level.row.get(*_END)
        ending = not level.total or (following is None and (_says(level, "maintain", "stay on") or _stays(levels)))
        stated = cells.day(text, level.row.line) + timedelta(days=1) if text else level.end
        end = None if ending else (stated or following)
        same = before is not None and level.total == before
        yield StatedStep(
            number=place + 1,
            kind=_kind(level, ending=ending, same=same),
            start=level.start,
            end=end,
            total=level.total,
            intakes=level.intakes,
            held=same or "held" in level.row.get("flags").split(";"),
            weekday=level.row.get("start_weekday", "weekday"),
            stated_number=_number(level),
            day_portions=level.day_portions,
            written=level.row.get(*_TOTAL),
            pieces=_pieces(level),
            rhythm=level.rhythm,
            others=level.others,
        )
        before = level.total if before is not None else None


def _stays(levels: Sequence[_Level]) -> bool:
    """Whether our own day file ends in a maintenance dose: its last row alone opens a step, as the row of an ending does."""
    last = levels[-1]
    return (
        last.row.get("schema") == "taper.day.v1"
        and last.start is not None
        and last.end == last.start + timedelta(days=1)
    )


def _kind(level: _Level, *, ending: bool, same: bool) -> StepKind:
    """What the row does: as it says, or as its dose shows."""
    said = level.row.get("step_type")
    if said in {kind.value for kind in StepKind}:
        return StepKind(said)
    if ending:
        return StepKind.MAINTAIN if level.total else StepKind.STOP
    if level.rhythm is not None:
        return StepKind.SPACE
    return StepKind.HOLD if same else StepKind.REDUCE


def _says(level: _Level, *words: str) -> bool:
    """Whether the row's own words hold one of these."""
    said = level.row.get(*_KIND).lower()
    return any(word in said for word in words)


def _number(level: _Level) -> int | None:
    """The row's own number, in our own files."""
    text = level.row.get("step_no") if level.row.get("schema") else ""
    return int(text) if text.isascii() and text.isdigit() else None


def _pieces(level: _Level) -> Fraction | None:
    """The tablets that the row states for the whole step."""
    text = level.row.get("tablets_total")
    return cells.number(text, level.row.line, "tablets_total") if text else None

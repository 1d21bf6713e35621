"""Any schedule CSV as a transcript: our own by step or by day, or a spreadsheet's with dates and doses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from taper_cli.model.dose import Dose
from taper_cli.model.errors import CannotPlan
from taper_cli.model.schedule import StepKind, Switched
from taper_cli.model.transcript import StatedIntake, StatedStep, Transcript
from taper_cli.reading import cells
from taper_cli.reading.level import (
    DRUG,
    END,
    KIND,
    MULTIPLIERS,
    SLOTS,
    START,
    TABLETS,
    TOTAL,
    Level,
    joined,
    level_of,
    number_of,
    one_total,
    says,
)
from taper_cli.reading.own import verify_days, verify_steps, version_of
from taper_cli.reading.revised import as_revised
from taper_cli.reading.table import Table, read_table
from taper_cli.reading.two_drugs import Counted, Said, Taken, counted, drugs_of, taken_before, verify_worths

_COLUMNS_NAMED = 6
"""How many columns of a file a message names."""


class Reading(NamedTuple):
    """What a file states, and in words how it was understood; `also_named` are other names that it gives for its drug."""

    transcript: Transcript
    understood: tuple[str, ...]
    region: str
    also_named: tuple[str, ...] = ()


def read_schedule(content: bytes, name: str, drug: str = "", said: Said | None = None) -> Reading:
    """Read a schedule; `drug` is used where the file does not name one, and `said` holds what was said beside a file of two.

    Raises:
        CannotPlan: for a file that is no schedule, with the line and what to do.
        RatioMissing: for two drugs without the prescriber's word for what one counts for in the other.
    """
    table = read_table(content, name)
    schema = table.rows[0].get("schema")
    if schema and schema not in ("taper.step.v1", "taper.day.v1"):
        raise CannotPlan(
            f"{name!r} has the schema {schema!r}",
            "expected taper.step.v1 or taper.day.v1",
            "check the step or day file",
        )
    said = said or Said(drug)
    drugs = drugs_of(table, said)
    if len(drugs) > 1 or "counts_in" in table.columns:
        return _of_two(name, table, counted(name, table, drugs, said))
    known = next((row.get(*DRUG) for row in table.rows if row.get(*DRUG)), "") or drug
    if not known:
        raise CannotPlan(
            f"{name!r} does not say which drug", "expected a column 'drug'", "add --drug, such as --drug diazepam"
        )
    levels = [level_of(row, known) for row in table.rows]
    region = table.rows[0].get("region")
    if not schema:
        return _foreign(levels, table, _Whose(known), region)
    (verify_steps if schema == "taper.step.v1" else verify_days)([[row] for row in table.rows])
    before = cells.dose(table.rows[0].get("previous_total_mg"), table.rows[0].line, unit="mg")
    return _ours(levels, _Whose(known), Taken(before), region)


def _of_two(name: str, table: Table, file: Counted) -> Reading:
    """A file of two drugs."""
    region, schema = table.rows[0].get("region"), table.rows[0].get("schema")
    counts = f"{file.words}, as the prescriber has it; each total below counts both"
    whose = _Whose(file.drug, file.switched, (counts, *file.notes), file.columns)
    if not schema:
        return _foreign(file.levels, table, whose, region)
    (verify_steps if schema == "taper.step.v1" else verify_days)(
        [[line.row for line in group] for group in file.groups]
    )
    verify_worths(file)
    return _ours(file.levels, whose, taken_before(file), region)


class _Whose(NamedTuple):
    """The drug of a file and, where there are two, the one that it comes from, with how they were counted in words.

    `columns` are those that belong to one of two drugs.
    """

    drug: str
    switched: Switched | None = None
    notes: tuple[str, ...] = ()
    columns: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """Which drug, or which to which."""
        return f"{self.switched.drug} switched to {self.drug}" if self.switched else self.drug

    def switches(self, taken: Sequence[StatedIntake], now: Sequence[StatedIntake]) -> bool:
        """Whether less of the old drug and more of the new one is taken than before."""
        if self.switched is None:
            return False
        (old_was, new_was), (old, new) = (
            [sum(one.dose.ng for one in intakes if one.drug == drug) for drug in (self.switched.drug, "")]
            for intakes in (taken, now)
        )
        return old < old_was and new > new_was


def _by_day(dates: Sequence[date]) -> bool:
    """Whether a spreadsheet has one row a day: most rows follow the one before by a day, so that a dropped day is seen."""
    steps = [(later - earlier).days for earlier, later in pairwise(dates)]
    return len(steps) > 1 and 5 * steps.count(1) >= 4 * len(steps)


def _ours(levels: Sequence[Level], whose: _Whose, before: Taken, region: str) -> Reading:
    """Our own file: the dose before the first cut stands in its first row."""
    first = levels[0].row
    by_day = first.get("schema") == "taper.day.v1"
    kept = list(joined(levels)) if by_day else levels
    steps = tuple(_steps(kept, whose, before.intakes))
    understood = [
        f"our own CSV, one row a {'day' if by_day else 'step'}: {whose.title}, {len(steps)} steps, "
        f"{before.total} a day before the first",
        *whose.notes,
    ]
    version = version_of(first)
    if version > 1:
        understood.append(f"version {version} of a plan: compare each dose that goes up with its change slip")
    transcript = Transcript(
        drug=whose.drug,
        before=before.total,
        steps=steps,
        switched=whose.switched,
        intakes_before=before.intakes,
    )
    if version > 1:
        transcript = as_revised(transcript, version, [level.row for level in kept])
    return Reading(transcript, tuple(understood), region)


def _foreign(levels: Sequence[Level], table: Table, whose: _Whose, region: str) -> Reading:
    """A spreadsheet: its first row is the starting dose, the others are the levels; daily rows are joined."""
    used = {*START, *END, *TOTAL, *DRUG, *KIND, *whose.columns, "unit", "units", "dose_unit", "weekday", "region"}
    used |= {name for names in SLOTS.values() for name in names}
    _no_multipliers(table)
    _days_named(table)
    passed = [column for column in table.columns if column not in used and not TABLETS.fullmatch(column)]
    dates = [level.start for level in levels if level.start]
    _no_duplicates(levels)
    daily = _by_day(dates)
    kept = list(joined(levels)) if daily else list(levels)
    if len(kept) < 2:
        raise CannotPlan(
            "the schedule holds one dose only", "expected the starting dose and at least one step after it"
        )
    _starts_before(kept[0], kept[1])
    understood = [
        f"a spreadsheet, one row a {'day' if daily else 'step'}: {whose.title}, "
        f"starting dose {'that counts for ' if whose.switched else ''}{kept[0].total} (first row), then {len(kept) - 1} levels",
        *whose.notes,
    ]
    if passed:
        understood.append(f"columns passed over: {', '.join(passed)}")
    steps = tuple(_steps(kept[1:], whose, kept[0].intakes, before=kept[0].total))
    text = kept[0].row.get(*END)
    until = cells.day(text, kept[0].row.line) + timedelta(days=1) if text else kept[0].end
    transcript = Transcript(
        drug=whose.drug,
        before=kept[0].total,
        steps=steps,
        before_until=until,
        switched=whose.switched,
        intakes_before=kept[0].intakes if whose.switched else (),
    )
    return Reading(transcript, tuple(understood), region)


def _starts_before(first: Level, following: Level) -> None:
    """The starting dose stands before the first cut or on its day; else one of the two dates is a slip."""
    if first.start and following.start and first.start > following.start:
        raise CannotPlan(
            f"line {following.row.line}: date {following.start.isoformat()} is before that of the starting dose above it",
            "expected dates that follow one another",
            "check the years of both rows",
        )


def _no_multipliers(table: Table) -> None:
    """A column that says how often or how many may multiply the dose: what a day holds is then anybody's guess."""
    found = next((column for column in table.columns if column in MULTIPLIERS), "")
    if found:
        raise CannotPlan(
            f"column {found!r} may multiply the dose",
            "expected the total of a day",
            f"write it as total_mg, and leave {found!r} out",
        )
    for row in table.rows:
        one_total(row)


def _days_named(table: Table) -> None:
    """A spreadsheet says in some column when each dose begins; weeks by number name no day."""
    if not set(START) & set(table.columns):
        named = ", ".join(repr(column) for column in table.columns[:_COLUMNS_NAMED])
        raise CannotPlan(
            f"no column of dates (the first columns are {named})",
            "expected one called 'date' or 'start_date'",
            "write in it for example 2026-12-07",
        )


def _no_duplicates(levels: Sequence[Level]) -> None:
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


def _steps(
    levels: Sequence[Level], whose: _Whose, taken: Sequence[StatedIntake], before: Dose | None = None
) -> Iterator[StatedStep]:
    """Levels as stated steps: each ends where its row says, or where the next begins."""
    for place, level in enumerate(levels):
        if level.start is None:
            raise CannotPlan(f"line {level.row.line}: no date", "expected one", "write for example 2026-12-07")
        following = levels[place + 1].start if place + 1 < len(levels) else None
        text = level.row.get(*END)
        ending = not level.total or (following is None and (says(level, "maintain", "stay on") or _stays(levels)))
        stated = cells.day(text, level.row.line) + timedelta(days=1) if text else level.end
        end = None if ending else (stated or following)
        switches = whose.switches(taken, level.intakes)
        same = before is not None and level.total == before and not switches
        yield StatedStep(
            number=place + 1,
            kind=_kind(level, ending=ending, usual=_usual_kind(switches=switches, same=same)),
            start=level.start,
            end=end,
            total=level.total,
            intakes=level.intakes,
            held=same or "held" in level.row.get("flags").split(";"),
            weekday=level.row.get("start_weekday", "weekday"),
            stated_number=number_of(level),
            day_portions=level.day_portions,
            written=level.written,
            pieces=level.pieces,
            rhythm=level.rhythm,
            others=level.others,
        )
        before, taken = level.total if before is not None else None, level.intakes


def _stays(levels: Sequence[Level]) -> bool:
    """Whether our own day file ends in a maintenance dose: its last row alone opens a step, as the row of an ending does."""
    last = levels[-1]
    return (
        last.row.get("schema") == "taper.day.v1"
        and last.start is not None
        and last.end == last.start + timedelta(days=1)
    )


def _usual_kind(*, switches: bool, same: bool) -> StepKind:
    """What a row of every day does, by what is taken before it."""
    if switches:
        return StepKind.SWITCH
    return StepKind.HOLD if same else StepKind.REDUCE


def _kind(level: Level, *, ending: bool, usual: StepKind) -> StepKind:
    """What the row does: as it says, or as its dose shows."""
    said = level.row.get("step_type")
    if said in {kind.value for kind in StepKind}:
        return StepKind(said)
    if ending:
        return StepKind.MAINTAIN if level.total else StepKind.STOP
    return StepKind.SPACE if level.rhythm is not None else usual

"""Our own CSV files are known to the column, so a row that disagrees with itself or its neighbours is told at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from taper_cli.model.dose import decimal_text
from taper_cli.model.errors import CannotPlan, WrongValue
from taper_cli.model.period import weekday
from taper_cli.reading import cells
from taper_cli.reading.level import TABLETS
from taper_cli.reading.table import Row

_SLOTS = ("morning_mg", "noon_mg", "evening_mg", "bedtime_mg")
_ML = re.compile(r"(\d+(?:\.\d+)?) mL of \d")
_SAID = re.compile(
    r"(?<!micrograms )\((?:\d+(?:\.\d+)? micrograms, )?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?) mg\)"
)


def verify_steps(groups: Sequence[Sequence[Row]]) -> None:
    """Numbers, weekdays, lengths and previous totals of a step file; of two drugs a step has a row for each.

    Raises:
        CannotPlan: with the line, what it says and what is expected.
    """
    _one_version([row for rows in groups for row in rows])
    for place, row in ((place, row) for place, rows in enumerate(groups, start=1) for row in rows):
        _expect(row, "step_no", str(place))
        start = cells.day(row.get("start_date"), row.line)
        _expect(row, "start_weekday", weekday(start))
        if row.get("end_date"):
            end = cells.day(row.get("end_date"), row.line)
            _expect(row, "end_weekday", weekday(end))
            _expect(row, "days", str((end - start).days + 1))
        _adds_up(row)
    _follow_on(groups)


def version_of(row: Row) -> int:
    """The version of the plan that a row belongs to; 1 where the cell holds no number."""
    text = row.get("plan_version")
    return int(text) if re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII) else 1


def _one_version(rows: Sequence[Row]) -> None:
    """Every row is of one plan and version, and names the version before it."""
    version = version_of(rows[0])
    for row in rows:
        _expect(row, "plan_id", rows[0].get("plan_id"))
        _expect(row, "plan_version", rows[0].get("plan_version"))
        _expect(row, "replaces_version", str(version - 1) if version > 1 else "")


def _adds_up(row: Row) -> None:
    """The cut is the difference of its doses, the volume that of the days, and the patient's words say the same dose."""
    before, total = (_number(row, column) for column in ("previous_total_mg", "total_mg"))
    # A dose that goes up again is no cut below zero, but none.
    if _number(row, "reduction_mg") != max(before - total, 0):
        _expect(row, "reduction_mg", decimal_text(max(before - total, Fraction(0))))
    if row.get("volume_total_ml") and row.get("end_date") and not row.get("days_taken"):
        daily = sum((Fraction(amount) for amount in _ML.findall(row.get("products_text"))), Fraction(0))
        _expect(row, "volume_total_ml", _shown(daily * int(row.get("days"))))
    said = sum((Fraction(dose.replace(",", "")) for dose in _SAID.findall(row.get("instruction_text"))), Fraction(0))
    if row.get("days_taken"):
        said -= _number(row, "days_between_mg")
    if said != total:
        raise CannotPlan(
            f"line {row.line}: instruction_text says {_shown(said)} mg a day",
            f"expected {decimal_text(total)} mg",
            "restore the file as it was written",
        )


def _shown(amount: Fraction) -> str:
    """A number of a file that may hold anything: as a decimal where it is one of ours, else as it is."""
    try:
        return decimal_text(amount)
    except WrongValue:
        return str(amount)


def _number(row: Row, column: str) -> Fraction:
    """A number of one of our columns."""
    return cells.number(row.get(column), row.line, column)


def verify_days(groups: Sequence[Sequence[Row]]) -> None:
    """Numbers, weekdays, previous totals of a day file, and that all days of one step say the same; of two drugs a day has a row each.

    Raises:
        CannotPlan: with the line, what it says and what is expected.
    """
    rows = [row for group in groups for row in group]
    _one_version(rows)
    first = cells.day(rows[0].get("date"), rows[0].line)
    for place, row in ((place, row) for place, group in enumerate(groups) for row in group):
        _expect(row, "day_no", str(place + 1))
        on = cells.day(row.get("date"), row.line)
        _expect(row, "weekday", weekday(on))
        if on != first + timedelta(days=place):
            expected = (first + timedelta(days=place)).isoformat()
            raise CannotPlan(
                f"line {row.line}: date says {on.isoformat()}",
                f"expected {expected}",
                "restore the file as it was written",
            )
    _follow_on(groups)
    for drug in dict.fromkeys(row.get("drug") for row in rows):
        _verify_supply([row for row in rows if row.get("drug") == drug])
    _verify_step_numbers(groups)


def _verify_step_numbers(groups: Sequence[Sequence[Row]]) -> None:
    """A step begins where something changes, and nowhere else."""
    for row in groups[0]:
        _expect(row, "step_no", "1")
    for earlier, later in pairwise(groups):
        number, days_taken = int(earlier[0].get("step_no")), earlier[0].get("days_taken")
        changed = _told(earlier) != _told(later)
        for row in later:
            if row.get("days_taken") and row.get("step_no") == str(number):
                _expect(row, "days_taken", days_taken)
            elif (
                changed
                or row.get("days_taken") != days_taken
                or ((version_of(row) > 1 or later is groups[-1]) and row.get("step_no") == str(number + 1))
            ):
                # A revised plan may stay on a dose in a step of its own; so does the dose that goes on after the last step.
                _expect(row, "step_no", str(number + 1))
            else:
                _expect(row, "step_no", str(number))


def _told(rows: Sequence[Row]) -> dict[tuple[str, str], str]:
    """What the rows of a day say is taken, by drug and column; a drug that is taken no more says the same as no row of it."""
    dosed = [row for row in rows if len(rows) == 1 or row.get("total_mg") != "0"]
    return {(row.get("drug"), column): row.cells[column] for row in dosed for column in _instruction(row)}


def _verify_supply(rows: Sequence[Row]) -> None:
    """What is left at the end of each day follows from the day before: less what is used up, more what a new supply brings."""
    left = Fraction(0)
    for place, row in enumerate(rows):
        if not row.get("tablets_left_end_of_day"):
            continue
        counts = [_number(row, column) for column in row.cells if TABLETS.fullmatch(column)]
        stated = _number(row, "tablets_left_end_of_day")
        used = left - stated
        renewed = place == 0 or row.get("supply_no") != rows[place - 1].get("supply_no")
        if not renewed and used != sum(counts) and not _thrown_away(row, counts, used):
            raise CannotPlan(
                f"line {row.line}: tablets_left_end_of_day says {row.get('tablets_left_end_of_day')!r}",
                f"expected {decimal_text(max(left - sum(counts), Fraction(0)))!r}",
                "a row is missing or changed: restore the file as it was written",
            )
        left = stated


def _thrown_away(row: Row, counts: Sequence[Fraction], used: Fraction) -> bool:
    """Whether whole tablets were used up and parts of them thrown away: less than one for each product and time of day."""
    slots = sum(bool(row.get(column) not in ("", "0")) for column in _SLOTS) or 1
    thrown = used - sum(counts)
    return used.denominator == 1 and 0 < thrown < slots * sum(bool(count) for count in counts)


def _instruction(row: Row) -> list[str]:
    """The columns of a day file that say what is taken."""
    told = {*_SLOTS, "total_mg", "volume_ml"}
    return [column for column in row.cells if column in told or TABLETS.fullmatch(column)]


def _follow_on(groups: Sequence[Sequence[Row]]) -> None:
    """Each row's previous total is the total of its drug in the step or on the day before; a drug without a row had none."""
    for earlier, later in pairwise(groups):
        were = {row.get("drug").lower(): row.get("total_mg") for row in earlier}
        for row in later:
            _expect(row, "previous_total_mg", were.get(row.get("drug").lower(), "0"))


def _expect(row: Row, column: str, expected: str) -> None:
    """One cell as it must be."""
    found = row.get(column)
    if found != expected:
        raise CannotPlan(
            f"line {row.line}: {column} says {found!r}",
            f"expected {expected!r}",
            "a row is missing or changed: restore the file as it was written",
        )

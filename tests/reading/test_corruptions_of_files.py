"""One thing made wrong in a file of ours, at every place where it can be: each is caught, and no good file is accused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from reading_builders import (
    CANNOT,
    PASSED,
    REFUSED,
    TODAY,
    Answer,
    command,
    drafted_csv,
    findings_of,
    table,
    written,
)

Rows = list[dict[str, str]]
Way = Callable[[Rows, int], Rows | None]

SYRINGE = ("--syringe", "0.1 mL")
FILES = {
    "one intake a day": (("diazepam", "20 mg", "26w", "--region", "us"), ()),
    "two slots": (("diazepam", "4 mg morning + 6 mg bedtime", "--reduce", "1 mg", "--region", "gb"), ()),
    "tablets and a liquid": (
        (
            "diazepam",
            "20 mg",
            "26w",
            "--region",
            "gb",
            "--products",
            "5 mg tablet half, 2 mg in 5 mL oral solution",
            *SYRINGE,
        ),
        SYRINGE,
    ),
}
SLOTS = ("morning_mg", "noon_mg", "evening_mg", "bedtime_mg")
DOSES = (*SLOTS, "total_mg", "products_text")


@cache
def _file(name: str, rows: str) -> str:
    return drafted_csv(rows, *FILES[name][0], "--start", "2026-12-07")


def _changed(rows: Rows, place: int, **cells: str) -> Rows:
    """The rows with some cells of one changed."""
    return [*rows[:place], {**rows[place], **cells}, *rows[place + 1 :]]


def _more(number: str, by: str) -> str:
    """A decimal number and a bit more."""
    return f"{float(number) + float(by):g}"


def _moved(day: str, by: int) -> date:
    return date.fromisoformat(day) + timedelta(days=by)


def a_row_is_lost(rows: Rows, place: int) -> Rows | None:
    """The last one is STOP."""
    return [*rows[:place], *rows[place + 1 :]]


def a_row_stands_twice(rows: Rows, place: int) -> Rows | None:
    return [*rows[: place + 1], *rows[place:]]


def two_rows_change_places(rows: Rows, place: int) -> Rows | None:
    if place + 1 == len(rows):
        return None
    return [*rows[:place], rows[place + 1], rows[place], *rows[place + 2 :]]


def what_is_taken_changes_places(rows: Rows, place: int) -> Rows | None:
    """The doses of two neighbours are exchanged, their dates are not."""
    if place + 1 == len(rows) or rows[place]["total_mg"] == rows[place + 1]["total_mg"]:
        return None
    columns = [column for column in rows[place] if column in DOSES or column.startswith(("tabs_", "volume_ml"))]
    first, second = ({column: row[column] for column in columns} for row in (rows[place], rows[place + 1]))
    return _changed(_changed(rows, place, **second), place + 1, **first)


def the_total_is_off(rows: Rows, place: int) -> Rows | None:
    return _changed(rows, place, total_mg=_more(rows[place]["total_mg"], "0.5"))


def the_dose_of_a_slot_is_off(rows: Rows, place: int) -> Rows | None:
    slot = next((slot for slot in SLOTS if rows[place][slot] not in ("", "0")), None)
    return None if slot is None else _changed(rows, place, **{slot: _more(rows[place][slot], "0.5")})


def nothing_is_taken_before_the_end(rows: Rows, place: int) -> Rows | None:
    if place + 1 == len(rows):
        return None
    nothing = {column: "0" if rows[place][column] else "" for column in SLOTS}
    made_of = {column: "" for column in rows[place] if column == "products_text" or column.startswith("tabs_")}
    return _changed(rows, place, total_mg="0", **nothing, **made_of)


def the_dose_rises(rows: Rows, place: int) -> Rows | None:
    """An earlier, higher dose is taken again."""
    higher = next((row for row in rows[:place] if float(row["total_mg"]) > float(rows[place - 1]["total_mg"])), None)
    if higher is None:
        return None
    again = {column: cell for column, cell in higher.items() if column in DOSES or column.startswith("tabs_")}
    return _changed(rows, place, **again)


def the_drug_is_another(rows: Rows, place: int) -> Rows | None:
    return _changed(rows, place, drug="lorazepam")


def the_dose_before_is_off(rows: Rows, place: int) -> Rows | None:
    if not place and "reduction_mg" not in rows[place]:
        return None  # nothing else in the first row of the file of days tells of the dose before it
    return _changed(rows, place, previous_total_mg=_more(rows[place]["previous_total_mg"], "0.5"))


EITHER: tuple[Way, ...] = (
    a_row_is_lost,
    a_row_stands_twice,
    two_rows_change_places,
    what_is_taken_changes_places,
    the_total_is_off,
    the_dose_of_a_slot_is_off,
    nothing_is_taken_before_the_end,
    the_dose_rises,
    the_drug_is_another,
    the_dose_before_is_off,
)


def a_third_of_a_tablet(rows: Rows, place: int) -> Rows | None:
    text = re.sub(r"[\d.]+ tablets?", "0.333 tablets", rows[place]["products_text"], count=1)
    return None if text == rows[place]["products_text"] else _changed(rows, place, products_text=text)


def thirds_that_add_up(rows: Rows, place: int) -> Rows | None:
    """A whole tablet as two pieces which no one can cut."""
    pieces = r" 0.3 tablets of \1 and 0.7 tablets of \1"
    text = re.sub(r" 1 tablet of (\S+ mg)", pieces, rows[place]["products_text"], count=1)
    return None if text == rows[place]["products_text"] else _changed(rows, place, products_text=text)


def a_count_is_off_by_a_half(rows: Rows, place: int) -> Rows | None:
    count = re.search(r"([\d.]+) tablets?", rows[place]["products_text"])
    if count is None:
        return None
    text = rows[place]["products_text"].replace(count[0], f"{_more(count[1], '0.5')} tablets", 1)
    return _changed(rows, place, products_text=text)


def a_volume_is_off(rows: Rows, place: int) -> Rows | None:
    volume = re.search(r"([\d.]+) mL of", rows[place]["products_text"])
    if volume is None:
        return None
    text = rows[place]["products_text"].replace(volume[0], f"{_more(volume[1], '0.1')} mL of", 1)
    return _changed(rows, place, products_text=text)


def the_tablets_to_supply_are_off_by_a_half(rows: Rows, place: int) -> Rows | None:
    text = rows[place]["tablets_total"]
    return _changed(rows, place, tablets_total=_more(text, "0.5")) if float(text or 0) else None


def the_volume_to_supply_is_off(rows: Rows, place: int) -> Rows | None:
    text = rows[place]["volume_total_ml"]
    return _changed(rows, place, volume_total_ml=_more(text, "1")) if text else None


def the_weekday_is_another(rows: Rows, place: int) -> Rows | None:
    return _changed(rows, place, start_weekday=f"{_moved(rows[place]['start_date'], 1):%a}")


def the_last_weekday_is_another(rows: Rows, place: int) -> Rows | None:
    last = rows[place]["end_date"]
    return _changed(rows, place, end_weekday=f"{_moved(last, 1):%a}") if last else None


def a_step_begins_a_day_early(rows: Rows, place: int) -> Rows | None:
    day = _moved(rows[place]["start_date"], -1)
    return _changed(rows, place, start_date=day.isoformat(), start_weekday=f"{day:%a}") if place else None


def a_step_begins_a_day_late(rows: Rows, place: int) -> Rows | None:
    day = _moved(rows[place]["start_date"], 1)
    return _changed(rows, place, start_date=day.isoformat(), start_weekday=f"{day:%a}") if place else None


def a_step_ends_a_day_early(rows: Rows, place: int) -> Rows | None:
    if not rows[place]["end_date"]:
        return None
    day = _moved(rows[place]["end_date"], -1)
    return _changed(rows, place, end_date=day.isoformat(), end_weekday=f"{day:%a}")


def the_length_is_off(rows: Rows, place: int) -> Rows | None:
    return _changed(rows, place, days=_more(rows[place]["days"], "1")) if rows[place]["days"] else None


def the_cut_is_off(rows: Rows, place: int) -> Rows | None:
    return _changed(rows, place, reduction_mg=_more(rows[place]["reduction_mg"], "0.5"))


def the_patients_words_say_another_dose(rows: Rows, place: int) -> Rows | None:
    text = re.sub(r"\(([\d.]+) mg\)", lambda dose: f"({_more(dose[1], '1')} mg)", rows[place]["instruction_text"])
    return None if text == rows[place]["instruction_text"] else _changed(rows, place, instruction_text=text)


def two_cuts_become_one(rows: Rows, place: int) -> Rows | None:
    """A row is left out as if it had never been: the one before it lasts longer, numbers and sums are mended."""
    if not 0 < place < len(rows) - 2:
        return None
    before, left_out, after = rows[place - 1 : place + 2]
    cut = Fraction(before["total_mg"]) - Fraction(after["total_mg"])
    if 4 * cut <= Fraction(before["total_mg"]):
        return None
    kept = [*rows[: place - 1], _lasting_longer(before, left_out), *rows[place + 1 :]]
    kept[place] = {**after, "previous_total_mg": before["total_mg"], "reduction_mg": f"{float(cut):g}"}
    return [{**row, "step_no": str(number)} for number, row in enumerate(kept, start=1)]


def _lasting_longer(row: dict[str, str], left_out: dict[str, str]) -> dict[str, str]:
    """A row that ends when the next one would have ended, its supply in proportion."""
    days = int(row["days"]) + int(left_out["days"])
    longer = {
        column: f"{float(row[column]) * days / int(row['days']):g}"
        for column in ("tablets_total", "volume_total_ml")
        if row[column]
    }
    ends = {column: left_out[column] for column in ("end_date", "end_weekday")}
    return {**row, **longer, **ends, "days": str(days)}


BY_STEP: tuple[Way, ...] = (
    *EITHER,
    a_third_of_a_tablet,
    thirds_that_add_up,
    a_count_is_off_by_a_half,
    a_volume_is_off,
    the_tablets_to_supply_are_off_by_a_half,
    the_volume_to_supply_is_off,
    the_weekday_is_another,
    the_last_weekday_is_another,
    a_step_begins_a_day_early,
    a_step_begins_a_day_late,
    a_step_ends_a_day_early,
    the_length_is_off,
    the_cut_is_off,
    the_patients_words_say_another_dose,
    two_cuts_become_one,
)


def the_tablets_of_a_day_are_off_by_a_half(rows: Rows, place: int) -> Rows | None:
    column = next((name for name in rows[place] if name.startswith("tabs_") and float(rows[place][name] or 0)), None)
    return None if column is None else _changed(rows, place, **{column: _more(rows[place][column], "0.5")})


def the_volume_of_a_day_is_off(rows: Rows, place: int) -> Rows | None:
    text = rows[place]["volume_ml"]
    return _changed(rows, place, volume_ml=_more(text, "0.1")) if float(text or 0) else None


def the_weekday_of_a_day_is_another(rows: Rows, place: int) -> Rows | None:
    return _changed(rows, place, weekday=f"{_moved(rows[place]['date'], 1):%a}")


def a_day_has_the_date_of_its_neighbour(rows: Rows, place: int) -> Rows | None:
    if place + 1 == len(rows):
        return None
    return _changed(rows, place, date=rows[place + 1]["date"], weekday=rows[place + 1]["weekday"])


def the_number_of_a_day_is_off(rows: Rows, place: int) -> Rows | None:
    return _changed(rows, place, day_no=_more(rows[place]["day_no"], "1"))


def the_step_of_a_day_is_off(rows: Rows, place: int) -> Rows | None:
    return _changed(rows, place, step_no=_more(rows[place]["step_no"], "1"))


BY_DAY: tuple[Way, ...] = (
    *EITHER,
    the_tablets_of_a_day_are_off_by_a_half,
    the_volume_of_a_day_is_off,
    the_weekday_of_a_day_is_another,
    a_day_has_the_date_of_its_neighbour,
    the_number_of_a_day_is_off,
    the_step_of_a_day_is_off,
)
NOWHERE = {
    "one intake a day": {
        the_dose_of_a_slot_is_off,
        a_volume_is_off,
        the_volume_to_supply_is_off,
        the_volume_of_a_day_is_off,
    },
    "two slots": {a_volume_is_off, the_volume_to_supply_is_off, the_volume_of_a_day_is_off},
    "tablets and a liquid": {the_dose_of_a_slot_is_off},
}
"""What cannot be made wrong in a file, because it holds no such thing."""


def _cases(ways: tuple[Way, ...]) -> Iterator[object]:
    for name in FILES:
        for way in ways:
            if way not in NOWHERE[name]:
                yield pytest.param(name, way, id=f"{way.__name__}: {name}")


def _caught(answer: Answer) -> bool:
    return answer.code in (REFUSED, CANNOT)


def _missed(name: str, rows: str, way: Way, every: int = 1) -> list[int]:
    """The places at which this corruption went through."""
    good = table(_file(name, rows))
    tried = {place: way(good, place) for place in (*range(0, len(good), every), len(good) - 1)}
    spoiled = {place: written(wrong) for place, wrong in tried.items() if wrong is not None}
    assert spoiled, "this file cannot be spoiled in this way"
    return [place for place, text in spoiled.items() if not _caught(findings_of(text, *FILES[name][1]))]


@pytest.mark.parametrize(("name", "way"), list(_cases(BY_STEP)))
def test_a_fault_in_the_file_of_steps_is_caught_wherever_it_stands(name: str, way: Way) -> None:
    assert _missed(name, "step", way) == []


@pytest.mark.parametrize(("name", "way"), list(_cases(BY_DAY)))
def test_a_fault_in_the_file_of_days_is_caught_wherever_it_stands(name: str, way: Way) -> None:
    assert _missed(name, "day", way, every=13) == []


@pytest.mark.parametrize("rows", ["step", "day"])
@pytest.mark.parametrize("name", FILES)
def test_the_unspoiled_file_passes(name: str, rows: str) -> None:
    assert findings_of(written(table(_file(name, rows))), *FILES[name][1]).code == PASSED


@pytest.mark.parametrize("text", ["x", "-1", "2.5", "two"])
def test_a_step_number_that_is_no_number_is_never_passed_over(text: str) -> None:
    good = table(_file("one intake a day", "step"))
    assert _caught(findings_of(written(_changed(good, 3, step_no=text))))


@pytest.mark.parametrize("lost", range(1, 60, 7))
def test_a_day_lost_from_a_spreadsheet_of_days_is_caught(lost: int) -> None:
    doses = ["20"] * 14 + ["16"] * 14 + ["13"] * 14 + ["10"] * 14 + ["8"] * 14
    days = [f"{_moved('2026-12-07', passed)},{dose}" for passed, dose in enumerate(doses)]
    kept = "\n".join(["date,dose_mg", *days[:lost], *days[lost + 1 :]])
    answer = findings_of(kept + "\n", "--drug", "diazepam")
    assert answer.refused_rules >= {"dates.gap"}


def _typed(regimen: str, pace: tuple[str, ...], start: date, region: str) -> tuple[str, ...]:
    return ("diazepam", regimen, *pace, "--start", start.isoformat(), "--region", region)


REGIMENS = st.one_of(
    st.integers(4, 40).map(lambda mg: f"{mg} mg"),
    st.integers(4, 20).map(lambda mg: f"{mg} mg bedtime"),
    st.tuples(st.integers(1, 10), st.integers(2, 10)).map(
        lambda pair: f"{2 * pair[0]} mg morning + {2 * pair[1]} mg bedtime"
    ),
)
PACES = st.one_of(
    st.integers(8, 40).map(lambda weeks: (f"{weeks}w",)),
    st.integers(5, 25).map(lambda share: ("--reduce", f"{share}%")),
    st.tuples(st.integers(1, 2), st.integers(1, 4)).map(
        lambda pace: ("--reduce", f"{pace[0]} mg", "--every", f"{pace[1]}w")
    ),
)
STARTS = st.dates(date(2026, 12, 1), date(2028, 3, 31))


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(typed=st.builds(_typed, REGIMENS, PACES, STARTS, st.sampled_from(["us", "gb", "gb-nir"])))
def test_no_plan_of_ours_is_accused(typed: tuple[str, ...]) -> None:
    for rows in ("step", "day"):
        plan = command("plan", *typed, "--today", TODAY, "--format", "csv", "--rows", rows)
        assume(plan.code == PASSED)
        answer = findings_of(plan.out)
        assert (answer.code, answer.refused_rules) == (PASSED, set())

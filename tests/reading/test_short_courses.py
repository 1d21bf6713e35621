"""Short courses: under 3 weeks of a steroid the limits flag and never refuse, planned by levels or judged as a table alike."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from reading_builders import CANNOT, PASSED, REFUSED, command, findings_of, sheet

FIRST = date(2026, 12, 7)
ASKED = ("--region", "gb", "--today", "2026-11-22")
# Methylprednisolone is not held: its 21 tablets of 4 mg stand here as so many mg of prednisolone, for the shape alone.
COURSES = {
    "Medrol Dosepak, 21 tablets over 6 days (pack insert, as reproduced on secondary pages)": (
        "24 mg 1d, 20 mg 1d, 16 mg 1d, 12 mg 1d, 8 mg 1d, 4 mg 1d",
        "6d",
    ),
    "Bell's palsy, 60 mg for 5 days and 10 mg less each day (NICE CKS)": (
        "60 mg 5d, 50 mg 1d, 40 mg 1d, 30 mg 1d, 20 mg 1d, 10 mg 1d",
        "10d",
    ),
}
EACH = pytest.mark.parametrize(("steps", "used"), COURSES.values(), ids=COURSES)


def levels(steps: str) -> list[tuple[str, int]]:
    """Doses in mg with their days, as typed."""
    return [(words[0], int(words[2][:-1])) for words in (item.split() for item in steps.split(", "))]


def as_sheet(steps: str) -> str:
    """The course as a spreadsheet with one row a day, STOP last."""
    doses = [*(dose for dose, length in levels(steps) for _ in range(length)), "0"]
    return sheet("date,dose_mg", *(f"{FIRST + timedelta(days=day)},{dose}" for day, dose in enumerate(doses)))


def planned(steps: str, *more: str) -> tuple[int, str]:
    """The exit code of a plan by levels, and what it wrote as a CSV by day or said."""
    before = f"{levels(steps)[0][0]} mg"
    typed = ("plan", "prednisolone", before, "--steps", steps, "--start", str(FIRST), *ASKED, *more)
    answer = command(*typed, "--format", "csv", "--rows", "day")
    return answer.code, answer.out or answer.err


@EACH
def test_a_short_course_is_planned_day_by_day_as_printed(steps: str, used: str) -> None:
    code, text = planned(steps, "--context", f"used-for={used}")
    assert code == PASSED, text
    rows = list(csv.DictReader(io.StringIO(text)))
    printed = [dose for dose, length in levels(steps) for _ in range(length)]
    assert [row["total_mg"] for row in rows] == [*printed, "0"][: len(rows)]
    assert len(rows) >= len(printed)


@EACH
def test_a_short_course_as_a_spreadsheet_is_flagged_and_not_refused(steps: str, used: str) -> None:
    answer = findings_of(as_sheet(steps), "--drug", "prednisolone", "--region", "gb", "--context", f"used-for={used}")
    assert answer.code == PASSED, answer.refused_rules
    assert {one["level"] for one in answer.findings if one["rule"] == "pace.ese-2024.dose"} == {"flag"}


@EACH
@pytest.mark.parametrize("longer", ["22d", "4w", "1m", ""])
def test_the_same_table_after_three_weeks_or_an_unstated_time_is_refused(steps: str, used: str, longer: str) -> None:
    assert used != longer
    context = ("--context", f"used-for={longer}") if longer else ()
    code, text = planned(steps, *context)
    assert code == REFUSED
    assert text.startswith("taper: refused for safety: do not stop the medicine; keep the present dose")
    assert findings_of(as_sheet(steps), "--drug", "prednisolone", "--region", "gb", *context).code == REFUSED


def test_one_stop_from_a_full_dose_is_no_even_descent() -> None:
    """After short use the last dose may be one even step over the cuts there are, never the whole dose behind days of holding."""
    assert planned("24 mg 1d, 20 mg 1d", "--context", "used-for=6d")[0] == REFUSED
    held = sheet("date,dose_mg", "2026-12-07,24", "2026-12-08,24", "2026-12-09,20", "2026-12-10,0")
    assert findings_of(held, "--drug", "prednisolone", "--context", "used-for=6d").code == REFUSED


def test_methylprednisolone_itself_is_not_held() -> None:
    answer = command("plan", "methylprednisolone", "24 mg", "6d", *ASKED)
    assert answer.code == CANNOT
    assert "do not stop it suddenly" in answer.err

"""Schedules that leave days out, or take less on them: published ladders day by day, in every paper, and read back."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from revising_builders import revised
from service_builders import fault, planned

from taper_cli.checks.all import ALL_CHECKS
from taper_cli.checks.base import Case, check_all
from taper_cli.cli.app import run
from taper_cli.model.dose import Dose
from taper_cli.model.errors import CannotPlan, WrongValue
from taper_cli.model.finding import Level
from taper_cli.model.period import Rhythm
from taper_cli.model.request import ByLadder
from taper_cli.model.schedule import StepKind
from taper_cli.model.transcript import transcribe
from taper_cli.service import opened, plan, saved

STARTED = ("--start", "2026-12-07", "--today", "2026-11-22", "--region", "gb")
MONDAY = date(2026, 12, 7)

# NHS BNSSG after NICE NG243 (2024), remedy.bnssg.icb.nhs.uk, glucocorticoid wean: weeks 1 to 7, Monday to Sunday, in mg.
WEEKS = ("4343434", "3333333", "3232323", "2222222", "2121212", "1111111", "1010101")


def taken(path: Path) -> list[str]:
    """The daily totals of a day file."""
    return [row["total_mg"] for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))]


def written(folder: Path, *words: str, rows: str = "day") -> Path:
    """A plan's CSV."""
    path = folder / f"{rows}.csv"
    assert run(["plan", *words, *STARTED, "-o", str(path), "--rows", rows, "--quiet", "--force"]) == 0
    return path


def test_the_wean_by_alternate_days_is_the_published_one_day_by_day(tmp_path: Path) -> None:
    path = written(tmp_path, "prednisolone", "4 mg", "--ladder", "ng243-alternate-day")
    assert taken(path) == [*"".join(WEEKS), "0"]


def test_a_proton_pump_inhibitor_goes_from_alternate_days_to_two_a_week_to_none(tmp_path: Path) -> None:
    # NHS Highland TAM213: the lower strength, alternate days, twice a week, a month each.
    path = written(tmp_path, "omeprazole", "20 mg", "--ladder", "highland-omeprazole shortest")
    days = taken(path)
    assert days[:28] == ["10"] * 28
    assert days[28:56] == ["10", "0"] * 14
    third = [MONDAY + timedelta(days=56 + offset) for offset in range(28)]
    assert days[56:84] == ["10" if day.weekday() in (0, 3) else "0" for day in third]
    assert days[84:] == ["0"]


@pytest.mark.parametrize(
    ("drug", "dose", "ladder"),
    [
        ("prednisolone", "4 mg", "ng243-alternate-day"),
        ("omeprazole", "20 mg", "highland-omeprazole"),
        ("lansoprazole", "30 mg", "highland-lansoprazole"),
    ],
)
class TestEveryPaper:
    """What one paper says of the days, the others say as well."""

    def test_the_supply_is_what_the_days_take(self, tmp_path: Path, drug: str, dose: str, ladder: str) -> None:
        words = (drug, dose, "--ladder", ladder)
        days = list(csv.DictReader(io.StringIO(written(tmp_path, *words).read_text(encoding="utf-8"))))
        counts = [name for name in days[0] if re.fullmatch(r"[a-z]+_[0-9p]+mg", name) and name != "total_mg"]
        counts = [
            name for name in counts if not name.startswith(("total", "previous", "morning", "noon", "evening", "bed"))
        ]
        used = sum(float(day[name] or 0) for day in days for name in counts)
        steps = list(csv.DictReader(io.StringIO(written(tmp_path, *words, rows="step").read_text(encoding="utf-8"))))
        supply = list(csv.DictReader(io.StringIO(written(tmp_path, *words, rows="supply").read_text(encoding="utf-8"))))
        assert used == sum(float(step["tablets_total"] or 0) for step in steps)
        assert used == sum(float(item["needed_quantity"]) for item in supply)

    @pytest.mark.parametrize("rows", ["step", "day"])
    def test_its_own_files_are_read_back_as_they_were_planned(
        self, tmp_path: Path, drug: str, dose: str, ladder: str, rows: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = written(tmp_path, drug, dose, "--ladder", ladder, rows=rows)
        assert run(["check", str(path), "--today", "2026-11-22"]) in (0, 4)
        said = " ".join(capsys.readouterr().out.split())
        plan_steps = planned(drug, dose, ladder=ladder, region="gb").schedule.steps
        for step in plan_steps:
            words = step.rhythm.words if step.rhythm else "a day"
            assert step.end is None or f"{step.total} {words}" in said
        assert "dose.rise" not in said and "restore the file" not in said

    def test_a_plan_file_opens_to_the_same_report(self, drug: str, dose: str, ladder: str) -> None:
        report = planned(drug, dose, ladder=ladder, region="gb")
        again = opened(saved(report), "plan.json", report.generated_on)
        assert again == report and any(step.rhythm for step in again.schedule.steps)

    def test_a_changed_day_is_told(
        self, tmp_path: Path, drug: str, dose: str, ladder: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = written(tmp_path, drug, dose, "--ladder", ladder)
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        place = next(place for place, line in enumerate(lines) if "alternate" in line)
        swapped = [*lines[: place + 1], lines[place + 2], lines[place + 1], *lines[place + 3 :]]
        path.write_text("".join(swapped), encoding="utf-8", newline="")
        assert run(["check", str(path), "--today", "2026-11-22"]) == 3
        assert "expected" in capsys.readouterr().err


class TestWhoMaySpaceDays:
    """Days are left out only where a published schedule does so."""

    def test_the_judge_refuses_spaced_days_that_no_schedule_publishes(self) -> None:
        report = planned("omeprazole", "20 mg", ladder="highland-omeprazole", region="gb")
        case = Case(transcript=transcribe(report.schedule), caps=(), last_step=Dose.of_mg(10), products=None, totals=())
        found = [finding for finding in check_all(case, ALL_CHECKS) if finding.rule == "days.spaced"]
        assert len(found) == 2 and all(finding.level is Level.REFUSE for finding in found)

    @pytest.mark.parametrize("drug", ["diazepam", "paroxetine", "sertraline", "temazepam"])
    def test_a_short_acting_drug_has_no_such_ladder(self, drug: str) -> None:
        error = fault(drug, "20 mg", ladder="highland-omeprazole", region="gb")
        assert "is not held for" in str(error)

    def test_less_in_the_long_run_counts_as_a_cut_and_as_less_of_it(self) -> None:
        schedule = planned("prednisolone", "4 mg", ladder="ng243-alternate-day", region="gb").schedule
        assert all(map(schedule.reduces, schedule.steps))
        assert [step.kind for step in schedule.steps[:3]] == [StepKind.SPACE, StepKind.REDUCE, StepKind.SPACE]
        assert [schedule.reduction(step).limit_denominator(100) * 8 for step in schedule.steps[:1]] == [1]

    @pytest.mark.parametrize(
        ("drug", "dose", "ladder", "largest"),
        [
            # 20 mg, then every other day, then on two days of seven: half, then 1 - 2/7 * 2.
            ("pantoprazole", "20 mg", "highland-pantoprazole", Fraction(1, 2)),
            # 4, 3.5, 3, 2.5, 2, 1.5, 1, 0.5 mg in the long run, a week each: over 28 days 3 to 1, 2.5 to 0.5.
            ("prednisolone", "4 mg", "ng243-alternate-day", Fraction(4, 5)),
        ],
    )
    def test_the_largest_cut_counts_what_is_taken_in_the_long_run(
        self, drug: str, dose: str, ladder: str, largest: Fraction
    ) -> None:
        """A tablet on every other day in place of one a day is no cut of 0%."""
        report = planned(drug, dose, ladder=ladder, region="gb")
        assert report.method.found.largest_cut == largest
        held = revised(report, report.schedule.start, hold="1d")
        assert held.method.found.largest_cut == largest

    def test_the_limit_reads_the_long_run(self) -> None:
        # 1 mg in 4 weeks is the joint guideline's limit at 5 mg or less; the wean takes 1 mg in 2 weeks, from the third cut on.
        report = planned("prednisolone", "4 mg", ladder="ng243-alternate-day", region="gb")
        steps = {finding.step for finding in report.findings if finding.rule == "pace.ese-2024.dose"}
        assert steps == {3, 4, 5, 6, 7}


def test_a_rhythm_cannot_be_built_wrong() -> None:
    assert Rhythm.of_key("monday thursday") == Rhythm((0, 3)) and Rhythm.of_key("alternate") == Rhythm()
    assert Rhythm.of_key(Rhythm((1, 4)).key) == Rhythm((1, 4))
    for weekdays in ((3, 0), (0, 0), (7,), tuple(range(7))):
        with pytest.raises(WrongValue):
            Rhythm(weekdays)
    with pytest.raises(WrongValue):
        Rhythm.of_key("someday")


def test_the_request_names_the_ladder() -> None:
    report = planned("prednisolone", "4 mg", ladder="ng243-alternate-day", region="gb")
    assert report.request.pace == ByLadder("ng243-alternate-day") and plan(report.request) == report


@pytest.mark.parametrize(
    ("dose", "ladder", "first"),
    [
        ("60 mg morning", "ng243-alternate-day", "4 mg"),
        ("60 mg morning", "pmr-bsr-2010", "15 mg"),
        ("17.5 mg morning", "pmr-bsr-2010", "15 mg"),
        ("12 mg morning", "pmr-eular-2015", "10 mg"),
    ],
)
def test_a_leap_down_to_the_first_rung_of_a_ladder_is_no_published_step(dose: str, ladder: str, first: str) -> None:
    """60 mg to 4 mg overnight was planned and flagged 'as published': nobody published it, and the adrenal glands do not answer."""
    error = fault("prednisolone", dose, ladder=ladder, region="gb")
    assert type(error) is CannotPlan
    assert f"begins at {first}" in str(error) and f"--to '{first}'" in str(error)

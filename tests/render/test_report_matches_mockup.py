"""The worked example, row by row: what a pharmacist computed by hand for the patient's sheet and for the prescriber's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

import pytest
from render_builders import rows_of, worked_example

from taper_cli.model.finding import Level
from taper_cli.model.schedule import Slot, Step, StepKind
from taper_cli.render.blocks import StepRow
from taper_cli.render.spreadsheet import days_csv
from taper_cli.render.steps import beside, step_table
from taper_cli.render.warnings import watch_window

NOW = ("now", "4 mg", "6 mg", "10 mg")
SHEET = [
    # step, first day, last day, morning, night, a day
    ("1", "Mon 2 Mar 2026", "Sun 15 Mar 2026", "1 and a half tablets (3 mg)", "3 tablets (6 mg)", "9 mg"),
    ("2", "Mon 16 Mar 2026", "Sun 29 Mar 2026", "1 tablet (2 mg)", "3 tablets (6 mg)", "8 mg"),
    ("3", "Mon 30 Mar 2026", "Sun 12 Apr 2026", "half a tablet (1 mg)", "3 tablets (6 mg)", "7 mg"),
    ("4", "Mon 13 Apr 2026", "Sun 26 Apr 2026", "none", "3 tablets (6 mg)", "6 mg"),
    ("5", "Mon 27 Apr 2026", "Sun 10 May 2026", "none", "2 and a half tablets (5 mg)", "5 mg"),
    ("6", "Mon 11 May 2026", "Sun 24 May 2026", "none", "2 tablets (4 mg)", "4 mg"),
    ("7", "Mon 25 May 2026", "Sun 7 Jun 2026", "none", "1 and a half tablets (3 mg)", "3 mg"),
    ("8", "Mon 8 Jun 2026", "Sun 21 Jun 2026", "none", "1 tablet (2 mg)", "2 mg"),
    ("9", "Mon 22 Jun 2026", "Sun 5 Jul 2026", "none", "half a tablet (1 mg)", "1 mg"),
    ("END", "Mon 6 Jul 2026", "STOP", "STOP. Take no more diazepam.", "", "0 mg"),
]
PERCENTAGES = [
    # step, % of current, % of start, cumulative
    ("1", "10%", "10%", "10%"),
    ("2", "11.1%", "10%", "20%"),
    ("3", "12.5%", "10%", "30%"),
    ("4", "14.3%", "10%", "40%"),
    ("5", "16.7%", "10%", "50%"),
    ("6", "20%", "10%", "60%"),
    ("7", "25%", "10%", "70%"),
    ("8", "33.3%", "10%", "80%"),
    ("9", "50%", "10%", "90%"),
    ("END", "100%", "10%", "100%"),
]
FLAGGED = {"8", "9", "END"}


def steps() -> tuple[Step, ...]:
    return worked_example().schedule.steps


def printed() -> Iterator[tuple[StepRow, Step]]:
    """Each printed row beside the step it prints; the present dose left aside."""
    _, *rows = step_table(worked_example()).rows
    yield from zip(rows, steps(), strict=True)


class TestThePatientsSheet:
    """Dates with weekday, each slot in words and mg, and the total."""

    def test_the_present_dose_stands_first_and_has_no_date(self) -> None:
        now = step_table(worked_example()).rows[0]
        assert (now.number, *now.takes, now.total) == NOW
        assert (now.first, now.last) == ("", "")

    def test_the_slots_are_morning_and_night(self) -> None:
        assert step_table(worked_example()).slots == ("morning", "night")

    @pytest.mark.parametrize("place", range(len(SHEET)), ids=[row[0] for row in SHEET])
    def test_row(self, place: int) -> None:
        row = step_table(worked_example()).rows[place + 1]
        assert (row.number, row.first, row.last, *row.takes, row.total) == SHEET[place]

    def test_there_is_no_other_row(self) -> None:
        assert len(step_table(worked_example()).rows) == 1 + len(SHEET)


class TestThePrescribersSheet:
    """Days, percentages and flags."""

    @pytest.mark.parametrize("place", range(len(PERCENTAGES)), ids=[row[0] for row in PERCENTAGES])
    def test_percentages(self, place: int) -> None:
        row = step_table(worked_example()).rows[place + 1]
        assert (row.number, row.of_current, row.of_start, row.cumulative) == PERCENTAGES[place]

    def test_every_step_lasts_14_days(self) -> None:
        assert [row.days for row, _ in printed()] == ["14"] * 9 + [""]

    def test_flags_stand_on_steps_8_and_9_and_the_end_and_on_no_other(self) -> None:
        assert {row.number for row, _ in printed() if row.flags} == FLAGGED

    def test_the_step_at_the_limit_of_25_percent_is_not_flagged(self) -> None:
        row = next(row for row, _ in printed() if row.of_current == "25%")
        assert row.flags == ""

    def test_every_flag_is_the_guidelines_and_has_its_source(self) -> None:
        flags = [finding for finding in worked_example().findings if finding.level is not Level.INFO]
        assert [(finding.rule, finding.step) for finding in flags] == [
            ("pace.asam-2025.cap", 8),
            ("pace.asam-2025.cap", 9),
            ("pace.asam-2025.cap", 10),
        ]
        assert all(finding.source and finding.limit == Fraction(1, 4) for finding in flags)

    def test_a_smaller_cut_is_offered_beside_each_flag(self) -> None:
        offered = {cut.step: cut.products for cut in worked_example().smaller_cuts}
        assert set(offered) == {8, 9, 10}
        assert all("2 mg in 5 mL oral solution by 0.1 mL" in products for products in offered.values())

    def test_a_bigger_drop_is_said_beside_steps_8_and_9(self) -> None:
        warned = [
            step.number for step in steps() if any("bigger drop" in line for line in beside(worked_example(), step))
        ]
        assert warned == [8, 9]


class TestThePlan:
    """The whole of it: 126 days, 630 mg, 315 tablets, STOP on Monday 6 July 2026."""

    def test_stops_on_monday_6_july_2026(self) -> None:
        ending = worked_example().schedule.ending
        assert (ending.kind, ending.start, ending.start.strftime("%A")) == (StepKind.STOP, date(2026, 7, 6), "Monday")

    def test_doses_for_126_days(self) -> None:
        assert worked_example().schedule.days == 9 * 14

    def test_needs_315_tablets_of_2_mg_which_are_630_mg(self) -> None:
        tablets = sum(
            portion.count * (step.days or 0)
            for step in steps()
            for intake in step.intakes
            for portion in intake.portions
        )
        assert tablets == 315
        assert sum(Fraction(row["total_mg"]) for row in rows_of(days_csv(worked_example()))) == 315 * 2

    def test_the_morning_is_cut_first(self) -> None:
        mornings = [step.dose_at(Slot.MORNING).mg_text for step in steps()]
        nights = [step.dose_at(Slot.BEDTIME).mg_text for step in steps()]
        assert mornings == ["3", "2", "1", "0", "0", "0", "0", "0", "0", "0"]
        assert nights == ["6", "6", "6", "6", "5", "4", "3", "2", "1", "0"]

    def test_is_watched_from_day_3_to_day_14_after_each_drop_and_for_four_weeks_after_the_end(self) -> None:
        for step in steps()[:-1]:
            assert watch_window(worked_example(), step) == (
                step.start + timedelta(days=3 - 1),
                step.start + timedelta(days=14 - 1),
            )
        after = watch_window(worked_example(), steps()[-1])
        assert after == (date(2026, 7, 6), date(2026, 7, 6) + timedelta(days=28 - 1))

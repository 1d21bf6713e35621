"""The day file: one row a day from the first cut to the last dose and one for the ending, with the tablets of each day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from render_builders import mg, report, rows_of, worked_example

from taper_cli.model.report import Report
from taper_cli.render.spreadsheet import days_csv, steps_csv

SHARED = ["schema", "plan_id", "plan_version", "replaces_version", "status", "generated_on", "drug", "route", "region"]
BEFORE_COUNTS = [
    *SHARED,
    *["date", "weekday", "day_no", "step_no", "is_change_day", "in_watch_window"],
    *["morning_mg", "noon_mg", "evening_mg", "bedtime_mg", "total_mg", "previous_total_mg"],
]
AFTER_COUNTS = ["volume_ml", "supply_no", "tablets_left_end_of_day", "taken", "symptoms"]
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

PLANS: dict[str, Callable[[], Report]] = {
    "by slot": worked_example,
    "across a leap day": lambda: worked_example(start=date(2028, 1, 3), today=date(2028, 1, 1)),
    "across two changes of clock": lambda: report("diazepam", "20 mg", "52w", region="gb"),
    "in three strengths": lambda: report("diazepam", "20 mg", "26w", region="us"),
    "in half-milligram tablets": lambda: report("alprazolam", "2 mg", "52w", region="us"),
    "in capsules": lambda: report("temazepam", "30 mg", "40w", region="us"),
    "with a liquid": lambda: report(
        "diazepam",
        "10 mg",
        reduce="10%",
        region="gb",
        products="2 mg in 5 mL oral solution, 5 mg tablet whole",
        syringe="0.1 mL",
    ),
    "to a maintenance dose": lambda: report("lorazepam", "3 mg", "16w", to="1 mg", region="gb"),
}
every_plan = pytest.mark.parametrize("plan", PLANS)


def days_of(plan: str) -> list[dict[str, str]]:
    return rows_of(days_csv(PLANS[plan]()))


def header_of(plan: str) -> list[str]:
    return days_csv(PLANS[plan]()).split("\r\n")[0].split(",")


def counts_of(row: dict[str, str]) -> dict[str, str]:
    """The cells of a row that count tablets or capsules, by column name."""
    return {name: cell for name, cell in row.items() if re.fullmatch(r"(tabs|caps)_[0-9p]+mg", name)}


class TestTheWorkedExample:
    """A hundred and twenty-six days and the day of the stop."""

    @property
    def rows(self) -> list[dict[str, str]]:
        return days_of("by slot")

    def test_has_126_days_and_the_stop(self) -> None:
        assert len(self.rows) == 126 + 1

    def test_takes_630_mg_in_all(self) -> None:
        assert sum(mg(row["total_mg"]) for row in self.rows) == 630

    def test_takes_315_tablets_of_2_mg(self) -> None:
        assert sum(Fraction(row["tabs_2mg"]) for row in self.rows) == 315

    def test_takes_four_and_a_half_tablets_on_the_first_day(self) -> None:
        first = self.rows[0]
        assert (first["date"], first["weekday"], first["day_no"]) == ("2026-03-02", "Mon", "1")
        assert (first["morning_mg"], first["bedtime_mg"], first["total_mg"]) == ("3", "6", "9")
        assert first["tabs_2mg"] == "4.5"

    def test_ends_on_monday_6_july_with_zeros(self) -> None:
        last = self.rows[-1]
        assert (last["date"], last["weekday"], last["day_no"]) == ("2026-07-06", "Mon", "127")
        assert (last["total_mg"], last["tabs_2mg"], last["previous_total_mg"]) == ("0", "0", "1")

    def test_has_the_columns_of_the_schema_with_one_for_its_tablet(self) -> None:
        assert header_of("by slot") == [*BEFORE_COUNTS, "tabs_2mg", *AFTER_COUNTS]

    def test_needs_32_31_28_28_tablets_in_the_first_four_weeks(self) -> None:
        counts = [Fraction(row["tabs_2mg"]) for row in self.rows]
        weeks = [sum(counts[start : start + 7]) for start in range(0, 28, 7)]
        carried, dispensed = Fraction(0), []
        for need in weeks:
            whole = -(-(need - carried) // 1)
            carried += whole - need
            dispensed.append(whole)
        assert dispensed == [32, 31, 28, 28]


class TestEveryDayFile:
    """What holds for the day file of any plan."""

    @every_plan
    def test_columns_follow_the_schema_round_the_counts_of_its_products(self, plan: str) -> None:
        header = header_of(plan)
        counts = header[len(BEFORE_COUNTS) : -len(AFTER_COUNTS)]
        assert header == [*BEFORE_COUNTS, *counts, *AFTER_COUNTS]
        assert all(re.fullmatch(r"(tabs|caps)_\d+(p\d+)?mg", name) for name in counts)

    @every_plan
    def test_every_day_stands_once_and_in_order(self, plan: str) -> None:
        rows = days_of(plan)
        first = PLANS[plan]().request.start
        assert [row["date"] for row in rows] == [
            (first + timedelta(days=number)).isoformat() for number in range(len(rows))
        ]
        assert [row["day_no"] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]

    @every_plan
    def test_the_last_row_is_the_day_of_the_ending(self, plan: str) -> None:
        assert days_of(plan)[-1]["date"] == PLANS[plan]().schedule.ending.start.isoformat()

    @every_plan
    def test_every_weekday_is_that_of_its_date(self, plan: str) -> None:
        for row in days_of(plan):
            assert row["weekday"] == WEEKDAYS[date.fromisoformat(row["date"]).weekday()]

    @every_plan
    def test_every_row_is_a_draft(self, plan: str) -> None:
        assert {(row["schema"], row["status"]) for row in days_of(plan)} == {("taper.day.v1", "draft")}

    @every_plan
    def test_each_day_takes_what_its_step_takes(self, plan: str) -> None:
        steps = {row["step_no"]: row for row in rows_of(steps_csv(PLANS[plan]()))}
        for row in days_of(plan):
            step = steps[row["step_no"]]
            assert step["start_date"] <= row["date"] <= (step["end_date"] or row["date"])
            assert all(row[f"{slot}_mg"] == step[f"{slot}_mg"] for slot in ("morning", "noon", "evening", "bedtime"))
            assert row["total_mg"] == step["total_mg"]

    @every_plan
    def test_each_day_carries_the_total_of_the_day_before(self, plan: str) -> None:
        rows = days_of(plan)
        totals = [Fraction(PLANS[plan]().request.regimen.total.ng, 10**6), *(mg(row["total_mg"]) for row in rows)]
        assert [mg(row["previous_total_mg"]) for row in rows] == totals[:-1]

    @every_plan
    def test_a_change_day_is_one_on_which_the_total_differs_from_the_day_before(self, plan: str) -> None:
        for row in days_of(plan):
            assert row["is_change_day"] == ("true" if row["total_mg"] != row["previous_total_mg"] else "false")

    @every_plan
    def test_tablets_and_mL_of_the_day_make_its_dose(self, plan: str) -> None:
        per_ml = Fraction(2, 5)  # the one liquid among these plans: 2 mg in 5 mL
        for row in days_of(plan):
            tablets = sum(
                Fraction(count) * Fraction(name.partition("_")[2].removesuffix("mg").replace("p", "."))
                for name, count in counts_of(row).items()
            )
            assert tablets + Fraction(row["volume_ml"] or 0) * per_ml == mg(row["total_mg"])

    @every_plan
    def test_columns_that_somebody_fills_in_later_are_empty(self, plan: str) -> None:
        assert {(row["taken"], row["symptoms"]) for row in days_of(plan)} == {("", "")}

    @every_plan
    def test_lines_end_as_spreadsheets_expect(self, plan: str) -> None:
        text = days_csv(PLANS[plan]())
        assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "") and text.isascii()


class TestColumnNames:
    """One column a product: a strength with a point has a `p`."""

    def test_one_for_each_strength_that_is_taken(self) -> None:
        assert [name for name in header_of("in three strengths") if name.startswith("tabs_")] == [
            "tabs_2mg",
            "tabs_5mg",
            "tabs_10mg",
        ]

    def test_a_point_becomes_a_p(self) -> None:
        assert "tabs_0p25mg" in header_of("in half-milligram tablets")

    def test_capsules_are_counted_as_capsules(self) -> None:
        assert [name for name in header_of("in capsules") if name.startswith(("tabs", "caps"))] == [
            "caps_7p5mg",
            "caps_15mg",
            "caps_22p5mg",
        ]


class TestTheWatchWindow:
    """A day is watched when it lies in the window of any cut, the first day of the dose being day 1."""

    def watched(self, plan: str) -> list[str]:
        return [row["day_no"] for row in days_of(plan) if row["in_watch_window"] == "true"]

    def test_days_3_to_14_after_each_cut_of_a_long_acting_drug(self) -> None:
        expected = [str(day) for day in range(1, 126 + 1) if (day - 1) % 14 + 1 >= 3]
        assert self.watched("by slot") == [*expected, "127"]

    def test_days_1_to_7_after_each_cut_of_a_short_acting_one(self) -> None:
        steps = [int(row["days"]) for row in rows_of(steps_csv(PLANS["in capsules"]())) if row["days"]]
        starts = [sum(steps[:number]) for number in range(len(steps) + 1)]
        expected = {start + day for start in starts for day in range(1, 7 + 1)}
        assert [int(day) for day in self.watched("in capsules")] == [
            day for day in range(1, starts[-1] + 2) if day in expected
        ]


class TestLeapDay:
    """29 February is a day like any other."""

    def test_stands_between_its_neighbours(self) -> None:
        days = [row["date"] for row in days_of("across a leap day")]
        assert days[days.index("2028-02-28") :][:3] == ["2028-02-28", "2028-02-29", "2028-03-01"]
        assert len(days) == 126 + 1

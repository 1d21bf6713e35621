"""The step file: one row a step and the row of the ending, in the columns of its schema, safe for any spreadsheet."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from render_builders import mg, report, rows_of, worked_example

from taper_cli.model.report import Report
from taper_cli.render.spreadsheet import neutral, steps_csv

SCHEMA = [
    "schema",
    "plan_id",
    "plan_version",
    "replaces_version",
    "status",
    "generated_on",
    "drug",
    "route",
    "region",
    "step_no",
    "step_type",
    "start_date",
    "start_weekday",
    "end_date",
    "end_weekday",
    "days",
    "morning_mg",
    "noon_mg",
    "evening_mg",
    "bedtime_mg",
    "total_mg",
    "previous_total_mg",
    "reduction_mg",
    "reduction_pct_of_current",
    "reduction_pct_of_start",
    "cumulative_pct",
    "window_days",
    "reduction_pct_in_window",
    "products_text",
    "tablets_total",
    "volume_total_ml",
    "watch_from",
    "watch_to",
    "flags",
    "instruction_text",
]
"""Version 1 of the step file with the two columns of the guideline's window."""

WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
PLANS: dict[str, Callable[[], Report]] = {
    "by slot": worked_example,
    "once a day": lambda: report("diazepam", "20 mg", "26w", region="us"),
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
    "in quarters": lambda: report("alprazolam", "2 mg", "52w", region="us"),
}
every_plan = pytest.mark.parametrize("plan", PLANS)


def test_the_columns_are_those_of_the_schema_in_their_order() -> None:
    assert steps_csv(worked_example()).split("\r\n")[0].split(",") == SCHEMA


class TestTheWorkedExample:
    """Ten rows of the worked example, each value as a spreadsheet would show it."""

    @property
    def rows(self) -> list[dict[str, str]]:
        return rows_of(steps_csv(worked_example()))

    def column(self, name: str) -> list[str]:
        return [row[name] for row in self.rows]

    def test_has_nine_steps_and_the_stop(self) -> None:
        assert self.column("step_no") == [str(number) for number in range(1, 9 + 1 + 1)]
        assert self.column("step_type") == ["reduce"] * 9 + ["stop"]

    def test_has_the_doses_of_the_paper(self) -> None:
        assert self.column("morning_mg") == ["3", "2", "1", "0", "0", "0", "0", "0", "0", "0"]
        assert self.column("bedtime_mg") == ["6", "6", "6", "6", "5", "4", "3", "2", "1", "0"]
        assert self.column("noon_mg") == self.column("evening_mg") == ["0"] * 10
        assert self.column("total_mg") == ["9", "8", "7", "6", "5", "4", "3", "2", "1", "0"]

    def test_has_the_cuts_of_the_paper(self) -> None:
        assert self.column("reduction_mg") == ["1"] * 10
        assert self.column("reduction_pct_of_start") == ["10"] * 10
        assert self.column("cumulative_pct") == ["10", "20", "30", "40", "50", "60", "70", "80", "90", "100"]
        percents = ["10", "11.1", "12.5", "14.3", "16.7", "20", "25", "33.3", "50", "100"]
        assert self.column("reduction_pct_of_current") == percents
        assert self.column("reduction_pct_in_window") == percents
        assert self.column("window_days") == ["14"] * 10

    def test_begins_and_ends_on_the_dates_of_the_paper(self) -> None:
        assert self.column("start_date")[0] == "2026-03-02"
        assert self.column("end_date") == [
            *("2026-03-15", "2026-03-29", "2026-04-12", "2026-04-26", "2026-05-10"),
            *("2026-05-24", "2026-06-07", "2026-06-21", "2026-07-05", ""),
        ]
        assert self.rows[-1]["start_date"] == "2026-07-06"

    def test_counts_315_tablets(self) -> None:
        assert sum(Fraction(text) for text in self.column("tablets_total")) == 315
        assert self.column("tablets_total")[0] == "63"

    def test_names_products_in_words_without_a_slash(self) -> None:
        assert self.rows[0]["products_text"] == "morning: 1.5 tablets of 2 mg; bedtime: 3 tablets of 2 mg"

    def test_gives_the_instruction_as_a_full_sentence(self) -> None:
        assert self.rows[0]["instruction_text"] in (
            "Take 1 and a half tablets (3 mg) in the morning and 3 tablets (6 mg) at bedtime.",
            "Take 1 and a half tablets (3 mg) in the morning and 3 tablets (6 mg) at night.",
        )
        assert self.rows[-1]["instruction_text"] == "STOP. Take no more diazepam."

    def test_watches_from_day_3_to_day_14_and_for_four_weeks_after_the_end(self) -> None:
        assert (self.rows[0]["watch_from"], self.rows[0]["watch_to"]) == ("2026-03-04", "2026-03-15")
        assert (self.rows[-1]["watch_from"], self.rows[-1]["watch_to"]) == ("2026-07-06", "2026-08-02")

    def test_flags_the_last_three_cuts_and_no_other(self) -> None:
        assert self.column("flags") == [""] * 7 + ["pace.asam-2025.cap"] * 3

    def test_is_a_draft_of_the_day_it_was_printed(self) -> None:
        assert set(self.column("status")) == {"draft"}
        assert set(self.column("generated_on")) == {"2026-02-01"}
        assert set(self.column("schema")) == {"taper.step.v1"}
        assert set(self.column("plan_version")) == {"1"}
        assert set(self.column("replaces_version")) == {""}


def test_what_was_accepted_for_the_whole_plan_is_flagged_on_its_first_step() -> None:
    """The table that is filed must tell of a gate that a specialist lifted, as every paper does."""
    gates = ("context.seizure-history", "ceiling.diazepam")
    plan = report(
        "diazepam", "60 mg", "60w", region="gb", context=("epilepsy",), accept=tuple((rule, "agreed") for rule in gates)
    )
    first, *others = [row["flags"].split(";") for row in rows_of(steps_csv(plan))]
    assert set(gates) <= set(first) and not [flags for flags in others if set(gates) & set(flags)]


class TestEveryStepFile:
    """What holds for the step file of any plan."""

    @every_plan
    def test_lines_end_as_spreadsheets_expect_and_none_is_empty(self, plan: str) -> None:
        text = steps_csv(PLANS[plan]())
        assert text.endswith("\r\n")
        assert "" not in text.split("\r\n")[:-1]
        assert "\n" not in text.replace("\r\n", "")

    @every_plan
    def test_is_ascii_without_thousands_separators_or_trailing_zeros(self, plan: str) -> None:
        text = steps_csv(PLANS[plan]())
        assert text.isascii()
        assert not re.search(r"\d\.\d*0(?!\d)", text)

    @every_plan
    def test_every_row_is_a_draft(self, plan: str) -> None:
        rows = rows_of(steps_csv(PLANS[plan]()))
        assert [row["status"] for row in rows] == ["draft"] * len(PLANS[plan]().schedule.steps)

    @every_plan
    def test_every_weekday_is_that_of_its_date(self, plan: str) -> None:
        for row in rows_of(steps_csv(PLANS[plan]())):
            for end in ("start", "end"):
                day = row[f"{end}_date"]
                assert row[f"{end}_weekday"] == (WEEKDAYS[date.fromisoformat(day).weekday()] if day else "")

    @every_plan
    def test_each_day_is_covered_once_from_the_first_cut_to_the_ending(self, plan: str) -> None:
        rows = rows_of(steps_csv(PLANS[plan]()))
        expected = PLANS[plan]().request.start
        for row in rows[:-1]:
            assert date.fromisoformat(row["start_date"]) == expected
            expected += timedelta(days=int(row["days"]))
            assert date.fromisoformat(row["end_date"]) == expected - timedelta(days=1)
        assert date.fromisoformat(rows[-1]["start_date"]) == expected

    @every_plan
    def test_read_again_it_says_what_the_schedule_says(self, plan: str) -> None:
        schedule = PLANS[plan]().schedule
        read = [(row["start_date"], mg(row["total_mg"])) for row in rows_of(steps_csv(PLANS[plan]()))]
        assert read == [(step.start.isoformat(), Fraction(step.total.ng, 10**6)) for step in schedule.steps]

    @every_plan
    def test_slots_add_up_to_the_day_or_are_all_empty(self, plan: str) -> None:
        for row in rows_of(steps_csv(PLANS[plan]())):
            slots = [row[f"{slot}_mg"] for slot in ("morning", "noon", "evening", "bedtime")]
            assert slots == [""] * 4 or sum(mg(text) for text in slots) == mg(row["total_mg"])

    @every_plan
    def test_each_previous_total_is_the_total_of_the_row_before(self, plan: str) -> None:
        rows = rows_of(steps_csv(PLANS[plan]()))
        totals = [Fraction(PLANS[plan]().request.regimen.total.ng, 10**6), *(mg(row["total_mg"]) for row in rows)]
        assert [mg(row["previous_total_mg"]) for row in rows] == totals[:-1]
        assert [mg(row["reduction_mg"]) for row in rows] == [
            before - after for before, after in itertools.pairwise(totals)
        ]

    @every_plan
    def test_the_products_in_words_make_the_dose(self, plan: str) -> None:
        for row in rows_of(steps_csv(PLANS[plan]())):
            assert drug_in(row["products_text"]) == mg(row["total_mg"])

    @every_plan
    def test_pieces_of_the_step_are_those_of_a_day_times_the_days(self, plan: str) -> None:
        for row in rows_of(steps_csv(PLANS[plan]()))[:-1]:
            pieces = re.findall(r"([\d.]+) (?:\S+ )?(?:tablet|capsule)", row["products_text"])
            assert Fraction(row["tablets_total"]) == sum(Fraction(count) for count in pieces) * int(row["days"])

    @every_plan
    def test_mL_of_the_step_are_those_of_a_day_times_the_days(self, plan: str) -> None:
        for row in rows_of(steps_csv(PLANS[plan]()))[:-1]:
            drawn = sum(Fraction(count) for count in re.findall(r"([\d.]+) mL of", row["products_text"]))
            assert (Fraction(row["volume_total_ml"]) if row["volume_total_ml"] else 0) == drawn * int(row["days"])


def drug_in(products_text: str) -> Fraction:
    """The mg that a row's products give, read from its words alone."""
    amounts = re.findall(r"([\d.]+) [^;:]*?of ([\d.]+) mg(?: in ([\d.]+) mL)?", products_text)
    return sum(
        (Fraction(count) * Fraction(strength) / Fraction(ml or 1) for count, strength, ml in amounts), Fraction(0)
    )


class TestTheEnding:
    """The last row says stop, or stay."""

    def test_a_maintenance_dose_is_the_last_row(self) -> None:
        last = rows_of(steps_csv(PLANS["to a maintenance dose"]()))[-1]
        assert (last["step_type"], last["total_mg"], last["end_date"], last["days"]) == ("maintain", "1", "", "")
        assert last["instruction_text"].startswith("Stay on this dose")


class TestFormulas:
    """No cell begins like a formula, whatever was typed."""

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
    def test_a_cell_that_begins_like_one_is_made_text(self, start: str) -> None:
        assert neutral(f"{start}cmd") == f"'{start}cmd"

    @pytest.mark.parametrize("cell", ["", "3", "2026-03-02", "diazepam", "1=1"])
    def test_another_cell_stays_as_it_is(self, cell: str) -> None:
        assert neutral(cell) == cell

    @every_plan
    def test_no_cell_of_a_plan_needs_it(self, plan: str) -> None:
        cells = [cell for row in rows_of(steps_csv(PLANS[plan]())) for cell in row.values()]
        assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r'")]

    @every_plan
    def test_no_cell_turns_into_a_date_of_the_spreadsheets_own_making(self, plan: str) -> None:
        words = [row["products_text"] + row["instruction_text"] for row in rows_of(steps_csv(PLANS[plan]()))]
        assert not [text for text in words if re.search(r"\d\s*[/-]\s*\d", text)]


class TestThePlansId:
    """The id can be read out, and no spreadsheet takes it for a number."""

    @every_plan
    def test_is_eight_letters_in_two_groups(self, plan: str) -> None:
        assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", identity(PLANS[plan]()))

    def test_differs_from_plan_to_plan(self) -> None:
        assert len({identity(plan()) for plan in PLANS.values()}) == len(PLANS)


def identity(plan: Report) -> str:
    """The one id that every row carries."""
    (only,) = {row["plan_id"] for row in rows_of(steps_csv(plan))}
    return only

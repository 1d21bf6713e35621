"""CSV by supply and by intake: the worked example to the tablet, and every row against the schedule."""

from __future__ import annotations

from fractions import Fraction

import pytest
from render_builders import SHOWN, mg, read_back, rows_of, worked_example
from test_wording import parts_of

from taper_cli.model.schedule import Slot
from taper_cli.render.spreadsheet import SHARED, days_csv, steps_csv
from taper_cli.render.spreadsheet_supply import INTAKE_COLUMNS, SUPPLY_COLUMNS, intakes_csv, supplies_csv

every_plan = pytest.mark.parametrize("plan", SHOWN)
WORDS = {"one hundred and nineteen": 119, "ninety-one": 91, "sixty-three": 63, "thirty-five": 35, "seven": 7}


class TestSupplies:
    """One row a supply and product."""

    def test_is_the_supply_of_the_mock_up(self) -> None:
        rows = rows_of(supplies_csv(worked_example()))
        assert [int(row["dispense_quantity"]) for row in rows] == [119, 91, 63, 35, 7]
        assert [WORDS[row["quantity_in_words"]] for row in rows] == [119, 91, 63, 35, 7]
        assert [(row["covers_from"], row["covers_to"], row["days_supply"]) for row in rows] == [
            ("2026-03-02", "2026-03-29", "28"),
            ("2026-03-30", "2026-04-26", "28"),
            ("2026-04-27", "2026-05-24", "28"),
            ("2026-05-25", "2026-06-21", "28"),
            ("2026-06-22", "2026-07-05", "14"),
        ]
        assert rows[-1]["runs_out_on"] == "2026-07-05"
        assert {row["halves_rule"] for row in rows} == {"kept"}

    @every_plan
    def test_every_row_adds_up(self, plan: str) -> None:
        for row in rows_of(supplies_csv(SHOWN[plan]())):
            carried = mg(row["carry_in"]) + mg(row["dispense_quantity"]) - mg(row["needed_quantity"])
            assert mg(row["carry_out"]) == carried >= 0
            assert int(row["sig_chars"]) == len(row["sig_text"])
            assert row["status"] == "draft"
            assert (row["dispense_unit"] == "mL") == row["form"].startswith("oral")

    @every_plan
    def test_all_supplies_together_are_what_the_steps_take(self, plan: str) -> None:
        asked = SHOWN[plan]()
        steps = rows_of(steps_csv(asked))
        tablets = sum(mg(row["tablets_total"] or "0") for row in steps)
        needed = sum(mg(row["needed_quantity"]) for row in rows_of(supplies_csv(asked)) if row["dispense_unit"] != "mL")
        assert needed == tablets

    @every_plan
    def test_has_the_columns_of_the_schema(self, plan: str) -> None:
        text = supplies_csv(SHOWN[plan]())
        assert text.split("\r\n", 1)[0] == ",".join(SUPPLY_COLUMNS)
        assert SUPPLY_COLUMNS[: len(SHARED)] == SHARED


class TestIntakes:
    """One row a day, slot and product."""

    def test_has_one_row_for_each_intake_of_the_worked_example(self) -> None:
        rows = rows_of(intakes_csv(worked_example()))
        assert len(rows) == 3 * 14 * 2 + 6 * 14
        assert sum(mg(row["dose_value"]) for row in rows) == 630
        assert rows[0]["instruction_text"] == "Take 1 and a half tablets (3 mg) in the morning."
        assert (rows[0]["quantity_value"], rows[0]["quantity_unit"]) == ("1.5", "tablet")

    @every_plan
    def test_each_row_is_its_strength_times_its_quantity(self, plan: str) -> None:
        asked = SHOWN[plan]()
        for row in rows_of(intakes_csv(asked))[:400]:
            per = Fraction(row["strength_per_value"])
            assert mg(row["dose_value"]) == mg(row["quantity_value"]) * mg(row["strength_value"]) / per
            (said,) = parts_of(row["instruction_text"])
            assert read_back(said, mg(row["strength_value"])).made == mg(row["dose_value"])

    @every_plan
    def test_the_sum_is_that_of_the_days(self, plan: str) -> None:
        asked = SHOWN[plan]()
        days = [row for row in rows_of(days_csv(asked)) if int(row["step_no"]) < len(asked.schedule.steps)]
        assert sum(mg(row["dose_value"]) for row in rows_of(intakes_csv(asked))) == sum(
            mg(row["total_mg"]) for row in days
        )

    @every_plan
    def test_every_row_has_a_name_of_its_own(self, plan: str) -> None:
        names = [row["admin_id"] for row in rows_of(intakes_csv(SHOWN[plan]()))]
        assert len(set(names)) == len(names)

    @every_plan
    def test_slots_are_those_of_the_schedule(self, plan: str) -> None:
        asked = SHOWN[plan]()
        slots = {"" if slot is Slot.DAILY else slot.value for slot in asked.schedule.before.slots}
        assert {row["slot"] for row in rows_of(intakes_csv(asked))} <= slots

    def test_has_the_columns_of_the_schema(self) -> None:
        assert intakes_csv(worked_example()).split("\r\n", 1)[0] == ",".join(INTAKE_COLUMNS)


class TestTheDayFile:
    """The supply in use and what is left stand beside each day."""

    def test_the_worked_example_ends_with_nothing_left(self) -> None:
        rows = rows_of(days_csv(worked_example()))
        assert [row["supply_no"] for row in rows[::28]] == ["1", "2", "3", "4", "5"]
        assert rows[0]["tablets_left_end_of_day"] == "114.5"
        assert rows[-2]["tablets_left_end_of_day"] == "0"
        assert rows[-1]["supply_no"] == rows[-1]["tablets_left_end_of_day"] == ""

    @every_plan
    def test_never_runs_short(self, plan: str) -> None:
        left = [row["tablets_left_end_of_day"] for row in rows_of(days_csv(SHOWN[plan]()))]
        assert all(mg(cell) >= 0 for cell in left if cell)

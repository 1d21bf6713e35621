"""The sheet for prescriber and pharmacist: the figures of the published example, supply, directions, hints, questions."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from render_builders import SHOWN, only_strength_of, read_back, report, worked_example
from test_patient_sheet import all_words, plain
from test_wording import parts_of

from taper_cli import __version__
from taper_cli.model.dose import Volume
from taper_cli.model.report import Report
from taper_cli.model.supply import Halves, SupplyRules
from taper_cli.render.blocks import Heading, Items
from taper_cli.render.directions import direction, fits, label
from taper_cli.render.printing import sheets
from taper_cli.render.sheet_blocks import Blanks, Grid, Questions, Sheet
from taper_cli.render.style import Sheets, Style
from taper_cli.render.teachback import questions
from taper_cli.service import plan as plan_again

every_plan = pytest.mark.parametrize("plan", SHOWN)


def sheet_of(asked: Report, **style: object) -> Sheet:
    """The prescriber's sheet, as it is printed."""
    (found,) = sheets(asked, Style(sheets=Sheets.PRESCRIBER)._replace(**style))
    return found


def under(sheet: Sheet, title: str) -> object:
    """The block that follows a heading."""
    return next(
        sheet.blocks[place + 1]
        for place, block in enumerate(sheet.blocks)
        if isinstance(block, Heading) and block.text.startswith(title)
    )


def rows(grid: object) -> list[list[str]]:
    assert isinstance(grid, Grid)
    return [[plain(cell) for cell in row] for row in grid.rows]


def supplied(**rules: object) -> Report:
    """The worked example with other rules of supply."""
    return plan_again(replace(worked_example().request, supply=SupplyRules(**rules)))  # type: ignore[arg-type]


class TestTheFigures:
    """The published example, row by row."""

    def test_steps_with_percentages_are_those_of_the_mock_up(self) -> None:
        assert rows(under(sheet_of(worked_example()), "Steps")) == [
            ["1", "Mon 2 Mar 2026", "14", "3", "6", "9", "10", "10", "10", ""],
            ["2", "Mon 16 Mar 2026", "14", "2", "6", "8", "11.1", "10", "20", ""],
            ["3", "Mon 30 Mar 2026", "14", "1", "6", "7", "12.5", "10", "30", ""],
            ["4", "Mon 13 Apr 2026", "14", "0", "6", "6", "14.3", "10", "40", ""],
            ["5", "Mon 27 Apr 2026", "14", "0", "5", "5", "16.7", "10", "50", ""],
            ["6", "Mon 11 May 2026", "14", "0", "4", "4", "20", "10", "60", ""],
            ["7", "Mon 25 May 2026", "14", "0", "3", "3", "25", "10", "70", ""],
            ["8", "Mon 8 Jun 2026", "14", "0", "2", "2", "33.3", "10", "80", "F1"],
            ["9", "Mon 22 Jun 2026", "14", "0", "1", "1", "50", "10", "90", "F1"],
            ["END", "Mon 6 Jul 2026", "", "0", "0", "0", "100", "10", "100", "F1"],
        ]

    def test_supply_is_that_of_the_mock_up(self) -> None:
        sheet = sheet_of(worked_example(), quantity_words=True)
        assert rows(under(sheet, "Supply, every 28")) == [
            [
                "1",
                "Mon 2 Mar to Sun 29 Mar 2026",
                "119 tablets of 2 mg (one hundred and nineteen)",
                "32 31 28 28",
                "none",
            ],
            ["2", "Mon 30 Mar to Sun 26 Apr 2026", "91 tablets of 2 mg (ninety-one)", "25 24 21 21", "none"],
            ["3", "Mon 27 Apr to Sun 24 May 2026", "63 tablets of 2 mg (sixty-three)", "18 17 14 14", "none"],
            ["4", "Mon 25 May to Sun 21 Jun 2026", "35 tablets of 2 mg (thirty-five)", "11 10 7 7", "none"],
            ["5", "Mon 22 Jun to Sun 5 Jul 2026", "7 tablets of 2 mg (seven)", "4 3", "none"],
        ]
        text = all_words(sheet)
        assert "In all: 315 tablets of 2 mg, which hold 630 mg together." in text
        assert "If it is thrown away, the plan takes 350 tablets of 2 mg in all." in text
        assert "Runs out after the last dose on Sun 5 Jul 2026." in text
        assert "Left over at the end: nothing." in text

    def test_words_for_quantities_are_printed_only_when_asked(self) -> None:
        assert "one hundred and nineteen" not in all_words(sheet_of(worked_example()))

    def test_thrown_away_halves_are_said_and_counted(self) -> None:
        text = all_words(sheet_of(supplied(halves=Halves.DISCARDED)))
        assert "In all: 350 tablets of 2 mg" in text
        assert "The other part of a divided tablet is thrown away." in text
        assert "If it is kept, the plan takes 315 tablets of 2 mg in all." in text

    def test_a_liquid_is_handed_out_in_bottles_of_the_stated_size(self) -> None:
        asked = report(
            "diazepam", "10 mg", reduce="1 mg", region="gb", products="2 mg in 5 mL oral solution", syringe="0.1 mL"
        )  # fmt: skip
        in_bottles = plan_again(replace(asked.request, supply=SupplyRules(bottle=Volume(100_000))))
        assert rows(under(sheet_of(in_bottles), "Supply"))[0][2:] == [
            "6 bottles of 100 mL (2 mg in 5 mL oral solution)", "200 200 100 100", "5 mL of 2 mg in 5 mL oral solution",
        ]  # fmt: skip
        assert "The bottle's size was not stated" in all_words(sheet_of(asked))

    def test_week_by_week_keeps_the_weeks_in_which_a_strength_is_not_taken(self) -> None:
        asked = report("diazepam", "20 mg", "26w", region="us")
        supplied = rows(under(sheet_of(asked), "Supply"))
        assert [row[3] for row in supplied if "tablets of 10 mg" in row[2]] == ["7 7 0 0"]
        assert all(len(amounts) == -(-asked.schedule.days // 7) for _, amounts in asked.weekly)

    def test_a_dose_that_goes_on_is_said_to_be_in_no_supply(self) -> None:
        text = all_words(sheet_of(SHOWN["a maintenance dose"]()))
        assert "is in none of these supplies: prescribe it in time. Stay on this dose: take" in text

    def test_a_score_line_is_asked_for_only_where_the_plan_divides(self) -> None:
        text = all_words(sheet_of(report("diazepam", "20 mg", "26w", region="us")))
        assert "this brand of 5 mg tablet has a score line" in text
        assert "this brand of 10 mg tablet has a score line" not in text

    @pytest.mark.parametrize(("region", "told"), [("gb", True), ("gb-nir", True), ("us", False), (None, False)])
    def test_a_division_that_the_licence_does_not_cover_is_asked_for_as_such(
        self, region: str | None, told: bool
    ) -> None:
        """In Great Britain the maker of 2 mg tablets has no data for halves: the prescriber answers for them."""
        asked = report("diazepam", "4 mg", reduce="1 mg", region=region, products="2 mg tablet half")
        text = all_words(sheet_of(asked))
        assert "this brand of 2 mg tablet has a score line" in text
        assert ("dividing the 2 mg tablet is not covered by its licence" in text) == told

    def test_a_supply_that_begins_at_the_weekend_is_marked(self) -> None:
        text = all_words(sheet_of(report("diazepam", "10 mg", reduce="1 mg", start=date(2026, 3, 7), region="gb")))
        assert "(a weekend: collect before)" in text
        assert "(a weekend: collect before)" not in all_words(sheet_of(worked_example()))


class TestDirections:
    """Lines to paste, one a step, with their length."""

    def test_are_those_of_the_mock_up(self) -> None:
        lines = rows(under(sheet_of(worked_example()), "Direction lines"))
        first = "Take 1 and a half tablets (3 mg) in the morning and 3 tablets (6 mg) at night for 14 days."
        assert lines[0] == ["1", first, f"{len(first)}, fits 140"]
        assert lines[-1] == ["END", "STOP. Take no more diazepam.", "28, fits 140"]
        assert len(lines) == 10

    @every_plan
    def test_the_length_is_that_of_the_line(self, plan: str) -> None:
        asked = SHOWN[plan]()
        for step in asked.schedule.steps:
            text = direction(asked, step)
            assert fits(text).split(",")[0] == str(len(text))

    @pytest.mark.parametrize(
        ("length", "said"), [(140, "fits 140"), (141, "fits 1,000"), (1000, "fits 1,000"), (1001, "too long for 1,000")]
    )
    def test_the_two_fields_are_told_apart_at_their_edges(self, length: int, said: str) -> None:
        assert fits("x" * length) == f"{length}, {said}"

    @every_plan
    def test_each_one_reads_back_to_its_step(self, plan: str) -> None:
        asked = SHOWN[plan]()
        for step in asked.schedule.dosing_steps:
            sentence, _, length = direction(asked, step).rpartition(" for ")
            assert length == f"{step.days} day{'' if step.days == 1 else 's'}."
            spoken = [read_back(part, only_strength_of(asked)) for part in parts_of(f"{sentence}.")]
            assert [one.made * 10**6 for one in spoken] == [intake.dose.ng for intake in step.intakes]
            assert all(one.made == one.claimed for one in spoken)

    @every_plan
    def test_the_last_one_says_stop_or_stay(self, plan: str) -> None:
        asked = SHOWN[plan]()
        assert re.match(r"STOP\.|Stay on this dose:", direction(asked, asked.schedule.ending))

    def test_a_label_covers_the_days_of_its_supply(self) -> None:
        first = worked_example().supply.dispensings[0]
        assert label(worked_example(), first) == (
            "From Mon 2 Mar to Sun 15 Mar: take 1 and a half tablets (3 mg) in the morning and 3 tablets (6 mg) at night. "
            "From Mon 16 Mar to Sun 29 Mar: take 1 tablet (2 mg) in the morning and 3 tablets (6 mg) at night."
        )


class TestQuestions:
    """Asked back by the pharmacist, answered by the plan."""

    def test_are_answered_from_the_plan(self) -> None:
        found = {question.question: question.answer for question in questions(worked_example())}
        assert (
            found["What do you take on Fri 20 Mar 2026?"]
            == "1 tablet (2 mg) in the morning and 3 tablets (6 mg) at night."
        )
        assert found["When does the dose change next after that, and to what?"] == "Mon 30 Mar 2026: 7 mg a day."
        assert found["How does the plan end?"] == "The last dose is on Sun 5 Jul 2026. From Mon 6 Jul 2026: none."
        assert found["You have a fit, or cannot be woken. Whom should people phone?"] == "999."

    @every_plan
    def test_are_on_the_sheet_of_every_plan(self, plan: str) -> None:
        asked = SHOWN[plan]()
        found = under(sheet_of(asked), "Ask the patient back")
        assert isinstance(found, Questions)
        assert len(found.items) >= 5
        assert all(item.answer.strip() for item in found.items)

    def test_a_liquid_keeps_its_unit(self) -> None:
        asked = report(
            "diazepam", "10 mg", reduce="0.1 mg", products="1 mg in 1 mL oral solution", syringe="0.1 mL", region="us"
        )
        assert next(questions(asked)).answer.startswith("9.8 mL of 1 mg in 1 mL oral solution")


class TestTheRest:
    """Hints, prompts, sources, versions, signatures."""

    @pytest.mark.parametrize(
        ("drug", "region", "hint"),
        [
            ("diazepam", "gb", "Controlled drug, Schedule 4 Part I."),
            ("diazepam", "gb", "instalments need form FP10MDA, for 14 days at most"),
            ("temazepam", "gb", "Controlled drug, Schedule 3."),
            ("temazepam", "gb", "The prescription states the total quantity in words and in figures."),
            ("temazepam", "gb", "the instalment form FP10MDA does not allow this drug"),
            ("diazepam", "us", "refilled 5 times at most"),
            ("diazepam", "gb-nir", "Check the schedule of this drug."),
        ],
    )
    def test_a_regions_rules_are_hinted_at_and_dated(self, drug: str, region: str, hint: str) -> None:
        dose = "20 mg bedtime" if drug == "temazepam" else "20 mg"
        text = all_words(sheet_of(report(drug, dose, "52w", region=region)))
        assert hint in text
        assert "Check locally. Held for" in text

    def test_words_are_never_said_to_be_required_for_diazepam_in_the_united_kingdom(self) -> None:
        text = all_words(sheet_of(worked_example()))
        assert "The law does not ask for the quantity in words here." in text
        assert "states the total quantity in words" not in text

    def test_without_a_region_no_rule_is_hinted_at(self) -> None:
        assert "No rules are held for diazepam in this region" in all_words(
            sheet_of(report("diazepam", "20 mg", "26w"))
        )

    @every_plan
    def test_every_flag_has_a_box_and_every_assumption_is_told(self, plan: str) -> None:
        asked = SHOWN[plan]()
        sheet, text = sheet_of(asked), all_words(sheet_of(asked))
        flags = [finding for finding in asked.findings if finding.level.value != "info"]
        ticked = under(sheet, "Flags")
        assert not flags or (isinstance(ticked, Items) and ticked.tick and len(ticked.items) == len(flags))
        assert all(f"{rule.title}: NOT STATED" in text for rule in asked.not_stated)
        assert all(f"({item.change})" in text for item in asked.assumptions)

    def test_prescriber_and_pharmacist_sign_on_the_first_page(self) -> None:
        signed = [block for block in sheet_of(worked_example()).blocks[:5] if isinstance(block, Blanks) and block.title]
        assert [block.title for block in signed] == ["Prescriber", "Pharmacist"]
        assert all("Signature" in [line.label for line in block.lines] for block in signed)

    def test_version_data_and_counts_of_the_checks_are_printed(self) -> None:
        text = all_words(sheet_of(worked_example(), data_id="abc123"))
        assert f"Program version {__version__}, data abc123. Checks: {worked_example().checks} run, 3 flags" in text
        assert "It is not certified as a medical device." in text
        assert "It holds no interaction check and predicts no drug levels." in text

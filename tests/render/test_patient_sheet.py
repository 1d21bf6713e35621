"""The patient's sheet says the plan and nothing else: every row reads back, and what may save a life stands first."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from render_builders import NOTICE, SHOWN, only_strength_of, read_back, report, worked_example

from taper_cli.model.drug import HalfLife
from taper_cli.model.identity import Identity
from taper_cli.model.report import Report
from taper_cli.model.schedule import StepKind
from taper_cli.model.supply import Halves, SupplyRules
from taper_cli.render.blocks import Blank, Heading, Items, Month, Para, words_of
from taper_cli.render.printing import sheets
from taper_cli.render.sheet_blocks import Blanks, Part, Sheet, StepCard, StepCards, Take, Tiers
from taper_cli.render.style import Sheets, Style
from taper_cli.render.wording import step_label

every_plan = pytest.mark.parametrize("plan", SHOWN)


def sheet_of(plan: Report, **style: object) -> Sheet:
    """The patient's sheet, as it is printed."""
    (found,) = sheets(plan, Style(sheets=Sheets.PATIENT)._replace(**style))
    return found


def cards_of(sheet: Sheet) -> tuple[StepCard, ...]:
    (found,) = (block.cards for block in sheet.blocks if isinstance(block, StepCards))
    return found


def plain(text: str) -> str:
    """Text with ordinary spaces, as a reader reads it."""
    return text.replace("\u00a0", " ")


def all_words(sheet: Sheet) -> str:
    return plain(" ".join(words_of(sheet)))


def said(take: Take) -> str:
    """A take as one reads it aloud."""
    return plain(" and ".join(part.words for part in take.parts) + (f" {take.dose}" if take.dose else ""))


class TestTheSteps:
    """Each card is one step, its words and its drawing the same tablets, every day with a box."""

    @every_plan
    def test_every_card_reads_back_to_its_step(self, plan: str) -> None:
        asked = SHOWN[plan]()
        cards = {card.number: card for card in cards_of(sheet_of(asked))}
        for step in asked.schedule.steps:
            if step.kind is StepKind.STOP:
                assert said(cards["END"].takes[0]) == f"STOP. Take no more {asked.drug.name}."
                continue
            takes = [take for take in cards[step_label(step)].takes if take.dose]
            spoken = [read_back(said(take), only_strength_of(asked)) for take in takes]
            assert all(one.made == one.claimed for one in spoken)
            assert sum(one.made for one in spoken) * 10**6 == step.total.ng

    @every_plan
    def test_the_drawing_shows_the_tablets_of_the_words(self, plan: str) -> None:
        asked = SHOWN[plan]()
        portions = [
            portion
            for step in asked.schedule.steps
            for intake in step.intakes
            for portion in intake.portions
        ]  # fmt: skip
        first_of_each = {card.number: card for card in reversed(cards_of(sheet_of(asked)))}
        drawn = [
            part
            for step in asked.schedule.steps
            for take in first_of_each[step_label(step)].takes
            for part in take.parts
            if part.shape
        ]
        assert len(drawn) == len(portions)
        for part, portion in zip(drawn, portions, strict=True):
            if portion.product.form.liquid:
                assert part == Part(part.words, "liquid")
            else:
                assert part.whole + Fraction(part.quarters, 4) == portion.count
                assert part.shape == ("capsule" if portion.product.form.capsule else "tablet")

    @every_plan
    def test_every_day_of_a_step_has_its_box(self, plan: str) -> None:
        asked = SHOWN[plan]()
        for step in asked.schedule.dosing_steps:
            cards = [card for card in cards_of(sheet_of(asked)) if card.number == str(step.number)]
            days = [plain(day) for card in cards for week in card.weeks for day in week.days]
            expected = [date.fromordinal(step.start.toordinal() + offset) for offset in range(step.days or 0)]
            assert days == [f"{day:%a} {day.day}" for day in expected]
            assert all(len(week.days) <= 7 for card in cards for week in card.weeks)

    def test_no_card_holds_more_than_four_weeks(self) -> None:
        # A card is never split over pages, so it must fit on one in the largest print.
        held = report("diazepam", "10 mg", reduce="1 mg", every="20w", region="gb")
        first, second, *_ = cards_of(sheet_of(held))
        assert [len(card.weeks) for card in (first, second)] == [4, 4]
        assert (first.number, second.number) == ("1", "1")
        assert plain(first.dates) == "Mon 2 Mar to Sun 29 Mar 2026"
        assert plain(second.dates) == "Mon 30 Mar to Sun 26 Apr 2026"

    def test_the_worked_example_is_that_of_the_mock_up(self) -> None:
        cards = cards_of(sheet_of(worked_example()))
        rows = [(card.number, plain(card.dates), *map(said, card.takes), plain(card.total)) for card in cards]
        assert rows == [
            ("1", "Mon 2 Mar to Sun 15 Mar 2026", "1 and a half tablets (3 mg)", "3 tablets (6 mg)", "9 mg"),
            ("2", "Mon 16 Mar to Sun 29 Mar 2026", "1 tablet (2 mg)", "3 tablets (6 mg)", "8 mg"),
            ("3", "Mon 30 Mar to Sun 12 Apr 2026", "half a tablet (1 mg)", "3 tablets (6 mg)", "7 mg"),
            ("4", "Mon 13 Apr to Sun 26 Apr 2026", "none", "3 tablets (6 mg)", "6 mg"),
            ("5", "Mon 27 Apr to Sun 10 May 2026", "none", "2 and a half tablets (5 mg)", "5 mg"),
            ("6", "Mon 11 May to Sun 24 May 2026", "none", "2 tablets (4 mg)", "4 mg"),
            ("7", "Mon 25 May to Sun 7 Jun 2026", "none", "1 and a half tablets (3 mg)", "3 mg"),
            ("8", "Mon 8 Jun to Sun 21 Jun 2026", "none", "1 tablet (2 mg)", "2 mg"),
            ("9", "Mon 22 Jun to Sun 5 Jul 2026", "none", "half a tablet (1 mg)", "1 mg"),
            ("END", "Mon 6 Jul 2026", "STOP. Take no more diazepam.", "0 mg"),
        ]

    def test_a_dose_that_goes_on_is_named_and_told_to_stay(self) -> None:
        *_, last = cards_of(sheet_of(SHOWN["a maintenance dose"]()))
        assert last.number == "STAY"
        assert "Stay on this dose until your prescriber changes it" in last.notes

    def test_the_sum_of_several_products_is_told_as_their_sum(self) -> None:
        first, *_ = cards_of(sheet_of(SHOWN["one slot, three strengths"]()))
        assert said(first.takes[0]) == "1 tablet of 10 mg and 3 tablets of 2 mg (together 16 mg)"

    def test_the_year_stands_twice_only_where_it_changes(self) -> None:
        over_new_year = report("diazepam", "10 mg", reduce="1 mg", start=date(2026, 12, 28), region="gb")
        assert plain(cards_of(sheet_of(over_new_year))[0].dates) == "Mon 28 Dec 2026 to Sun 10 Jan 2027"


class TestTheRest:
    """Draft, blanks, tiers, advice."""

    @every_plan
    def test_is_a_draft_by_name_and_id(self, plan: str) -> None:
        sheet = sheet_of(SHOWN[plan]())
        assert sheet.notice == NOTICE
        assert sheet.draft == "DRAFT. NOT FOR USE UNTIL A PRESCRIBER SIGNS IT."
        assert sheet.plan == f"Plan {SHOWN[plan]().plan_id}, version 1"

    @every_plan
    def test_every_symptom_and_the_patients_advice_are_printed(self, plan: str) -> None:
        asked = SHOWN[plan]()
        text = all_words(sheet_of(asked))
        assert all(symptom.words in text for symptom in asked.drug_class.symptoms)
        assert "Do not stop this medicine suddenly" in text
        waits = "Missed 3 days or more?" if asked.drug.half_life is HalfLife.LONG else "Missed 2 doses or more?"
        assert waits in text
        assert "Drink no alcohol." in text

    @pytest.mark.parametrize("points", [14, 18, 20])
    def test_the_emergency_tier_comes_before_the_other_tiers_and_the_steps(self, points: int) -> None:
        blocks = sheet_of(worked_example(), points=points).blocks
        first = next(place for place, block in enumerate(blocks) if isinstance(block, Tiers))
        assert [tier.shape for tier in blocks[first].tiers] == ["emergency"]  # type: ignore[union-attr]
        assert first <= 3
        assert first < next(place for place, block in enumerate(blocks) if isinstance(block, StepCards))

    def test_each_tier_has_its_own_word_and_shape(self) -> None:
        tiers = [
            tier for block in sheet_of(worked_example()).blocks if isinstance(block, Tiers) for tier in block.tiers
        ]
        assert [tier.shape for tier in tiers] == ["emergency", "same-day", "working-day", "expected"]
        assert [tier.title.split()[0] for tier in tiers] == ["EMERGENCY:", "CALL", "CALL", "EXPECTED:"]

    def test_without_an_identity_every_line_is_blank(self) -> None:
        lines = [
            line for block in sheet_of(worked_example()).blocks if isinstance(block, Blanks) for line in block.lines
        ]
        assert {"Name", "Date of birth", "Record number", "Signature", "Clinic phone"} <= {line.label for line in lines}
        assert all(line.value == "" for line in lines)

    def test_what_was_given_is_filled_in_and_nothing_else(self) -> None:
        who = Identity(
            name="A. Person", date_of_birth=date(1960, 3, 2), clinic_phone="01632 960 001", note="First.\n\nSecond."
        )
        blocks = sheet_of(worked_example(), identity=who).blocks
        filled = {
            line.label: line.value
            for block in blocks
            if isinstance(block, Blanks)
            for line in block.lines
            if line.value
        }
        assert filled == {"Name": "A. Person", "Date of birth": "2 March 1960", "Clinic phone": "01632 960 001"}
        place = next(at for at, block in enumerate(blocks) if block == Heading("A note from the clinic"))
        assert blocks[place + 1 :] == (Para("First."), Para("Second."))

    def test_a_name_keeps_its_spelling(self) -> None:
        who = Identity(name="B 0.5 mg")
        lines = [
            line
            for block in sheet_of(worked_example(), identity=who).blocks
            if isinstance(block, Blanks)
            for line in block.lines
        ]
        assert Blank("Name", "B 0.5 mg") in lines

    def test_a_line_break_in_a_name_is_spelled_out(self) -> None:
        who = Identity(name="A\nSTOP")
        lines = [
            line
            for block in sheet_of(worked_example(), identity=who).blocks
            if isinstance(block, Blanks)
            for line in block.lines
        ]
        assert Blank("Name", "A\\nSTOP") in lines

    @pytest.mark.parametrize(
        ("halves", "line"),
        [
            (Halves.KEPT, "Keep the other part of a cut tablet for the next time you need one."),
            (Halves.DISCARDED, "Throw away the other part of a cut tablet. Do not use it later."),
        ],
    )
    def test_says_what_becomes_of_the_other_half(self, halves: Halves, line: str) -> None:
        asked = worked_example()
        asked = asked._replace(request=changed_rules(asked, halves))
        assert line in all_words(sheet_of(asked))

    def test_says_nothing_of_halves_where_none_are_cut(self) -> None:
        asked = report("temazepam", "30 mg bedtime", "40w", region="us")
        assert "other part of a cut tablet" not in all_words(sheet_of(asked))

    @pytest.mark.parametrize("wanted", [True, False])
    def test_a_calendar_is_printed_when_asked_for(self, wanted: bool) -> None:
        found = [block for block in sheet_of(worked_example(), calendar=wanted).blocks if isinstance(block, Month)]
        names = ["Mar 2026", "Apr 2026", "May 2026", "Jun 2026", "Jul 2026"] if wanted else []
        assert [month.name for month in found] == [f"{name}, mg a day" for name in names]

    def test_a_dose_that_goes_on_fills_its_month_and_is_no_change(self) -> None:
        asked = SHOWN["a maintenance dose"]()
        last = [block for block in sheet_of(asked, calendar=True).blocks if isinstance(block, Month)][-1]
        days = [day for week in last.weeks for day in week if day]
        ending = asked.schedule.ending.start
        assert all(dose == "0.5" for number, dose, _ in days if int(number) >= ending.day)
        assert not any(changed for number, _, changed in days if int(number) >= ending.day)

    def test_naloxone_is_told_to_those_who_take_an_opioid(self) -> None:
        assert "ask us for naloxone" in all_words(sheet_of(worked_example(context=("opioid",))))
        assert "naloxone" not in all_words(sheet_of(worked_example()))

    def test_nothing_of_the_prescribers_sheet_is_on_it(self) -> None:
        sheet = sheet_of(SHOWN["everything stated"]())
        text = all_words(sheet)
        for word in ("[pace", "NOT STATED", "Table 2", "guideline", "exception", "Schedule 4"):
            assert word not in text
        assert not any(isinstance(block, Items) and block.tick for block in sheet.blocks)


def changed_rules(asked: Report, halves: Halves):  # type: ignore[no-untyped-def]
    """The request with another rule for halves."""
    from dataclasses import replace

    return replace(asked.request, supply=SupplyRules(halves=halves))

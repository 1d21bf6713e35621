"""Tablets make the dose and doses make the day, to the nanogram, whatever the paper says."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from checks_builders import (
    FIVE,
    HALF,
    SOLUTION,
    TEN,
    TWO,
    Taken,
    bare,
    case,
    gentle,
    intake,
    mg,
    morning_and_bedtime,
    refused,
    spoiled,
    verdicts,
)

from taper_cli.checks.arithmetic import PiecesMakeTheStep, PortionsMakeTheDose
from taper_cli.model.finding import Level
from taper_cli.model.schedule import Slot
from taper_cli.model.transcript import StatedPortion, Transcript


def of_tablets(stated: str, taken: Taken) -> Transcript:
    """A paper with one row: a dose in mg and what is said to make it."""
    return spoiled(bare(stated, [(stated, 0)]), 1, intakes=(intake(mg(stated), taken),))


class TestPortionsMakeTheDose:
    """Tablets times strength is the intake."""

    MAKES = (
        ("12", {TEN: 1, TWO: 1}),
        ("12", {FIVE: 2, TWO: 1}),
        ("12.5", {TEN: 1, FIVE: HALF}),
        ("12", {SOLUTION: 30}),
        ("1.04", {SOLUTION: Fraction("0.1"), TWO: HALF}),
    )

    @pytest.mark.parametrize(("stated", "taken"), MAKES)
    def test_what_adds_up_passes(self, stated: str, taken: Taken) -> None:
        assert not list(PortionsMakeTheDose().findings(case(of_tablets(stated, taken))))

    DOES_NOT_MAKE = (
        pytest.param("12", {TEN: 1, FIVE: 1, TWO: 1}, id="17 mg of tablets for 12 mg"),
        pytest.param("12", {FIVE: 1, TWO: HALF}, id="6 mg of tablets for 12 mg"),
        pytest.param("12", {TEN: 1, TWO: Fraction(3, 2)}, id="half a tablet too many"),
        pytest.param("12", {TEN: 1}, id="the last tablet forgotten"),
        pytest.param("12", {}, id="no tablet at all"),
        pytest.param("12", {SOLUTION: Fraction("30.1")}, id="a graduation too many"),
        pytest.param("12", {TEN: 1, FIVE: Fraction(1, 3)}, id="a third of a tablet for 2 mg"),
        pytest.param("12", {TEN: 1, TWO: 1, FIVE: 0}, id="zero tablets beside those that add up"),
        pytest.param("12", {TEN: 2, TWO: -4}, id="tablets taken back"),
        pytest.param("0", {TWO: 1}, id="a tablet for nothing"),
    )

    @pytest.mark.parametrize(("stated", "taken"), DOES_NOT_MAKE)
    def test_what_does_not_add_up_is_refused(self, stated: str, taken: Taken) -> None:
        found = PortionsMakeTheDose().findings(case(of_tablets(stated, taken)))
        assert verdicts(found) == [("arithmetic.portions", Level.REFUSE, 1)]

    def test_the_message_says_what_is_stated_and_what_the_products_make(self) -> None:
        (found,) = PortionsMakeTheDose().findings(case(of_tablets("12", {TEN: 1, FIVE: 1, TWO: 1})))
        assert found.message == "the daily intake states 12 mg, its products make 17 mg"

    def test_a_sum_that_is_no_dose_is_said_exactly_and_not_rounded(self) -> None:
        (found,) = PortionsMakeTheDose().findings(case(of_tablets("12", {TEN: 1, FIVE: Fraction(1, 3)})))
        assert found.message.endswith(f"its products make {10_000_000 + Fraction(5_000_000, 3)} nanograms")

    def test_a_paper_that_names_no_products_has_no_sum_to_check(self) -> None:
        assert not list(PortionsMakeTheDose().findings(case(bare("12", [("10", 0)]))))


class TestPiecesMakeTheStep:
    """The tablets stated for a whole step are those of its days: neither too few nor left over to be hoarded."""

    # Step 3 is half a 5 mg tablet and four 2 mg tablets a day, for 14 days.
    NEEDED = (HALF + 4) * 14

    def test_the_tablets_of_all_days_pass(self) -> None:
        assert refused(spoiled(gentle(), 3, pieces=self.NEEDED)) == []

    @pytest.mark.parametrize("more", [Fraction(-1, 2), Fraction(1, 2), -NEEDED, NEEDED])
    def test_half_a_tablet_too_few_or_too_many_is_refused(self, more: Fraction) -> None:
        assert refused(spoiled(gentle(), 3, pieces=self.NEEDED + more)) == [("supply.pieces", 3)]

    def test_a_step_without_a_stated_number_or_products_has_nothing_to_count(self) -> None:
        assert refused(spoiled(gentle(), 3, pieces=None)) == []
        assert not list(PiecesMakeTheStep().findings(case(spoiled(bare("10", [("9", 0), ("8", 14)]), 1, pieces=HALF))))

    def test_millilitres_are_no_tablets(self) -> None:
        row = intake(mg("10.5"), {FIVE: HALF, SOLUTION: 20})
        assert refused(spoiled(gentle(), 3, pieces=HALF * 14, intakes=(row,)), products=None) == []


class TestOnePaperSpoiled:
    """The whole judge on the good plan with one number changed: it names the rule and the row, and nothing else."""

    def test_a_wrong_count_of_tablets(self) -> None:
        wrong = spoiled(gentle(), 3, intakes=(intake(mg("10.5"), {FIVE: HALF, TWO: 5}),))
        assert refused(wrong) == [("arithmetic.portions", 3)]

    def test_a_wrong_daily_total(self) -> None:
        assert refused(spoiled(gentle(), 3, total=mg(11))) == [("arithmetic.total", 3)]

    def test_doses_of_two_slots_swapped_while_the_tablets_stay(self) -> None:
        paper = morning_and_bedtime()
        morning, bedtime = paper.steps[0].intakes
        swapped = (replace(morning, dose=bedtime.dose), replace(bedtime, dose=morning.dose))
        assert refused(spoiled(paper, 1, intakes=swapped), target=mg(8)) == [("arithmetic.portions", 1)] * 2

    def test_tablets_of_two_slots_swapped_while_the_doses_stay(self) -> None:
        paper = morning_and_bedtime()
        morning, bedtime = paper.steps[0].intakes
        swapped = (replace(morning, portions=bedtime.portions), replace(bedtime, portions=morning.portions))
        assert refused(spoiled(paper, 1, intakes=swapped), target=mg(8)) == [("arithmetic.portions", 1)] * 2

    def test_a_lost_slot(self) -> None:
        paper = morning_and_bedtime()
        assert refused(spoiled(paper, 1, intakes=paper.steps[0].intakes[:1]), target=mg(8)) == [("arithmetic.total", 1)]

    def test_a_slot_said_twice(self) -> None:
        paper = morning_and_bedtime()
        morning, bedtime = paper.steps[0].intakes
        wrong = spoiled(paper, 1, intakes=(morning, morning, bedtime))
        assert refused(wrong, target=mg(8)) == [("arithmetic.slots", 1), ("arithmetic.total", 1)]

    def test_a_dosing_row_that_has_lost_its_only_intake(self) -> None:
        assert [step for _, step in refused(spoiled(gentle(), 3, intakes=()))] == [3]

    def test_tablets_beside_stop(self) -> None:
        wrong = spoiled(gentle(), 14, intakes=(intake(mg(1), {TWO: HALF}, Slot.BEDTIME),))
        assert refused(wrong) == [("arithmetic.total", 14)]

    def test_two_halves_listed_apart_are_two_fractions_of_one_product(self) -> None:
        halves = (StatedPortion(product=TWO, count=HALF), StatedPortion(product=TWO, count=HALF))
        two_mg = replace(intake(mg(2), None), portions=halves)
        assert refused(spoiled(gentle(), 12, intakes=(two_mg,))) == [("product.division", 12)]

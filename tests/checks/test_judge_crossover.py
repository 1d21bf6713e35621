"""The judge and switches: one time of day a stage, one way, never upwards, and an end; all limits count what both drugs are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from checks_builders import (
    CAP_RULE,
    DAY,
    HALF,
    START,
    TABLETS,
    TEN,
    TWO,
    Taken,
    intake,
    judged,
    mg,
    refused,
    spoiled,
    tablet,
)
from hypothesis import given
from hypothesis import strategies as st

from taper_cli.checks.base import acceptable
from taper_cli.checks.crossover import NoEquivalentRise, OneSlotAStage, OneWay, SwitchFinished
from taper_cli.model.dose import counts_for
from taper_cli.model.finding import Acceptance, Level
from taper_cli.model.product import Product
from taper_cli.model.schedule import Slot, StepKind, Switched
from taper_cli.model.transcript import Event, EventKind, StatedIntake, StatedStep, Transcript

ONE = tablet(1, drug="lorazepam")
WORTH = Fraction(10)
# Lorazepam in the morning and at bedtime, diazepam in the morning and at bedtime, in mg.
Day = tuple[int | str, int | str, int | str, int | str]
STAGES: tuple[Day, ...] = ((1, 0, 0, 10), (0, 0, 10, 10))
TAPER: tuple[Day, ...] = (
    *((0, 0, morning, 10) for morning in range(9, -1, -1)),
    *((0, 0, 0, night) for night in range(9, 0, -1)),
)


def taken(day: Day, worth: Fraction = WORTH) -> tuple[StatedIntake, ...]:
    """What a day takes, told without products."""
    found = []
    for amount, slot, drug in zip(
        day, (Slot.MORNING, Slot.BEDTIME) * 2, ("lorazepam", "lorazepam", "", ""), strict=True
    ):
        if mg(amount):
            found.append(replace(intake(mg(amount), None, slot), drug=drug, worth=worth if drug else Fraction(1)))
    return tuple(found)


def total(intakes: Sequence[StatedIntake]) -> Any:
    return counts_for((one.dose, one.worth) for one in intakes)


def paper(*days: Day, stages: int = 2, worth: Fraction = WORTH, before: Day = (1, 1, 0, 0)) -> Transcript:
    """A switch told day by day, each for two weeks, the first rows as stages, then STOP."""
    steps = []
    for number, day in enumerate(days, start=1):
        kind = StepKind.SWITCH if number <= stages else StepKind.REDUCE
        start = START + 14 * (number - 1) * DAY
        intakes = taken(day, worth)
        steps.append(
            StatedStep(
                number=number, kind=kind, start=start, end=start + 14 * DAY, total=total(intakes), intakes=intakes
            )
        )
    end = StatedStep(
        number=len(steps) + 1,
        kind=StepKind.STOP,
        start=START + 14 * len(steps) * DAY,
        end=None,
        total=mg(0),
        intakes=(),
    )
    were = taken(before, worth)
    return Transcript(
        drug="diazepam",
        before=total(were),
        steps=(*steps, end),
        switched=Switched("lorazepam", worth),
        intakes_before=were,
    )


GOOD = paper(*STAGES, *TAPER)
# With halves of 2 mg tablets every whole mg can be made.
LAW: dict[str, Any] = {"products": (*TABLETS, ONE), "totals": tuple(map(mg, range(1, 21)))}


def swapped(number: int, day: Day, worth: Fraction = WORTH) -> Transcript:
    """The good paper with another day in one row, its total as it adds up."""
    intakes = taken(day, worth)
    return spoiled(GOOD, number, intakes=intakes, total=total(intakes))


def found(transcript: Transcript, rule: str) -> list[tuple[Level, int | None]]:
    """The findings of one rule."""
    return [(level, step) for name, level, step in judged(transcript, **LAW) if name == rule]


def test_the_published_switch_is_refused_nowhere_and_no_stage_is_flagged() -> None:
    assert refused(GOOD, **LAW) == []
    assert [step for rule, level, step in judged(GOOD, **LAW) if level is Level.FLAG] == [20, 21, 22]


class TestOneTimeOfDay:
    """A stage changes one time of day and no other."""

    def test_two_at_once_are_refused(self) -> None:
        assert found(paper((0, 0, 10, 10), *TAPER, stages=1), "switch.stage") == [(Level.REFUSE, 1)]

    def test_none_is_refused(self) -> None:
        """A stage that says nothing new is a row too many."""
        assert (Level.REFUSE, 2) in found(paper(STAGES[0], *STAGES, *TAPER, stages=3), "switch.stage")

    def test_a_stage_that_also_lowers_the_new_drug_elsewhere_is_refused(self) -> None:
        assert found(swapped(2, (0, 0, 10, 9)), "switch.stage") == [(Level.REFUSE, 2)]

    def test_a_taper_may_change_two(self) -> None:
        assert found(swapped(3, (0, 0, 9, 9)), "switch.stage") == []

    def test_nothing_is_said_where_the_times_of_day_before_are_not_known(self) -> None:
        whole = replace(intake(mg(2), None), drug="lorazepam", worth=WORTH)
        unknown = replace(paper((0, 0, 10, 10), *TAPER, stages=1), intakes_before=(whole,))
        assert found(unknown, "switch.stage") == []
        assert found(replace(unknown, intakes_before=()), "switch.stage") == []


class TestOneWay:
    """Less of the old drug and no less of the new one at each stage; never more of the old one."""

    def test_a_stage_that_moves_nothing_over_is_refused(self) -> None:
        assert (Level.REFUSE, 1) in found(swapped(1, (1, 1, 0, 1)), "switch.back")

    def test_a_stage_that_takes_less_of_the_new_drug_is_refused(self) -> None:
        back = paper(STAGES[0], (0, 0, 0, 9), *TAPER[10:])
        assert (Level.REFUSE, 2) in found(back, "switch.back")

    def test_the_old_drug_taken_up_again_is_refused(self) -> None:
        assert (Level.REFUSE, 5) in found(swapped(5, (1, 0, 7, 10)), "switch.back")

    def test_the_old_drug_moved_to_another_time_of_day_is_refused(self) -> None:
        assert (Level.REFUSE, 2) in found(swapped(2, (0, 1, 10, 0)), "switch.back")

    def test_a_switch_turned_round_is_refused(self) -> None:
        turned = paper((1, 0, 0, 10), (1, 1, 0, 0), stages=2)
        assert (Level.REFUSE, 2) in found(turned, "switch.back")

    def test_what_a_revision_says_is_not_the_planners(self) -> None:
        step = swapped(5, (1, 0, 7, 10)).steps[4]
        told = replace(swapped(5, (1, 0, 7, 10)), events=(Event(step.start, EventKind.FOUND, step.total),))
        assert (Level.REFUSE, 5) not in found(told, "switch.back")


class TestNoRise:
    """What is taken counts for no more than before the switch; more than at the stage before is flagged."""

    def test_more_than_before_the_switch_is_refused(self) -> None:
        assert found(swapped(1, (1, 0, 0, 11)), "switch.rise") == [(Level.REFUSE, 1)]

    def test_more_than_at_the_stage_before_is_flagged(self) -> None:
        assert found(paper((1, 0, 0, 9), (0, 0, 11, 9), *TAPER), "switch.rise") == [(Level.FLAG, 2)]

    def test_the_same_is_no_rise_and_less_is_none(self) -> None:
        assert found(GOOD, "switch.rise") == [] == found(paper((1, 0, 0, 9), (0, 0, 9, 9), *TAPER[1:]), "switch.rise")

    def test_a_rise_of_the_taper_is_the_rule_of_any_taper(self) -> None:
        rising = swapped(6, (0, 0, 9, 10))
        assert found(rising, "switch.rise") == [] and (Level.REFUSE, 6) in found(rising, "dose.rise")

    def test_by_another_ratio_the_same_doses_rise(self) -> None:
        """Worth 5 mg, the 2 mg of before counted for 10 mg, and 10 mg of diazepam for one of them are more."""
        assert (Level.REFUSE, 1) in found(paper(*STAGES, *TAPER, worth=Fraction(5)), "switch.rise")


class TestTheEnd:
    """After the last stage nothing of the old drug is taken."""

    def test_an_old_drug_that_stays_is_flagged_at_each_step(self) -> None:
        stays = paper(STAGES[0], *((1, 0, 0, night) for night in range(9, -1, -1)), stages=1)
        assert found(stays, "switch.unfinished") == [(Level.FLAG, step) for step in range(2, 12)]

    def test_and_is_no_small_last_dose(self) -> None:
        stays = paper(STAGES[0], *((1, 0, 0, night) for night in range(9, -1, -1)), stages=1)
        assert ("last-dose", 12) in refused(stays, **LAW)

    def test_a_finished_switch_is_not_flagged(self) -> None:
        assert found(GOOD, "switch.unfinished") == []


@pytest.mark.parametrize("check", [OneSlotAStage(), OneWay(), NoEquivalentRise(), SwitchFinished()])
def test_no_check_of_a_switch_says_anything_of_a_paper_of_one_drug(check: Any) -> None:
    from checks_builders import case, gentle, morning_and_bedtime

    assert not [*check.findings(case(gentle())), *check.findings(case(morning_and_bedtime()))]


@pytest.mark.parametrize(
    "rule", ["switch.stage", "switch.back", "switch.rise", "switch.below", "switch.above", "switch.liver"]
)
def test_a_prescriber_may_go_past_what_a_switch_is_refused_for(rule: str) -> None:
    assert acceptable(rule) and Acceptance(rule, "as agreed").rule == rule


class TestLimits:
    """Limits count what both drugs are worth together, never each drug alone."""

    def test_half_of_the_old_drug_alone_is_no_cut(self) -> None:
        assert CAP_RULE not in {rule for rule, _ in refused(GOOD, **LAW)}

    def test_less_than_its_worth_put_in_its_place_is_a_cut(self) -> None:
        """20 mg to 14 mg by a stage that gives 4 mg for what counts for 10 mg: 30% within 14 days."""
        assert (CAP_RULE, 1) in refused(swapped(1, (1, 0, 0, 4)), **LAW)

    def test_a_window_looks_back_over_the_stages(self) -> None:
        """Two cuts of 15% and 15% within one window are 27.5% of the 20 mg before the first."""
        days: tuple[Day, ...] = ((1, 0, 0, 7), (0, 0, "7.5", 7), *TAPER[5:])
        assert (CAP_RULE, 2) not in refused(paper(*days), **LAW)
        hasty = paper(*days)
        quick = replace(hasty.steps[0], end=START + 7 * DAY)
        second = replace(hasty.steps[1], start=START + 7 * DAY)
        assert (CAP_RULE, 2) in refused(replace(hasty, steps=(quick, second, *hasty.steps[2:])), **LAW)

    def test_a_worth_without_an_end_counts_upwards(self) -> None:
        """1 mg as 20/3 mg: two of them count for 13.334 mg, and 10 mg beside one for 16.667 mg."""
        third = paper((1, 0, 0, 6), worth=Fraction(20, 3), stages=1)
        assert (str(third.before), str(third.steps[0].total)) == ("13.334 mg", "12.667 mg")
        assert "arithmetic.total" not in {rule for rule, _ in refused(third, **LAW)}


class TestSums:
    """Each drug adds up by itself; mg of both never do."""

    def test_a_total_of_mg_of_both_is_refused(self) -> None:
        assert ("arithmetic.total", 1) in refused(spoiled(GOOD, 1, total=mg(11)), **LAW)

    def test_one_time_of_day_may_take_both_but_none_of_them_twice(self) -> None:
        both = paper(("0.5", 1, 5, 0), (0, 1, 10, 0), *STAGES[1:], *TAPER, stages=3)
        assert "arithmetic.slots" not in {rule for rule, _ in refused(both, **LAW)}
        twice = spoiled(GOOD, 1, intakes=(*GOOD.steps[0].intakes, *GOOD.steps[0].intakes[:1]))
        assert ("arithmetic.slots", 1) in refused(twice, **LAW)

    @pytest.mark.parametrize(
        ("tablets", "wrong"), [({ONE: 1, TEN: 1}, False), ({ONE: 2, TEN: 1}, True), ({ONE: 1, TWO: 4}, True), ({TEN: 2}, True)]
    )  # fmt: skip
    def test_tablets_counted_for_the_whole_day_make_the_total_of_each_drug(
        self, tablets: dict[Product, int], wrong: bool
    ) -> None:
        """20 mg of diazepam tablets would count for the same, but are not what is stated."""
        counted = intake(mg(1), tablets).portions
        assert (("arithmetic.portions", 1) in refused(spoiled(GOOD, 1, day_portions=counted), **LAW)) is wrong


class TestProducts:
    """Each drug is made of its own products."""

    def made(self, drug: str, dose: int | str, of: Taken) -> Transcript:
        """The good paper with one intake of stage 1 made of tablets."""
        step = GOOD.steps[0]
        intakes = tuple(
            replace(one, dose=mg(dose), portions=intake(mg(dose), of).portions) if one.drug == drug else one
            for one in step.intakes
        )
        return spoiled(GOOD, 1, intakes=intakes, total=total(intakes))

    def test_a_product_that_is_not_at_hand_is_refused_for_either(self) -> None:
        assert ("product.unknown", 1) in refused(self.made("lorazepam", 2, {tablet(2, drug="lorazepam"): 1}), **LAW)
        assert ("product.unknown", 1) in refused(self.made("", 10, {tablet(1): 10}), **LAW)
        assert "product.unknown" not in {rule for rule, _ in refused(self.made("lorazepam", 1, {ONE: 1}), **LAW)}

    def test_a_wrong_sum_is_refused_for_either(self) -> None:
        assert ("arithmetic.portions", 1) in refused(self.made("lorazepam", 1, {ONE: 2}), **LAW)
        assert ("arithmetic.portions", 1) in refused(self.made("", 10, {TWO: 4}), **LAW)

    def test_a_division_that_is_not_allowed_is_refused_for_either(self) -> None:
        whole = tablet(1, split=type(ONE.split).WHOLE, drug="lorazepam")
        halved = self.made("lorazepam", "0.5", {whole: HALF})
        assert ("product.division", 1) in refused(halved, products=(*TABLETS, whole))

    def test_a_dose_without_products_is_makeable_by_its_own_drug(self) -> None:
        law = {
            **LAW,
            "anything_made": {"": frozenset(map(mg, range(1, 21))), "lorazepam": frozenset({mg("0.5"), mg(1)})},
        }
        assert "product.unmakeable" not in {rule for rule, _ in refused(GOOD, **law)}
        odd = swapped(1, ("0.75", 0, 0, "12.5"))
        assert refused(odd, **law).count(("product.unmakeable", 1)) == 2


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 4), min_size=1, max_size=5))  # type: ignore[arg-type]
def test_any_rows_are_judged_without_a_fault(days: list[Day]) -> None:
    told = paper(*days)
    assert all(rule and level for rule, level, _ in judged(told, **LAW))

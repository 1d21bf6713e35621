"""A switch laid out in stages: the published one, every law of a stage on random switches, and the same by trying everything."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from planning_builders import STEADY, amount, mg, recipe, schedule, slots, tablets, weeks
from planning_builders import problem as taper_problem

from taper_cli.model.dose import ZERO, Dose
from taper_cli.model.product import Form, Product, Split
from taper_cli.model.request import AtPace
from taper_cli.model.schedule import Intake, Regimen, Slot, StepKind, Switched, equivalents
from taper_cli.planning.crossover import (
    Answer,
    Crossed,
    Crossover,
    NothingLeft,
    UnmakeableStage,
    cross,
    joined,
    totals_until,
)
from taper_cli.planning.pacing import plan_pace

START = date(2026, 12, 7)


def lorazepam(*strengths: str, split: Split = Split.WHOLE) -> tuple[Product, ...]:
    """Tablets of the old drug."""
    return tuple(
        Product(drug="lorazepam", form=Form.TABLET, strength=Dose.of_mg(strength), split=split)
        for strength in strengths
    )


def switch(before: Regimen, to: Regimen, **changes: Any) -> Crossover:
    """A switch to diazepam by one slot a stage, every two weeks, bedtime first."""
    settled: dict[str, Any] = {
        "switched": Switched("lorazepam", Fraction(to.total.ng, before.total.ng)),
        "before": before,
        "to": to,
        "old_products": lorazepam("0.5", "1"),
        "new_products": tablets(2, 5, 10),
        "order": tuple(reversed(before.slots)),
        "start": START,
        "every": weeks(2),
    }
    return Crossover(**{**settled, **changes})


def published(**changes: Any) -> Crossover:
    """Lorazepam 1 mg twice a day to diazepam 10 mg twice a day."""
    return switch(slots(morning=1, bedtime=1), slots(morning=10, bedtime=10), **changes)


def crossed(answer: Answer) -> Crossed:
    assert isinstance(answer, Crossed), answer
    return answer


def words(answer: Answer) -> list[str]:
    """Each stage as 'morning lorazepam 1 mg, bedtime diazepam 10 mg'."""
    return [
        ", ".join(f"{one.slot.value} {one.drug} {one.dose}" for one in step.intakes) for step in crossed(answer).steps
    ]


class TestThePublishedSwitch:
    """Scottish Government quality prescribing guide 2024-2027: night first, then morning, no reduction meanwhile."""

    def test_is_made_stage_by_stage(self) -> None:
        assert words(cross(published())) == [
            "morning lorazepam 1 mg, bedtime diazepam 10 mg",
            "morning diazepam 10 mg, bedtime diazepam 10 mg",
        ]

    def test_on_its_dates(self) -> None:
        found = crossed(cross(published()))
        assert [(step.start, step.end) for step in found.steps] == [
            (date(2026, 12, 7), date(2026, 12, 21)),
            (date(2026, 12, 21), date(2027, 1, 4)),
        ]
        assert (found.end, found.regimen) == (date(2027, 1, 4), slots(morning=10, bedtime=10))

    def test_from_the_fewest_tablets_of_both_drugs(self) -> None:
        first = crossed(cross(published())).steps[0]
        assert [recipe(one.portions) for one in first.intakes] == ["1 x 1 mg tablet", "1 x 10 mg tablet"]

    def test_and_the_taper_follows_in_the_same_schedule_on_the_same_dates(self) -> None:
        problem = published()
        stages = crossed(cross(problem))
        taper = schedule(
            plan_pace(taper_problem(stages.regimen, tablets(2), start=stages.end), AtPace(dose=Dose.of_mg(1)))
        )
        whole = joined(problem, stages, taper)
        assert [mg(Dose(int(step.mean))) for step in whole.steps] == [20, 20, *range(19, -1, -1)]
        assert [step.number for step in whole.steps] == [*range(1, 23)]
        assert (whole.before, whole.drug, whole.drugs) == (problem.before, "diazepam", ("lorazepam", "diazepam"))
        assert [step.start for step in whole.steps] == [START + timedelta(days=14 * place) for place in range(22)]


STAGED = {
    "morning first": (
        {"order": (Slot.MORNING, Slot.BEDTIME)},
        ["morning diazepam 10 mg, bedtime lorazepam 1 mg", "morning diazepam 10 mg, bedtime diazepam 10 mg"],
    ),
    "half a milligram at a time": (
        {"move": Dose.of_mg("0.5")},
        [
            "morning lorazepam 1 mg, bedtime lorazepam 0.5 mg, bedtime diazepam 5 mg",
            "morning lorazepam 1 mg, bedtime diazepam 10 mg",
            "morning lorazepam 0.5 mg, morning diazepam 5 mg, bedtime diazepam 10 mg",
            "morning diazepam 10 mg, bedtime diazepam 10 mg",
        ],
    ),
    "more at a time than there is": (
        {"move": Dose.of_mg(3)},
        ["morning lorazepam 1 mg, bedtime diazepam 10 mg", "morning diazepam 10 mg, bedtime diazepam 10 mg"],
    ),
    "1 mg less at each": (
        {"cut": Dose.of_mg(1)},
        ["morning lorazepam 1 mg, bedtime diazepam 9 mg", "morning diazepam 9 mg, bedtime diazepam 9 mg"],
    ),
    "half a milligram at a time, 1 mg less at each": (
        {"move": Dose.of_mg("0.5"), "cut": Dose.of_mg(1)},
        [
            "morning lorazepam 1 mg, bedtime lorazepam 0.5 mg, bedtime diazepam 4 mg",
            "morning lorazepam 1 mg, bedtime diazepam 8 mg",
            "morning lorazepam 0.5 mg, morning diazepam 4 mg, bedtime diazepam 8 mg",
            "morning diazepam 8 mg, bedtime diazepam 8 mg",
        ],
    ),
}


@pytest.mark.parametrize(("changes", "stages"), STAGED.values(), ids=STAGED)
def test_stages_as_they_were_asked(changes: Any, stages: list[str]) -> None:
    assert words(cross(published(**changes))) == stages


def test_a_part_that_is_left_over_goes_over_last() -> None:
    """1 mg by 0.75 mg: 0.75 mg first, then the 0.25 mg that are left."""
    found = cross(published(move=Dose.of_mg("0.75"), old_products=lorazepam("0.5", split=Split.HALF)))
    assert words(found)[:2] == [
        "morning lorazepam 1 mg, bedtime lorazepam 0.25 mg, bedtime diazepam 7.5 mg",
        "morning lorazepam 1 mg, bedtime diazepam 10 mg",
    ]


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        (
            {"old_products": lorazepam("2.5")},
            UnmakeableStage(0, Slot.MORNING, "lorazepam", Fraction(10**6), None, None),
        ),
        (
            {"new_products": tablets(4, split=Split.WHOLE)},
            UnmakeableStage(1, Slot.BEDTIME, "diazepam", Fraction(10**7), Dose.of_mg(8), None),
        ),
        (
            {"move": Dose.of_mg("0.25"), "old_products": lorazepam("0.5")},
            UnmakeableStage(1, Slot.BEDTIME, "lorazepam", Fraction(750_000), Dose.of_mg("0.5"), Dose.of_mg(1)),
        ),
        ({"cut": Dose.of_mg(10)}, NothingLeft(1, Slot.BEDTIME)),
        (
            {"cut": Dose(9_999_999)},  # a nanogram is left, which is little, and no tablet, but not nothing
            UnmakeableStage(1, Slot.BEDTIME, "diazepam", Fraction(1), None, Dose.of_mg(1)),
        ),
        ({"move": Dose.of_mg("0.5"), "cut": Dose.of_mg(5)}, NothingLeft(1, Slot.BEDTIME)),
    ],
)
def test_what_cannot_be_made_is_named_with_its_stage(changes: Any, answer: Answer) -> None:
    found = cross(published(**changes))
    assert type(found) is type(answer) and found == answer


def test_a_share_that_is_no_whole_number_of_nanograms_is_not_rounded() -> None:
    """A third of 10 mg is no dose."""
    found = cross(
        switch(
            slots(bedtime=3),
            slots(bedtime=10),
            move=Dose.of_mg(1),
            old_products=lorazepam("1"),
            new_products=tablets(2),
        )
    )
    assert isinstance(found, UnmakeableStage)
    assert (found.stage, found.drug, found.dose) == (1, "diazepam", Fraction(10**7, 3))
    assert (found.below, found.above) == (Dose.of_mg(3), Dose.of_mg(4))


class TestWhatALimitLooksBackOn:
    """The totals before the taper, in the new drug; none where every stage counts for the same."""

    def test_nothing_where_nothing_changes(self) -> None:
        problem = published()
        assert totals_until(problem, crossed(cross(problem))) == ()

    def test_every_stage_that_takes_something_off(self) -> None:
        problem = published(cut=Dose.of_mg(1))
        assert [(day, mg(dose)) for day, dose in totals_until(problem, crossed(cross(problem)))] == [
            (date.min, 20),
            (date(2026, 12, 7), 19),
            (date(2026, 12, 21), 18),
        ]

    def test_the_dose_before_counts_by_its_worth_where_it_alone_differs(self) -> None:
        """Two stages that count for 20 mg each after 2 mg of lorazepam that are worth 24 mg: the limit measures from 24 mg."""
        problem = published(switched=Switched("lorazepam", Fraction(12)))
        stages = crossed(cross(published()))
        assert [(day, mg(dose)) for day, dose in totals_until(problem, stages)] == [
            (date.min, 24),
            (date(2026, 12, 7), 20),
            (date(2026, 12, 21), 20),
        ]

    def test_the_highest_dose_that_is_still_to_come(self) -> None:
        """Doses typed by slot may count for less at a stage than at the next: the limit measures from the next."""
        problem = switch(slots(morning=1, bedtime=1), slots(morning=11, bedtime=9), new_products=tablets(2))
        stages = crossed(cross(problem))
        assert [step.mean / 10**6 for step in stages.steps] == [19, 20]
        assert [mg(dose) for _, dose in totals_until(problem, stages)] == [20, 20, 20]


# ---- laws on random switches ------------------------------------------------------------------------------------------------

_SLOTS = (Slot.MORNING, Slot.NOON, Slot.EVENING, Slot.BEDTIME)


@st.composite
def switches(draw: st.DrawFn, *, in_proportion: bool = True) -> Crossover:
    """A switch of up to four times of day; `in_proportion`: each slot by the same ratio."""
    chosen = draw(
        st.lists(st.sampled_from(_SLOTS), min_size=1, max_size=4, unique=True).map(
            lambda found: sorted(found, key=_SLOTS.index)
        )
    )
    halves = draw(st.lists(st.integers(1, 4), min_size=len(chosen), max_size=len(chosen)))
    ratio = draw(st.sampled_from([2, 5, 10, 20]))
    new = [half * ratio for half in halves] if in_proportion else [draw(st.integers(2, 40)) for _ in halves]
    before = Regimen(tuple((slot, Dose(half * 500_000)) for slot, half in zip(chosen, halves, strict=True)))
    to = Regimen(tuple((slot, Dose(count * 500_000)) for slot, count in zip(chosen, new, strict=True)))
    return switch(
        before,
        to,
        order=tuple(draw(st.permutations(chosen))),
        move=draw(st.sampled_from([None, Dose.of_mg("0.5"), Dose.of_mg(1)])),
        cut=draw(st.sampled_from([ZERO, Dose.of_mg("0.5"), Dose.of_mg(1)])),
        old_products=draw(st.sampled_from([lorazepam("0.5", "1"), lorazepam("1", split=Split.HALF), lorazepam("1", "2.5")])),
        new_products=draw(st.sampled_from([tablets(2, 5, 10), tablets(1), tablets(2), tablets(5, 10, split=Split.WHOLE)])),
        every=weeks(draw(st.integers(1, 4))),
    )  # fmt: skip


def told(intakes: tuple[Intake, ...]) -> dict[tuple[Slot, str], Dose]:
    return {(one.slot, one.drug): one.dose for one in intakes}


def states(problem: Crossover, found: Crossed) -> list[dict[tuple[Slot, str], Dose]]:
    """What is taken before the switch and at each stage, by slot and drug."""
    before = {(slot, problem.switched.drug): dose for slot, dose in problem.before.doses}
    return [before, *(told(step.intakes) for step in found.steps)]


@STEADY
@given(switches(in_proportion=False))
def test_each_stage_changes_one_time_of_day_the_old_drug_only_falls_and_ends(problem: Crossover) -> None:
    found = cross(problem)
    assume(isinstance(found, Crossed))
    taken = states(problem, crossed(found))
    for was, now in itertools.pairwise(taken):
        changed = {slot for slot, drug in {**was, **now} if was.get((slot, drug)) != now.get((slot, drug))}
        assert len(changed) == 1
        for slot in problem.before.slots:
            assert now.get((slot, "lorazepam"), ZERO) <= was.get((slot, "lorazepam"), ZERO)
    assert not [drug for _, drug in taken[-1] if drug == "lorazepam"]
    assert crossed(found).regimen.doses == tuple((slot, taken[-1][slot, "diazepam"]) for slot in problem.before.slots)


@STEADY
@given(switches())
def test_in_proportion_nothing_counts_for_more_at_a_stage_than_before_it(problem: Crossover) -> None:
    found = cross(problem)
    assume(isinstance(found, Crossed))
    means = [problem.before.total.ng * problem.switched.worth, *(step.mean for step in crossed(found).steps)]
    for before, now in itertools.pairwise(means):
        assert before - now == problem.cut.ng


@STEADY
@given(switches(in_proportion=False))
def test_stages_follow_one_another_and_are_made_of_the_products_of_their_drug(problem: Crossover) -> None:
    found = cross(problem)
    assume(isinstance(found, Crossed))
    days = [problem.start, *(step.end for step in crossed(found).steps)]
    for step, start, end in zip(crossed(found).steps, days, days[1:], strict=False):
        assert (step.kind, step.start, step.end) == (StepKind.SWITCH, start, end)
        assert equivalents(step.intakes) == step.mean
        for one in step.intakes:
            held = problem.old_products if one.drug == "lorazepam" else problem.new_products
            assert {portion.product for portion in one.portions} <= set(held)
            assert sum(map(amount, one.portions)) == mg(one.dose)


@STEADY
@given(switches(in_proportion=False))
def test_the_order_in_which_products_are_named_changes_nothing(problem: Crossover) -> None:
    turned = problem._replace(
        old_products=tuple(reversed(problem.old_products)), new_products=tuple(reversed(problem.new_products))
    )
    assert cross(turned) == cross(problem)


# ---- the same by trying everything ------------------------------------------------------------------------------------------


def makeable(products: tuple[Product, ...], most: int) -> set[int]:
    """Every dose in nanograms up to `most` from any number of whole tablets and at most one part of each product, by trying all."""
    doses = {0}
    for product in products:
        part = product.strength.ng // product.split.value
        counts = range(most // part + 1)
        doses = {dose + part * count for dose in doses for count in counts if dose + part * count <= most}
    return doses


def by_trying(problem: Crossover) -> Answer | list[dict[tuple[Slot, str], int]]:
    """The stages in nanograms, slot by slot and part by part, or what is in the way; written down the long way."""
    most = max(dose.ng for _, dose in (*problem.before.doses, *problem.to.doses))
    made = {"lorazepam": makeable(problem.old_products, most), "diazepam": makeable(problem.new_products, most)}
    tops = {
        "lorazepam": max(dose.ng for _, dose in problem.before.doses),
        "diazepam": max(dose.ng for _, dose in problem.to.doses),
    }
    before, to = ({slot: dose.ng for slot, dose in regimen.doses} for regimen in (problem.before, problem.to))

    def fault(stage: int, slot: Slot, drug: str, ng: Fraction) -> UnmakeableStage | None:
        if ng in made[drug]:
            return None
        held = sorted(dose for dose in made[drug] if 0 < dose <= tops[drug])
        below, above = [dose for dose in held if dose < ng], [dose for dose in held if dose > ng]
        return UnmakeableStage(
            stage, slot, drug, ng, Dose(below[-1]) if below else None, Dose(above[0]) if above else None
        )

    for slot in problem.before.slots:
        if (wrong := fault(0, slot, "lorazepam", Fraction(before[slot]))) is not None:
            return wrong
    taken: dict[tuple[Slot, str], int] = {(slot, "lorazepam"): ng for slot, ng in before.items()}
    found: list[dict[tuple[Slot, str], int]] = []
    for slot in problem.order:
        old, cuts = before[slot], 0
        while old > 0:
            old = max(old - (problem.move.ng if problem.move else old), 0)
            cuts += problem.cut.ng
            new = Fraction(to[slot] * (before[slot] - old), before[slot]) - cuts
            stage = len(found) + 1
            if new <= 0:
                return NothingLeft(stage, slot)
            for drug, ng in (("lorazepam", Fraction(old)), ("diazepam", new)):
                if ng and (wrong := fault(stage, slot, drug, ng)) is not None:
                    return wrong
            taken = {**taken, (slot, "lorazepam"): old, (slot, "diazepam"): int(new)}
            found.append({place: ng for place, ng in taken.items() if ng})
    return found


@STEADY
@given(switches(in_proportion=False))
def test_the_stages_are_those_found_by_trying_everything(problem: Crossover) -> None:
    found, tried = cross(problem), by_trying(problem)
    if isinstance(tried, list):
        doses = [{place: dose.ng for place, dose in told(step.intakes).items()} for step in crossed(found).steps]
        assert doses == tried
    else:
        assert type(found) is type(tried) and found == tried

"""Laws of the planner on random tapers: scale, order, shift, looser limits change what they must and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from planning_builders import (
    CITE,
    LINEAR,
    PROPORTIONAL,
    STEADY,
    cap,
    capsules,
    changed,
    days,
    liquid,
    mg,
    months,
    problem,
    slots,
    tablets,
    weeks,
)
from planning_oracle import Taper, Walk, asked_in_mg, breaches, intakes, later, soonest

from taper_cli.model.dose import Dose
from taper_cli.model.guideline import Band, Bands, Basis
from taper_cli.model.period import Period, TimeUnit, Until
from taper_cli.model.product import Product, Split
from taper_cli.model.request import AtPace, ByBands, CutOrder, Shape, ShapeKind
from taper_cli.model.schedule import Regimen, Step
from taper_cli.planning.pacing import plan_pace
from taper_cli.planning.planner import plan_over
from taper_cli.planning.problem import (
    Answer,
    LastDoseTooLarge,
    NoStep,
    NothingLower,
    Planned,
    Problem,
    Stuck,
    TooManySteps,
    TooShort,
    UnmakeableDose,
)

HYPERBOLIC = Shape(kind=ShapeKind.HYPERBOLIC, ed50=Dose.of_mg(3), ed50_source="typed by the prescriber")
SHAPES = [None, LINEAR, PROPORTIONAL, HYPERBOLIC]
SHELVES = [
    tablets(2),
    tablets(2, 5),
    tablets(2, 5, 10),
    tablets(5, 10),
    tablets(2, 5, 10, split=Split.WHOLE),
    tablets(1, 2, split=Split.QUARTER),
    capsules(2, 5),
    capsules(5) + tablets(2),
    tablets(5) + liquid(2, "5 mL", "1 mL"),
    liquid(2, "5 mL", "0.5 mL"),
]
LAST_STEPS = st.sampled_from(["0.4", "0.5", "1", "1", "2", "2.5"]).map(Dose.of_mg)


def banded(step: int) -> Bands:
    """Bands of `step` tenths of a mg to twice that up to 6 mg, and four times as much above."""
    rows = [(60, 6, 4), (6, 0, 1)]
    return Bands(
        drugs=("diazepam",),
        bands=tuple(
            Band(
                ceiling=Dose.of_mg(high),
                floor=Dose.of_mg(low),
                step_low=Dose.of_mg(Fraction(times * step, 10)),
                step_high=Dose.of_mg(Fraction(2 * times * step, 10)),
            )
            for high, low, times in rows
        ),
        interval_low_days=7,
        interval_high_days=14,
        cite=CITE,
    )


PACES = st.one_of(
    st.sampled_from(["0.25", "0.5", "1", "2", "2.5"]).map(lambda size: AtPace(dose=Dose.of_mg(size))),
    st.builds(
        AtPace, share=st.sampled_from([5, 10, 20, 50]).map(lambda p: Fraction(p, 100)), basis=st.sampled_from(Basis)
    ),
    st.just(ByBands()),
)


@dataclass(frozen=True)
class Asked:
    """A problem with the time, or the pace, that is asked of it."""

    problem: Problem
    wish: tuple[Period | Until, Shape | None] | AtPace | ByBands

    def answer(self) -> Answer:
        """What the planner says."""
        return (
            plan_pace(self.problem, self.wish)
            if isinstance(self.wish, AtPace | ByBands)
            else plan_over(self.problem, *self.wish)
        )


@st.composite
def problems(draw: st.DrawFn, shelves: Sequence[tuple[Product, ...]], top: int, **fixed: Any) -> Problem:
    """A random problem whose starting regimen can be made."""
    products = draw(st.sampled_from(shelves))
    doses = [dose for dose in sorted(intakes(products, Fraction(top))) if dose]
    start = st.sampled_from(doses)
    regimen: Regimen | Fraction = draw(start)
    if fixed.pop("several", False) and draw(st.booleans()):
        regimen = slots(morning=draw(start), bedtime=draw(start))
    settled = {
        "every": draw(st.sampled_from([weeks(2), weeks(2), weeks(1), days(5), days(10), months(1)])),
        "cap": cap(
            draw(st.sampled_from([10, 20, 25, 25, 40, 60])),
            draw(st.sampled_from([14, 14, 7, 28, 30])),
            draw(st.sampled_from([Basis.CURRENT, Basis.CURRENT, Basis.START])),
        ),
        "last_step": draw(LAST_STEPS),
        "cut": draw(st.sampled_from(CutOrder)),
        "start": draw(st.sampled_from([date(2026, 12, 7), date(2026, 1, 31), date(2028, 2, 29)])),
        "tail_only": draw(st.sampled_from([True, True, True, False])),
        "cap_binds": draw(st.sampled_from([True, True, True, False])),
        "last_dose_binds": draw(st.sampled_from([True, True, True, False])),
        "bands": banded(draw(st.sampled_from([5, 10]))),
    }
    return problem(regimen, products, **{**settled, **fixed})


@st.composite
def over(draw: st.DrawFn, shapes: Sequence[Shape | None] = SHAPES, most: int = 20, **fixed: Any) -> Asked:
    """A duration asked of a problem of everyday size, with days to spare now and then."""
    asked = draw(problems(SHELVES, fixed.pop("top", 14), several=fixed.pop("several", True), **fixed))
    whole = later(asked.start, asked.every, draw(st.integers(2, most)))
    end = whole + timedelta(days=draw(st.sampled_from([0, 0, 1, 3])))
    return Asked(asked, (Until(end), draw(st.sampled_from(shapes))))


@st.composite
def paced(draw: st.DrawFn, **fixed: Any) -> Asked:
    """A pace asked of a problem of everyday size."""
    asked = draw(problems(SHELVES, 20, several=True, **fixed))
    return Asked(asked, draw(PACES))


ASKED = st.one_of(over(), paced())


# Scaling.


def scaled_dose(dose: Dose, times: int) -> Dose:
    """A dose so many times as large."""
    return Dose(dose.ng * times)


def scaled_product(product: Product, times: int) -> Product:
    """The same form and split, so many times as strong."""
    return changed(product, strength=scaled_dose(product.strength, times))


def scaled(asked: Asked, times: int) -> Asked:
    """The same question about a drug that is taken in larger numbers."""
    old = asked.problem
    assert old.bands
    bands = [
        changed(
            band,
            **{name: scaled_dose(getattr(band, name), times) for name in ("ceiling", "floor", "step_low", "step_high")},
        )
        for band in old.bands.bands
    ]
    new = changed(
        old,
        before=Regimen(tuple((slot, scaled_dose(dose, times)) for slot, dose in old.before.doses)),
        products=tuple(scaled_product(product, times) for product in old.products),
        last_step=scaled_dose(old.last_step, times),
        target=scaled_dose(old.target, times),
        bands=changed(old.bands, bands=tuple(bands)),
    )
    return Asked(new, _scaled_wish(asked.wish, times))


def _scaled_wish(wish: Any, times: int) -> Any:
    match wish:
        case (length, Shape(ed50=Dose() as ed50) as shape):
            return length, changed(shape, ed50=scaled_dose(ed50, times))
        case AtPace(dose=Dose() as dose):
            return changed(wish, dose=scaled_dose(dose, times))
        case _:
            return wish


def told(answer: Answer, times: int) -> Any:
    """An answer in plain values, every dose so many times as large."""
    match answer:
        case Planned():
            steps = [_told_step(step, times) for step in answer.schedule.steps]
            return answer.largest_cut, answer.proven, answer.reanchored, steps
        case Stuck():
            return "stuck", answer.before.ng * times, answer.after.ng * times, answer.share
        case UnmakeableDose():
            return "unmakeable", [dose and dose.ng * times for dose in (answer.dose, answer.below, answer.above)]
        case LastDoseTooLarge():
            return "last dose", answer.smallest.ng * times, answer.last_step.ng * times
        case NothingLower():
            return "nothing lower", answer.dose.ng * times
        case TooShort() | NoStep() | TooManySteps():
            return answer


def _told_step(step: Step, times: int) -> Any:
    intakes_told = [
        (
            intake.slot,
            intake.dose.ng * times,
            [(p.product.strength.ng * times, p.product.form, p.count) for p in intake.portions],
        )
        for intake in step.intakes
    ]
    return step.number, step.kind, step.start, step.end, step.held, intakes_told


class TestWhatMustNotMatter:
    """The same taper in other words is the same plan."""

    @STEADY
    @given(ASKED, st.sampled_from([2, 3, 7, 10, 1000]))
    def test_a_drug_taken_in_larger_numbers_is_tapered_alike(self, asked: Asked, times: int) -> None:
        assert told(scaled(asked, times).answer(), 1) == told(asked.answer(), times)

    @STEADY
    @given(ASKED, st.randoms(use_true_random=False))
    def test_products_may_be_typed_in_any_order(self, asked: Asked, chance: Any) -> None:
        shuffled = list(asked.problem.products)
        chance.shuffle(shuffled)
        assert Asked(changed(asked.problem, products=tuple(shuffled)), asked.wish).answer() == asked.answer()

    @STEADY
    @given(ASKED, st.data())
    def test_a_product_may_be_named_twice(self, asked: Asked, data: st.DataObject) -> None:
        again = data.draw(st.sampled_from(asked.problem.products))
        twice = changed(asked.problem, products=(*asked.problem.products, again))
        assert Asked(twice, asked.wish).answer() == asked.answer()

    @STEADY
    @given(over(several=False, top=12), st.sampled_from([20, 30]), st.sampled_from([Split.WHOLE, Split.HALF]))
    def test_an_unused_product_that_makes_no_new_dose_may_be_left_out(
        self, asked: Asked, mg_each: int, split: Split
    ) -> None:
        few = asked.problem
        more = changed(few, products=few.products + tablets(mg_each, split=split))
        top = mg(few.before.total)
        assume(set(intakes(more.products, top)) == set(intakes(few.products, top)))
        answer = Asked(more, asked.wish).answer()
        assume(not isinstance(answer, Planned) or not _used(answer) - set(few.products))
        assert asked.answer() == answer

    @STEADY
    @given(ASKED, st.integers(1, 1000))
    def test_a_later_start_shifts_every_date_and_nothing_else(self, asked: Asked, shift: int) -> None:
        assume(asked.problem.every.unit is not TimeUnit.MONTH)
        moved = timedelta(days=shift)
        later_wish = asked.wish
        if not isinstance(later_wish, AtPace | ByBands):
            until, shape = later_wish
            assert isinstance(until, Until)
            later_wish = (Until(until.day + moved), shape)
        there = Asked(changed(asked.problem, start=asked.problem.start + moved), later_wish).answer()
        assert _shifted(there, -moved) == asked.answer()


def _used(plan: Planned) -> set[Product]:
    return {p.product for step in plan.schedule.steps for intake in step.intakes for p in intake.portions}


def _shifted(answer: Answer, by: timedelta) -> Answer:
    """An answer with every date moved."""
    match answer:
        case Planned():
            steps = tuple(
                changed(step, start=step.start + by, end=step.end and step.end + by) for step in answer.schedule.steps
            )
            return changed(answer, schedule=changed(answer.schedule, steps=steps))
        case TooShort():
            return changed(answer, soonest_end=answer.soonest_end + by)
        case _:
            return answer


class TestWhatMoreRoomMayDo:
    """More time and looser limits never make a plan's first aim worse. (A single step may grow: rounding.)"""

    @STEADY
    @given(over(shapes=[LINEAR, PROPORTIONAL, HYPERBOLIC], cap_binds=True), st.sampled_from([1, 5, 20, 35]))
    def test_a_looser_cap_never_takes_a_typed_shape_farther_from_its_curve(self, asked: Asked, more: int) -> None:
        tight = asked.problem
        loose = changed(tight, cap=changed(tight.cap, share=tight.cap.share + Fraction(more, 100)))
        first, second = asked.answer(), Asked(loose, asked.wish).answer()
        assume(isinstance(first, Planned))
        assert isinstance(second, Planned)
        # A curve that ends at the smallest dose in reach is another one where a looser cap reaches a smaller dose.
        assume(not (first.reanchored or second.reanchored) or _shape_of(asked) is PROPORTIONAL)
        assert _lag(second, asked) <= _lag(first, asked) + Fraction(1, 1000)

    @STEADY
    @given(over(shapes=[None], most=14))
    def test_a_longer_duration_never_raises_the_smallest_possible_largest_cut(self, asked: Asked) -> None:
        until, _ = (None, None) if isinstance(asked.wish, AtPace | ByBands) else asked.wish
        assert isinstance(until, Until)
        count = len(Taper(asked.problem, until.day).starts)
        ends = [later(asked.problem.start, asked.problem.every, count + more) for more in range(4)]
        answers = [plan_over(asked.problem, Until(end), None) for end in ends]
        cuts = [answer.largest_cut for answer in answers if isinstance(answer, Planned)]
        assert cuts == sorted(cuts, reverse=True)
        kinds = [isinstance(answer, Planned) for answer in answers]
        assert kinds == sorted(kinds)

    @STEADY
    @given(over(shapes=[None], most=14))
    def test_one_more_accepted_limit_never_refuses_what_was_planned(self, asked: Asked) -> None:
        assume(isinstance(asked.answer(), Planned))
        for rule in ("cap_binds", "last_dose_binds", "tail_only"):
            assert isinstance(Asked(changed(asked.problem, **{rule: False}), asked.wish).answer(), Planned), rule


def _trial(asked: Asked) -> Taper:
    """A duration that was asked, laid out for trying."""
    assert not isinstance(asked.wish, AtPace | ByBands) and isinstance(asked.wish[0], Until)
    return Taper(asked.problem, asked.wish[0].day, asked.wish[1])


def _shape_of(asked: Asked) -> Shape | None:
    """The typed shape of a taper over a time."""
    return None if isinstance(asked.wish, AtPace | ByBands) else asked.wish[1]


def _lag(plan: Planned, asked: Asked) -> Fraction:
    """The lag of a plan behind the curve of what was asked."""
    trial = _trial(asked)
    return trial.lag([mg(asked.problem.before.total), *(mg(plan.schedule.dose_on(day)) for day in trial.starts)])


class TestEveryTaperOfEverydaySize:
    """Too many descents to try one by one: the fastest proves the largest cut, one pass over the windows the lag."""

    @settings(STEADY, max_examples=25)
    @given(over(shapes=[None], top=20))
    def test_no_smaller_largest_cut_would_arrive_in_time(self, asked: Asked) -> None:
        answer, trial = asked.answer(), _trial(asked)
        assume(isinstance(answer, Planned))
        assert isinstance(answer, Planned) and trial.needs(answer.largest_cut)

    @settings(STEADY, max_examples=30)
    @given(over(top=16, most=14, several=False))
    def test_no_descent_under_the_same_cut_is_nearer_to_the_curve(self, asked: Asked) -> None:
        answer, trial = asked.answer(), _trial(asked)
        assume(isinstance(answer, Planned))
        assert isinstance(answer, Planned)
        limit = trial.limit if trial.shape else answer.largest_cut
        assert _lag(answer, asked) <= trial.least_lag(limit) + Fraction(1, 1000)


class TestEveryPlan:
    """Read day by day as a pharmacist would: dates, sums, splits, slots, the cap over its window, the last dose."""

    @settings(STEADY, max_examples=100)
    @given(over())
    def test_over_a_time_keeps_every_rule_on_every_day_and_ends_on_the_day(self, asked: Asked) -> None:
        answer = asked.answer()
        assume(isinstance(answer, Planned))
        assert (
            isinstance(answer, Planned)
            and not isinstance(asked.wish, AtPace | ByBands)
            and isinstance(asked.wish[0], Until)
        )
        assert breaches(asked.problem, answer.schedule, asked.wish[0].day) == []
        assert answer.proven

    @settings(STEADY, max_examples=80)
    @given(paced())
    def test_at_a_pace_keeps_every_rule_on_every_day(self, asked: Asked) -> None:
        answer = asked.answer()
        assume(isinstance(answer, Planned))
        assert isinstance(answer, Planned)
        assert breaches(asked.problem, answer.schedule, answer.schedule.ending.start) == []

    @settings(STEADY, max_examples=80)
    @given(paced(), st.data())
    def test_at_a_pace_to_a_maintenance_dose_keeps_every_rule_too(self, asked: Asked, data: st.DataObject) -> None:
        totals = Taper(asked.problem, asked.problem.start).totals
        assume(len(totals) > 2)
        target = data.draw(st.sampled_from(totals[:-2]))
        answer = Asked(changed(asked.problem, target=Dose.of_mg(target)), asked.wish).answer()
        assume(isinstance(answer, Planned))
        assert isinstance(answer, Planned)
        aimed = changed(asked.problem, target=Dose.of_mg(target))
        assert breaches(aimed, answer.schedule, answer.schedule.ending.start) == []


SMALL_SHELVES = [
    (tablets(2), 6),
    (tablets(2, 5), 6),
    (tablets(5), 12),
    (tablets(2, 5, 10, split=Split.WHOLE), 9),
    (tablets(1, split=Split.QUARTER), Fraction(7, 4)),
    (capsules(1, 3), 6),
    (capsules(2) + tablets(3), 6),
    (liquid(2, "5 mL", "1 mL"), Fraction(12, 5)),
]


@st.composite
def small(draw: st.DrawFn) -> Asked:
    """A taper small enough to try every descent."""
    products, top = draw(st.sampled_from(SMALL_SHELVES))
    start = draw(st.sampled_from([dose for dose in sorted(intakes(products, Fraction(top))) if dose]))
    asked = draw(problems([products], 1 + int(top)))
    asked = changed(asked, before=problem(start, products).before)
    below = [dose for dose in sorted(intakes(products, start)) if 0 < dose < start]
    if below and draw(st.integers(0, 3)) == 0:
        asked = changed(asked, target=Dose.of_mg(draw(st.sampled_from(below))))
    whole = later(asked.start, asked.every, draw(st.integers(1, 6)))
    banded_shape = Shape(kind=ShapeKind.BANDS)
    shape = draw(st.sampled_from([None, None, *SHAPES, banded_shape]))
    return Asked(asked, (Until(whole + timedelta(days=draw(st.sampled_from([0, 0, 2])))), shape))


class TestEverySmallTaper:
    """Every descent is tried: the planner plans what that finds best, and refuses for the reason that that finds."""

    @settings(STEADY, max_examples=250)
    @given(small())
    def test_over_a_time_is_answered_as_trying_every_descent_answers_it(self, asked: Asked) -> None:
        assert not isinstance(asked.wish, AtPace | ByBands) and isinstance(asked.wish[0], Until)
        trial = Taper(asked.problem, asked.wish[0].day, asked.wish[1])
        start, answer = asked.problem.before.total, asked.answer()
        reachable = asked.problem.target or trial.may_stop
        match answer:
            case Planned():
                levels = (mg(start), *(mg(answer.schedule.dose_on(day)) for day in trial.judged))
                assert levels == trial.best()
                assert answer.largest_cut == trial.largest_cut(levels)
            case TooShort():
                assert trial.gentlest(trial.limit) is None
                assert answer.needed_share == trial.gentlest(Fraction(1)) or len(trial.starts) == 0
                arrived = [level <= trial.lowest_wanted for level in trial.fastest(trial.limit)]
                intervals = arrived.index(True) - bool(asked.problem.target)
                assert answer.soonest_end == later(asked.problem.start, asked.problem.every, intervals)
                assert intervals > 6 or soonest(asked.problem, 6) == intervals
            case Stuck():
                assert mg(answer.before) == trial.lowest_reachable() > trial.lowest_wanted
                assert mg(answer.after) == max(total for total in trial.totals if total < mg(answer.before))
            case LastDoseTooLarge():
                assert asked.problem.last_dose_binds and answer.last_step == asked.problem.last_step
                assert mg(answer.smallest) == min(trial.totals) > mg(asked.problem.last_step)
            case NothingLower():
                assert trial.totals == [mg(start)] and not reachable
            case _:
                raise AssertionError(answer)

    @settings(STEADY, max_examples=250)
    @given(small(), st.data())
    def test_at_a_pace_is_answered_as_following_the_rule_by_hand_answers_it(
        self, asked: Asked, data: st.DataObject
    ) -> None:
        pace = data.draw(PACES)
        before = mg(asked.problem.before.total)
        answer = plan_pace(asked.problem, pace)
        walk = Walk(Taper(asked.problem, asked.problem.start), asked_in_mg(asked.problem, pace))
        by_hand = walk.totals()
        if isinstance(answer, Planned):
            count = len(by_hand) - (2 if asked.problem.target else 1)
            first_days = [later(asked.problem.start, asked.problem.every, number) for number in range(count)]
            levels = [before, *(mg(answer.schedule.dose_on(day)) for day in first_days)]
            assert levels + ([mg(asked.problem.target)] if asked.problem.target else []) == by_hand
            assert answer.schedule.ending.start == later(asked.problem.start, asked.problem.every, count)
        else:
            assert isinstance(answer, (Stuck, LastDoseTooLarge, NothingLower)) and by_hand == "stuck"

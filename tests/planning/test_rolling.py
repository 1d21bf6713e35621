"""The search engines on bare indexes: bounds, window minimum and minimum cut, each against every descent there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_builders import STEADY

from taper_cli.model.guideline import Basis
from taper_cli.planning import rolling
from taper_cli.planning.descent import Lattice, best_ways
from taper_cli.planning.limits import Bound, Limits, lowest, smallest_share, tighten, worst_share
from taper_cli.planning.placing import Way
from taper_cli.planning.rolling import Rolling, best_descent

Path = tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """A start (the highest index), what each index may fall to, where each step's window begins, bounds, costs."""

    falls: tuple[int, ...]
    back: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    costs: tuple[tuple[int, ...], ...]
    more: tuple[Bound, ...] = ()

    @property
    def top(self) -> int:
        """The index of the starting dose."""
        return len(self.falls) - 1

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """Every limit between steps."""
        return (Bound(self.falls, self.back), *self.more)

    def cost(self, step: int, index: int) -> int:
        """What it costs to stand at an index on a step (the start is free)."""
        return self.costs[step - 1][index]

    def price(self, path: Path) -> int:
        """The cost of a whole descent."""
        return sum(self.cost(step, index) for step, index in enumerate(path) if step)

    def descents(self) -> Iterator[Path]:
        """Every descent that never rises, keeps its bounds, and falls no lower than its window allows."""

        def onward(path: Path) -> Iterator[Path]:
            step = len(path)
            if step > len(self.back):
                yield path
                return
            floor = max(self.low[step], *(falls[path[back[step - 1]]] for falls, back in self.bounds))
            for index in range(floor, min(self.high[step], path[-1]) + 1):
                yield from onward((*path, index))

        yield from onward((self.top,))

    def tightened(self) -> tuple[list[int], list[int], bool]:
        """The bounds as the planner narrows them, and whether it says that a descent is left."""
        low, high = list(self.low), list(self.high)
        return low, high, tighten(low, high, self.bounds)

    def as_rolling(self) -> Rolling:
        """The case for the rolling engine, within narrowed bounds."""
        low, high, _ = self.tightened()
        return Rolling(low=low, high=high, bounds=self.bounds, cost=self.cost)


@st.composite
def cases(
    draw: st.DrawFn, dearest: int = 6, one_step: bool = False, bounded: bool = True, most: tuple[int, int] = (5, 5)
) -> Case:
    """Small random cases; few different costs, so that ties are common."""
    indexes, steps = draw(st.integers(1, most[0])), draw(st.integers(1, most[1]))
    drop, window = draw(st.integers(0, 4)), 1 if one_step else draw(st.integers(1, 3))

    def bound() -> Bound:
        falls = [0]
        for index in range(1, indexes):
            falls.append(max(falls[-1], index - draw(st.integers(0, drop))))
        back = [0]
        for step in range(1, steps):
            back.append(max(back[-1], step + 1 - draw(st.integers(1, window))) if draw(st.booleans()) else back[-1])
        return Bound(tuple(falls), tuple(range(steps) if one_step else back))

    falls, back = bound()
    more = () if one_step or draw(st.booleans()) else (bound(),)
    top = indexes - 1
    low = [draw(st.integers(0, top // 2)) if bounded else 0 for _ in range(steps)]
    high = [draw(st.integers(top // 2, top)) if bounded else top for _ in range(steps)]
    row = st.lists(st.integers(0, dearest), min_size=indexes, max_size=indexes)
    costs = [tuple(draw(row)) for _ in range(steps)]
    return Case(falls, back, (top, *low), (top, *high), tuple(costs), more)


class TestTheBounds:
    """Doses that keep every limit are closed under taking the higher, or the lower, day by day."""

    @STEADY
    @given(cases())
    def test_are_narrowed_to_exactly_what_whole_descents_use(self, case: Case) -> None:
        every = list(case.descents())
        low, high, possible = case.tightened()
        assert possible == bool(every)
        if every:
            assert low == [min(step) for step in zip(*every, strict=True)]
            assert high == [max(step) for step in zip(*every, strict=True)]

    @STEADY
    @given(cases(bounded=False))
    def test_below_are_the_fastest_descent_of_all(self, case: Case) -> None:
        assert lowest(case.bounds, case.top, [0] * len(case.back)) == [
            min(step) for step in zip(*case.descents(), strict=True)
        ]


class TestTheRollingEngine:
    """A minimum cut: the cheapest descent, and of all cheapest ones the one that is highest on every single step."""

    @settings(STEADY, max_examples=250)
    @given(cases())
    def test_finds_the_one_cheapest_descent_that_no_other_cheapest_one_exceeds_on_any_step(self, case: Case) -> None:
        every = list(case.descents())
        if not every:
            return
        least = min(case.price(path) for path in every)
        cheapest = [path for path in every if case.price(path) == least]
        largest = tuple(max(step) for step in zip(*cheapest, strict=True))
        assert largest in cheapest
        found, proven = best_descent(case.as_rolling())
        assert (tuple(found), proven) == (largest, True)

    @STEADY
    @given(cases(dearest=10**60))
    def test_is_exact_on_numbers_of_any_size(self, case: Case) -> None:
        every = list(case.descents())
        if every:
            found, _ = best_descent(case.as_rolling())
            assert case.price(tuple(found)) == min(case.price(path) for path in every)

    @STEADY
    @given(cases(dearest=0))
    def test_stays_as_high_as_allowed_where_nothing_costs_anything(self, case: Case) -> None:
        if list(case.descents()):
            _, high, _ = case.tightened()
            assert best_descent(case.as_rolling())[0] == high

    @STEADY
    @given(cases(one_step=True, dearest=9, most=(14, 12)))
    def test_agrees_with_the_one_step_engine_where_the_window_is_one_step(self, case: Case) -> None:
        rolled = case.as_rolling()
        if case.tightened()[2]:
            found = best_ways(_lattice(case, rolled), (case.top, _way(case.top)), lambda index: (_way(index),))
            assert [index for index, _ in found] == best_descent(rolled)[0]

    @STEADY
    @given(case=cases(most=(30, 8), dearest=50, bounded=False))
    def test_says_so_when_it_could_not_search_everything_and_still_keeps_every_limit(self, case: Case) -> None:
        rolled = case.as_rolling()
        if not case.tightened()[2]:
            return
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rolling, "EXACT_NODES", 0)
            guarded, proven = best_descent(rolled)
        exact, _ = best_descent(rolled)
        wide = sum(high - low for low, high in zip(rolled.low, rolled.high, strict=True))
        assert proven is (wide == 0)
        assert all(low <= index <= high for low, index, high in zip(rolled.low, guarded, rolled.high, strict=True))
        assert all(after <= before for before, after in pairwise(guarded))
        for falls, back in case.bounds:
            assert all(guarded[step] >= falls[guarded[base]] for step, base in enumerate(back, start=1))
        assert case.price(tuple(guarded)) >= case.price(tuple(exact))

    @pytest.mark.parametrize("hold", [0, 5, 10])
    def test_keeps_the_window_when_the_curve_holds_and_then_falls_too_fast_for_it(self, hold: int) -> None:
        indexes, steps, window = 30, 20, 3
        falls, back = (0, *range(indexes - 1)), tuple(max(0, step - window) for step in range(1, steps + 1))
        wanted = [indexes - 1 - max(0, step - hold) for step in range(1, steps + 1)]
        costs = tuple(tuple((index - dose) ** 2 for index in range(indexes)) for dose in wanted)
        case = Case(falls, back, (indexes - 1, *[0] * steps), (indexes - 1,) * (steps + 1), costs)
        exact, proven = best_descent(case.as_rolling())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rolling, "EXACT_NODES", 0)
            guarded, guess = best_descent(case.as_rolling())
        assert (proven, guess) == (True, False)
        for path in (exact, guarded):
            assert all(path[step] >= path[base] - 1 for step, base in enumerate(back, start=1))
        assert case.price(tuple(exact)) <= case.price(tuple(guarded))


def _way(index: int) -> Way:
    """The only way to take a total: no burden at all."""
    return Way(points=(index,), misplaced=0, cuts=0, pieces=0, distinct=0)


def _lattice(case: Case, rolled: Rolling) -> Lattice:
    days = [0, *[1] * len(case.back)]
    return Lattice(low=rolled.low, high=rolled.high, days=days, falls=case.falls, lag=case.cost)


WAYS = st.lists(
    st.builds(
        Way,
        points=st.tuples(st.integers(0, 3), st.integers(0, 3)),
        misplaced=st.integers(0, 2),
        cuts=st.integers(0, 2),
        pieces=st.integers(0, 2),
        distinct=st.integers(0, 2),
    ),
    min_size=1,
    max_size=3,
)


@dataclass(frozen=True)
class Spread:
    """A one-step case with several ways to take each total, and the days of each step."""

    case: Case
    ways: tuple[tuple[Way, ...], ...]
    days: tuple[int, ...]
    start: Way

    def costs(self, path: Path, taken: tuple[Way, ...]) -> tuple[int, ...]:
        """Lag, then slots that rise, then misplacement, cuts, pieces and products day by day."""
        rises = sum(
            later > earlier
            for before, after in zip((self.start, *taken), taken, strict=False)
            for earlier, later in zip(before.points, after.points, strict=True)
        )
        by_day = [
            (length * way.misplaced, length * way.cuts, length * way.pieces, length * way.distinct)
            for length, way in zip(self.days, taken, strict=True)
        ]
        return self.case.price(path), rises, *(sum(part) for part in zip(*by_day, strict=True))

    def every(self) -> Iterator[tuple[Path, tuple[Way, ...]]]:
        """Every descent with every way to take each of its totals."""

        def spread(indexes: Path) -> Iterator[tuple[Way, ...]]:
            if not indexes:
                yield ()
                return
            for way in self.ways[indexes[0]]:
                for rest in spread(indexes[1:]):
                    yield (way, *rest)

        for path in self.case.descents():
            for taken in spread(path[1:]):
                yield path, taken


@st.composite
def spreads(draw: st.DrawFn) -> Spread:
    """Small random cases with ways."""
    case = draw(cases(one_step=True, dearest=2, most=(4, 4)))
    ways = tuple(tuple(draw(WAYS)) for _ in case.falls)
    days = tuple(draw(st.sampled_from([1, 7, 14, 31])) for _ in case.back)
    return Spread(case, ways, days, draw(WAYS)[0])


class TestTheOneStepEngine:
    """Dynamic programming over whole equally good edges: lag, then rises of a slot, the burden, larger earlier."""

    @settings(STEADY, max_examples=250)
    @given(spreads())
    def test_finds_the_lightest_of_the_nearest_descents_with_larger_doses_earlier(self, spread: Spread) -> None:
        every = list(spread.every())
        if not every:
            return
        case = spread.case
        low, high, _ = case.tightened()
        lattice = Lattice(low=low, high=high, days=[0, *spread.days], falls=case.falls, lag=case.cost)
        found = best_ways(lattice, (case.top, spread.start), lambda index: spread.ways[index])
        path, taken = tuple(index for index, _ in found), tuple(way for _, way in found[1:])
        assert (path, taken) in every
        best = min(every, key=lambda each: (spread.costs(*each), [-index for index in each[0]]))
        assert (spread.costs(path, taken), path) == (spread.costs(*best), best[0])


@st.composite
def limited(draw: st.DrawFn) -> tuple[Limits, tuple[int, ...], int]:
    """Random makeable totals under a cap with its tail exception, windows, and the index to arrive at."""
    totals = sorted(draw(st.sets(st.integers(1, 30), min_size=2, max_size=6)))
    limits = Limits(
        totals=totals,
        share=draw(st.sampled_from([Fraction(1, 10), Fraction(1, 4), Fraction(1, 3), Fraction(1, 2)])),
        basis=draw(st.sampled_from(Basis)),
        last_step=draw(st.integers(1, 6)),
        smallest=tuple(totals[:3]),
        anywhere=draw(st.booleans()),
    )
    back = [0]
    for step in range(1, draw(st.integers(1, 5))):
        back.append(draw(st.integers(back[-1], step)))
    return limits, tuple(back), draw(st.integers(0, len(totals) - 2))


class TestTheSmallestShare:
    """Bisection ends exactly on the smallest possible largest cut: some descent has it, and none undercuts it."""

    @settings(STEADY, max_examples=250)
    @given(limited())
    def test_is_the_least_of_every_descent_that_arrives(self, given_case: tuple[Limits, tuple[int, ...], int]) -> None:
        limits, back, end = given_case
        top = len(limits.totals) - 1
        free = Case((0,) * (top + 1), back, (top, *[0] * len(back)), (top, *[top] * (len(back) - 1), end), ())
        worst = [_worst(limits, back, path) for path in free.descents()]
        assert smallest_share(limits, back, end) == min(worst)
        assert [worst_share(limits, back, path) for path in free.descents()] == worst

    def test_is_told_from_the_next_larger_one_however_near_that_is(self) -> None:
        """From 4 to 1 over 3, or past it: the cuts of 2/3 and 3/4 are nearer to each other than 2 / 4²."""
        limits = Limits(totals=[1, 3, 4], share=Fraction(1), basis=Basis.CURRENT, last_step=0, smallest=())
        assert smallest_share(limits, [0, 1, 2], 0) == Fraction(2, 3)


def _worst(limits: Limits, back: tuple[int, ...], path: Path) -> Fraction:
    """The largest cut over the window, the small exception for the tail aside, from the words of the rule."""
    worst = Fraction(0)
    for step, base in enumerate(back, start=1):
        before, after = limits.totals[path[base]], limits.totals[path[step]]
        share = Fraction(before - after, before if limits.basis is Basis.CURRENT else max(limits.totals))
        adjacent = not [total for total in limits.totals if after < total < before]
        tail = before in limits.smallest and before - after <= limits.last_step and before != max(limits.totals)
        if not (share > limits.share and adjacent and (tail or limits.anywhere)):
            worst = max(worst, share)
    return worst

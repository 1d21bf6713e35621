"""What the planner would have found with another dose on one day of a duration: each dose near the wanted one, and what is against it.

Every figure comes from the planner's own limits and aims: the plan is searched again with that dose held fixed on that day.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import NG_PER_MG, Dose
from taper_cli.model.explained import Candidate, How, Moment, Why
from taper_cli.model.period import Period, Until
from taper_cli.model.request import Shape
from taper_cli.planning.curves import SCALE, Curve
from taper_cli.planning.descent import RISE, burden, rises, unpacked
from taper_cli.planning.limits import Bound, least_share, tighten
from taper_cli.planning.planner import Descended, Descent, judged_step_by_step, largest_cut, room_of, search, worked_out
from taper_cli.planning.problem import Problem

_AIMS = (Why.RISES, Why.CUT_ORDER, Why.SPLITS, Why.PIECES, Why.PRODUCTS)
# A wanted dose is told to the microgram; nobody reads more decimals of a mg safely.
_TOLD = 1_000


class Cost(NamedTuple):
    """What a path costs by the planner's aims after the largest cut: lag, then rises and burdens packed into one number."""

    lag: int
    packed: int


class Alternatives:
    """A duration that was planned, asked again with other doses on single days.

    Raises:
        TooFine: when the products make more doses than can be searched.
        OverflowError: when a date leaves the calendar.
    """

    def __init__(self, problem: Problem, length: Period | Until, shape: Shape | None) -> None:
        descent = worked_out(problem, length, shape)
        if not isinstance(descent, Descent):
            raise ValueError(f"no plan to explain: {descent}")
        self._descent = descent
        self._totals = descent.limits.totals
        self._path = search(descent, room_of(descent))
        self._cost = self._cost_of(self._path)
        self._share = largest_cut(descent, self._path.indexes)
        room = room_of(descent)._replace(bounds=self._bounds(descent.ground.binding_share))
        tighten(room.low, room.high, room.bounds)
        self._lowest, self._highest = room.low, room.high

    def _bounds(self, share: Fraction) -> tuple[Bound, ...]:
        """All limits under a share for the cap."""
        descent = self._descent
        return descent.ground.bounds(descent.limits, share, descent.time.judged)

    @property
    def starts(self) -> Sequence[date]:
        """The first day of each dosing step."""
        return self._descent.time.starts

    @property
    def curve(self) -> Curve:
        """The wanted curve."""
        return self._descent.curve

    @property
    def reanchored(self) -> bool:
        """Whether the curve ends at the last dose, as it would never reach zero or want less than can be reached."""
        return self._descent.reanchored

    def moment(self, step: int) -> Moment:
        """A dosing step counted from 1 (or the ending in a maintenance dose): wanted dose, makeable ones near it and the one taken."""
        chosen = self._path.indexes[step]
        start = self._descent.time.starts
        wanted = wanted_ng(self._descent.curve, step)
        told, _ = told_mg(Fraction(wanted))
        exact = self._descent.curve.time_at(int(told * NG_PER_MG)) == step * SCALE
        return Moment(
            day=start[step - 1] if step <= len(start) else self._descent.time.end,
            before=self._dose(self._path.indexes[step - 1]),
            wanted_mg=told,
            exact=exact,
            how=How.AIM,
            candidates=tuple(self._candidate(step, index) for index in self._near(wanted, chosen)),
        )

    def _near(self, wanted: int, chosen: int) -> list[int]:
        """The makeable totals next below and above the wanted dose, and next to the one taken, falling."""
        quantum = self._descent.ground.quantum
        above = bisect_left(self._totals, -(-wanted // quantum))
        exact = above < len(self._totals) and self._totals[above] * quantum == wanted
        near = {above - 1, above, above + exact, chosen - 1, chosen, chosen + 1}
        return sorted((index for index in near if 0 <= index < len(self._totals)), reverse=True)

    def _dose(self, index: int) -> Dose:
        return self._descent.ground.day.dose(self._totals[index])

    def _mg(self, index: int) -> Fraction:
        return Fraction(self._dose(index).ng, NG_PER_MG)

    def _candidate(self, step: int, index: int) -> Candidate:
        before, dose = self._dose(self._path.indexes[step - 1]), self._dose(index)
        time = self._descent.curve.time_at(dose.ng)
        why, instead, taken = self._verdict(step, index)
        return Candidate(
            dose=dose,
            cut=Fraction(before.ng - dose.ng, before.ng) if dose < before else None,
            early=Fraction(time - step * SCALE, SCALE),
            why=why,
            instead=instead,
            taken=taken,
        )

    def _verdict(self, step: int, index: int) -> tuple[Why, Fraction | None, Fraction | None]:
        """What is against a dose on a step, by the limits first and then by the aims in their order, with the figures compared."""
        if index == self._path.indexes[step]:
            return Why.TAKEN, None, None
        if index == len(self._totals) - 1 and not self._descent.ground.problem.earlier:
            return Why.FIRST_CUT, None, None
        if index < self._lowest[step]:
            return Why.LIMIT, None, self._mg(self._lowest[step])
        if step == len(self._path.indexes) - 1 and index > self._descent.goal.last:
            return Why.LAST_DOSE, None, self._mg(self._descent.goal.last)
        if self._through(self._descent.ground.binding_share, step, index) is None:
            return Why.END_OUT_OF_REACH, None, self._mg(self._highest[step])
        share = least_share(self._descent.limits, lambda share: self._through(share, step, index))
        if share is not None and share > self._descent.goal.share:
            return Why.LARGEST_CUT, share, self._share
        return self._by_aims(step, index)

    def _through(self, share: Fraction, step: int, index: int) -> Fraction | None:
        """The largest cut of the fastest descent under a share that has this index on this step; None where there is none."""
        descent, bounds = self._descent, self._bounds(share)
        path = [len(self._totals) - 1]
        for place, floor in enumerate(descent.time.floors):
            fallen = max(floor, *(bound.falls[path[bound.back[place]]] for bound in bounds))
            path.append(max(fallen, index) if place < step else fallen)
        if path[step] > index or path[-1] > descent.goal.last:
            return None
        return largest_cut(descent, path)

    def _by_aims(self, step: int, index: int) -> tuple[Why, Fraction | None, Fraction | None]:
        """The first aim by which the best plan with this dose on this step is worse, and both figures of it."""
        room = room_of(self._descent)
        room.low[step] = room.high[step] = index
        if not tighten(room.low, room.high, room.bounds):
            return Why.END_OUT_OF_REACH, None, self._mg(self._highest[step])
        found = search(self._descent, room)
        cost, mine = self._cost_of(found), self._cost
        if not (found.proven and self._path.proven) and cost <= mine:
            return Why.NOT_COMPARED, None, None
        if cost.lag != mine.lag:
            return Why.CURVE, Fraction(cost.lag, SCALE**2), Fraction(mine.lag, SCALE**2)
        for why, theirs, ours in zip(_AIMS, unpacked(cost.packed), unpacked(mine.packed), strict=True):
            if theirs != ours:
                return why, Fraction(theirs), Fraction(ours)
        return Why.LARGER_EARLIER, None, None

    def _cost_of(self, path: Descended) -> Cost:
        """A path's cost as the planner counted it; under a window of several steps it counted each total's lightest way."""
        ground, time = self._descent.ground, self._descent.time
        room, days = room_of(self._descent), [*time.days, 0]
        ways = path.ways
        packed = 0
        if judged_step_by_step(room):
            packed = sum(RISE * rises(*pair) for pair in zip([ground.start_way(), *ways], ways, strict=False))
        else:
            ways = [ground.day.ways(self._totals[index])[0] for index in path.indexes[1:]]
        packed += sum(burden(way, length) for way, length in zip(ways, days, strict=False))
        return Cost(sum(room.lag(step, index) for step, index in enumerate(path.indexes) if step), packed)


def wanted_ng(curve: Curve, step: int) -> int:
    """The dose at which the planner's own clock of the curve stands after so many steps, the middle of those that it rounds alike."""
    at = step * SCALE
    lowest = _first(curve, lambda ng: curve.time_at(ng) <= at)
    above = _first(curve, lambda ng: curve.time_at(ng) < at)
    return (lowest + above - 1) // 2 if lowest < above else lowest


def _first(curve: Curve, holds: Callable[[int], bool]) -> int:
    """The lowest dose of a curve from which something holds; its highest where it never does."""
    low, high = curve.bottom.ng, curve.top.ng
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def told_mg(ng: Fraction) -> tuple[Fraction, bool]:
    """A wanted dose in mg to the nearest 0.001, halves up, and whether that is exact."""
    micrograms = (2 * ng + _TOLD) // (2 * _TOLD)
    return Fraction(micrograms * _TOLD, NG_PER_MG), micrograms * _TOLD == ng

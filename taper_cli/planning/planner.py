"""A duration made as gentle as products allow: first the smallest possible largest cut, then the least lag behind the curve.

Refusing to plan is cheap; a plausible wrong plan is the worst outcome. When in doubt: slower, refuse, say why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import Dose
from taper_cli.model.period import Period, Until
from taper_cli.model.request import Shape, ShapeKind
from taper_cli.planning.calendar import MAX_STEPS, after, end_of, lengths, looks_back, starts_until
from taper_cli.planning.curves import TOLERANCE, Curve, Lag, curve_to_zero
from taper_cli.planning.descent import Lattice, best_ways, burden
from taper_cli.planning.ground import Ground
from taper_cli.planning.limits import Bound, Limits, lowest, smallest_share, tighten, worst_share
from taper_cli.planning.placing import Way
from taper_cli.planning.problem import (
    Answer,
    Impossible,
    LastDoseTooLarge,
    NoStep,
    Planned,
    Problem,
    Stuck,
    TooManySteps,
    TooShort,
    TooSoon,
)


class _Time(NamedTuple):
    """The dosing steps on dates: first days, the end, days of each, the days on which falls are judged, and the lowest allowed.

    `floors` are the lowest indexes that what was taken before the start allows on the judged days.
    """

    starts: Sequence[date]
    end: date
    days: Sequence[int]
    judged: list[date]
    floors: Sequence[int]

    @property
    def steps(self) -> int:
        """How many dosing steps there are."""
        return len(self.starts)


def plan_over(problem: Problem, length: Period | Until, shape: Shape | None) -> Answer:
    """Plan a taper that ends exactly after `length`; with a typed shape the curve comes first, otherwise the largest cut.

    Raises:
        TooFine: when the products make more doses than can be searched.
        OverflowError: when a date leaves the calendar.
    """
    descent = worked_out(problem, length, shape)
    return _follow(descent) if isinstance(descent, Descent) else descent


def worked_out(problem: Problem, length: Period | Until, shape: Shape | None) -> Descent | Impossible:
    """A duration worked out as far as the search, or why there is nothing to search.

    Raises:
        TooFine: when the products make more doses than can be searched.
        OverflowError: when a date leaves the calendar.
    """
    ground = Ground(problem)
    if (missing := ground.unmakeable() or ground.nothing_lower()) is not None:
        return missing
    end = end_of(problem.start, length)
    starts = starts_until(problem.start, problem.every, end)
    if not starts:
        return NoStep(problem.every)
    if len(starts) > MAX_STEPS:
        return TooManySteps(MAX_STEPS)
    totals = ground.totals
    limits = ground.limits(totals)
    last = 0 if problem.target else ground.last_index(limits)
    if last < 0:
        return LastDoseTooLarge(smallest=ground.day.dose(totals[0]), last_step=problem.last_step)
    if (end - problem.start).days < problem.needed_days:
        return _too_soon(problem, end, shape)
    time = _lay_out(ground, limits, starts, end)
    reached = lowest(ground.bounds(limits, ground.binding_share, time.judged), len(totals) - 1, time.floors)
    if reached[-1] > last:
        return _why_not(ground, limits, time, last)
    goal = _goal(ground, limits, time, shape, last)
    curve, reanchored = _curve(ground, limits, time, goal, reached[-1])
    return Descent(ground, limits, time, goal, curve, reanchored)


def _too_soon(problem: Problem, end: date, shape: Shape | None) -> Impossible:
    """The soonest end that keeps the shortest whole time and every other limit: a time offered must not be refused in its turn."""
    soonest = problem.start + timedelta(days=problem.needed_days)
    match worked_out(problem, Until(soonest), shape):
        case TooShort(soonest_end=later):
            return TooSoon(end=end, soonest_end=later)
        case Descent():
            return TooSoon(end=end, soonest_end=soonest)
        case impossible:
            return impossible


def _goal(ground: Ground, limits: Limits, time: _Time, shape: Shape | None, last: int) -> _Goal:
    """What to follow: a typed shape under the cap; after short use an even descent; else the smallest possible largest cut."""
    if shape is not None:
        return _Goal(last=last, share=ground.binding_share, shape=shape)
    if ground.problem.short_use:
        # A few steps of a few days have no room for lateness: each wanted dose that can be made is taken.
        return _Goal(last=last, share=ground.binding_share, shape=Shape(kind=ShapeKind.LINEAR), tolerance=0)
    share = _smallest(ground, limits, time, last)
    return _Goal(last=last, share=Fraction(1) if share is None else share, shape=Shape(kind=ShapeKind.PROPORTIONAL))


def _smallest(ground: Ground, limits: Limits, time: _Time, last: int) -> Fraction | None:
    """The smallest possible largest cut in this time; None where limits in mg alone leave no schedule."""
    window, *others = ground.laws(limits, Fraction(1))
    fixed = [Bound(falls, looks_back(time.judged, days)) for days, falls in others]
    return smallest_share(limits, looks_back(time.judged, window[0]), last, fixed, time.floors)


def _lay_out(ground: Ground, limits: Limits, starts: list[date], end: date) -> _Time:
    """Days and floors; a taper to a maintenance dose judges its last cut too, one to STOP leaves that to the last-dose rule."""
    judged = [*starts, end] if ground.problem.target else starts
    floors = [ground.floor(limits, day) for day in judged]
    return _Time(starts=starts, end=end, days=lengths(starts, end), judged=judged, floors=floors)


def _why_not(ground: Ground, limits: Limits, time: _Time, last: int) -> Impossible:
    """Either no duration would do, because the products leave a gap, or the soonest end and the cut this time would need."""
    laws = ground.laws(limits, ground.binding_share)
    path = [len(limits.totals) - 1]
    problem = ground.problem
    starts: list[date] = []
    while path[-1] > last and len(path) <= MAX_STEPS:
        starts.append(after(problem.start, problem.every, len(starts)))
        bases = [path[looks_back(starts, window)[-1]] for window, _ in laws]
        floor = ground.floor(limits, starts[-1])
        path.append(max(floor, *(falls[base] for base, (_, falls) in zip(bases, laws, strict=True))))
        waits = any(base != path[-2] for base in bases) or floor >= path[-2]
        if path[-1] == path[-2] and path[-1] > last and not waits:
            index = path[-1]
            before, lower = limits.totals[index], limits.totals[index - 1]
            return Stuck(
                before=ground.day.dose(before),
                after=ground.day.dose(lower),
                share=limits.cut_share(before, lower),
            )
    steps = len(path) - 1
    soonest = after(problem.start, problem.every, steps - 1 if problem.target else steps)
    return TooShort(soonest_end=soonest, needed_share=_smallest(ground, limits, time, last))


class _Goal(NamedTuple):
    """Where to end (index of the largest last total), under which share, along which shape."""

    last: int
    share: Fraction
    shape: Shape
    tolerance: int = TOLERANCE


class Descent(NamedTuple):
    """A duration worked out as far as the search: makeable totals, limits, steps on dates, what to follow, the wanted curve."""

    ground: Ground
    limits: Limits
    time: _Time
    goal: _Goal
    curve: Curve
    reanchored: bool


class Room(NamedTuple):
    """Where a descent may run: lowest and highest index of each step, the bounds, and how far each node lags."""

    low: list[int]
    high: list[int]
    bounds: Sequence[Bound]
    lag: Lag


def room_of(descent: Descent) -> Room:
    """The whole room of a descent, before anything is left out of it."""
    ground, limits, time, goal = descent[:4]
    top = len(limits.totals) - 1
    # The first cut takes effect on the first day of the plan, unless what was taken before asks to wait.
    first = top if ground.problem.earlier else top - 1
    clock = [descent.curve.time_at(total * ground.quantum) for total in limits.totals]
    return Room(
        low=[top, *time.floors],
        high=[top, *[first] * (len(time.judged) - 1), goal.last],
        bounds=ground.bounds(limits, goal.share, time.judged),
        lag=Lag(clock, [0, *time.days, 0], goal.tolerance),
    )


class Descended(NamedTuple):
    """A descent that was found: the index of each step, the start first; its ways without the start; whether it is proven best."""

    indexes: list[int]
    ways: list[Way]
    proven: bool


def search(descent: Descent, room: Room) -> Descended:
    """The best path in a room that is known to hold one; the room is narrowed on the way."""
    ground, limits, time = descent[:3]
    _drop_hopeless(room)
    if judged_step_by_step(room):
        falls = room.bounds[0].falls
        lattice = Lattice(low=room.low, high=room.high, days=[0, *time.days, 0], falls=falls, lag=room.lag)
        start = (len(limits.totals) - 1, ground.start_way())
        path = best_ways(lattice, start, lambda index: ground.day.ways(limits.totals[index]))
        return Descended([index for index, _ in path], [way for _, way in path[1:]], True)
    indexes, proven = _roll(ground, limits, time, room)
    ways = ground.spread([limits.totals[index] for index in indexes[1:]], [*time.days, 0][: len(indexes) - 1])
    return Descended(indexes, ways, proven)


def judged_step_by_step(room: Room) -> bool:
    """Whether each cut is limited by the one dose before it, as no step is shorter than a window."""
    return all(base == step for bound in room.bounds for step, base in enumerate(bound.back))


def largest_cut(descent: Descent, indexes: Sequence[int]) -> Fraction:
    """The largest cut of a path over the window, excused cuts aside."""
    back = looks_back(descent.time.judged, descent.ground.problem.window_days)
    return worst_share(descent.limits, back, indexes)


def _follow(descent: Descent) -> Planned:
    """The best descent along the curve within the limits, as a schedule."""
    ground, time = descent.ground, descent.time
    indexes, ways, proven = search(descent, room_of(descent))
    return Planned(
        schedule=ground.schedule(ways[: time.steps], time.starts, time.end),
        largest_cut=largest_cut(descent, indexes),
        proven=proven,
        reanchored=descent.reanchored,
    )


def _curve(ground: Ground, limits: Limits, time: _Time, goal: _Goal, reached: int) -> tuple[Curve, bool]:
    """The wanted curve from the starting dose to the maintenance dose, or to the last dose before STOP.

    A proportional curve ends at the largest last dose; any other at `reached`, the index of the smallest that the limits let it
    come to: with a liquid the largest last dose may be half the effect, and a curve made for small last steps would end in a leap.
    """
    problem = ground.problem
    top = problem.before.total
    if problem.target:
        return Curve(goal.shape, top, problem.target, time.steps + 1, problem.bands), False
    last = goal.last if goal.shape.kind is ShapeKind.PROPORTIONAL else reached
    return curve_to_zero(goal.shape, top, Dose(limits.totals[last] * ground.quantum), time.steps, problem.bands)


def _drop_hopeless(room: Room) -> None:
    """Leave out every node that alone lags more than a whole descent already at hand; exact, as no lag is below zero."""
    low, high, bounds, lag = room
    tighten(low, high, bounds)
    path = [high[0]]
    for step in range(1, len(low)):
        first = max(low[step], *(bound.falls[path[bound.back[step - 1]]] for bound in bounds))
        path.append(lag.least_within(step, first, min(high[step], path[-1])))
    known = sum(lag(step, index) for step, index in enumerate(path) if step)
    for step in range(1, len(low)):
        first, last = lag.no_more_than(step, known)
        low[step] = max(low[step], first)
        high[step] = min(high[step], last)
    tighten(low, high, bounds)


def _roll(ground: Ground, limits: Limits, time: _Time, room: Room) -> tuple[list[int], bool]:
    """The best descent under a window of several steps, lag first, then the burden of each total's lightest way."""
    from taper_cli.planning import rolling

    days = [0, *time.days, 0]

    def cost(step: int, index: int) -> int:
        lightest = ground.day.ways(limits.totals[index])[0]
        return (room.lag(step, index) << 240) + burden(lightest, days[step])

    return rolling.best_descent(rolling.Rolling(low=room.low, high=room.high, bounds=room.bounds, cost=cost))

"""A pace that was asked is followed and never exceeded: the plan grows longer, never faster, and says where it could not follow."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate

from taper_cli.model.dose import Dose, upwards
from taper_cli.model.errors import WrongValue
from taper_cli.model.guideline import Basis
from taper_cli.model.request import AtPace, ByBands
from taper_cli.model.schedule import Schedule
from taper_cli.planning.calendar import MAX_STEPS, after, lengths, looks_back
from taper_cli.planning.ground import Ground
from taper_cli.planning.limits import Limits, worst_share
from taper_cli.planning.problem import Answer, LastDoseTooLarge, Planned, Problem, Stuck, TooManySteps, TooSoon, Wanted

# What is asked of a dose in force: sizes of cut to try, the wanted one first, in quanta (exact).
Asked = Callable[[int], Sequence[Fraction]]


def asked_of(pace: AtPace | ByBands, problem: Problem, quantum: int) -> Asked:
    """The cut that a pace asks of each dose; bands ask for their smaller step and allow their larger one."""

    def by_pace(point: int) -> Sequence[Fraction]:
        match pace:
            case AtPace(dose=Dose() as dose):
                return [Fraction(dose.ng, quantum)]
            case AtPace(share=Fraction() as share, basis=basis):
                base = Fraction(problem.before.total.ng, quantum) if basis is Basis.START else Fraction(point)
                return [base * share]
            case ByBands():
                if problem.bands is None:
                    raise WrongValue("a pace by bands without bands")
                band = problem.bands.band_of(Dose(point * quantum))
                return [Fraction(band.step_low.ng, quantum), Fraction(band.step_high.ng, quantum)] if band else []
            case _:
                raise WrongValue(f"a pace of no known kind: {pace!r}")

    return by_pace


class Walk:
    """A descent in progress: indexes of the totals so far, the starting dose first, and the first day of each step and the next."""

    def __init__(self, ground: Ground, *, paced_by_band: bool) -> None:
        self.ground = ground
        self._paced_by_band = paced_by_band
        self.limits: Limits = ground.limits(ground.totals)
        self._laws = ground.laws(self.limits, ground.binding_share)
        self.path = [len(self.limits.totals) - 1]
        self.starts = [ground.problem.start]
        self._anchor = (ground.problem.start, 0)

    def go(self, index: int) -> None:
        """Take a step to that index."""
        problem = self.ground.problem
        self.path.append(index)
        begin, count = self._anchor
        following = after(begin, problem.every, count + 1)
        own = self._own_interval(index)
        if self.starts[-1] + timedelta(days=own) > following:
            # Where a band asks for more days than the typed interval, the dose lasts until they are over.
            following = self.starts[-1] + timedelta(days=own)
            self._anchor = (following, 0)
        else:
            self._anchor = (begin, count + 1)
        self.starts.append(following)

    def _own_interval(self, index: int) -> int:
        """The days that a dose's band asks for, where bands set the pace."""
        bands = self.ground.problem.bands
        if not self._paced_by_band or bands is None:
            return 0
        return bands.own_interval(Dose(self.limits.totals[index] * self.ground.quantum))

    def base(self, window: int) -> int:
        """The index that was in force a window of so many days before the next step."""
        return self.path[bisect_right(self.starts, self.starts[-1] - timedelta(days=window))]

    def waits_to_stop(self, last: int) -> bool:
        """Whether a dose above the largest last one, index `last`, was taken within a window that binds.

        Then the last dose would be the shortest step of all, and the fall of the window, the stop included, larger than any before.
        """
        if self.ground.problem.target:
            return False
        windows = [cap.window_days for cap in self.ground.binding_doses]
        windows += [self.ground.problem.window_days] * (self.ground.binding_share < 1)
        return any(self.base(window) > last for window in windows)

    def allowed(self) -> int:
        """The lowest index that the limits allow on the day of the next step."""
        bases = [self.base(window) for window, _ in self._laws]
        floor = self.ground.floor(self.limits, self.starts[-1])
        return max(floor, *(falls[base] for base, (_, falls) in zip(bases, self._laws, strict=True)))

    def next_index(self, asked: Asked) -> int | None:
        """The index to go to, the present one to wait for the window, or None where no lower dose is near enough."""
        now = self.path[-1]
        allowed = self.allowed()
        point = self.limits.totals[now]
        for size in asked(point):
            lowest = next(i for i, total in enumerate(self.limits.totals) if total >= point - size)
            if max(lowest, allowed) < now:
                return max(lowest, allowed)
        if now and now - 1 >= allowed:
            return now - 1
        waits = now and self.ground.problem.earlier and self.ground.floor(self.limits, self.starts[-1]) >= now
        return now if waits or any(self.base(window) != now for window, _ in self._laws) else None


def plan_pace(problem: Problem, pace: AtPace | ByBands) -> Answer:
    """Cut by what was asked each interval, or by less where products or the limit want it, until STOP or the target.

    Where no makeable cut is small enough, the adjacent lower dose is taken if the limit, or the exception for the tail, allows it.

    Raises:
        TooFine: when the products make more doses than can be searched.
        OverflowError: when a date leaves the calendar.
    """
    ground = Ground(problem)
    if (missing := ground.unmakeable() or ground.nothing_lower()) is not None:
        return missing
    walk = Walk(ground, paced_by_band=isinstance(pace, ByBands))
    limits = walk.limits
    asked = asked_of(pace, problem, ground.quantum)
    last = 0 if problem.target else ground.last_index(limits)
    while not (arrived := _arrived(walk, asked, last)) or walk.waits_to_stop(last):
        if len(walk.path) > MAX_STEPS:
            return TooManySteps(MAX_STEPS)
        index = walk.path[-1] if arrived else walk.next_index(asked)
        if index is None:
            return _stuck(ground, limits, walk.path[-1])
        walk.go(index)
    return _finish(walk)


def _arrived(walk: Walk, asked: Asked, last: int) -> bool:
    """Whether the next event is the ending: the target is reached, or one may stop from here and that is what was asked.

    The dose at the last makeable total has nowhere lower to go, so it stops, too, if the last-dose rule allows.
    """
    now = walk.path[-1]
    if walk.ground.problem.target:
        return now == 0
    if now > last or len(walk.path) == 1:
        return False
    point = walk.limits.totals[now]
    return now == 0 or any(size >= point for size in asked(point)[:1])


def _stuck(ground: Ground, limits: Limits, index: int) -> Stuck | LastDoseTooLarge:
    """Why the descent ends above the target."""
    day = ground.day
    if index == 0:
        return LastDoseTooLarge(smallest=day.dose(limits.totals[0]), last_step=ground.problem.last_step)
    before, lower = limits.totals[index], limits.totals[index - 1]
    return Stuck(before=day.dose(before), after=day.dose(lower), share=limits.cut_share(before, lower))


def _finish(walk: Walk) -> Planned | TooSoon:
    """The descent as a schedule on dates."""
    ground, problem, path = walk.ground, walk.ground.problem, walk.path
    indexes = path[1:-1] if problem.target else path[1:]
    starts, end = walk.starts[: len(indexes)], walk.starts[len(indexes)]
    days = lengths(starts, end)
    ways = ground.spread([walk.limits.totals[index] for index in indexes], days)
    if (end - problem.start).days < problem.needed_days:
        return TooSoon(end=end, soonest_end=problem.start + timedelta(days=problem.needed_days))
    judged = [*starts, end] if problem.target else starts
    return Planned(
        schedule=ground.schedule(ways, starts, end),
        largest_cut=worst_share(walk.limits, looks_back(judged, problem.window_days), path),
        proven=True,
    )


def plan_levels(problem: Problem, levels: Sequence[Wanted]) -> Answer:
    """Lay daily totals on dates as they are, each for its own time where it has one.

    Whether they are too fast is for the judge to say.

    Raises:
        TooFine: when the products make more doses than can be searched.
    """
    ground = Ground(problem)
    if (missing := ground.unmakeable()) is not None:
        return missing
    points = []
    for level in levels:
        for dose in (level.total, *([level.between] if level.between else [])):
            point, rest = divmod(dose.ng, ground.quantum)
            if rest or not ground.day.ways(point):
                return ground.around_total(dose)
        points.append(level.total.ng // ground.quantum)
    if len(points) > MAX_STEPS:
        return TooManySteps(MAX_STEPS)
    *starts, end = _days_of(problem, levels)
    days = lengths(starts, end)
    totals = ground.day.totals
    limits = ground.limits(totals)
    path = [len(totals) - 1, *(totals.index(point) for point in points)]
    schedule = ground.schedule(ground.spread(points, days), starts, end, levels)
    return Planned(
        schedule=schedule,
        largest_cut=_largest_spaced(schedule, problem)
        if any(level.rhythm for level in levels)
        else worst_share(limits, looks_back(starts, problem.window_days), path),
        proven=True,
    )


def _largest_spaced(schedule: Schedule, problem: Problem) -> Fraction:
    """The largest fall over the window where days are left out: by what is taken in the long run, as the totals stay.

    No fall is excused here: along a published schedule limits flag and none of its cuts is an exception.
    """
    found = [Fraction(0)]
    for step in schedule.dosing_steps:
        highest = schedule.highest_within(step.start, problem.window_days)
        base = highest
        if problem.cap is not None:
            base = Fraction(problem.cap.base_of(upwards(highest), problem.start_total).ng)
        found.append((highest - step.mean) / base)
    return max(found)


def _days_of(problem: Problem, levels: Sequence[Wanted]) -> list[date]:
    """The first day of each level, and of the ending; levels without a time of their own are counted from the first day."""
    if any(level.time for level in levels):
        return list(accumulate((level.time or problem.every for level in levels), after, initial=problem.start))
    return [after(problem.start, problem.every, place) for place in range(len(levels) + 1)]

"""Several limits at once, found again by trying every descent and reading it day by day; no code of the planner's or the judge's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from planning_builders import mg
from planning_oracle import first_days, later, spreads

from taper_cli.model.guideline import Basis, DoseCap
from taper_cli.planning.problem import Problem

DAY = timedelta(days=1)
Taken = dict[date, Fraction]
"""What is taken from each of these days on."""


@dataclass(frozen=True)
class Law:
    """The limits of a problem in mg, asked of one fall at a time."""

    problem: Problem

    @cached_property
    def makeable(self) -> list[Fraction]:
        """Every daily total above zero that the products make, rising, up to the dose before."""
        return sorted(spreads(self.problem.products, self.problem.before))

    @cached_property
    def totals(self) -> list[Fraction]:
        """The totals that the plan may use: from the target, if there is one, to the dose before."""
        return [total for total in self.makeable if total >= mg(self.problem.target)]

    @property
    def whole_start(self) -> Fraction:
        """The dose before the whole taper."""
        return mg(self.problem.earlier[0][1] if self.problem.earlier else self.problem.before.total)

    def share(self, before: Fraction, after: Fraction) -> Fraction:
        """A fall as a share: of the current dose, of the starting dose, or of whichever holds at the dose before it."""
        cap = self.problem.cap
        if cap is None or cap.basis is Basis.CURRENT:
            return (before - after) / before
        turned = cap.current_below is not None and before <= cap.current_below * self.whole_start
        return (before - after) / (before if turned else self.whole_start)

    def measured(self, before: Fraction, after: Fraction) -> Fraction:
        """A fall as the largest share that it is of the doses it passes, where the basis turns on the way."""
        return max(self.share(dose, after) for dose in self._passed(before, after))

    def _passed(self, before: Fraction, after: Fraction) -> list[Fraction]:
        """The dose before a fall and every total between: from above an edge one falls no lower than from the edge itself."""
        return [before, *(total for total in self.totals if after < total < before)]

    def excused(self, before: Fraction, after: Fraction) -> bool:
        """The small exception for the tail: one of three smallest totals, to the adjacent one, within the last step, never first."""
        problem, cap = self.problem, self.problem.cap
        if cap is None or self._passed(before, after) != [before] or before not in self.totals:
            return False
        small = before in self.makeable[:3] and before - after <= mg(problem.last_step) and before != self.whole_start
        return (small or not problem.tail_only) and self.share(before, after) > cap.share

    def keeps_share(self, before: Fraction, after: Fraction) -> bool:
        """Whether a fall within its window keeps the limit in percent, or is excused."""
        problem, cap = self.problem, self.problem.cap
        if cap is None or not problem.cap_binds or problem.short_use or after >= before:
            return True
        if before not in self.totals:
            return self.share(before, after) <= cap.share
        return self.excused(before, after) or self.measured(before, after) <= cap.share

    def keeps_dose(self, cap: DoseCap, before: Fraction, after: Fraction) -> bool:
        """Whether a fall within its window keeps a limit in mg."""
        if not self.problem.doses_bind or self.problem.short_use or after >= before:
            return True
        counted = before if cap.up_to is None else min(before, mg(cap.up_to) + mg(cap.dose))
        return counted - after <= mg(cap.dose)

    def keeps(self, taken: Taken, day: date) -> bool:
        """Whether what is taken on a day keeps every limit against every day of its window before it."""
        problem, now = self.problem, taken[day]
        windows = [(problem.cap.window_days, self.keeps_share)] if problem.cap else []
        windows += [
            (cap.window_days, lambda before, after, cap=cap: self.keeps_dose(cap, before, after))
            for cap in problem.dose_caps
        ]
        return all(
            allows(on(taken, day - back * DAY), now) for window, allows in windows for back in range(1, window + 1)
        )

    @cached_property
    def before_the_start(self) -> Taken:
        """What was taken before the start, from each first day on."""
        problem = self.problem
        known = {day: mg(dose) for day, dose in problem.earlier}
        return known or {problem.start - 400 * DAY: mg(problem.before.total)}

    @cached_property
    def may_stop(self) -> list[Fraction]:
        """The totals below the dose before from which one may stop."""
        problem, below = self.problem, self.totals[:-1]
        small = [total for total in below if total <= mg(problem.last_dose or problem.last_step)]
        return small if small or problem.last_dose_binds else below[:1]

    def window(self) -> int:
        """The days over which the largest cut is measured."""
        problem = self.problem
        if problem.cap:
            return problem.cap.window_days
        return max((cap.window_days for cap in problem.dose_caps), default=problem.every.days or 31)


def on(taken: Taken, day: date) -> Fraction:
    """What is taken on a day: as on the last day named before it, and before the first one as on that."""
    known = [first for first in taken if first <= day]
    return taken[max(known)] if known else taken[min(taken)]


@dataclass(frozen=True)
class Descents:
    """Every descent of a problem that ends on a day."""

    law: Law
    end: date

    @cached_property
    def days(self) -> list[date]:
        """The first days of the dosing steps, and of the maintenance dose where there is one."""
        starts = first_days(self.law.problem, self.end)
        return [*starts, self.end] if self.law.problem.target else starts

    def kept(self) -> Iterator[tuple[Fraction, ...]]:
        """Each that keeps every limit, as the totals of its days; none where the whole would be too short."""
        problem = self.law.problem
        asked = problem.min_days if problem.time_binds and not problem.short_use else 0
        if (self.end - problem.start).days < asked:
            return
        yield from self._onward((), self.law.before_the_start)

    def _onward(self, path: tuple[Fraction, ...], taken: Taken) -> Iterator[tuple[Fraction, ...]]:
        law, target = self.law, mg(self.law.problem.target)
        if len(path) == len(self.days):
            if path[-1] == target if target else path[-1] in law.may_stop:
                yield path
            return
        now, day = on(taken, self.days[len(path)] - DAY), self.days[len(path)]
        for total in law.totals:
            # A taper that begins here begins with a cut; one that goes on may wait for what was taken before.
            if total < now or (total == now and (path or law.problem.earlier)):
                following = {**taken, day: total}
                if total == now or law.keeps(following, day):  # to stay is no cut, whatever the window holds
                    yield from self._onward((*path, total), following)

    def largest_cut(self, path: Sequence[Fraction]) -> Fraction:
        """The largest cut of a descent over the window, excused ones aside, from the highest dose since the start of the plan."""
        law, worst = self.law, Fraction(0)
        taken = {
            self.law.problem.start - 400 * DAY: mg(law.problem.before.total),
            **dict(zip(self.days, path, strict=True)),
        }
        for day, after in zip(self.days, path, strict=True):
            before = max(on(taken, day - back * DAY) for back in range(1, law.window() + 1))
            if after < before and not law.excused(before, after):
                worst = max(worst, law.measured(before, after))
        return worst

    def gentlest(self) -> Fraction | None:
        """The smallest possible largest cut; None where no descent keeps the limits."""
        return min(map(self.largest_cut, self.kept()), default=None)


def possible(problem: Problem, end: date) -> bool:
    """Whether any descent that ends on a day keeps every limit."""
    return next(Descents(Law(problem), end).kept(), None) is not None


def walked(problem: Problem, sizes: Sequence[Fraction], most: int = 250) -> list[Fraction] | str:
    """The dose of each interval at a pace in mg, the larger sizes where the smaller make nothing; 'stuck' or 'endless' in words.

    Each cut is the largest that was asked and keeps every limit, else the adjacent total, else one waits while a window is open.
    """
    law, target = Law(problem), mg(problem.target)
    taken, path, now = law.before_the_start, list[Fraction](), mg(problem.before.total)
    while len(path) < most:
        day = later(problem.start, problem.every, len(path))
        lower = [total for total in law.totals if total < now]
        if path and not target and now in law.may_stop and (not lower or sizes[0] >= now):
            if all(on(taken, day - back * DAY) <= max(law.may_stop) for back in range(1, _binding(problem) + 1)):
                return path
            path.append(now)
            continue
        allowed = [total for total in lower if law.keeps({**taken, day: total}, day)]
        fitting = [total for size in sizes for total in allowed if now - total <= size]
        if not fitting and lower and lower[-1] in allowed:
            fitting = lower[-1:]
        if not fitting and not any(on(taken, day - back * DAY) != now for back in range(1, _longest(problem) + 1)):
            return "stuck"
        now = min(fitting, default=now)
        taken = {**taken, day: now}
        path.append(now)
        if target and now == target:
            return path
    return "endless"


def _binding(problem: Problem) -> int:
    """The longest window of a limit that was not accepted away; 0 for none."""
    shares = [problem.cap.window_days] if problem.cap and problem.cap_binds and not problem.short_use else []
    doses = problem.dose_caps if problem.doses_bind and not problem.short_use else ()
    return max([*shares, *(cap.window_days for cap in doses)], default=0)


def _longest(problem: Problem) -> int:
    """The longest window of a limit that binds."""
    return max([problem.cap.window_days if problem.cap else 1, *(cap.window_days for cap in problem.dose_caps)])

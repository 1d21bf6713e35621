"""What every way of planning stands on: the makeable totals of a problem, its limits, and doses turned back into steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import Dose
from taper_cli.model.guideline import DoseCap
from taper_cli.model.schedule import Intake, Schedule, Step, StepKind
from taper_cli.planning.calendar import looks_back
from taper_cli.planning.descent import RISE, burden, rises
from taper_cli.planning.dispensing import Dispensary
from taper_cli.planning.limits import TAIL_TOTALS, Bound, Limits, merged
from taper_cli.planning.placing import Day, Way
from taper_cli.planning.problem import NothingLower, Problem, UnmakeableDose, Wanted


class _Laid(NamedTuple):
    """A way on its dates; `spaced` is the level that asks for days of its own."""

    way: Way
    start: date
    end: date
    held: bool = False
    spaced: Wanted | None = None


class Ground:
    """A problem worked out as far as it does not depend on time: totals from the target up to the starting dose."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.dispensary = Dispensary(problem.products, max(dose for _, dose in problem.before.doses))
        self.day = Day(self.dispensary, problem.before, problem.cut)

    def unmakeable(self) -> UnmakeableDose | None:
        """The first typed dose that cannot be made: a slot of the starting regimen, or the target."""
        for _, dose in self.problem.before.doses:
            if not self.dispensary.makes(dose):
                return self._around(dose)
        target = self.problem.target
        if target and (target.ng % self.quantum or not self.day.ways(target.ng // self.quantum)):
            return self.around_total(target)
        return None

    def nothing_lower(self) -> NothingLower | None:
        """Whether no makeable total lies between the starting dose and the end, so that there is nothing to taper through."""
        return NothingLower(self.problem.before.total) if len(self.totals) == 1 else None

    def _around(self, dose: Dose) -> UnmakeableDose:
        wide = Dispensary(
            self.problem.products, Dose(dose.ng + max(product.strength.ng for product in self.problem.products))
        )
        below, above = wide.around(dose)
        return UnmakeableDose(dose=dose, below=below, above=above)

    def around_total(self, dose: Dose) -> UnmakeableDose:
        """A daily total that cannot be made, with its makeable neighbours."""
        doses = [point * self.quantum for point in self.day.totals]
        below = [ng for ng in doses if ng < dose.ng]
        above = [ng for ng in doses if ng > dose.ng]
        return UnmakeableDose(
            dose=dose, below=Dose(below[-1]) if below else None, above=Dose(above[0]) if above else None
        )

    @property
    def quantum(self) -> int:
        """Nanograms of one grid point."""
        return self.dispensary.quantum

    @property
    def totals(self) -> list[int]:
        """Makeable totals in quanta, rising, from the target to the starting dose."""
        least = self.problem.target.ng // self.quantum
        return [point for point in self.day.totals if point >= least]

    def limits(self, totals: Sequence[int]) -> Limits:
        """The cap and the last-dose rule over these totals, as far as they bind in this problem."""
        problem = self.problem
        return Limits(
            totals=totals,
            share=problem.cap.share if problem.cap else Fraction(1),
            basis=problem.basis,
            last_step=problem.last_step.ng // self.quantum,
            smallest=tuple(self.day.totals[:TAIL_TOTALS]),
            anywhere=not problem.tail_only,
            start=Fraction(problem.start_total.ng, self.quantum),
            current_below=problem.cap.current_below if problem.cap else None,
        )

    @property
    def binding_share(self) -> Fraction:
        """The cap as a share, or everything where there is none, it was accepted or use was short."""
        problem = self.problem
        binds = problem.cap is not None and problem.cap_binds and not problem.short_use
        return problem.cap.share if problem.cap and binds else Fraction(1)

    @property
    def binding_doses(self) -> tuple[DoseCap, ...]:
        """The limits in mg that bind."""
        return self.problem.dose_caps if self.problem.doses_bind and not self.problem.short_use else ()

    def laws(self, limits: Limits, share: Fraction) -> list[tuple[int, Sequence[int]]]:
        """Every limit that binds: its window in days, and the lowest index that each total may fall to."""
        found: list[tuple[int, Sequence[int]]] = [(self.problem.window_days, limits.falls(share))]
        for cap in self.binding_doses:
            up_to = Fraction(cap.up_to.ng, self.quantum) if cap.up_to else None
            found.append((cap.window_days, limits.falls_in_mg(Fraction(cap.dose.ng, self.quantum), up_to)))
        return found

    def bounds(self, limits: Limits, share: Fraction, days: list[date]) -> tuple[Bound, ...]:
        """The limits laid on the first days of steps."""
        return merged([Bound(falls, looks_back(days, window)) for window, falls in self.laws(limits, share)])

    def floor(self, limits: Limits, day: date) -> int:
        """The lowest index allowed on a day by what was taken before the start; the highest where even that is too low."""
        if not self.problem.earlier:
            return 0
        least = Fraction(0)
        for dose in self._taken(day, self.problem.window_days):
            least = max(least, dose - self.binding_share * limits.base(dose))
        for cap in self.binding_doses:
            for dose in self._taken(day, cap.window_days):
                counted = cap.counted(Dose(int(dose * self.quantum)))
                least = max(least, Fraction(counted.ng - cap.dose.ng, self.quantum))
        fitting = (index for index, total in enumerate(limits.totals) if total >= least)
        return next(fitting, len(limits.totals) - 1)

    def _taken(self, day: date, window: int) -> list[Fraction]:
        """The totals in force before the start on any day of the window before a day, in quanta.

        Only those above the dose of the start: what may follow that dose, each descent looks up by itself.
        """
        first = day - timedelta(days=window)
        earlier = self.problem.earlier
        ends = [begin for begin, _ in earlier[1:]] + [self.problem.start]
        inside = [dose for (_, dose), end in zip(earlier, ends, strict=True) if end > first]
        return [Fraction(dose.ng, self.quantum) for dose in inside if dose > self.problem.before.total]

    def last_index(self, limits: Limits) -> int:
        """The index of the largest total below the start from which one may stop; -1 where every one is too large.

        Accepting a larger last dose lets the plan end at the smallest dose there is; it never makes a small one larger.
        """
        largest = (self.problem.last_dose or self.problem.last_step).ng // self.quantum
        last = min(limits.last_index(largest), max(len(limits.totals) - 2, 0))
        return last if self.problem.last_dose_binds else max(last, 0)

    def start_way(self) -> Way:
        """The starting regimen as a way to take its total."""
        points = tuple(dose.ng // self.quantum for _, dose in self.problem.before.doses)
        return Way(points=points, misplaced=0, cuts=0, pieces=0, distinct=0)

    def spread(self, totals: Sequence[int], days: Sequence[int]) -> list[Way]:
        """Spread fixed totals over the slots: fewest rises of a slot, then the lightest burden; the first way wins a tie."""
        layers: list[list[tuple[int, int]]] = []
        earlier: list[Way] = [self.start_way()]
        costs = [0]
        for total, length in zip(totals, days, strict=True):
            ways = self.day.ways(total)
            layer = []
            for way in ways:
                cost, place = min(
                    (known + RISE * rises(other, way), place)
                    for place, (known, other) in enumerate(zip(costs, earlier, strict=True))
                )
                layer.append((cost + burden(way, length), place))
            layers.append(layer)
            earlier, costs = list(ways), [cost for cost, _ in layer]
        chosen: list[Way] = []
        place = costs.index(min(costs))
        for total, layer in zip(reversed(totals), reversed(layers), strict=True):
            chosen.append(self.day.ways(total)[place])
            place = layer[place][1]
        return chosen[::-1]

    def schedule(
        self, ways: Sequence[Way], starts: Sequence[date], end: date, wanted: Sequence[Wanted] = ()
    ) -> Schedule:
        """Lay ways on dates, one a step, and add the ending; equal neighbours become one longer step, marked as held.

        `wanted` gives the levels that ask for days of their own; such a step stays by itself.
        """
        ends = [*starts, end][1:]
        spaced = [level if level.rhythm else None for level in wanted] or [None] * len(ways)
        merged: list[_Laid] = []
        for way, start, stop, level in zip(ways, starts, ends, spaced, strict=True):
            last = merged[-1] if merged else None
            if last and not last.spaced and level is None and sum(last.way.points) == sum(way.points):
                merged[-1] = last._replace(end=stop, held=True)
            else:
                merged.append(_Laid(way, start, stop, spaced=level))
        steps = []
        total = sum(self.start_way().points)
        for number, laid in enumerate(merged, start=1):
            kind = StepKind.HOLD if sum(laid.way.points) == total else StepKind.REDUCE
            total = sum(laid.way.points)
            rhythm = laid.spaced.rhythm if laid.spaced else None
            steps.append(
                Step(
                    number=number,
                    kind=StepKind.SPACE if rhythm else kind,
                    start=laid.start,
                    end=laid.end,
                    intakes=self._intakes(laid.way),
                    held=laid.held,
                    rhythm=rhythm,
                    others=self._intakes(self.between(laid)) if laid.spaced and laid.spaced.between else (),
                )
            )
        steps.append(self._ending(len(steps) + 1, end, merged[-1].way if merged else self.start_way()))
        return Schedule(drug=self.problem.drug, before=self.problem.before, steps=tuple(steps))

    def between(self, laid: _Laid) -> Way:
        """The way to take the smaller dose of the days between: as near to the larger one as products allow."""
        dose = laid.spaced.between if laid.spaced else Dose(0)
        return min(self.day.ways(dose.ng // self.quantum), key=lambda option: rises(laid.way, option))

    def _ending(self, number: int, day: date, last: Way) -> Step:
        if not self.problem.target:
            return Step(number=number, kind=StepKind.STOP, start=day, end=None, intakes=())
        options = self.day.ways(self.problem.target.ng // self.quantum)
        way = min(options, key=lambda option: rises(last, option))
        return Step(number=number, kind=StepKind.MAINTAIN, start=day, end=None, intakes=self._intakes(way))

    def _intakes(self, way: Way) -> tuple[Intake, ...]:
        """A way as intakes of products, slots with nothing left out."""
        return tuple(
            Intake(slot=slot, dose=self.day.dose(points), portions=self.dispensary.recipe(points))
            for slot, points in zip(self.day.slots, way.points, strict=True)
            if points
        )

"""What every way of planning stands on: the makeable totals of a problem, its limits, and doses turned back into steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from taper_cli.model.dose import Dose
from taper_cli.model.schedule import Intake, Schedule, Step, StepKind
from taper_cli.planning.descent import RISE, burden, rises
from taper_cli.planning.dispensing import Dispensary
from taper_cli.planning.limits import TAIL_TOTALS, Limits
from taper_cli.planning.placing import Day, Way
from taper_cli.planning.problem import NothingLower, Problem, UnmakeableDose


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
            share=problem.cap.share,
            basis=problem.cap.basis,
            last_step=problem.last_step.ng // self.quantum,
            smallest=tuple(self.day.totals[:TAIL_TOTALS]),
            anywhere=not problem.tail_only,
        )

    @property
    def binding_share(self) -> Fraction:
        """The cap as a share, or everything where it was accepted or use was short."""
        binds = self.problem.cap_binds and not self.problem.short_use
        return self.problem.cap.share if binds else Fraction(1)

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

    def schedule(self, ways: Sequence[Way], starts: Sequence[date], end: date) -> Schedule:
        """Lay ways on dates, one a step, and add the ending; equal neighbours become one longer step, marked as held."""
        ends = [*starts, end][1:]
        merged: list[tuple[Way, date, date, bool]] = []
        for way, start, stop in zip(ways, starts, ends, strict=True):
            if merged and sum(merged[-1][0].points) == sum(way.points):
                merged[-1] = (merged[-1][0], merged[-1][1], stop, True)
            else:
                merged.append((way, start, stop, False))
        steps = []
        total = sum(self.start_way().points)
        for number, (way, start, stop, held) in enumerate(merged, start=1):
            kind = StepKind.HOLD if sum(way.points) == total else StepKind.REDUCE
            total = sum(way.points)
            intakes = self._intakes(way)
            steps.append(Step(number=number, kind=kind, start=start, end=stop, intakes=intakes, held=held))
        steps.append(self._ending(len(steps) + 1, end, merged[-1][0] if merged else self.start_way()))
        return Schedule(drug=self.problem.drug, before=self.problem.before, steps=tuple(steps))

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

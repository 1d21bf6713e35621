"""Limits measured on a schedule: over which days, against the highest dose in force, with what result; the judge is asked to agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction

from taper_cli.model.dose import Dose, upwards
from taper_cli.model.errors import PlannerFault
from taper_cli.model.explained import LastDoseMeasured, LimitMeasured, StepExplained, TailMeasured, TimeMeasured
from taper_cli.model.guideline import DoseCap, PaceCap
from taper_cli.model.schedule import Schedule, Step
from taper_cli.planning.ground import Ground
from taper_cli.planning.limits import TAIL_TOTALS
from taper_cli.service.setting import Setting


class Measure:
    """A schedule in its setting, measured step by step."""

    def __init__(self, setting: Setting, schedule: Schedule, ground: Ground) -> None:
        self._setting, self._schedule = setting, schedule
        self._totals = [Dose(point * ground.quantum) for point in ground.day.totals]

    def limits(self, step: Step) -> tuple[LimitMeasured, ...]:
        """Every limit on a single cut, over the window that ends on the eve of a step."""
        return tuple(self._limits(step))

    def _limits(self, step: Step) -> Iterator[LimitMeasured]:
        guideline = self._setting.guideline
        if guideline.cap is not None:
            yield self._by_share(step, guideline.cap)
        for cap in guideline.caps_in_mg(self._setting.drug.name):
            found = self._in_mg(step, cap)
            if found is not None:
                yield found

    def _by_share(self, step: Step, cap: PaceCap) -> LimitMeasured:
        """A limit by share, from the dose of the window whose fall has the largest share.

        That is the highest one but where the basis turns: there a lower dose has the smaller base, and the judge counts from it.
        """
        after, start = upwards(step.mean), self._setting.problem.start_total
        fallen = [
            (Fraction(max(dose.ng - after.ng, 0), cap.base_of(dose, start).ng), dose)
            for dose in self._doses(step.start, cap.window_days)
        ]
        share, highest = max(fallen)
        least = highest.ng - cap.share * cap.base_of(highest, start).ng
        return LimitMeasured(
            rule=self._setting.guideline.cap_rule,
            first=step.start - timedelta(days=cap.window_days),
            last=step.start - timedelta(days=1),
            window_days=cap.window_days,
            highest=highest,
            after=after,
            basis=cap.basis_words,
            share=share,
            limit=cap.share,
            most=None,
            lowest_allowed=next((dose for dose in self._totals if dose.ng >= least), None),
            source=cap.cite.short,
            lifted=self._lifted(self._setting.guideline.cap_rule),
        )

    def _in_mg(self, step: Step, cap: DoseCap) -> LimitMeasured | None:
        """A limit in mg; None where it speaks of lower doses than this step takes."""
        highest = max(map(cap.counted, self._doses(step.start, cap.window_days)))
        if highest <= upwards(step.mean):
            return None
        return LimitMeasured(
            rule=self._setting.guideline.dose_rule,
            first=step.start - timedelta(days=cap.window_days),
            last=step.start - timedelta(days=1),
            window_days=cap.window_days,
            highest=highest,
            after=upwards(step.mean),
            basis="",
            share=Fraction(max(highest.ng - upwards(step.mean).ng, 0), highest.ng),
            limit=None,
            most=cap.dose,
            lowest_allowed=next((dose for dose in self._totals if dose.ng >= highest.ng - cap.dose.ng), None),
            source=cap.cite.short,
            lifted=self._lifted(self._setting.guideline.dose_rule),
            law=cap.law,
        )

    def _doses(self, day: date, window: int) -> list[Dose]:
        """The daily totals in force on each day of the window before a day, those before the schedule included."""
        return [self._dose_on(day - timedelta(days=back)) for back in range(1, window + 1)]

    def _dose_on(self, day: date) -> Dose:
        """The daily total in force on a day in the long run; the schedule of a revised plan holds all days since its first version."""
        return upwards(self._schedule.mean_on(day))

    def tail(self, limit: LimitMeasured) -> TailMeasured | None:
        """The conditions of the exception for the tail, for a fall above the limit; None where the limit is lifted without it."""
        found = self._conditions(limit)
        return found if all(found.conditions) or not limit.lifted else None

    def _conditions(self, limit: LimitMeasured) -> TailMeasured:
        return TailMeasured(
            smallest=tuple(self._totals[:TAIL_TOTALS]),
            before=limit.highest,
            after=limit.after,
            next_lower=max((dose for dose in self._totals if dose < limit.highest), default=None),
            last_step=self._setting.last.dose,
            first_cut=limit.highest == self._setting.problem.start_total,
            accepted=self._reason("exception.place"),
        )

    def last_dose(self, step: Step) -> LastDoseMeasured:
        """The last dose before a stop against the drug's last step, or what short use or a published schedule allows."""
        last, problem = self._setting.last, self._setting.problem
        larger = problem.last_dose is not None and problem.last_dose > last.dose
        return LastDoseMeasured(
            dose=self._schedule.dose_before(step),
            most=problem.last_dose or last.dose,
            basis=self._setting.eased if larger else last.basis,
            source=last.cite.short,
            accepted=self._reason("last-dose"),
        )

    def whole_time(self) -> TimeMeasured | None:
        """The whole time against the shortest one that the guideline asks for, where it asks for one."""
        shortest = self._setting.guideline.shortest_time(self._setting.drug.name)
        if shortest is None:
            return None
        rule = self._setting.guideline.time_rule
        return TimeMeasured(rule, self._schedule.days, shortest.days, shortest.cite.short, self._reason(rule))

    def _lifted(self, rule: str) -> str:
        """Why a limit does not refuse here."""
        reason = self._reason(rule)
        return f"accepted by the prescriber: {reason}" if reason else self._setting.eased

    def _reason(self, rule: str) -> str:
        return next((one.reason for one in self._setting.request.acceptances if one.rule == rule), "")


def agree_with_the_judge(found: Sequence[StepExplained]) -> None:
    """What is measured here is what the judge measured: two numbers for one cut would be worse than none.

    Raises:
        PlannerFault: where they differ.
    """
    for one in found:
        cut = one.level < one.before
        above = [limit for limit in one.limits if cut and not limit.kept and (limit.most is None or one.step.intakes)]
        mine = {(limit.rule, limit.highest, None if limit.most else limit.share) for limit in above}
        rules = {limit.rule for limit in one.limits}
        said = {(finding.rule, finding.before, finding.share) for finding in one.findings if finding.rule in rules}
        if mine != said:
            raise PlannerFault(f"step {one.step.number}: the explanation and the judge measure differently")

"""Is it slow enough? Each cut is measured over the guideline's own window, not only against the step before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from taper_cli.checks.base import Case
from taper_cli.model.dose import Dose, percent_text, reduction
from taper_cli.model.finding import Finding, Level
from taper_cli.model.guideline import Basis, DoseCap, PaceCap, UsualRange
from taper_cli.model.schedule import StepKind
from taper_cli.model.transcript import StatedStep

TAIL_TOTALS = 3


class WindowCut(NamedTuple):
    """The largest fall that ends on a day: from which dose, and as what share of the cap's basis."""

    before: Dose
    after: Dose
    share: Fraction


def window_cuts(case: Case, day: date, after: Dose, cap: PaceCap) -> list[WindowCut]:
    """The fall from each dose in force on any day of the window before `day`, as a share of the current or starting dose.

    The highest dose does not always give the largest share: where the basis turns, a lower one has the smaller base.
    """
    cuts = []
    for before in case.doses_within(day, cap.window_days):
        base = cap.base_of(before, case.transcript.before)
        share = Fraction(before.ng - after.ng, base.ng) if before > after and base else Fraction(0)
        cuts.append(WindowCut(before=before, after=after, share=share))
    return cuts


def largest_cut(case: Case, day: date, after: Dose, cap: PaceCap) -> WindowCut:
    """The fall of the window with the largest share."""
    return max(window_cuts(case, day, after, cap), key=lambda cut: (cut.share, cut.before))


class Excuse(Enum):
    """Why a fall above the cap may stand, in words for the finding."""

    NONE = ""
    LAST_DOSE = "; the last dose is within the last step"
    LAST_DOSE_ACCEPTED = "; the last dose was accepted by the prescriber"
    FOUND = "; the patient was found to take it already"
    TAIL = "; declared exception: no smaller cut can be made from these products"
    PLACE_ACCEPTED = "; no smaller cut can be made from these products, and the prescriber accepted it at this place"


class WithinTheCap:
    """No fall within the guideline's window exceeds its cap, but for the small exception for the tail, which is always flagged.

    The exception: from one of the three smallest makeable totals to the adjacent one, by no more than the drug's last step,
    and never as the first cut. Elsewhere the adjacent total needs the prescriber's acceptance of `exception.place`. The fall to
    zero is left to the last-dose rule, and flagged too.
    """

    def findings(self, case: Case) -> Iterator[Finding]:
        for rule, cap in case.caps:
            for step, _ in case.cuts():
                above = [cut for cut in window_cuts(case, step.start, step.level, cap) if cut.share > cap.share]
                if above:
                    yield from self._judged(case, step, self._gravest(case, step, above), (rule, cap))

    def _gravest(self, case: Case, step: StatedStep, cuts: list[WindowCut]) -> WindowCut:
        """The largest fall that nothing excuses, else the largest: one that is excused may not hide another."""
        return max(cuts, key=lambda cut: (self._excuse(case, step, cut) is Excuse.NONE, cut.share, cut.before))

    def _judged(self, case: Case, step: StatedStep, cut: WindowCut, law: tuple[str, PaceCap]) -> Iterator[Finding]:
        rule, cap = law
        excuse = self._excuse(case, step, cut)
        why = excuse.value or (f"; flagged only: {case.short_use}" if case.short_use else "")
        if excuse is Excuse.LAST_DOSE and case.dose_before(step) > case.last_step:
            why = f"; the last dose is larger than the last step ({case.last_step}): {case.short_use}"
        message = (
            f"{cut.before} to {cut.after} is {percent_text(cut.share)}% of the {cap.basis_words} dose within {cap.window_days} days, "
            f"above the limit of {percent_text(cap.share)}%{why}"
        )
        found = Finding(
            rule=rule,
            level=Level.REFUSE if excuse is Excuse.NONE and not case.short_use else Level.FLAG,
            message=message,
            step=step.number,
            before=cut.before,
            after=cut.after,
            window_days=cap.window_days,
            share=cut.share,
            limit=cap.share,
            source=cap.cite.short,
            change=self._change(case, step, cut, cap),
        )
        yield found
        if excuse is Excuse.PLACE_ACCEPTED:
            yield replace(
                found,
                rule="exception.place",
                level=Level.REFUSE,
                message=f"{cut.before} to {cut.after} is outside the place of the exception for the tail",
            )

    def _change(self, case: Case, step: StatedStep, cut: WindowCut, cap: PaceCap) -> str:
        """The smallest change of this step that keeps the cap: the lowest dose still allowed, or to wait."""
        base = cap.base_of(cut.before, case.transcript.before).ng
        least = cut.before.ng - base * cap.share
        lowest = next((total for total in case.totals if total.ng >= least), None)
        if not step.total:
            return f"stop from {case.largest_last_dose} or less"
        if lowest is not None and lowest < case.dose_before(step):
            return f"no lower than {lowest} on this day"
        return f"stay at {case.dose_before(step)} here; a smaller cut needs another product or a later date"

    def _excuse(self, case: Case, step: StatedStep, cut: WindowCut) -> Excuse:
        """Why a fall above the cap may stand, if anything."""
        if case.found_at(step):
            return Excuse.FOUND
        if not step.total:
            if case.dose_before(step) <= case.largest_last_dose:
                return Excuse.LAST_DOSE
            return Excuse.LAST_DOSE_ACCEPTED if "last-dose" in case.accepted else Excuse.NONE
        if cut.before not in case.totals or cut.after not in case.totals:
            return Excuse.NONE
        place = case.totals.index(cut.before)
        if place == 0 or case.totals[place - 1] != cut.after:
            return Excuse.NONE
        small = cut.before - cut.after <= case.last_step
        if place < TAIL_TOTALS and small and cut.before != case.transcript.before:
            return Excuse.TAIL
        return Excuse.PLACE_ACCEPTED if "exception.place" in case.accepted else Excuse.NONE


def largest_fall(case: Case, step: StatedStep, cap: DoseCap) -> Dose | None:
    """The dose of the window, as counted, from which a limit in mg does not allow the fall to a step; None if it is kept."""
    highest = max(map(cap.counted, case.doses_within(step.start, cap.window_days)))
    return highest if highest > step.level and highest - step.level > cap.dose else None


class WithinTheDoseCaps:
    """No fall within its window exceeds a limit in mg; the fall to zero is left to the last-dose rule."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for rule, cap in case.dose_caps:
            for step, _ in case.cuts():
                before = largest_fall(case, step, cap)
                if before is not None and step.total:
                    taken = case.found_at(step)
                    why = f"; flagged only: {case.short_use}" if case.short_use else Excuse.FOUND.value if taken else ""
                    yield Finding(
                        rule=rule,
                        level=Level.FLAG if case.short_use or taken else Level.REFUSE,
                        message=f"{before} to {step.level} falls by {before - step.level}, above the limit of {cap.law}{why}",
                        step=step.number,
                        before=before,
                        after=step.level,
                        window_days=cap.window_days,
                        source=cap.cite.short,
                        change=f"no lower than {before - cap.dose} on this day",
                    )


class LongEnough:
    """From the first cut to the end at least as many days pass as the guideline asks."""

    def findings(self, case: Case) -> Iterator[Finding]:
        cuts = [step for step, _ in case.cuts()]
        if case.shortest is None or not cuts:
            return
        rule, time = case.shortest
        days = (case.transcript.steps[-1].start - cuts[0].start).days
        if days < time.days:
            yield Finding(
                rule=rule,
                level=Level.FLAG if case.short_use else Level.REFUSE,
                message=f"{days} days from the first cut to the end, fewer than the {time.days} days asked for",
                source=time.cite.short,
                change=f"spread the cuts over {time.days} days or more",
            )


class WhatWasAsked:
    """No cut is larger than the pace asked for; where products make none so small, the step is flagged."""

    def findings(self, case: Case) -> Iterator[Finding]:
        asked = case.asked
        if asked is None:
            return
        for step, before in case.cuts():
            # What a stage of a switch leaves out was asked by itself.
            if case.event_of(step) is not None or step.kind is StepKind.SWITCH:
                continue
            base = before if asked.basis is Basis.CURRENT else case.transcript.before
            cut = before - step.level
            over = (
                cut > asked.dose
                if asked.dose is not None
                else asked.share is not None and cut.ng > asked.share * base.ng
            )
            if over:
                wanted = str(asked.dose) if asked.dose is not None else f"{percent_text(asked.share or Fraction(0))}%"
                message = (
                    f"{before} to {step.level} is a cut of {cut} ({percent_text(reduction(before, step.level))}%); "
                    f"asked was {wanted}, and no makeable dose is nearer"
                )
                yield Finding(
                    rule="pace.asked",
                    level=Level.FLAG,
                    step=step.number,
                    before=before,
                    after=step.level,
                    message=message,
                )


class UsualPace:
    """Cuts above the guideline's usual range are summed up in one remark, with the time that the usual range would take."""

    def findings(self, case: Case) -> Iterator[Finding]:
        if case.usual is None:
            return
        shares = [
            (reduction(before, step.level), step)
            for step, before in case.cuts()
            if step.total and not case.event_of(step)
        ]
        above = [share for share, _ in shares if share > case.usual.share_high]
        if not above:
            return
        low, high = percent_text(case.usual.share_low), percent_text(case.usual.share_high)
        message = (
            f"{len(above)} of {len(shares)} cuts are above the usual {low} to {high}% of the current dose; "
            f"a schedule within it takes about {self._weeks(case, case.usual)} weeks where products can make it"
        )
        yield Finding(rule="pace.usual", level=Level.INFO, message=message, source=case.usual.cite.short)

    def _weeks(self, case: Case, usual: UsualRange) -> int:
        """Weeks from the first cut to the end at the upper end of the range and its shorter interval, with every dose makeable."""
        end = max(case.target, case.last_step)
        dose, steps = Fraction(case.transcript.before.ng), 0
        while dose > max(end.ng, 1):
            dose, steps = dose * (1 - usual.share_high), steps + 1
        return -(-steps * usual.interval_low_days // 7)

"""Is it slow enough? Each cut is measured over the guideline's own window, not only against the step before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from taper_cli.checks.base import Case
from taper_cli.model.dose import Dose, percent_text, reduction
from taper_cli.model.finding import Finding, Level
from taper_cli.model.guideline import Basis, PaceCap
from taper_cli.model.transcript import StatedStep

TAIL_TOTALS = 3


class WindowCut(NamedTuple):
    """The largest fall that ends on a day: from which dose, and as what share of the cap's basis."""

    before: Dose
    after: Dose
    share: Fraction


def largest_cut(case: Case, day: date, after: Dose, cap: PaceCap) -> WindowCut:
    """The fall from the highest dose in force on any day of the window before `day`, as a share of the current or starting dose."""
    before = max(case.doses_within(day, cap.window_days))
    base = before if cap.basis is Basis.CURRENT else case.transcript.before
    share = Fraction(before.ng - after.ng, base.ng) if before > after else Fraction(0)
    return WindowCut(before=before, after=after, share=share)


class WithinTheCap:
    """No fall within the guideline's window exceeds its cap, but for the small exception for the tail, which is always flagged.

    The exception: from one of the three smallest makeable totals to the adjacent one, by no more than the drug's last step,
    and never as the first cut. The fall to zero is left to the last-dose rule, and flagged too.
    """

    def findings(self, case: Case) -> Iterator[Finding]:
        for rule, cap in case.caps:
            for step, _ in case.cuts():
                cut = largest_cut(case, step.start, step.total, cap)
                if cut.share > cap.share:
                    yield self._finding(case, step, cut, (rule, cap))

    def _finding(self, case: Case, step: StatedStep, cut: WindowCut, law: tuple[str, PaceCap]) -> Finding:
        rule, cap = law
        excused = self._excused(case, step, cut)
        basis = "current" if cap.basis is Basis.CURRENT else "starting"
        message = (
            f"{cut.before} to {cut.after} is {percent_text(cut.share)}% of the {basis} dose within {cap.window_days} days, "
            f"above the limit of {percent_text(cap.share)}%{excused}"
        )
        return Finding(
            rule=rule,
            level=Level.FLAG if excused else Level.REFUSE,
            message=message,
            step=step.number,
            before=cut.before,
            after=cut.after,
            window_days=cap.window_days,
            share=cut.share,
            limit=cap.share,
            source=cap.cite.short,
        )

    def _excused(self, case: Case, step: StatedStep, cut: WindowCut) -> str:
        """Why a fall above the cap is allowed, in words; empty where it is not."""
        if not step.total:
            last = case.dose_before(step)
            return (
                "; the last dose is within the last step"
                if last <= case.last_step or "last-dose" in case.accepted
                else ""
            )
        if cut.before not in case.totals or cut.after not in case.totals:
            return ""
        place = case.totals.index(cut.before)
        if place == 0 or case.totals[place - 1] != cut.after:
            return ""
        in_tail = (
            place < TAIL_TOTALS and cut.before - cut.after <= case.last_step and cut.before != case.transcript.before
        )
        if in_tail:
            return "; declared exception: no smaller cut can be made from these products"
        return "; accepted at this place" if "exception.place" in case.accepted else ""


class WhatWasAsked:
    """No cut is larger than the pace asked for; where products make none so small, the step is flagged."""

    def findings(self, case: Case) -> Iterator[Finding]:
        asked = case.asked
        if asked is None:
            return
        for step, before in case.cuts():
            base = before if asked.basis is Basis.CURRENT else case.transcript.before
            cut = before - step.total
            over = (
                cut > asked.dose
                if asked.dose is not None
                else asked.share is not None and cut.ng > asked.share * base.ng
            )
            if over:
                wanted = str(asked.dose) if asked.dose is not None else f"{percent_text(asked.share or Fraction(0))}%"
                message = (
                    f"{before} to {step.total} is a cut of {cut} ({percent_text(reduction(before, step.total))}%); "
                    f"asked was {wanted}, and no makeable dose is nearer"
                )
                yield Finding(
                    rule="pace.asked",
                    level=Level.FLAG,
                    step=step.number,
                    before=before,
                    after=step.total,
                    message=message,
                )


class UsualPace:
    """Cuts above the guideline's usual range are summed up in one remark, with the time that the usual range would take."""

    def findings(self, case: Case) -> Iterator[Finding]:
        if case.usual is None:
            return
        shares = [(reduction(before, step.total), step) for step, before in case.cuts() if step.total]
        above = [share for share, _ in shares if share > case.usual.share_high]
        if not above:
            return
        longer = (
            f"; a schedule within the usual range would take about {case.usual_days // 7} weeks"
            if case.usual_days
            else ""
        )
        low, high = percent_text(case.usual.share_low), percent_text(case.usual.share_high)
        message = f"{len(above)} of {len(shares)} cuts are above the usual {low} to {high}% of the current dose{longer}"
        yield Finding(rule="pace.usual", level=Level.INFO, message=message, source=case.usual.cite.short)

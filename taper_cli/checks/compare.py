"""What each published guideline says of a schedule, side by side: disagreement is shown by name, never settled silently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from taper_cli.checks.base import Case
from taper_cli.checks.pace import largest_cut, largest_fall
from taper_cli.model.citation import Citation
from taper_cli.model.dose import Dose, percent_text
from taper_cli.model.finding import Finding, Level
from taper_cli.model.guideline import Bands, DoseCap, Guideline, PaceCap


class Breach(NamedTuple):
    """A rule in words, the steps that break it, and where it stands."""

    rule: str
    law: str
    steps: tuple[int, ...]
    cite: Citation


def compare(case: Case, guidelines: Sequence[Guideline]) -> Iterator[Finding]:
    """One remark for each rule of each guideline: kept, or above at which steps; the final stop aside."""
    for guideline in guidelines:
        for breach in _breaches(case, guideline):
            where = f"step{'s' if len(breach.steps) > 1 else ''} {', '.join(map(str, breach.steps))}"
            verdict = f"above at {where}" if breach.steps else "kept"
            yield _remark(guideline, breach.rule, f"{breach.law}: {verdict} (the final stop aside)", breach.cite)
        yield from _ends(case, guideline)
        yield from _times(case, guideline)


def beside_its_limits(case: Case, guideline: Guideline) -> Iterator[Finding]:
    """One remark for each rule of the guideline whose limits bind that is no limit: days between two cuts, bands, last dose, length.

    Without them the guideline that was chosen would say less of a schedule than those it is only compared with.
    """
    limits = {*guideline.limit_rules, guideline.time_rule if guideline.shortest_time(case.transcript.drug) else ""}
    yield from (remark for remark in compare(case, (guideline,)) if remark.rule not in limits)


def _remark(guideline: Guideline, rule: str, message: str, cite: Citation) -> Finding:
    """A remark under the guideline's name."""
    return Finding(rule=rule, level=Level.INFO, message=f"{guideline.title}: {message}", source=cite.short)


def _ends(case: Case, guideline: Guideline) -> Iterator[Finding]:
    """Whether the last dose before the stop is as small as in a guideline's own schedule."""
    steps = case.transcript.steps
    if not steps or steps[-1].total:
        return
    last = case.dose_before(steps[-1])
    for rule in guideline.end_rules:
        if rule.drug == case.transcript.drug:
            verdict = "kept" if last <= rule.dose else f"above with {last}"
            law = f"last dose before the stop at most {rule.dose} a day"
            yield _remark(guideline, f"pace.{guideline.key}.end", f"{law}: {verdict}", rule.cite)


def _times(case: Case, guideline: Guideline) -> Iterator[Finding]:
    """What a guideline says of the whole length of a taper from this starting dose."""
    steps = case.transcript.steps
    if not steps or steps[-1].total:
        return
    shortest = guideline.shortest_time(case.transcript.drug)
    if shortest is not None:
        cuts = [step for step, _ in case.cuts()]
        days = (steps[-1].start - cuts[0].start).days if cuts else 0
        verdict = "kept" if days >= shortest.days else "shorter"
        law = f"at least {shortest.days} days from the first cut to the end"
        yield _remark(guideline, guideline.time_rule, f"{law}: {verdict} ({days} days)", shortest.cite)
    # The published totals count one interval at the starting dose, which our rows do not hold: it is taken as long as the first.
    interval = steps[1].start - steps[0].start if len(steps) > 1 else timedelta(0)
    weeks = (steps[-1].start - steps[0].start + interval).days // 7
    for time in guideline.total_times:
        if (time.drug, time.start) == (case.transcript.drug, case.transcript.before):
            verdict = (
                "within"
                if time.weeks_low <= weeks <= time.weeks_high
                else "shorter"
                if weeks < time.weeks_low
                else "longer"
            )
            law = f"{time.weeks_low} to {time.weeks_high} weeks from {time.start} a day"
            yield _remark(
                guideline,
                guideline.time_rule,
                f"{law}: {verdict} ({weeks} weeks with one interval at that dose)",
                time.cite,
            )


def _breaches(case: Case, guideline: Guideline) -> Iterator[Breach]:
    """Every rule of one guideline that speaks of this drug."""
    drug = case.transcript.drug
    if guideline.cap is not None:
        law = f"{percent_text(guideline.cap.share)}% of the {guideline.cap.basis_words} dose in {guideline.cap.window_days} days"
        yield Breach(guideline.cap_rule, law, _above_share(case, guideline.cap), guideline.cap.cite)
    for cap in guideline.caps_in_mg(drug):
        yield Breach(guideline.dose_rule, cap.law, _above_dose(case, cap), cap.cite)
    if guideline.hold is not None:
        law = f"at least {guideline.hold.days} days between two cuts"
        yield Breach(f"pace.{guideline.key}.hold", law, _too_soon(case, guideline.hold.days), guideline.hold.cite)
    for bands in guideline.bands:
        if drug in bands.drugs:
            law = f"banded steps, each at most every {bands.interval_low_days} days"
            yield Breach(f"pace.{guideline.key}.bands", law, _above_bands(case, bands), bands.cite)


def _above_share(case: Case, cap: PaceCap) -> tuple[int, ...]:
    return tuple(
        step.number
        for step, _ in case.cuts()
        if step.total and largest_cut(case, step.start, step.level, cap).share > cap.share
    )


def _above_dose(case: Case, cap: DoseCap) -> tuple[int, ...]:
    """Steps whose fall within the window is larger than the limit in mg."""
    return tuple(step.number for step, _ in case.cuts() if step.total and largest_fall(case, step, cap) is not None)


def _above_bands(case: Case, bands: Bands) -> tuple[int, ...]:
    """Steps larger than their band allows within the shortest interval; above the highest band nothing is said."""
    found = []
    for step, _ in case.cuts():
        before: Dose = max(case.doses_within(step.start, bands.interval_low_days))
        band = bands.band_of(before)
        # Where the dates run backwards, the dose in force before may be the lower one.
        if step.total and band is not None and before > step.level and before - step.level > band.step_high:
            found.append(step.number)
    return tuple(found)


def _too_soon(case: Case, days: int) -> tuple[int, ...]:
    """Steps that cut before the cut before them has lasted so many days."""
    cuts = [step for step, _ in case.cuts()]
    return tuple(
        later.number for earlier, later in pairwise(cuts) if later.total and (later.start - earlier.start).days < days
    )

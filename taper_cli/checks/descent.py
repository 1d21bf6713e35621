"""Does the dose only fall, and does each step change something?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from taper_cli.checks.base import Case
from taper_cli.model.dose import ZERO, Dose
from taper_cli.model.finding import Finding, Level
from taper_cli.model.schedule import Slot, StepKind


class NoRise:
    """No step is above the one before it, unless a revision says so: then it is flagged, and is no higher than a dose before.

    A prescriber may go back to a dose that the patient took in this plan, and a patient may be found to take more than planned.
    Of the stages of a switch the checks of the switch speak.
    """

    def findings(self, case: Case) -> Iterator[Finding]:
        before = highest = case.transcript.before
        for step in case.transcript.steps:
            if step.total > before and step.kind is not StepKind.SWITCH:
                event = case.event_of(step)
                explained = event is not None and step.total <= highest
                why = f": {event.kind.value}" if event else ""
                beyond = f", above {highest}, the highest dose of the plan" if event and not explained else ""
                yield Finding(
                    rule="dose.raised" if explained else "dose.rise",
                    level=Level.FLAG if explained else Level.REFUSE,
                    step=step.number,
                    before=before,
                    after=step.total,
                    message=f"rises from {before} to {step.total}{why}{beyond}",
                )
            before, highest = step.total, max(highest, step.total)


class FoundOtherwise:
    """A lower dose that the patient was found to take is no cut of the plan, and is flagged: nobody planned it."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step, before in case.cuts():
            if case.found_at(step):
                message = f"{step.total} instead of {before} is what the patient was found to take, no cut of the plan"
                yield Finding(
                    rule="dose.found",
                    level=Level.FLAG,
                    step=step.number,
                    before=before,
                    after=step.total,
                    message=message,
                )


class SpacedDays:
    """Days are left out, or take less, only where a published schedule does so, and each such step takes less than the one before.

    A medicine that leaves the body within hours is missed on every day without it: every second day would be withdrawal.
    """

    def findings(self, case: Case) -> Iterator[Finding]:
        before, spaced = Fraction(case.transcript.before.ng), False
        for step in case.transcript.steps:
            if step.rhythm is not None and not case.may_space:
                yield Finding(
                    rule="days.spaced",
                    level=Level.REFUSE,
                    step=step.number,
                    message=f"{step.total} {step.rhythm.words}: no published schedule spaces the days of {case.transcript.drug}",
                    change="take a smaller dose every day instead",
                )
            spaced = spaced or step.rhythm is not None
            stays = step.mean == before and step.kind in (StepKind.HOLD, StepKind.MAINTAIN)
            if spaced and step.mean >= before and not stays:
                explained = case.event_of(step) is not None
                yield Finding(
                    rule="dose.raised" if explained else "dose.rise",
                    level=Level.FLAG if explained else Level.REFUSE,
                    step=step.number,
                    message="takes more in the long run than the step before it",
                )
            before = step.mean


class NoSlotRise:
    """More at one time of day while the day's total falls is flagged: it reads like a slip, and must be told to the patient."""

    def findings(self, case: Case) -> Iterator[Finding]:
        earlier: dict[tuple[str, Slot], Dose] | None = None
        for step in case.transcript.steps:
            now = {(intake.drug, intake.slot): intake.dose for intake in step.intakes}
            switches = step.kind is StepKind.SWITCH or case.event_of(step) is not None
            for place, dose in now.items():
                if earlier is not None and dose > earlier.get(place, ZERO) and not switches:
                    was = earlier.get(place, ZERO)
                    message = f"the {place[1].value} dose rises from {was} to {dose}, as products want it"
                    yield Finding(rule="slot.rise", level=Level.FLAG, step=step.number, message=message)
            earlier = now


class NoStall:
    """Two neighbours at the same dose are one held step, and say so: a silent stall is how rounding hides."""

    def findings(self, case: Case) -> Iterator[Finding]:
        before = case.transcript.before
        for step in case.transcript.steps:
            if step.held:
                message = f"held at {step.total} for more than one interval"
                yield Finding(rule="held", level=Level.FLAG, step=step.number, message=message)
            if (
                step.total == before
                and case.event_of(step) is None
                and step.kind
                not in (
                    StepKind.HOLD,
                    StepKind.START,
                    StepKind.MAINTAIN,
                    StepKind.SWITCH,
                    StepKind.SPACE,
                )
            ):
                message = f"stays at {before} although it is called a {step.kind.value} step"
                yield Finding(rule="dose.stall", level=Level.REFUSE, step=step.number, message=message)
            before = step.total

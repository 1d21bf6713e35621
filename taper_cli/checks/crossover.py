"""Is a switch between two drugs made in small, steady stages, and never upwards?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from taper_cli.checks.base import Case
from taper_cli.model.dose import ZERO, Dose, total
from taper_cli.model.finding import Finding, Level
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.model.transcript import StatedIntake, StatedStep

# The joint guideline (2025) spreads a switch over 1 to 2 weeks rather than 1 to 2 days.
SPREAD_DAYS = 7


def _stages(case: Case) -> Iterator[tuple[StatedStep, Sequence[StatedIntake]]]:
    """Each stage of a switch, with what was taken before it."""
    before: Sequence[StatedIntake] = case.transcript.intakes_before
    for step in case.transcript.steps:
        if step.kind is StepKind.SWITCH:
            yield step, before
        before = step.intakes


def _of(intakes: Sequence[StatedIntake], drug: str) -> Dose:
    """The daily total of one drug; '' is the one that is switched to."""
    return total([intake.dose for intake in intakes if intake.drug == drug])


class OneSlotAStage:
    """Each stage of a switch changes what is taken at one time of day, and at no other: more at once cannot be told apart when it
    goes wrong. Where a paper does not say when something was taken, nothing is said of it."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step, before in _stages(case):
            if not before or self._told_daily(before) != self._told_daily(step.intakes):
                continue
            changed = self._changed(before, step.intakes)
            if len(changed) != 1:
                where = ", ".join(slot.value for slot in changed) or "none"
                yield Finding(
                    rule="switch.stage",
                    level=Level.REFUSE,
                    step=step.number,
                    message=f"a stage of the switch changes {len(changed)} times of day ({where}), and not one",
                    change="switch one time of day after another",
                )

    def _told_daily(self, intakes: Sequence[StatedIntake]) -> bool:
        """Whether doses of a day are told without their times."""
        return any(intake.slot is Slot.DAILY for intake in intakes)

    def _changed(self, before: Sequence[StatedIntake], now: Sequence[StatedIntake]) -> list[Slot]:
        """The slots in which a stage takes something else than before."""
        was, is_ = ({(intake.slot, intake.drug): intake.dose for intake in taken} for taken in (before, now))
        places = [place for place in {**was, **is_} if was.get(place) != is_.get(place)]
        return sorted({slot for slot, _ in places}, key=list(Slot).index)


class OneWay:
    """A stage takes less of the old drug and no less of the new one; after it began no step takes more of the old one at any time."""

    def findings(self, case: Case) -> Iterator[Finding]:
        switched = case.transcript.switched
        if switched is None:
            return
        before: Sequence[StatedIntake] = case.transcript.intakes_before
        for step in case.transcript.steps:
            fault = self._fault(step, before, switched.drug, case.transcript.drug) if before else ""
            if fault and case.event_of(step) is None:
                yield Finding(rule="switch.back", level=Level.REFUSE, step=step.number, message=fault)
            before = step.intakes

    def _fault(self, step: StatedStep, before: Sequence[StatedIntake], old_drug: str, new_drug: str) -> str:
        """What is wrong with the direction of a step."""
        (old_was, old), (new_was, new) = ((_of(before, drug), _of(step.intakes, drug)) for drug in (old_drug, ""))
        if old > old_was:
            return f"{old_drug} rises from {old_was} to {old} after the switch began"
        if step.kind is StepKind.SWITCH and (old == old_was or new < new_was):
            return f"a stage goes from {old_was} to {old} of {old_drug} and from {new_was} to {new} of {new_drug}"
        slot = self._taken_up(before, step.intakes, old_drug)
        return f"{old_drug} is taken at {slot.value} again after the switch began" if slot else ""

    def _taken_up(self, before: Sequence[StatedIntake], now: Sequence[StatedIntake], drug: str) -> Slot | None:
        """The first time of day that has more of a drug than before, where both are told by time."""
        was, is_ = ({one.slot: one.dose for one in intakes if one.drug == drug} for intakes in (before, now))
        if (Slot.DAILY in was) != (Slot.DAILY in is_):
            return None
        return next((slot for slot, dose in is_.items() if dose > was.get(slot, ZERO)), None)


class NoEquivalentRise:
    """What is taken counts for no more at a stage than before the switch; more than at the stage before it is flagged.

    Doses typed by slot may count for a little more or less at each; never for more than the dose that is switched from.
    """

    def findings(self, case: Case) -> Iterator[Finding]:
        highest = before = case.transcript.before
        for step in case.transcript.steps:
            if step.kind is StepKind.SWITCH and step.total > before:
                beyond = step.total > highest
                yield Finding(
                    rule="switch.rise",
                    level=Level.REFUSE if beyond else Level.FLAG,
                    step=step.number,
                    before=before,
                    after=step.total,
                    message=f"counts for {step.total} of {case.transcript.drug}, more than the {highest if beyond else before} "
                    f"before {'the switch' if beyond else 'this stage'}",
                    change="switch the slot with the smallest dose first, or type a smaller dose for it",
                )
            before = step.total


class SpreadOut:
    """A switch takes a week or longer from its first stage to its last; one that changes all in less is flagged."""

    def findings(self, case: Case) -> Iterator[Finding]:
        found = [step for step, _ in _stages(case)]
        if found and (found[-1].start - found[0].start).days < SPREAD_DAYS:
            days = (found[-1].start - found[0].start).days
            when = f"within {days} days" if days else "in one day"
            yield Finding(
                rule="switch.at-once",
                level=Level.FLAG,
                step=found[-1].number,
                message=f"the whole dose is switched {when}; one to two weeks or longer is advised",
                source="Joint Clinical Practice Guideline on Benzodiazepine Tapering 2025, switching to a longer-acting drug",
                change="switch a part at a time with --move",
            )


class SwitchFinished:
    """After the last stage nothing of the old drug is taken; where a plan stays on both, that is flagged."""

    def findings(self, case: Case) -> Iterator[Finding]:
        switched = case.transcript.switched
        for step in case.transcript.steps:
            left = _of(step.intakes, switched.drug) if switched else ZERO
            if switched and left and step.kind is not StepKind.SWITCH:
                yield Finding(
                    rule="switch.unfinished",
                    level=Level.FLAG,
                    step=step.number,
                    message=f"{left} of {switched.drug} is still taken beside {case.transcript.drug}, and no stage takes it away here",
                )

"""Do the tablets add up to the dose, and the doses to the day?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from taper_cli.checks.base import Case
from taper_cli.model.dose import Dose, counts_for, total
from taper_cli.model.finding import Finding, Level
from taper_cli.model.schedule import Slot
from taper_cli.model.transcript import StatedIntake, StatedPortion, StatedStep


def _nanograms(portion: StatedPortion) -> Fraction:
    """The drug in a stated portion, as an exact fraction so that even an impossible count has a value."""
    per = portion.product.volume.ml if portion.product.volume else Fraction(1)
    return Fraction(portion.product.strength.ng) * portion.count / per


class PortionsMakeTheDose:
    """The portions of every intake add up to its stated dose, to the nanogram; each count is above zero."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step in case.transcript.steps:
            for intake in (*step.intakes, *step.others):
                if intake.portions is not None and (fault := self._fault(intake)):
                    yield Finding(rule="arithmetic.portions", level=Level.REFUSE, step=step.number, message=fault)

    def _fault(self, intake: StatedIntake) -> str:
        portions = intake.portions or ()
        if any(portion.count <= 0 for portion in portions):
            return f"the {intake.slot.value} intake has a count of zero or less"
        made = sum((_nanograms(portion) for portion in portions), Fraction(0))
        if made == intake.dose.ng:
            return ""
        shown = Dose(int(made)) if made.denominator == 1 else f"{made} nanograms"
        return f"the {intake.slot.value} intake states {intake.dose}, its products make {shown}"


class DayOfProductsMakesTheTotal:
    """Where a paper counts the tablets of a whole day and not of each slot, they add up to the daily total, of each drug by itself."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step in case.transcript.steps:
            for drug in dict.fromkeys(portion.product.drug for portion in step.day_portions or ()):
                portions = [portion for portion in step.day_portions or () if portion.product.drug == drug]
                made = sum(map(_nanograms, portions), Fraction(0))
                stated, of = self._stated(case, step, drug)
                if made != stated.ng:
                    shown = Dose(int(made)) if made.denominator == 1 else f"{made} nanograms"
                    message = f"the products of a day make {shown}{of}, the stated total is {stated}"
                    yield Finding(rule="arithmetic.portions", level=Level.REFUSE, step=step.number, message=message)

    def _stated(self, case: Case, step: StatedStep, drug: str) -> tuple[Dose, str]:
        """The daily total of a drug, and whose it is where there are two."""
        if case.transcript.switched is None:
            return step.total, ""
        name = drug if drug == case.transcript.switched.drug else ""
        return total([intake.dose for intake in step.intakes if intake.drug == name]), f" of {drug}"


class PiecesMakeTheStep:
    """The tablets stated for a whole step are those of its days: neither short before the next supply, nor to be hoarded."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step in case.transcript.steps:
            if (
                step.pieces is None
                or step.end is None
                or step.rhythm
                or any(intake.portions is None for intake in step.intakes)
            ):
                continue
            daily = sum(
                (
                    portion.count
                    for intake in step.intakes
                    for portion in intake.portions or ()
                    if not portion.product.form.liquid
                ),
                Fraction(0),
            )
            needed = daily * (step.end - step.start).days
            if needed != step.pieces:
                message = f"states {step.pieces} tablets, {(step.end - step.start).days} days need {needed}"
                yield Finding(rule="supply.pieces", level=Level.REFUSE, step=step.number, message=message)


class SlotsMakeTheDay:
    """Each slot stands once for a drug, and the stated slot doses add up to the stated daily total.

    Doses of two drugs add up as what they count for in the drug that is tapered to, never as mg.
    """

    def findings(self, case: Case) -> Iterator[Finding]:
        for step in case.transcript.steps:
            for slots in (
                [(intake.drug, intake.slot) for intake in intakes] for intakes in (step.intakes, step.others)
            ):
                for drug, slot in sorted(set(slots), key=lambda one: (one[0], list(Slot).index(one[1]))):
                    if slots.count((drug, slot)) > 1:
                        message = f"the {slot.value} intake is stated {slots.count((drug, slot))} times"
                        yield Finding(rule="arithmetic.slots", level=Level.REFUSE, step=step.number, message=message)
            made = counts_for((intake.dose, intake.worth) for intake in step.intakes)
            if made != step.total:
                message = f"the slots add up to {made}, the stated total is {step.total}"
                yield Finding(rule="arithmetic.total", level=Level.REFUSE, step=step.number, message=message)

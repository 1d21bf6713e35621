"""A schedule written down as a paper states it: every number as it was, nothing added and nothing believed."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from model_builders import FIVE, START, TEN, intake, portion, schedule, step, stop

from taper_cli.model.dose import Dose
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.model.transcript import StatedIntake, StatedPortion, StatedStep, transcribe

HELD = step(
    kind=StepKind.HOLD,
    end=START + timedelta(days=28),
    held=True,
    intakes=(
        intake("2.5 mg", portion(FIVE, "1/2"), slot=Slot.MORNING),
        intake("15 mg", portion(TEN, 1), portion(FIVE, 1), slot=Slot.BEDTIME),
    ),
)


def test_a_transcript_states_the_drug_and_the_dose_before() -> None:
    written = transcribe(schedule([HELD, stop(2, 28)], before="20 mg"))
    assert (written.drug, written.before) == ("diazepam", Dose.of_mg(20))
    assert [row.number for row in written.steps] == [1, 2]


def test_a_transcript_states_every_row_as_it_is() -> None:
    written = transcribe(schedule([HELD, stop(2, 28)]))
    assert written.steps == (
        StatedStep(
            number=1,
            kind=StepKind.HOLD,
            start=START,
            end=START + timedelta(days=28),
            total=Dose.of_mg("2.5") + Dose.of_mg(10 + 5),
            held=True,
            intakes=(
                StatedIntake(
                    slot=Slot.MORNING,
                    dose=Dose.of_mg("2.5"),
                    portions=(StatedPortion(product=FIVE, count=Fraction(1, 2)),),
                ),
                StatedIntake(
                    slot=Slot.BEDTIME,
                    dose=Dose.of_mg(10 + 5),
                    portions=(
                        StatedPortion(product=TEN, count=Fraction(1)),
                        StatedPortion(product=FIVE, count=Fraction(1)),
                    ),
                ),
            ),
        ),
        StatedStep(
            number=2,
            kind=StepKind.STOP,
            start=START + timedelta(days=28),
            end=None,
            total=Dose(0),
            intakes=(),
            held=False,
        ),
    )

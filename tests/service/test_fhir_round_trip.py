"""Any plan, revised in any way, comes back from its FHIR bundle as it was: every day, dose, product, rise and held step."""

from __future__ import annotations

from hypothesis import given, settings
from revising_builders import chains

from taper_cli.model.report import Report
from taper_cli.model.schedule import StepKind
from taper_cli.model.transcript import StatedIntake, StatedStep, transcribe
from taper_cli.reading.fhir import read_fhir
from taper_cli.render.fhir import fhir
from taper_cli.service import reviews_of


def taken(intakes: tuple[StatedIntake, ...]) -> list[tuple[object, ...]]:
    """What intakes state, whichever way their products may be divided."""
    return sorted(
        (one.slot.value, one.dose, *sorted((part.product.name, part.count) for part in one.portions or ()))
        for one in intakes
    )


def told(step: StatedStep) -> tuple[object, ...]:
    """What a step states of its days."""
    rises = {StepKind.RAISE: StepKind.REDUCE, StepKind.HOLD: StepKind.REDUCE}
    kind = rises.get(step.kind, step.kind)
    return (
        step.number,
        kind,
        step.start,
        step.end,
        step.total,
        step.rhythm,
        step.held,
        taken(step.intakes),
        taken(step.others),
    )


@settings(derandomize=True, database=None, deadline=None, max_examples=20)
@given(chains(most=4))
def test_every_version_comes_back(versions: tuple[Report, ...]) -> None:
    for report in versions:
        read = read_fhir(fhir(report, reviews_of(report)[-1]), "plan.fhir.json").transcript
        planned = transcribe(report.schedule)
        assert (read.drug, read.before) == (planned.drug, planned.before)
        assert [told(step) for step in read.steps] == [told(step) for step in planned.steps]

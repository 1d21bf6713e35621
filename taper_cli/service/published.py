"""Published schedules and curves that a request names: banded steps, ladders, and a drug's own measured effect."""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.formulary import loader
from taper_cli.model.dose import Dose
from taper_cli.model.drug import Drug, DrugClass
from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.guideline import Bands, Guideline, Ladder
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.request import ByBands, ByLadder, OverTime, Request, Shape, ShapeKind
from taper_cli.planning.problem import Wanted


def _banded(drug: Drug) -> Iterator[tuple[Guideline, Bands]]:
    """Every banded schedule that is held for a drug."""
    for guideline in loader.guidelines_for(drug):
        yield from ((guideline, bands) for bands in guideline.bands if drug.name in bands.drugs)


def ladders_held(drug: Drug) -> Iterator[Ladder]:
    """Every ladder that is held for a drug."""
    for guideline in loader.guidelines_for(drug):
        yield from (ladder for ladder in guideline.ladders if drug.name in ladder.drugs)


def shape_of(request: Request, drug: Drug, drug_class: DrugClass) -> Shape | None:
    """The curve to follow: the typed one with its figures, the class's own bands, or None for the gentlest.

    Raises:
        CannotPlan: for a hyperbola without a figure of its own where the data hold none, several, or one for lower doses only.
    """
    shape = request.shape
    if shape is None:
        banded = drug_class.planning.banded and isinstance(request.pace, OverTime)
        return Shape(kind=ShapeKind.BANDS) if banded and not request.target else None
    if shape.kind is not ShapeKind.HYPERBOLIC or shape.ed50:
        return shape
    curves = drug.effect_curves
    if not curves:
        raise CannotPlan(
            f"no measured effect curve is held for {drug.name}",
            "expected the dose of half the effect and its source",
            "add --ed50 '5 mg' --ed50-source \"where it comes from\"",
        )
    if len(curves) > 1:
        held = "; ".join(f"{curve.site} {curve.ed50}" for curve in curves)
        raise CannotPlan(
            f"{len(curves)} effect curves of {drug.name} are held, for different sites ({held})",
            "expected the one to follow",
            f"add for example --ed50 '{curves[0].ed50}' --ed50-source \"{curves[0].site}, {curves[0].cite.short}\"",
        )
    (curve,) = curves
    if request.regimen.total > curve.fitted_to:
        raise CannotPlan(
            f"the effect curve of {drug.name} was measured up to {curve.fitted_to}, not at {request.regimen.total}",
            "expected a lower dose or another shape",
            "type --shape proportional",
        )
    source = f"{curve.site}, {curve.cite.short}: an average over few people with a wide scatter"
    return Shape(kind=ShapeKind.HYPERBOLIC, ed50=curve.ed50, ed50_source=source)


def bands_of(request: Request, drug: Drug, shape: Shape | None) -> Bands | None:
    """The banded schedule, where the request follows one: that of the typed guideline, else the first by key.

    Raises:
        CannotPlan: where none is held for the drug, or the dose is above its highest band.
    """
    if not (isinstance(request.pace, ByBands) or (shape and shape.kind is ShapeKind.BANDS)):
        return None
    held = list(_banded(drug))
    chosen = [bands for guideline, bands in held if guideline.key == request.guideline] or [bands for _, bands in held]
    if not chosen:
        raise CannotPlan(
            f"no banded schedule is held for {drug.name}", "expected another shape", "type --shape proportional"
        )
    highest = chosen[0].bands[0].ceiling
    if request.regimen.total > highest:
        raise CannotPlan(
            f"the banded schedule for {drug.name} starts at {highest}, not at {request.regimen.total}",
            "expected a lower dose or another shape",
            "type --shape proportional",
        )
    return chosen[0]


def ladder_of(request: Request, drug: Drug) -> Ladder | None:
    """The published schedule that the request names, None where it names none.

    Raises:
        InvalidInput: for a key that no ladder of this drug has, with those it has; for a target beside it.
        CannotPlan: where the starting dose is below its lowest rung, or above its first: that way down was never published.
    """
    if not isinstance(request.pace, ByLadder):
        return None
    fitting = {ladder.key: ladder for ladder in ladders_held(drug)}
    key = request.pace.key
    if key not in fitting:
        known = ", ".join(sorted(fitting)) or "none"
        raise InvalidInput(f"--ladder {key!r} is not held for {drug.name}", f"held are: {known}")
    ladder = fitting[key]
    if request.target:
        raise InvalidInput(
            "--to beside --ladder", "expected one of them, as the ladder has its own end", "leave --to out"
        )
    first = ladder.rungs[0].dose
    if request.regimen.total > first:
        raise CannotPlan(
            f"{ladder.title} begins at {first}, not at {request.regimen.total}: no way down to it is published there",
            f"expected {first} or less",
            f"plan the way to it first: a time or a pace with --to '{first}'",
        )
    if len(ladder.below(request.regimen.total)) < (1 if ladder.stops else 2):
        raise CannotPlan(
            f"{ladder.title} has no rung below {request.regimen.total}",
            f"its rungs are: {', '.join(str(rung.dose) for rung in ladder.rungs)}",
            "give a time or a pace instead",
        )
    return ladder


def rungs_of(ladder: Ladder, request: Request) -> tuple[Wanted, ...]:
    """The levels of a ladder below the starting dose, each with its time and days; one that stays ends on its last rung."""
    shortest = isinstance(request.pace, ByLadder) and request.pace.shortest
    rungs = ladder.below(request.regimen.total)
    rungs = rungs if ladder.stops else rungs[:-1]
    days = [rung.days_low if shortest else rung.days_high for rung in rungs]
    return tuple(
        Wanted(rung.dose, Period(count, TimeUnit.DAY), rung.rhythm, rung.between)
        for rung, count in zip(rungs, days, strict=True)
    )


def may_space(drug: Drug) -> bool:
    """Whether a published schedule of this drug leaves days out."""
    return any(rung.rhythm for ladder in ladders_held(drug) for rung in ladder.rungs)


def eased_by(ladder: Ladder, last_step: Dose) -> tuple[str, Dose]:
    """Why limits only flag along a ladder, in words, and the largest last dose there: its own last rung where that is larger."""
    return f"as published in {ladder.title}", max(last_step, ladder.rungs[-1].dose)


def target_of(request: Request, ladder: Ladder | None) -> Dose:
    """Where the plan ends: what was typed, or the dose on which a ladder stays."""
    return request.target if ladder is None or ladder.stops else ladder.rungs[-1].dose

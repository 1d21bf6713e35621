"""Everything that is known of a request before anything is planned: names made into facts, gates passed, the problem set."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from taper_cli.checks.exposure import exposure_of
from taper_cli.formulary import loader
from taper_cli.model.dose import ZERO, Dose
from taper_cli.model.drug import Drug, Indication, LastStep
from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.exposure import Exposure
from taper_cli.model.finding import Finding
from taper_cli.model.guideline import Bands, ContextRule, Guideline, Region
from taper_cli.model.request import AtPace, ByBands, ContextItem, OverTime, Request, ShapeKind
from taper_cli.planning.problem import Problem
from taper_cli.service import assumptions as words
from taper_cli.service.judging import judge_request
from taper_cli.service.products import AtHand, last_step, products_at_hand

DEFAULT_GUIDELINE = "asam-2025"
BANDED_GUIDELINE = "uk-bands"


class Setting(NamedTuple):
    """A request with the facts behind every name in it; `before` is what the judge says of the request itself."""

    request: Request
    region: Region
    drug: Drug
    brand: str
    guideline: Guideline
    stated: tuple[ContextRule, ...]
    not_stated: tuple[ContextRule, ...]
    indication: Indication | None
    at_hand: AtHand
    before: tuple[Finding, ...]
    last: LastStep
    exposure: Exposure
    problem: Problem


def setting_of(request: Request) -> Setting:
    """Look everything up and pass the gates.

    Raises:
        InvalidInput: unknown region, guideline or context.
        CannotPlan: unknown drug, unknown strength, a brand of another region.
        RefusedForSafety: unsafe context, above the ceiling.
    """
    request = replace(request, context=known_contexts(request.context))
    region = loader.region_named(request.region)
    drug, brand = _drug_sold_in(request, region)
    guideline = limiting_guideline(request, drug)
    stated, not_stated = words.split_stated(request, loader.contexts())
    at_hand = products_at_hand(request, drug, region)
    before = judge_request(request, drug, region, stated)
    last = last_step(drug, region)
    exposure = exposure_of(request, drug, loader.dependence())
    return Setting(
        request=request,
        region=region,
        drug=drug,
        brand=brand,
        guideline=guideline,
        stated=stated,
        not_stated=not_stated,
        indication=loader.find_indication(request.indication) if request.indication else None,
        at_hand=at_hand,
        before=before,
        last=last,
        exposure=exposure,
        problem=_eased(_problem(request, drug, guideline, at_hand, last), request, exposure),
    )


def known_contexts(items: tuple[ContextItem, ...]) -> tuple[ContextItem, ...]:
    """Stated facts under their own keys, whichever alias was typed; one fact stated twice could hide a slip."""
    known: dict[str, ContextItem] = {}
    for item in items:
        key = loader.context_named(item.key).key
        if key in known:
            raise InvalidInput(
                f"context {item.key!r} is stated twice", "expected each fact once", "leave one of them out"
            )
        known[key] = ContextItem(key, item.value)
    return tuple(known.values())


def _drug_sold_in(request: Request, region: Region) -> tuple[Drug, str]:
    """The drug and, if one was typed, its brand; a brand that the stated region does not know is refused, not guessed at."""
    drug, name = loader.find_drug(request.drug)
    brand = next((brand for brand in drug.brands if brand.name == name), None)
    if brand is not None and region.market is not None and region.market not in brand.regions:
        raise CannotPlan(
            f"{request.drug!r} is a brand of {drug.name} known for {', '.join(brand.regions)}, not for {region.key}",
            "expected the generic name or a brand of the region",
            f"type '{drug.name}'",
        )
    if brand is not None and brand.form is not None and request.products is None:
        raise CannotPlan(
            f"{request.drug!r} is a {brand.form.value}, which plain tablets do not replace",
            "expected the products to be named by the prescriber",
            f"type '{drug.name}' with --products",
        )
    return drug, name


def limiting_guideline(request: Request, drug: Drug) -> Guideline:
    """The guideline whose limit binds."""
    guideline = loader.guideline_named(request.guideline or DEFAULT_GUIDELINE)
    if drug.drug_class not in guideline.classes:
        raise CannotPlan(f"{guideline.title} does not cover {drug.name}", f"it covers: {', '.join(guideline.classes)}")
    if guideline.cap is None:
        raise CannotPlan(
            f"{guideline.title} states no limit on cuts",
            "expected a guideline with a limit",
            f"type --guideline {DEFAULT_GUIDELINE}",
        )
    return guideline


def _problem(request: Request, drug: Drug, guideline: Guideline, at_hand: AtHand, last: LastStep) -> Problem:
    """The planner's problem: the request in exact terms, with the rules that were accepted by name switched off."""
    if guideline.cap is None:
        raise CannotPlan(f"{guideline.title} states no limit", "expected one")
    accepted = {acceptance.rule for acceptance in request.acceptances}
    return Problem(
        drug=drug.name,
        before=request.regimen,
        products=at_hand.products,
        start=request.start,
        every=request.every,
        cap=guideline.cap,
        last_step=last.dose,
        target=request.target,
        cut=request.cut,
        bands=_bands(request, drug),
        cap_binds=guideline.cap_rule not in accepted,
        last_dose_binds="last-dose" not in accepted,
        tail_only="exception.place" not in accepted,
    )


def _eased(problem: Problem, request: Request, exposure: Exposure) -> Problem:
    """After short use the cap flags instead of refusing, and the last dose may be one ideal step; nothing else is lifted."""
    if not exposure.likelihood.short_taper:
        return problem
    return replace(problem, short_use=True, last_dose=max(problem.last_step, _ideal_step(problem, request)))


def _ideal_step(problem: Problem, request: Request) -> Dose:
    """One step of an even descent from the starting dose to zero, rounded down; none where a share was asked."""
    from taper_cli.planning.calendar import end_of, starts_until

    match request.pace:
        case OverTime(length):
            starts = starts_until(problem.start, problem.every, end_of(problem.start, length))
            return Dose(problem.before.total.ng // (len(starts) + 1))
        case AtPace(dose=Dose() as dose):
            return dose
        case _:
            return ZERO


def _bands(request: Request, drug: Drug) -> Bands | None:
    """The banded schedule, where the request follows one."""
    banded = isinstance(request.pace, ByBands) or (request.shape and request.shape.kind is ShapeKind.BANDS)
    if not banded:
        return None
    bands = next((bands for bands in loader.guideline_named(BANDED_GUIDELINE).bands if bands.drug == drug.name), None)
    if bands is None:
        raise CannotPlan(
            f"no banded schedule is held for {drug.name}", "expected another shape", "type --shape proportional"
        )
    if request.regimen.total > bands.bands[0].ceiling:
        raise CannotPlan(
            f"the banded schedule for {drug.name} starts at {bands.bands[0].ceiling}, not at {request.regimen.total}",
            "expected a lower dose or another shape",
            "type --shape proportional",
        )
    return bands

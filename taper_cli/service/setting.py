"""Everything that is known of a request before anything is planned: names made into facts, gates passed, the problem set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from taper_cli.checks.exposure import even_step, exposure_of
from taper_cli.formulary import loader
from taper_cli.model.dose import NG_PER_MICROGRAM, ZERO, Dose
from taper_cli.model.drug import Drug, DrugClass, Indication, LastStep
from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.exposure import Exposure
from taper_cli.model.finding import Finding
from taper_cli.model.guideline import ContextRule, Guideline, Ladder, Region
from taper_cli.model.request import AtPace, ByBands, ByLadder, ByLevels, ContextItem, OverTime, Request, Shape
from taper_cli.model.schedule import Slot
from taper_cli.planning.problem import Problem, Wanted
from taper_cli.service import assumptions as words
from taper_cli.service.judging import judge_request
from taper_cli.service.products import AtHand, last_step, products_at_hand
from taper_cli.service.published import bands_of, eased_by, ladder_of, rungs_of, shape_of, target_of

if TYPE_CHECKING:
    # Only a switch needs it, and every import takes time at the start.
    from taper_cli.model.switch import Crossing


class Setting(NamedTuple):
    """A request with the facts behind every name in it; `before` is what the judge says of the request itself.

    `drug` has the products that may be supplied, `marketed` all that there are. `shape` is the curve to follow (None: the
    gentlest), `ladder` the published schedule that was named; `eased`, where not empty, says why limits flag instead of refusing.
    """

    request: Request
    region: Region
    drug: Drug
    marketed: Drug
    drug_class: DrugClass
    brand: str
    guideline: Guideline
    stated: tuple[ContextRule, ...]
    not_stated: tuple[ContextRule, ...]
    elsewhere: tuple[str, ...]
    indication: Indication | None
    at_hand: AtHand
    before: tuple[Finding, ...]
    last: LastStep
    exposure: Exposure
    problem: Problem
    shape: Shape | None
    ladder: Ladder | None
    eased: str
    crossing: Crossing | None = None

    @property
    def rungs(self) -> tuple[Wanted, ...]:
        """The levels of the ladder below the starting dose, each with the time that it lasts."""
        return rungs_of(self.ladder, self.request) if self.ladder else ()


def setting_of(request: Request) -> Setting:
    """Look everything up and pass the gates.

    Raises:
        InvalidInput: unknown region, guideline, ladder or context.
        CannotPlan: unknown drug, unknown strength, a brand of another region, a class whose pace the prescriber must type, a file
            of own products that has none here.
        RefusedForSafety: unsafe context, above the ceiling.
    """
    request = _by_slot(request)
    region = loader.region_named(request.region)
    facts, brand = drug_sold_in(request.drug, region, products_named=request.products is not None)
    drug, on_sale = with_own(facts, request, region)
    drug_class = loader.class_named(drug.drug_class)
    request, elsewhere = known_contexts(request, drug)
    guideline = limiting_guideline(request, drug, region)
    rules = loader.contexts(drug.drug_class)
    stated, not_stated = words.split_stated(request, rules)
    needs_more_words(request, drug_class, drug)
    at_hand = products_at_hand(request, drug, region, name_release=drug_class.planning.name_release)
    crossing, choice = crossing_of(request, drug, region, stated)
    before = (*choice, *judge_request(request, drug, region, stated))
    last = last_step(facts, region, at_hand.products)
    exposure = exposure_of(request, drug, loader.dependence(drug.drug_class))
    ladder = ladder_of(request, drug)
    shape = shape_of(request, drug, drug_class)
    problem = _problem(request, drug, guideline, at_hand, last)
    problem = replace(problem, bands=bands_of(request, drug, shape), target=target_of(request, ladder))
    problem, eased = _eased(problem, request, exposure, ladder)
    return Setting(
        request=request,
        region=region,
        drug=drug,
        marketed=on_sale,
        drug_class=drug_class,
        brand=brand,
        guideline=guideline,
        stated=stated,
        not_stated=not_stated,
        elsewhere=elsewhere,
        indication=loader.find_indication(request.indication) if request.indication else None,
        at_hand=at_hand,
        before=before,
        last=last,
        exposure=exposure,
        problem=problem,
        shape=shape,
        ladder=ladder,
        eased=eased,
        crossing=crossing,
    )


def _by_slot(request: Request) -> Request:
    """A request with a switch: its equivalent at the times of day of the dose that is switched from."""
    if request.switch is None:
        return request
    from taper_cli.service.switching import by_slot

    return by_slot(request)


def crossing_of(
    request: Request, drug: Drug, region: Region, stated: tuple[ContextRule, ...]
) -> tuple[Crossing | None, tuple[Finding, ...]]:
    """The facts of a switch and what the judge says of the choice; nothing where none was asked."""
    if request.switch is None:
        return None, ()
    from taper_cli.service.switching import crossing

    return crossing(request, drug, region, stated)


def with_own(drug: Drug, request: Request, region: Region) -> tuple[Drug, Drug]:
    """The drug with the products that may be supplied, and with all that there are, the prescriber's own among them."""
    if request.own is None:
        return drug, drug
    from taper_cli.service.own import everything, stocked

    return stocked(drug, request, region), everything(drug, request, region)


def known_contexts(request: Request, drug: Drug) -> tuple[Request, tuple[str, ...]]:
    """The request with its stated facts under their own keys, whichever alias was typed, and the keys that say nothing of this class.

    One fact stated twice could hide a slip.
    """
    known: dict[str, ContextItem] = {}
    elsewhere = []
    for item in request.context:
        rule = loader.context_named(item.key, drug.drug_class)
        key = rule.key if rule else item.key
        if key in known:
            raise InvalidInput(
                f"context {item.key!r} is stated twice", "expected each fact once", "leave one of them out"
            )
        known[key] = ContextItem(key, item.value)
        if rule is None:
            elsewhere.append(key)
    return replace(request, context=tuple(known.values())), tuple(elsewhere)


def needs_more_words(request: Request, drug_class: DrugClass, drug: Drug) -> None:
    """What a class leaves to the prescriber's own words: times of day where a day's dose at once would harm, a pace where none is
    published; never a default."""
    if drug_class.planning.dose_by_slot and request.regimen.slots == (Slot.DAILY,):
        raise CannotPlan(
            f"{request.regimen.total} of {drug.name} a day says nothing of the times of day, and all of it at once could harm",
            "expected the dose by slot",
            "type what is taken at each time, as in '... mg morning + ... mg bedtime', "
            f"or '{request.regimen.total} morning' for one dose a day",
        )
    if not drug_class.planning.prescriber_types_pace or isinstance(request.pace, ByLevels | ByLadder):
        return
    if not isinstance(request.pace, AtPace) or "every" in request.assumed:
        raise CannotPlan(
            f"no rate for coming off {drug.name} is published that could be a default",
            "expected the prescriber's own step and interval",
            # A figure here would be read as advice: 5 mg is all that many take of bisoprolol.
            "type --reduce and --every, the size of a cut and the time between two, or --steps",
        )


def drug_sold_in(typed: str, region: Region, *, products_named: bool) -> tuple[Drug, str]:
    """The drug of a typed name and, if that was a brand, the brand; one that the stated region does not know is not guessed at.

    Raises:
        CannotPlan: for an unknown drug, a brand of other regions, a brand of a form that is not plain where no products were named.
    """
    drug, name = loader.find_drug(typed)
    brand = next((brand for brand in drug.brands if brand.name == name), None)
    if brand is not None and region.market is not None and region.market not in brand.regions:
        raise CannotPlan(
            f"{typed!r} is a brand of {drug.name} known for {', '.join(brand.regions)}, not for {region.key}",
            "expected the generic name or a brand of the region",
            f"type '{drug.name}'",
        )
    if brand is not None and brand.form is not None and not products_named:
        raise CannotPlan(
            f"{typed!r} is a {brand.form.value}, which plain tablets do not replace",
            "expected the products to be named by the prescriber",
            f"type '{drug.name}' with --products",
        )
    return drug, name


def limiting_guideline(request: Request, drug: Drug, region: Region) -> Guideline:
    """The guideline whose limit binds: the typed one, or the class's own in this market."""
    default = loader.class_named(drug.drug_class).planning.guideline_in(region.market)
    guideline = loader.guideline_named(request.guideline or default)
    if not guideline.covers(drug.name, drug.drug_class):
        raise CannotPlan(
            f"{guideline.title} does not cover {drug.name}",
            f"it covers: {', '.join(guideline.drugs or guideline.classes)}",
            f"type --guideline {default}",
        )
    if not guideline.limits(drug.name):
        raise CannotPlan(
            f"{guideline.title} states no limit on cuts of {drug.name}",
            "expected a guideline with a limit",
            f"type --guideline {default}",
        )
    return guideline


def _problem(request: Request, drug: Drug, guideline: Guideline, at_hand: AtHand, last: LastStep) -> Problem:
    """The planner's problem: the request in exact terms, with the rules that were accepted by name switched off."""
    accepted = {acceptance.rule for acceptance in request.acceptances}
    shortest = guideline.shortest_time(drug.name)
    return Problem(
        drug=drug.name,
        before=request.regimen,
        products=at_hand.products,
        start=request.start,
        every=request.every,
        cap=guideline.cap,
        dose_caps=guideline.caps_in_mg(drug.name),
        min_days=shortest.days if shortest else 0,
        last_step=last.dose,
        target=request.target,
        cut=request.cut,
        cap_binds=guideline.cap_rule not in accepted,
        doses_bind=guideline.dose_rule not in accepted,
        time_binds=guideline.time_rule not in accepted,
        last_dose_binds="last-dose" not in accepted,
        tail_only="exception.place" not in accepted,
    )


def _eased(problem: Problem, request: Request, exposure: Exposure, ladder: Ladder | None) -> tuple[Problem, str]:
    """After short use, or along a published schedule, limits flag instead of refusing, and the last dose may be larger.

    After short use it may be one ideal step, along a schedule its own last rung; nothing else is lifted.
    """
    if ladder is not None:
        why, largest = eased_by(ladder, problem.last_step)
        return replace(problem, last_dose=largest), why
    if not exposure.likelihood.short_taper:
        return problem, ""
    largest = max(problem.last_step, _ideal_step(problem, request))
    return replace(problem, short_use=True, last_dose=largest), exposure.row


def _ideal_step(problem: Problem, request: Request) -> Dose:
    """One step of an even descent from the starting dose to zero, rounded down to what can be written; none for a share."""
    from taper_cli.planning.calendar import end_of, starts_until

    match request.pace:
        case OverTime(length):
            starts = starts_until(problem.start, problem.every, end_of(problem.start, length))
            # Papers name this dose, and nobody reads more than 3 decimals of a mg safely.
            return Dose(problem.before.total.ng // (len(starts) + 1) // NG_PER_MICROGRAM * NG_PER_MICROGRAM)
        case AtPace(dose=Dose() as dose):
            return dose
        case ByLevels(totals=totals):
            return even_step(problem.before.total, len({dose for dose in totals if dose < problem.before.total}) + 1)
        case AtPace() | ByBands() | ByLadder():
            return ZERO

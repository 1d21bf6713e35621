"""A switch set up and planned: which tables speak of it, what forbids it, its stages, and the taper that follows them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from taper_cli.checks.conversion import context_findings, equivalent_findings
from taper_cli.checks.request import ceiling_findings, ceilings, stated_age
from taper_cli.formulary import loader
from taper_cli.model.dose import ZERO, Dose
from taper_cli.model.drug import EQUIVALENT_BASE, Drug
from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.finding import Finding
from taper_cli.model.guideline import ContextRule, Region
from taper_cli.model.period import Until
from taper_cli.model.request import OverTime, Pace, Request
from taper_cli.model.schedule import Regimen, Schedule, Slot, Switched
from taper_cli.model.switch import Crossing, Switch, TableResult, stages
from taper_cli.planning.calendar import end_of
from taper_cli.planning.crossover import Crossed, Crossover, NothingLeft, UnmakeableStage, cross, joined, totals_until
from taper_cli.planning.dispensing import TooFine
from taper_cli.planning.problem import Planned, Problem
from taper_cli.service.judging import below_tenfold, passed
from taper_cli.service.planning import taper_of
from taper_cli.service.products import products_at_hand
from taper_cli.service.setting import Setting, drug_sold_in

_BASE = "diazepam"


class Published(NamedTuple):
    """Both drugs of a switch, the dose that it comes from, and what every published table makes of it."""

    old: Drug
    new: Drug
    regimen: Regimen
    tables: tuple[TableResult, ...]


def published(old: str, regimen: Regimen, new: str, region: str | None) -> Published:
    """What the published tables say of a switch; nothing is converted by it.

    Raises:
        CannotPlan: for an unknown drug, and for a switch that no table, or more than one step through a table, would lead to.
    """
    market = loader.region_named(region)
    stock, _ = drug_sold_in(old, market, products_named=False)
    below_tenfold(stock, regimen.total)
    other = loader.find_drug(new)[0]
    return Published(stock, other, regimen, tables_of(stock, other, regimen.total))


def tables_of(old: Drug, new: Drug, dose: Dose) -> tuple[TableResult, ...]:
    """What each published table makes of a dose of one drug in another one: one step from or to diazepam, never two.

    Raises:
        CannotPlan: for the same drug, for opioids, for two drugs that are only known by way of a third, where no table is held.
    """
    _one_step(old, new)
    found = []
    for equivalent in (*old.equivalents, *new.equivalents):
        ratios = [Fraction(EQUIVALENT_BASE.ng, one.ng) for one in (equivalent.high, equivalent.low)]
        if old.name == _BASE:
            ratios = [1 / ratio for ratio in reversed(ratios)]
        low, high = (dose.ng * ratio for ratio in ratios)
        found.append(TableResult(equivalent.table, low, high, equivalent.cite))
    return tuple(found)


def _one_step(old: Drug, new: Drug) -> None:
    """Stop what no published table leads to in one step."""
    if old.name == new.name:
        raise CannotPlan(
            f"{old.name} is switched to itself", "expected another drug", f"to taper it, type: taper plan {old.name}"
        )
    if "opioid" in (old.drug_class, new.drug_class):
        raise CannotPlan(
            f"no switch from {old.name} to {new.name}: opioids are never converted here, since tolerance to one is not tolerance to "
            "another and a wrong ratio stops the breathing",
            "expected a plan for the opioid that is taken",
            "ask a specialist to convert, then plan the new one from the dose that is taken",
        )
    if _BASE not in (old.name, new.name):
        known = all(drug.equivalents for drug in (old, new))
        raise CannotPlan(
            f"{old.name} to {new.name} would be converted twice, through diazepam, and two uncertain ratios multiply"
            if known
            else f"no published equivalent between {old.name} and {new.name} is held",
            "expected a switch to or from diazepam",
            f"type --to diazepam, or plan {old.name} itself",
        )
    if not (*old.equivalents, *new.equivalents):
        raise CannotPlan(
            f"no published equivalent between {old.name} and {new.name} is held",
            "expected a drug with one: see taper drugs",
            f"plan {old.name} itself, or ask a specialist",
        )


def by_slot(request: Request) -> Request:
    """The request with the typed equivalent at the times of day of the old dose, in its proportions where only a total was typed.

    Raises:
        InvalidInput: for other times of day than those of the old dose.
        CannotPlan: where the total cannot be divided so, and for a switch that no table leads to in one step: whatever else
            is asked of it, it is refused by name first.
    """
    switch, regimen = request.switch, request.regimen
    if switch is not None:
        _one_step(loader.find_drug(switch.drug)[0], loader.find_drug(request.drug)[0])
    if switch is None or regimen.slots == switch.regimen.slots:
        return request
    if regimen.slots != (Slot.DAILY,):
        raise InvalidInput(
            "--equivalent names other times of day than the dose that is switched from",
            f"expected {', '.join(slot.value for slot in switch.regimen.slots)}",
            "name the same ones, or type a daily total",
        )
    shares = [
        (slot, Fraction(regimen.total.ng * dose.ng, switch.regimen.total.ng)) for slot, dose in switch.regimen.doses
    ]
    if any(ng.denominator > 1 for _, ng in shares):
        raise CannotPlan(
            f"{regimen.total} cannot be divided over the day in the proportions of {switch.drug}",
            "expected a dose for each time of day",
            f"type it by slot: --equivalent '{_example(switch)}'",
        )
    return replace(request, regimen=Regimen(tuple((slot, Dose(int(ng))) for slot, ng in shares)))


def _example(switch: Switch) -> str:
    """How an equivalent by slot is typed."""
    return " + ".join(f"10 mg {slot.value}" for slot in switch.regimen.slots)


class Choice(NamedTuple):
    """What a switch goes from and to: `total` of the old drug, `typed` as its equal, and what every published table says of it."""

    old: Drug
    new: Drug
    total: Dose
    typed: Dose
    tables: tuple[TableResult, ...]


def choice_findings(
    request: Request, region: Region, stated: tuple[ContextRule, ...], choice: Choice
) -> tuple[Finding, ...]:
    """What the judge says of a choice, for a plan and for a schedule from elsewhere alike; the ceiling of the new drug aside."""
    above = ceilings(choice.old, region.market, request.indication, stated_age(request))
    return (
        *context_findings(request, stated, choice.new.name),
        *ceiling_findings(choice.old, choice.total, above),
        *equivalent_findings(choice.typed, choice.tables),
    )


def crossing(
    request: Request, new: Drug, region: Region, stated: tuple[ContextRule, ...]
) -> tuple[Crossing, tuple[Finding, ...]]:
    """The facts of a switch, and what the judge says of the choice.

    Raises:
        CannotPlan: for a switch that no table leads to, or products that are not held.
        RefusedForSafety: for a fact that speaks against the new drug, a dose above the ceiling, an equivalent that no table is near.
    """
    switch = _switch(request)
    old_request = replace(
        request,
        drug=switch.drug,
        regimen=switch.regimen,
        products=switch.products,
        split=switch.split,
        own=None,
        switch=None,
    )
    old, _ = drug_sold_in(switch.drug, region, products_named=switch.products is not None)
    total = switch.regimen.total
    tables = tables_of(old, new, total)
    below_tenfold(old, total)
    found = choice_findings(request, region, stated, Choice(old, new, total, request.regimen.total, tables))
    old_class = loader.class_named(old.drug_class)
    at_hand = products_at_hand(old_request, old, region, name_release=old_class.planning.name_release)
    made = Crossing(
        drug=old,
        drug_class=old_class,
        products=at_hand.products,
        cites=tuple(dict.fromkeys((*at_hand.cites, old.half_life_cite, *(table.cite for table in tables)))),
        worth=Fraction(request.regimen.total.ng, total.ng),
        tables=tables,
        before=total,
    )
    return made, passed(request, found, stated, total)


def _switch(request: Request) -> Switch:
    """The switch of a request that has one."""
    if request.switch is None:
        raise ValueError("the request asks for no switch")
    return request.switch


def crossover_of(setting: Setting) -> Crossover:
    """The stages of a setting as a problem."""
    request, crossing = setting.request, setting.crossing
    switch = _switch(request)
    if crossing is None:
        raise ValueError("the setting has no switch")
    return Crossover(
        switched=Switched(crossing.drug.name, crossing.worth),
        before=switch.regimen,
        to=request.regimen,
        old_products=crossing.products,
        new_products=setting.problem.products,
        order=switch.order,
        start=request.start,
        every=switch.every,
        move=switch.move,
        cut=switch.cut or ZERO,
    )


def stages_of(setting: Setting) -> tuple[Crossover, Crossed]:
    """The stages on their dates.

    Raises:
        CannotPlan: for a dose that cannot be made, or a cut that leaves nothing.
    """
    problem = crossover_of(setting)
    try:
        found = cross(problem)
    except TooFine as error:
        raise CannotPlan(
            f"these products make too many doses: {error}", "expected a coarser syringe", "type --syringe '0.5 mL'"
        ) from error
    except OverflowError as error:
        raise CannotPlan(
            "the switch would leave the calendar", "expected a shorter time", "check --stage-every"
        ) from error
    match found:
        case Crossed():
            return problem, found
        case NothingLeft(stage=stage, slot=slot):
            raise CannotPlan(
                f"stage {stage} would leave nothing at {slot.value}",
                "expected a smaller cut",
                "type a smaller --stage-cut",
            )
        case UnmakeableStage():
            raise _unmakeable(found, setting)


def _unmakeable(found: UnmakeableStage, setting: Setting) -> CannotPlan:
    """A stage that products do not make, with the nearest doses."""
    shown = Dose(int(found.dose)) if found.dose.denominator == 1 else f"about {Dose(int(found.dose) // 1_000 * 1_000)}"
    near = [str(dose) for dose in (found.below, found.above) if dose is not None]
    new = found.drug == setting.drug.name
    option = "--products" if new else "--from-products"
    where = f"stage {found.stage}: " if found.stage else ""
    typed = f", or type the dose of each slot with --equivalent '{_example(_switch(setting.request))}'" if new else ""
    return CannotPlan(
        f"{where}{shown} of {found.drug} ({found.slot.value}) cannot be made from the products at hand",
        f"nearest are {' and '.join(near)}" if near else "nothing near it can be made",
        f"name other {option}, or another --move{typed}",
    )


def taper_after(setting: Setting, problem: Crossover, crossed: Crossed) -> tuple[Pace, Problem]:
    """What is left to plan when the stages are over; a time that was typed counts from the first stage on."""
    request, pace = setting.request, setting.request.pace
    if isinstance(pace, OverTime):
        pace = OverTime(Until(end_of(request.start, pace.length)))
    earlier = totals_until(problem, crossed)
    return pace, replace(setting.problem, before=crossed.regimen, start=crossed.end, earlier=earlier)


def planned_switch(setting: Setting) -> Planned:
    """The stages and the taper after them as one schedule.

    Raises:
        CannotPlan: for a dose that cannot be made, a time without room for the stages and a step.
        RefusedForSafety: where the taper would break a limit.
    """
    problem, crossed = stages_of(setting)
    pace, rest = taper_after(setting, problem, crossed)
    if isinstance(pace, OverTime) and isinstance(pace.length, Until) and pace.length.day <= crossed.end:
        raise CannotPlan(
            f"the stages of the switch last until {crossed.end.isoformat()}, "
            f"and the time asked for ends on {pace.length.day.isoformat()}",
            "expected a longer time",
            "type a longer OVER, or a shorter --stage-every",
        )
    found = taper_of(setting, pace, rest)
    schedule = joined(problem, crossed, found.schedule)
    return found._replace(schedule=schedule, largest_cut=max(found.largest_cut, _largest(schedule, rest.window_days)))


def _largest(schedule: Schedule, window_days: int) -> Fraction:
    """The largest fall over the window that a stage of the switch makes, as a share of the dose before it."""
    highest = [(schedule.highest_within(step.start, window_days), step.mean) for step in stages(schedule)]
    return max((max(before - mean, Fraction(0)) / before for before, mean in highest), default=Fraction(0))

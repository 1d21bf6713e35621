"""Requests and schedules as rows of a plan file, and back: exact, and refused where a value cannot exist."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, assert_never

import msgspec

from taper_cli.model.dose import Dose, Volume, decimal_text
from taper_cli.model.errors import WrongValue
from taper_cli.model.finding import Acceptance
from taper_cli.model.guideline import Basis
from taper_cli.model.period import Period, Rhythm, TimeUnit, Until
from taper_cli.model.product import Form, Portion, Product, Split
from taper_cli.model.request import (
    AtPace,
    ByBands,
    ByLadder,
    ByLevels,
    ContextItem,
    CutOrder,
    OverTime,
    Pace,
    Request,
    Shape,
    ShapeKind,
    WantedProduct,
)
from taper_cli.model.schedule import Intake, Regimen, Schedule, Slot, Step, StepKind, Switched
from taper_cli.model.supply import Halves, Most, MostUnit, SupplyRules
from taper_cli.reading import plan_rows as rows
from taper_cli.reading.plan_own import own_of, own_row

if TYPE_CHECKING:
    # Only a plan that comes from another drug needs it, and every import takes time at the start.
    from taper_cli.model.switch import Switch

_KINDS: dict[StepKind, Any] = {
    kind: kind.value
    for kind in (
        StepKind.REDUCE,
        StepKind.HOLD,
        StepKind.SPACE,
        StepKind.RAISE,
        StepKind.SWITCH,
        StepKind.MAINTAIN,
        StepKind.STOP,
    )
}


def _mg(dose: Dose) -> str:
    return dose.mg_text


def _ml(volume: Volume | None) -> str | None:
    return decimal_text(volume.ml) if volume else None


def _dose(text: str) -> Dose:
    return Dose.of_mg(text)


def _volume(text: str | None) -> Volume | None:
    return Volume.of_ml(text) if text is not None else None


def period(text: str) -> Period:
    """A period as it was typed: '2w'."""
    return Period(int(text[:-1]), TimeUnit(text[-1]))


def split(word: str | None) -> Split | None:
    """The split of a word; None where none was typed."""
    return None if word is None else Split[word.upper()]


def word(split: Split | None) -> Any:
    """The word for a split; the row's type knows which words there are."""
    return split.word if split else None


def doses_row(regimen: Regimen) -> list[rows.DoseRow]:
    """The doses of a regimen by slot, in mg."""
    return [rows.DoseRow(slot=slot.value, mg=_mg(dose)) for slot, dose in regimen.doses]


def regimen(doses: list[rows.DoseRow]) -> Regimen:
    """The regimen of doses by slot."""
    return Regimen(tuple((Slot(row.slot), _dose(row.mg)) for row in doses))


def pace_row(pace: Pace) -> Any:
    """The pace that was asked, by its kind."""
    match pace:
        case OverTime(Until(day)):
            return rows.UntilRow(day=day)
        case OverTime(Period() as time):
            return rows.OverRow(time=time.text)
        case AtPace(dose=Dose() as dose):
            return rows.ReduceDoseRow(mg=_mg(dose))
        case AtPace(share=Fraction() as share, basis=basis):
            return rows.ReduceShareRow(share=str(share), basis=basis.value)
        case ByBands():
            return rows.BandsRow()
        case ByLevels(totals=totals, periods=periods, spacings=()):
            return rows.LevelsRow(mg=[_mg(total) for total in totals], times=[period.text for period in periods])
        case ByLadder(key=key, shortest=shortest):
            return rows.LadderRow(key=key, shortest=shortest)
        case _:
            raise WrongValue(f"a pace of no known kind: {pace!r}")


def pace_of(row: Any) -> Pace:
    """The pace of a row."""
    match row:
        case rows.OverRow(time=time):
            return OverTime(period(time))
        case rows.UntilRow(day=day):
            return OverTime(Until(day))
        case rows.ReduceDoseRow(mg=mg):
            return AtPace(dose=_dose(mg))
        case rows.ReduceShareRow(share=share, basis=basis):
            return AtPace(share=Fraction(share), basis=Basis(basis))
        case rows.BandsRow():
            return ByBands()
        case rows.LevelsRow(mg=totals, times=times):
            return ByLevels(tuple(_dose(mg) for mg in totals), tuple(period(time) for time in times))
        case rows.LadderRow(key=key, shortest=shortest):
            return ByLadder(key, shortest)
        case _:
            assert_never(row)


def wanted_rows(products: tuple[WantedProduct, ...] | None) -> list[rows.WantedRow] | None:
    """Products as typed, in rows; None where none were."""
    if products is None:
        return None
    return [
        rows.WantedRow(
            strength_mg=_mg(wanted.strength) if wanted.strength else None,
            volume_ml=_ml(wanted.volume),
            form=wanted.form_words,
            split=word(wanted.split),
        )
        for wanted in products
    ]


def wanted(products: list[rows.WantedRow] | None) -> tuple[WantedProduct, ...] | None:
    """Products as typed."""
    if products is None:
        return None
    return tuple(
        WantedProduct(
            _dose(one.strength_mg) if one.strength_mg else None, _volume(one.volume_ml), one.form, split(one.split)
        )
        for one in products
    )


def acceptance_rows(accepted: tuple[Acceptance, ...]) -> list[rows.AcceptanceRow]:
    """Accepted limits in rows."""
    return [rows.AcceptanceRow(rule=one.rule, reason=one.reason) for one in accepted]


def acceptances(accepted: list[rows.AcceptanceRow]) -> tuple[Acceptance, ...]:
    """Accepted limits."""
    return tuple(Acceptance(one.rule, one.reason) for one in accepted)


def request_row(request: Request) -> rows.RequestRow:
    """Everything that was asked, as typed."""
    supply, shape = request.supply, request.shape
    return rows.RequestRow(
        drug=request.drug,
        doses=doses_row(request.regimen),
        pace=pace_row(request.pace),
        every=request.every.text,
        start=request.start,
        today=request.today,
        shape=None
        if shape is None
        else rows.ShapeRow(
            kind=shape.kind.value, ed50_mg=_mg(shape.ed50) if shape.ed50 else None, ed50_source=shape.ed50_source
        ),
        target_mg=_mg(request.target),
        products=wanted_rows(request.products),
        split=word(request.split),
        syringe_ml=_ml(request.syringe),
        cut=request.cut.value,
        region=request.region,
        indication=request.indication,
        context=[rows.ContextRow(key=item.key, value=item.value) for item in request.context],
        acceptances=acceptance_rows(request.acceptances),
        guideline=request.guideline,
        supply=rows.SupplyRow(
            days=supply.days,
            halves=supply.halves.value,
            bottle_ml=_ml(supply.bottle),
            most=supply.most.amount if supply.most else None,
            most_unit=supply.most.unit.value if supply.most else None,
        ),
        assumed=list(request.assumed),
        own=own_row(request.own) if request.own else msgspec.UNSET,
        switch=_switch_row(request.switch) if request.switch else msgspec.UNSET,
    )


def request_of(row: rows.RequestRow) -> Request:
    """The request of a row.

    Raises:
        WrongValue, InvalidInput, ValueError: for a value that no request can have.
    """
    shape, supply = row.shape, row.supply
    return Request(
        drug=row.drug,
        regimen=regimen(row.doses),
        pace=pace_of(row.pace),
        every=period(row.every),
        start=row.start,
        today=row.today,
        shape=None
        if shape is None
        else Shape(
            kind=ShapeKind(shape.kind),
            ed50=_dose(shape.ed50_mg) if shape.ed50_mg else None,
            ed50_source=shape.ed50_source,
        ),
        target=_dose(row.target_mg),
        products=wanted(row.products),
        split=split(row.split),
        syringe=_volume(row.syringe_ml),
        cut=CutOrder(row.cut),
        region=row.region,
        indication=row.indication,
        context=tuple(ContextItem(item.key, item.value) for item in row.context),
        acceptances=acceptances(row.acceptances),
        guideline=row.guideline,
        supply=SupplyRules(
            days=supply.days,
            halves=Halves(supply.halves),
            bottle=_volume(supply.bottle_ml),
            most=Most(supply.most, MostUnit(supply.most_unit)) if supply.most and supply.most_unit else None,
        ),
        assumed=tuple(row.assumed),
        own=own_of(row.own) if isinstance(row.own, rows.OwnRow) else None,
        switch=_switch_of(row.switch) if isinstance(row.switch, rows.SwitchRow) else None,
    )


def _switch_row(switch: Switch) -> rows.SwitchRow:
    """What was asked of a switch, as typed."""
    return rows.SwitchRow(
        drug=switch.drug,
        doses=doses_row(switch.regimen),
        every=switch.every.text,
        order=[slot.value for slot in switch.order],
        reason=switch.reason,
        move_mg=_mg(switch.move) if switch.move else None,
        cut_mg=_mg(switch.cut) if switch.cut else None,
        products=wanted_rows(switch.products),
        split=word(switch.split),
    )


def _switch_of(row: rows.SwitchRow) -> Switch:
    """The switch of a row; one that leaves out a time of day or its reason cannot be built."""
    from taper_cli.model.switch import Switch

    return Switch(
        drug=row.drug,
        regimen=regimen(row.doses),
        every=period(row.every),
        order=tuple(map(Slot, row.order)),
        reason=row.reason,
        move=_dose(row.move_mg) if row.move_mg is not None else None,
        cut=_dose(row.cut_mg) if row.cut_mg is not None else None,
        products=wanted(row.products),
        split=split(row.split),
    )


def products_of(schedule: Schedule, supplied: Sequence[Product] = ()) -> tuple[Product, ...]:
    """The products that a schedule takes, and after them those that were handed out and are taken no more."""
    taken = schedule.products
    return (*taken, *(product for product in supplied if product not in taken))


def schedule_row(schedule: Schedule, supplied: Sequence[Product] = ()) -> rows.ScheduleRow:
    """A schedule with each product once; its steps name them by their places. `supplied` may hold products that are taken no more."""
    places = {product: place for place, product in enumerate(products_of(schedule, supplied))}
    return rows.ScheduleRow(
        drug=schedule.drug,
        before=doses_row(schedule.before),
        products=[
            rows.ProductRow(
                form=product.form.value,
                strength_mg=_mg(product.strength),
                volume_ml=_ml(product.volume),
                graduation_ml=_ml(product.graduation),
                split=word(product.split),
                drug=product.drug if product.drug != schedule.drug else msgspec.UNSET,
            )
            for product in places
        ],
        steps=[_step_row(step, places) for step in schedule.steps],
        switched=rows.SwitchedRow(drug=schedule.switched.drug, worth=str(schedule.switched.worth))
        if schedule.switched
        else msgspec.UNSET,
    )


def _step_row(step: Step, places: dict[Product, int]) -> rows.StepRow:
    return rows.StepRow(
        number=step.number,
        kind=_KINDS[step.kind],
        start=step.start,
        end=step.end,
        held=step.held,
        intakes=_intake_rows(step.intakes, places),
        days_taken=step.rhythm.key if step.rhythm else None,
        days_between=_intake_rows(step.others, places),
    )


def _intake_rows(intakes: tuple[Intake, ...], places: dict[Product, int]) -> list[rows.IntakeRow]:
    return [
        rows.IntakeRow(
            slot=intake.slot.value,
            mg=_mg(intake.dose),
            portions=[
                rows.PortionRow(product=places[portion.product], count=str(portion.count))
                for portion in intake.portions
            ],
        )
        for intake in intakes
    ]


def schedule_of(row: rows.ScheduleRow) -> Schedule:
    """The schedule of a row; one whose tablets do not make its doses, or that leaves out a day, cannot be built."""
    switched = None
    if isinstance(row.switched, rows.SwitchedRow):
        switched = Switched(row.switched.drug, Fraction(row.switched.worth))
    products = [
        Product(
            drug=one.drug if isinstance(one.drug, str) else row.drug,
            form=Form(one.form),
            strength=_dose(one.strength_mg),
            volume=_volume(one.volume_ml),
            graduation=_volume(one.graduation_ml),
            split=Split[one.split.upper()],
        )
        for one in row.products
    ]
    steps = tuple(_step(one, products, switched) for one in row.steps)
    return Schedule(drug=row.drug, before=regimen(row.before), steps=steps, switched=switched)


def _step(row: rows.StepRow, products: list[Product], switched: Switched | None) -> Step:
    return Step(
        number=row.number,
        kind=StepKind(row.kind),
        start=row.start,
        end=row.end,
        held=row.held,
        intakes=tuple(_intake(row, one, products, switched) for one in row.intakes),
        rhythm=Rhythm.of_key(row.days_taken) if row.days_taken else None,
        others=tuple(_intake(row, one, products, switched) for one in row.days_between),
    )


def _intake(row: rows.StepRow, intake: rows.IntakeRow, products: list[Product], switched: Switched | None) -> Intake:
    """One intake; what it counts for follows from the drug of its products."""
    if any(portion.product >= len(products) for portion in intake.portions):
        raise WrongValue(f"step {row.number} takes a product that is not in the list")
    portions = tuple(Portion(product=products[one.product], count=Fraction(one.count)) for one in intake.portions)
    drugs = {portion.product.drug for portion in portions}
    return Intake(
        slot=Slot(intake.slot),
        dose=_dose(intake.mg),
        portions=portions,
        worth=switched.worth if switched and drugs == {switched.drug} else Fraction(1),
    )

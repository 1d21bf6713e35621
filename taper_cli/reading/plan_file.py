"""The plan file: a plan written as JSON and read back, exactly, or refused whole. Both ways stand here, so that they agree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from hashlib import sha256
from typing import Any, assert_never

import msgspec

from taper_cli.model.dose import Dose, Volume, decimal_text
from taper_cli.model.errors import CannotPlan, InvalidInput, WrongValue
from taper_cli.model.finding import Acceptance, Finding
from taper_cli.model.guideline import Basis
from taper_cli.model.period import Period, TimeUnit, Until
from taper_cli.model.product import Form, Portion, Product, Split
from taper_cli.model.request import (
    AtPace,
    ByBands,
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
from taper_cli.model.saved import Found, Saved
from taper_cli.model.schedule import Intake, Regimen, Schedule, Slot, Step, StepKind
from taper_cli.model.supply import Dispensing, Halves, Most, MostUnit, Supply, SupplyRules
from taper_cli.reading import plan_rows as rows

_KINDS: dict[StepKind, Any] = {
    kind: kind.value for kind in (StepKind.REDUCE, StepKind.HOLD, StepKind.MAINTAIN, StepKind.STOP)
}
NOTICE = "DRAFT. A prescriber must approve and sign this schedule before anyone uses it."


def looks_like_plan(content: bytes) -> bool:
    """Whether a file is meant to be a plan file rather than a table."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def written(saved: Saved, findings: Sequence[Finding], supply: Supply) -> bytes:
    """A plan as the bytes of its file; the same plan gives the same bytes."""
    file = rows.PlanFile(
        schema="taper.plan.v1",
        notice=NOTICE,
        status="draft",
        plan_id=saved.plan_id,
        version=saved.version,
        program=saved.program,
        data_id=saved.data_id,
        request=_request_row(saved.request),
        schedule=_schedule_row(saved.schedule),
        found=rows.FoundRow(
            largest_cut=str(saved.found.largest_cut), proven=saved.found.proven, reanchored=saved.found.reanchored
        ),
        findings=[
            rows.FindingRow(
                rule=finding.rule,
                level=finding.level.value,
                step=finding.step,
                message=finding.message,
                accepted=finding.accepted,
            )
            for finding in findings
        ],
        supplies=[_dispensing_row(item, saved.schedule) for item in supply.dispensings],
        hash="0" * 64,
    )
    plain = msgspec.to_builtins(file)
    plain["hash"] = hash_of(plain)
    return (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode()


def _dispensing_row(item: Dispensing, schedule: Schedule) -> rows.DispensingRow:
    """One supply, for programs that read the file; it is worked out again whenever the plan is read."""
    return rows.DispensingRow(
        number=item.number,
        product=schedule.products.index(item.product),
        start=item.start,
        end=item.end,
        needed=str(item.needed),
        carry_in=str(item.carry_in),
        dispensed=str(item.dispensed),
    )


def hash_of(plain: dict[str, Any]) -> str:
    """The hash of everything in a file but the hash."""
    rest = {key: value for key, value in plain.items() if key != "hash"}
    return sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def read_plan(content: bytes, name: str) -> Saved:
    """A plan from the bytes of its file.

    Raises:
        CannotPlan: for a file that is no plan, is of a newer kind, was cut short or edited, with what was found.
    """
    plain = _plain(content, name)
    schema = plain.get("schema")
    if schema != rows.SCHEMA:
        newer = isinstance(schema, str) and schema.startswith("taper.plan.")
        raise CannotPlan(
            f"{name!r} is of the kind {str(schema)[:40]!r}",
            f"expected {rows.SCHEMA!r}",
            "read it with the newer program that wrote it" if newer else "choose a plan file written by taper",
        )
    try:
        file = msgspec.convert(plain, rows.PlanFile, strict=True, str_keys=True)
    except msgspec.ValidationError as error:
        raise _spoiled(name, str(error)) from error
    if hash_of(plain) != file.hash:
        raise _spoiled(name, "its content does not match its hash")
    try:
        return Saved(
            plan_id=file.plan_id,
            version=file.version,
            program=file.program,
            data_id=file.data_id,
            request=_request(file.request),
            schedule=_schedule(file.schedule),
            found=Found(_fraction(file.found.largest_cut), file.found.proven, file.found.reanchored),
        )
    except (WrongValue, InvalidInput, ValueError, ZeroDivisionError) as error:
        raise _spoiled(name, str(error)) from error


def _plain(content: bytes, name: str) -> dict[str, Any]:
    """The JSON object of a file; numbers that no JSON has, such as NaN, and doubled keys are refused."""
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_no_such_number, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise CannotPlan(
            f"{name!r} is not a whole plan file: {str(error)[:120]}",
            "expected the JSON that taper wrote",
            "restore the file, or plan again",
        ) from error
    if not isinstance(found, dict):
        raise CannotPlan(f"{name!r} is no plan file", "expected a JSON object", "choose a plan file written by taper")
    return found


def _no_such_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which each key stands once: of two doses under one key nobody knows which holds."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    return made


def _spoiled(name: str, why: str) -> CannotPlan:
    """The fault of a file that was changed after it was written."""
    return CannotPlan(
        f"{name!r} was changed or damaged after it was written: {why}",
        "expected the file as taper wrote it",
        "restore it, or plan again from today's dose",
    )


def _fraction(text: str) -> Fraction:
    return Fraction(text)


def _mg(dose: Dose) -> str:
    return dose.mg_text


def _ml(volume: Volume | None) -> str | None:
    return decimal_text(volume.ml) if volume else None


def _dose(text: str) -> Dose:
    return Dose.of_mg(text)


def _volume(text: str | None) -> Volume | None:
    return Volume(int(Fraction(text) * 1000)) if text is not None else None


def _period(text: str) -> Period:
    return Period(int(text[:-1]), TimeUnit(text[-1]))


def _split(word: str | None) -> Split | None:
    return None if word is None else Split[word.upper()]


def _word(split: Split | None) -> Any:
    """The word for a split; the row's type knows which words there are."""
    return split.word if split else None


def _doses_row(regimen: Regimen) -> list[rows.DoseRow]:
    return [rows.DoseRow(slot=slot.value, mg=_mg(dose)) for slot, dose in regimen.doses]


def _regimen(doses: list[rows.DoseRow]) -> Regimen:
    return Regimen(tuple((Slot(row.slot), _dose(row.mg)) for row in doses))


def _pace_row(pace: Pace) -> Any:
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
        case ByLevels(totals):
            return rows.LevelsRow(mg=[_mg(total) for total in totals])
        case _:
            raise WrongValue(f"a pace of no known kind: {pace!r}")


def _pace(row: Any) -> Pace:
    """The pace of a row."""
    match row:
        case rows.OverRow(time=time):
            return OverTime(_period(time))
        case rows.UntilRow(day=day):
            return OverTime(Until(day))
        case rows.ReduceDoseRow(mg=mg):
            return AtPace(dose=_dose(mg))
        case rows.ReduceShareRow(share=share, basis=basis):
            return AtPace(share=_fraction(share), basis=Basis(basis))
        case rows.BandsRow():
            return ByBands()
        case rows.LevelsRow(mg=totals):
            return ByLevels(tuple(_dose(mg) for mg in totals))
        case _:
            assert_never(row)


def _request_row(request: Request) -> rows.RequestRow:
    supply, shape = request.supply, request.shape
    return rows.RequestRow(
        drug=request.drug,
        doses=_doses_row(request.regimen),
        pace=_pace_row(request.pace),
        every=request.every.text,
        start=request.start,
        today=request.today,
        shape=None
        if shape is None
        else rows.ShapeRow(
            kind=shape.kind.value, ed50_mg=_mg(shape.ed50) if shape.ed50 else None, ed50_source=shape.ed50_source
        ),
        target_mg=_mg(request.target),
        products=None
        if request.products is None
        else [
            rows.WantedRow(
                strength_mg=_mg(wanted.strength),
                volume_ml=_ml(wanted.volume),
                form=wanted.form_words,
                split=_word(wanted.split),
            )
            for wanted in request.products
        ],
        split=_word(request.split),
        syringe_ml=_ml(request.syringe),
        cut=request.cut.value,
        region=request.region,
        indication=request.indication,
        context=[rows.ContextRow(key=item.key, value=item.value) for item in request.context],
        acceptances=[rows.AcceptanceRow(rule=one.rule, reason=one.reason) for one in request.acceptances],
        guideline=request.guideline,
        supply=rows.SupplyRow(
            days=supply.days,
            halves=supply.halves.value,
            bottle_ml=_ml(supply.bottle),
            most=supply.most.amount if supply.most else None,
            most_unit=supply.most.unit.value if supply.most else None,
        ),
        assumed=list(request.assumed),
    )


def _request(row: rows.RequestRow) -> Request:
    shape, supply = row.shape, row.supply
    return Request(
        drug=row.drug,
        regimen=_regimen(row.doses),
        pace=_pace(row.pace),
        every=_period(row.every),
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
        products=None
        if row.products is None
        else tuple(
            WantedProduct(_dose(one.strength_mg), _volume(one.volume_ml), one.form, _split(one.split))
            for one in row.products
        ),
        split=_split(row.split),
        syringe=_volume(row.syringe_ml),
        cut=CutOrder(row.cut),
        region=row.region,
        indication=row.indication,
        context=tuple(ContextItem(item.key, item.value) for item in row.context),
        acceptances=tuple(Acceptance(one.rule, one.reason) for one in row.acceptances),
        guideline=row.guideline,
        supply=SupplyRules(
            days=supply.days,
            halves=Halves(supply.halves),
            bottle=_volume(supply.bottle_ml),
            most=Most(supply.most, MostUnit(supply.most_unit)) if supply.most and supply.most_unit else None,
        ),
        assumed=tuple(row.assumed),
    )


def _schedule_row(schedule: Schedule) -> rows.ScheduleRow:
    places = {product: place for place, product in enumerate(schedule.products)}
    return rows.ScheduleRow(
        drug=schedule.drug,
        before=_doses_row(schedule.before),
        products=[
            rows.ProductRow(
                form=product.form.value,
                strength_mg=_mg(product.strength),
                volume_ml=_ml(product.volume),
                graduation_ml=_ml(product.graduation),
                split=_word(product.split),
            )
            for product in places
        ],
        steps=[_step_row(step, places) for step in schedule.steps],
    )


def _step_row(step: Step, places: dict[Product, int]) -> rows.StepRow:
    return rows.StepRow(
        number=step.number,
        kind=_KINDS[step.kind],
        start=step.start,
        end=step.end,
        held=step.held,
        intakes=[
            rows.IntakeRow(
                slot=intake.slot.value,
                mg=_mg(intake.dose),
                portions=[
                    rows.PortionRow(product=places[portion.product], count=str(portion.count))
                    for portion in intake.portions
                ],
            )
            for intake in step.intakes
        ],
    )


def _schedule(row: rows.ScheduleRow) -> Schedule:
    """The schedule of a row; one whose tablets do not make its doses, or that leaves out a day, cannot be built."""
    products = [
        Product(
            drug=row.drug,
            form=Form(one.form),
            strength=_dose(one.strength_mg),
            volume=_volume(one.volume_ml),
            graduation=_volume(one.graduation_ml),
            split=Split[one.split.upper()],
        )
        for one in row.products
    ]
    return Schedule(drug=row.drug, before=_regimen(row.before), steps=tuple(_step(one, products) for one in row.steps))


def _step(row: rows.StepRow, products: list[Product]) -> Step:
    if any(portion.product >= len(products) for intake in row.intakes for portion in intake.portions):
        raise WrongValue(f"step {row.number} takes a product that is not in the list")
    return Step(
        number=row.number,
        kind=StepKind(row.kind),
        start=row.start,
        end=row.end,
        held=row.held,
        intakes=tuple(
            Intake(
                slot=Slot(intake.slot),
                dose=_dose(intake.mg),
                portions=tuple(
                    Portion(product=products[one.product], count=Fraction(one.count)) for one in intake.portions
                ),
            )
            for intake in row.intakes
        ),
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the plan file, for other programs."""
    return msgspec.json.schema(rows.PlanFile)

"""A drug's steps as a draft FHIR MedicationRequest: one dosage for each step and time of day, with the days on which it is taken.

A dose is given in mg whatever it is made of, liquids too: mg is what the steps are measured in, and a number of mL or tablets is a
dose only beside one strength. Tablets, mL and their strengths stand in the text, with the mg behind them to be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from taper_cli.model.period import Rhythm
from taper_cli.model.product import Product
from taper_cli.model.report import Report
from taper_cli.model.schedule import Intake, Slot, Step, StepKind
from taper_cli.render import wording as say
from taper_cli.render.fhir_values import (
    NOT_SIGNED,
    SNOMED,
    SUBJECT,
    Json,
    amount,
    days,
    flag_notes,
    identifiers,
    in_words,
    medication,
    mg,
    narrative,
    notes,
    period,
    product_text,
    uuid_of,
    version_before,
)

_WHEN = {Slot.MORNING: "MORN", Slot.NOON: "NOON", Slot.EVENING: "EVE", Slot.BEDTIME: "HS"}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_THEN_STOP = {"coding": [{"system": SNOMED, "code": "422327006", "display": "Then stop"}]}


class _Days(NamedTuple):
    """On which days a dosage is taken: from the first to the last, both included, or with no end; every day without a rhythm."""

    first: date
    last: date | None
    rhythm: Rhythm | None


def drugs_of(report: Report) -> tuple[str, ...]:
    """The drugs that the schedule takes, each once, in the order in which they are first taken."""
    return tuple(dict.fromkeys(drug for step in report.schedule.steps for drug in step.drugs))


def request_id(report: Report, drug: str) -> str:
    """The id of a drug's request."""
    return uuid_of(report.plan_id, report.version, _what(drug))


def medication_request(report: Report, drug: str) -> Json:
    """The draft request of one drug."""
    products = tuple(product for product in report.schedule.products if product.drug == drug)
    dosages = tuple(_dosages(report, drug))
    found: Json = {
        "resourceType": "MedicationRequest",
        "id": request_id(report, drug),
        "language": "en",
        "text": narrative(dosage["text"] for dosage in dosages),
        "contained": [medication(report, products[0], "product")] if len(products) == 1 else [],
        "identifier": identifiers(report),
        "status": "draft",
        "intent": "proposal",
        **_medicine(report, drug, products),
        "subject": SUBJECT,
        "authoredOn": report.generated_on.isoformat(),
        "reasonCode": notes(report, [report.request.indication] if report.request.indication else []),
        "groupIdentifier": identifiers(report)[0],
        "note": notes(report, _remarks(report, products)),
        "dosageInstruction": list(dosages),
        "dispenseRequest": _dispense(report, drug, products),
    }
    before = version_before(report, _what(drug), "MedicationRequest")
    return {
        **{name: value for name, value in found.items() if value},
        **({"priorPrescription": before[0]} if before else {}),
    }


def _what(drug: str) -> str:
    return f"request of {drug}"


def _medicine(report: Report, drug: str, products: tuple[Product, ...]) -> Json:
    """The one product that is counted, or the drug alone where several strengths make the doses."""
    if len(products) == 1:
        return {"medicationReference": {"reference": "#product", "display": product_text(report, products[0])}}
    return {"medicationCodeableConcept": {"text": drug}}


def _remarks(report: Report, products: tuple[Product, ...]) -> Iterator[str]:
    """That it is a draft and of which plan, what was flagged, and where the quantities stand."""
    yield NOT_SIGNED
    yield f"Plan {report.plan_id}, version {report.version}."
    if report.revisions:
        on = report.revisions[-1].revision.on
        yield (
            f"It replaces plan {report.revisions[-1].plan_id}, version {report.version - 1}, which is void. "
            f"It holds from {say.full_date(on)}; the doses before that day are those of the versions before it."
        )
    if len(drugs_of(report)) > 1:
        yield f"The plan has a request for each of its medicines, {say.listed(list(drugs_of(report)))}: they belong together."
    yield "Each dose is in mg; its text says of which products it is made."
    yield from flag_notes(report)
    if len(products) == 1 and not report.revisions:
        yield "The quantity is for the whole plan. The care plan says when to hand out which part of it."
    else:
        yield "The quantities stand in the care plan, for each product and each supply."
    if report.schedule.ending.kind is StepKind.MAINTAIN:
        yield "The dose that goes on at the end is in no quantity: prescribe it in time."


def _dispense(report: Report, drug: str, products: tuple[Product, ...]) -> Json:
    """What is handed out for the whole plan, once: no repeats, so that nobody hands it out again for each supply.

    One request holds one quantity; tablets of several strengths have no sum that means anything, and a revised plan has handed
    out a part of it already. Both then stand in the care plan alone.
    """
    if report.revisions:
        return {}
    found: Json = {"numberOfRepeatsAllowed": 0}
    if len(products) == 1:
        found["quantity"] = amount(products[0], report.supply.total(products[0]))
    return {**found, "expectedSupplyDuration": days(sum(step.days or 0 for step in _taking(report, drug)))}


def _dosages(report: Report, drug: str) -> Iterator[Json]:
    """Every dosage of a drug in the order of days; the last one says to stop, or to stay."""
    taking = _taking(report, drug)
    for step in taking:
        stops = step is taking[-1] and step.end is not None
        for intake, on in _intakes(step):
            if intake.drug == drug:
                yield _dosage(report, step, intake, on, stops=stops)


def _taking(report: Report, drug: str) -> list[Step]:
    """The steps that take a drug."""
    return [step for step in report.schedule.steps if any(intake.drug == drug for intake in step.intakes)]


def _intakes(step: Step) -> Iterator[tuple[Intake, _Days]]:
    """Each intake of a step with its days; what the days between take has the days that the rhythm leaves out."""
    for intake in step.intakes:
        yield intake, _Days(step.start, step.last_day, step.rhythm)
    if step.rhythm is None or step.last_day is None:
        return
    rest = tuple(day for day in range(7) if day not in step.rhythm.weekdays) if step.rhythm.weekdays else ()
    first = step.start if rest else step.start + timedelta(days=1)
    if first <= step.last_day:
        for intake in step.others:
            yield intake, _Days(first, step.last_day, Rhythm(rest))


def _dosage(report: Report, step: Step, intake: Intake, on: _Days, *, stops: bool) -> Json:
    """One intake of a step. Dosages of one sequence number are taken side by side, those of different ones after each other."""
    found: Json = {
        "sequence": step.number,
        "text": in_words(report, _sentence(report, step, intake, on, stops=stops)),
    }
    if stops:
        found["additionalInstruction"] = [_THEN_STOP]
    return {
        **found,
        "timing": {"repeat": _repeat(intake, on)},
        "route": {"text": "by mouth"},
        "doseAndRate": [{"doseQuantity": mg(intake.dose)}],
    }


def _repeat(intake: Intake, on: _Days) -> Json:
    """When it is taken: HL7 forbids frequency and period beside days of the week."""
    repeat: dict[str, Any] = {"boundsPeriod": period(on.first, on.last)}
    if on.rhythm is not None and on.rhythm.weekdays:
        repeat["dayOfWeek"] = [_WEEKDAYS[day] for day in on.rhythm.weekdays]
    else:
        repeat |= {"frequency": 1, "period": 1 if on.rhythm is None else 2, "periodUnit": "d"}
    if intake.slot in _WHEN:
        repeat["when"] = [_WHEN[intake.slot]]
    return repeat


def _sentence(report: Report, step: Step, intake: Intake, on: _Days, *, stops: bool) -> str:
    """A dosage in words that say by themselves which tablets, how much, when, and from which day to which."""
    when = say.slot_phrase(intake.slot, report.region.bedtime_word)
    if on.rhythm is not None:
        # "Once a day" would contradict the rhythm.
        when = f"{when.removeprefix('once a day ')} {on.rhythm.words}"
    taken = f"{say.intake_text(intake, naming=say.Naming.STRENGTH)} ({intake.dose}) {when}"
    if step.kind is StepKind.MAINTAIN or on.last is None:
        return f"Stay on this dose: take {taken} from {say.full_date(on.first)} until your prescriber changes it."
    until = f"from {say.full_date(on.first)} to {say.full_date(on.last)}" if on.first != on.last else ""
    then = f" Then STOP: take no more {intake.drug}." if stops else ""
    return f"Take {taken} {until or f'on {say.full_date(on.first)} only'}.{then}"

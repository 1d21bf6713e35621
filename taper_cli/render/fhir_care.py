"""The plan around the doses as a draft FHIR CarePlan: reviews, days to watch, what to hand out when, and every warning in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from taper_cli.model.product import Product
from taper_cli.model.report import Report
from taper_cli.model.review import ReviewDate
from taper_cli.model.schedule import StepKind
from taper_cli.render import wording as say
from taper_cli.render.content import overview, prompts, short_documents
from taper_cli.render.directions import label
from taper_cli.render.events import review_text
from taper_cli.render.fhir_orders import drugs_of, request_id
from taper_cli.render.fhir_values import (
    NOT_SIGNED,
    SUBJECT,
    Json,
    amount,
    flag_notes,
    identifiers,
    in_words,
    medication,
    mg,
    narrative,
    notes,
    period,
    product_text,
    urn,
    uuid_of,
    version_before,
)
from taper_cli.render.steps import beside
from taper_cli.render.warnings import patient_advice, prescriber_advice, tiers, watch_line, watch_window

SOURCES = "Sources: "
DOSE_BEFORE, HAND_OUT = "dose before the first cut", "hand out"
_WHAT = "care plan"


def care_plan(report: Report, reviews: Sequence[ReviewDate]) -> Json:
    """The draft care plan, with the reviews of the plan."""
    lines = [in_words(report, line) for line in overview(report)]
    found: Json = {
        "resourceType": "CarePlan",
        "id": care_plan_id(report),
        "language": "en",
        "text": narrative(lines),
        "contained": [medication(report, one, _name(report, one)) for one in _handed_out(report)],
        "identifier": identifiers(report),
        "replaces": version_before(report, _WHAT, "CarePlan"),
        "status": "draft",
        "intent": "proposal",
        "title": in_words(report, say.plan_title(report)),
        "description": "\n".join(lines),
        "subject": SUBJECT,
        "period": period(report.schedule.start, _last_day(report)),
        "created": report.generated_on.isoformat(),
        "activity": [*_requests(report), *({"detail": detail} for detail in _details(report, reviews))],
        "note": notes(report, _remarks(report)),
    }
    return {name: value for name, value in found.items() if value}


def care_plan_id(report: Report) -> str:
    """The id of a plan's care plan."""
    return uuid_of(report.plan_id, report.version, _WHAT)


def _handed_out(report: Report) -> tuple[Product, ...]:
    """The products that some supply hands out: one that none does would be contained for nothing, which HL7 forbids."""
    return tuple(product for product in report.supply.products if report.supply.total(product))


def _name(report: Report, product: Product) -> str:
    """The name of a product within the resource."""
    return f"product-{_handed_out(report).index(product) + 1}"


def _last_day(report: Report) -> date | None:
    """The last day of the plan: that of the watch after the last dose, or none where a dose goes on."""
    ending = report.schedule.ending
    window = watch_window(report, ending)
    return window[1] if window and ending.kind is StepKind.STOP else None


def _requests(report: Report) -> Iterator[Json]:
    """The requests, which hold the doses."""
    for drug in drugs_of(report):
        yield {"reference": {"reference": urn(request_id(report, drug)), "display": f"the steps of {drug}"}}


def _details(report: Report, reviews: Sequence[ReviewDate]) -> Iterator[Json]:
    """What is taken until the first cut, when to review and to watch, what to hand out."""
    yield _dose_before(report)
    yield from _reviews(report, reviews)
    yield from _watch_windows(report)
    yield from _supplies(report)


def _dose_before(report: Report) -> Json:
    """The dose in force before the first step, against which the first cut is measured; it is no part of what is asked for."""
    schedule = report.schedule
    last = say.day_before(schedule.start)
    text = f"{say.regimen_text(schedule.before, report.region)} until {say.full_date(last)}, as it was stated."
    return {
        "code": {"text": DOSE_BEFORE},
        "status": "unknown",
        "scheduledPeriod": period(None, last),
        "productCodeableConcept": {"text": schedule.drug_before},
        "dailyAmount": mg(schedule.before.total),
        "description": in_words(report, text),
    }


def _reviews(report: Report, reviews: Sequence[ReviewDate]) -> Iterator[Json]:
    """A visit for each review that the advice asks for, between its first and its last day."""
    for review in reviews:
        yield {
            "kind": "Appointment",
            "code": {"text": "review"},
            "status": "not-started",
            "scheduledPeriod": period(review.first, review.last),
            "description": in_words(report, review_text(report.schedule, review)),
        }


def _watch_windows(report: Report) -> Iterator[Json]:
    """The days after each cut on which withdrawal is most likely, with what is special about the step."""
    for step in report.schedule.steps:
        window = watch_window(report, step)
        if window is not None:
            words = (f"Watch closely after the cut of {say.full_date(step.start)}", *beside(report, step))
            yield {
                "code": {"text": "watch for withdrawal"},
                "status": "not-started",
                "scheduledPeriod": period(*window),
                "description": in_words(report, ". ".join(words) + "."),
            }


def _supplies(report: Report) -> Iterator[Json]:
    """What to hand out of each product, and for which days; what was handed out before a change is done."""
    since = report.supply.since
    for item in report.supply.dispensings:
        if item.dispensed:
            handed = say.handed_out_text(
                item.product, item.dispensed, report.supply.rules.bottle, drug=report.of_two_drugs
            )
            yield {
                "code": {"text": HAND_OUT},
                "status": "completed" if since and item.start < since else "not-started",
                "scheduledPeriod": period(item.start, item.covers_to),
                "productReference": {
                    "reference": f"#{_name(report, item.product)}",
                    "display": product_text(report, item.product),
                },
                "quantity": amount(item.product, item.dispensed),
                "description": f"{in_words(report, handed)} to be taken so: {label(report, item)}",
            }


def _remarks(report: Report) -> Iterator[str]:
    """That it is a draft, what was taken for granted, what was flagged, and every warning; the emergency signs first."""
    yield NOT_SIGNED
    for tier in tiers(report):
        also = f" {tier.also[:1].upper()}{tier.also[1:]}." if tier.also else ""
        yield f"{tier.title}: {'; '.join(tier.items)}.{also}"
    yield watch_line(report)
    yield from report.notes
    yield from flag_notes(report)
    yield from (f"Assumed, because nobody said: {item.what}" for item in report.assumptions)
    yield from (f"Ask before signing: {line}" for line in prompts(report))
    yield from (f"For the patient: {line}" for line in patient_advice(report))
    yield from (f"For the prescriber: {line}" for line in prescriber_advice(report))
    if report.indication is not None:
        helps = (line for kind in ("phone", "help") for line in report.indication.of_kind(kind))
        yield from (f"For {report.indication.name}: {line.text}" for line in helps)
    yield SOURCES + "; ".join(short_documents((*report.figure_citations, *report.word_citations)))

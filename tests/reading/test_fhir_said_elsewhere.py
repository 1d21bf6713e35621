"""Requests of other systems say a dose in more places than two: each of them is heard, and none is passed over in silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fhir_builders import MG, changed, quantity, repeat, say, steps, tablets
from reading_builders import CANNOT, PASSED, check

Change = Callable[[dict[str, Any]], Any]
ABBREVIATION = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"


def coded(code: str) -> Change:
    """The second dosage with a code for how often, which by HL7 says all of it."""
    return lambda r: steps(r)[1]["timing"].update(code={"coding": [{"system": ABBREVIATION, "code": code}]})


def counted(unit: str) -> Change:
    """Doses of a 2 mg tablet in such a unit, without a text."""

    def change(request: dict[str, Any]) -> None:
        tablets(request)
        for number, step in enumerate(steps(request)):
            step.pop("text")
            quantity(request, number).update(unit=unit, code="")

    return change


SAID: dict[str, str] = {
    "8 mg twice a day, in shorthand": "8 mg bd",
    "8 mg twice a day, in capitals": "8 mg BID",
    "8 mg three times a day, with points": "8 mg t.i.d.",
    "8 mg three times a day": "8 mg tds",
    "8 mg by hours": "8 mg q12h",
    "8 mg by hours, in words": "8 mg 12 hourly",
    "8 mg thrice": "8 mg thrice daily",
    "8 mg by a sign": "8 mg 3x/day",
    "8 mg in several doses": "8 mg per dose, 3 doses a day",
    "8 mg so many times": "8 mg three times",
    "two times of day": "8 mg in the morning and at night",
    "as needed": "8 mg as needed",
    "when required": "8 mg once a day when required",
    "as needed, in shorthand": "8 mg PRN",
    "a most": "up to 8 mg a day",
    "by weight": "8 mg/kg a day",
    "a week": "8 mg once a week",
    "weekly": "8 mg weekly",
    "so often a week": "8 mg twice a week",
    "every third day": "8 mg every third day",
    "every three days": "8 mg every 3 days",
    "every second day": "8 mg every 2 days",
    "every 72 hours": "8 mg every 72 hours",
    "weekdays": "8 mg on weekdays",
    "another length": "8 mg daily x 7 days",
    "months": "8 mg a day for 2 months",
    "another dose a day": "6 mg/day",
    "a dose in words": "six milligrams once a day",
}


@pytest.mark.parametrize("text", SAID.values(), ids=SAID)
def test_a_text_that_says_another_dose_than_its_figures_contradicts_them(text: str) -> None:
    answer = check(changed(lambda r: say(r, text)), "--region", "gb")
    assert (answer.code, answer.out) == (CANNOT, "")
    assert "  dosage 2: its text " in answer.err


AGREES: tuple[str, ...] = (
    "8 mg od", "8 mg/day", "eight mg daily", "8 mg mane", "8 mg q24h", "8 mg a day for a fortnight",
    "8 mg once a day, weekly dispensing", "8 mg a day for 14 days", "8 mg once a day with food",
    "4 tablets of 2 mg once a day", "4 x 2 mg tablets daily",
)  # fmt: skip


@pytest.mark.parametrize("text", AGREES)
def test_a_text_that_says_the_same_in_other_words_is_no_contradiction(text: str) -> None:
    assert check(changed(lambda r: say(r, text)), "--region", "gb").code == PASSED


def test_words_that_are_not_understood_are_told_by_their_dosage() -> None:
    unread = check(changed(lambda r: say(r, "8 mg une fois par jour")), "--region", "gb")
    assert unread.code == PASSED
    assert "dosages with words that are not understood: 2" in " ".join(unread.out.split())
    assert (
        "not understood" not in check(changed(lambda r: say(r, "Take 8 mg by mouth once a day.")), "--region", "gb").out
    )


ELSEWHERE: dict[str, tuple[Change, str]] = {
    "a code for how often": (coded("BID"), "dosage 2: its timing code says 2 times a day, its timing 1"),
    "a code for other days": (coded("QOD"), "dosage 2: its timing code says every other day, its timing every day"),
    "words for how often": (
        lambda r: steps(r)[1]["timing"].update(code={"text": "twice a day"}),
        "dosage 2: its timing code says 2 times a day, its timing 1",
    ),
    "what the patient is told": (
        lambda r: steps(r)[1].update(patientInstruction="Take 6 mg once a day"),
        "dosage 2: its patientInstruction says 6 mg, its doseQuantity 8 mg",
    ),
    "what is told in addition": (
        lambda r: steps(r)[1].update(additionalInstruction=[{"text": "As needed for sleep"}]),
        "dosage 2: its additionalInstruction says 'as needed', which is no dose by the calendar",
    ),
    "the most in a day": (
        lambda r: steps(r)[1].update(
            maxDosePerPeriod={"numerator": {"value": 4, **MG}, "denominator": {"value": 1, "code": "d"}}
        ),
        "dosage 2: its maxDosePerPeriod is 4 mg a day, its doses 8 mg",
    ),
    "the most at once": (
        lambda r: steps(r)[1].update(maxDosePerAdministration={"value": 4, **MG}),
        "dosage 2: its maxDosePerAdministration is 4 mg, its doseQuantity 8 mg",
    ),
}


@pytest.mark.parametrize(("change", "told"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_is_said_beside_the_text_is_compared_too(change: Change, told: str) -> None:
    answer = check(changed(change), "--region", "gb")
    assert (answer.code, answer.out) == (CANNOT, "")
    assert f"  {told}" in answer.err.splitlines()


def test_what_is_said_twice_alike_is_no_contradiction() -> None:
    def alike(request: dict[str, Any]) -> None:
        coded("QD")(request)
        steps(request)[1].update(
            patientInstruction="Take with food.",
            additionalInstruction=[{"text": "Take at the same time each day"}],
            route={"coding": [{"system": "http://snomed.info/sct", "code": "26643006", "display": "Oral route"}]},
            maxDosePerPeriod={"numerator": {"value": 16, **MG}, "denominator": {"value": 1, "code": "d"}},
        )

    assert check(changed(alike), "--region", "gb").code == PASSED


REFUSED_IN_ONE_LINE: dict[str, tuple[Change, str]] = {
    "half tablets": (counted("half tablet"), "is in 'half tablet'"),
    "half tablets in figures": (counted("1/2 tablet"), "is in '1/2 tablet'"),
    "tablets of another strength": (counted("5 mg tablet"), "is in '5 mg tablet'"),
    "tablets of another kind": (counted("modified-release tablet"), "is in 'modified-release tablet'"),
    "capsules of a tablet": (counted("capsule"), "is in 'capsule'"),
    "a code that is not known": (coded("Q36H"), "expected a known code for how often"),
    "another route": (
        lambda r: [step.update(route={"coding": [{"code": "47625008", "display": "Intravenous route"}]}) for step in steps(r)],
        "says 'Intravenous route'; expected by mouth",
    ),
    "another route in one step": (lambda r: steps(r)[2].update(route={"text": "rectal"}), "says 'rectal'"),
    "a medicine that is not swallowed": (
        lambda r: r.update(medicationCodeableConcept={"text": "Diazepam 5 mg/mL injection"}),
        "expected one that is swallowed",
    ),
    "a rectal form": (
        lambda r: r.update(medicationCodeableConcept={"text": "Diazepam 5 mg rectal tubes"}),
        "expected one that is swallowed",
    ),
    "a mixture by its name": (
        lambda r: r.update(medicationCodeableConcept={"text": "Diazepam 5 mg / ibuprofen 200 mg tablet"}),
        "expected one drug",
    ),
    "two drugs": (
        lambda r: r.update(medicationCodeableConcept={"text": "diazepam", "coding": [{"display": "lorazepam"}]}),
        "the file names diazepam and also lorazepam",
    ),
    "a length below a figure": (
        lambda r: (repeat(r).pop("boundsPeriod"), repeat(r).update(boundsDuration={"value": 14, "code": "d", "comparator": "<"})),
        "expected a length in d or wk",
    ),
    "a length in two units": (
        lambda r: (repeat(r).pop("boundsPeriod"), repeat(r).update(boundsDuration={"value": 14, "code": "d", "unit": "weeks"})),
        "expected a length in d or wk",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "told"), REFUSED_IN_ONE_LINE.values(), ids=REFUSED_IN_ONE_LINE)
def test_what_a_schedule_by_mouth_cannot_hold_is_refused_in_one_line(change: Change, told: str) -> None:
    answer = check(changed(change), "--region", "gb", "--drug", "diazepam")
    assert (answer.code, answer.out) == (CANNOT, "")
    assert answer.err.count("\n") == 1 and told in answer.err


def test_a_brand_beside_its_drug_is_one_drug() -> None:
    named = {
        "text": "Valium 2 mg tablet",
        "coding": [{"display": "Product containing diazepam"}, {"display": "diazepam"}],
    }
    assert check(changed(lambda r: r.update(medicationCodeableConcept=named)), "--region", "gb").code == PASSED


def test_half_a_dose_in_words_is_not_passed_over() -> None:
    told = check(changed(lambda r: say(r, "Take half the usual dose once a day")), "--region", "gb").out
    assert "dosages with words that are not understood: 2" in " ".join(told.split())

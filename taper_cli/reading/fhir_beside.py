"""What a FHIR dosage says of its dose beside text and figures: to the patient, in a code, by its route and as the most."""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.model.dose import Dose
from taper_cli.model.product import Product
from taper_cli.reading.fhir_json import Node
from taper_cli.reading.fhir_quantity import dose_of

# How often by HL7's table of abbreviations, in words that are read as the text of a dosage is.
_HOW_OFTEN = {
    "QD": "once a day", "BID": "twice a day", "TID": "3 times a day", "QID": "4 times a day", "QOD": "every other day",
    "AM": "once a day", "PM": "once a day", "BED": "once a day", "Q1H": "24 times a day", "Q2H": "12 times a day",
    "Q3H": "8 times a day", "Q4H": "6 times a day", "Q6H": "4 times a day", "Q8H": "3 times a day",
    "Q12H": "twice a day", "Q24H": "once a day",
}  # fmt: skip
_BY_MOUTH = {
    "26643006",
    "po",
    "by mouth",
    "oral",
    "oral route",
    "oral use",
    "orally",
    "per os",
    "per oral",
    "swallow, oral",
}


def by_mouth(dosage: Node) -> None:
    """A dose by another route is another dose: what is swallowed is judged here, and nothing else.

    Raises:
        CannotPlan: for a route that is named and is not known to be by mouth.
    """
    route = dosage.get("route")
    if route is None:
        return
    codings = [text for coding in route.each("coding") for text in (coding.text("display"), coding.text("code"))]
    named = [text for text in (route.text("text"), *codings) if text]
    if named and not any(" ".join(text.lower().split()) in _BY_MOUTH for text in named):
        raise Node(named[0], route.place).wrong("by mouth")


def said_beside(dosage: Node) -> Iterator[tuple[str, str]]:
    """Every word that a patient or a pharmacist gets beside the text."""
    if dosage.text("patientInstruction"):
        yield "patientInstruction", dosage.text("patientInstruction")
    for instruction in dosage.each("additionalInstruction"):
        for text in (instruction.text("text"), *(coding.text("display") for coding in instruction.each("coding"))):
            if text:
                yield "additionalInstruction", text


def said_in_code(timing: Node) -> Iterator[tuple[str, str]]:
    """How often by the code of a timing, which by HL7 says all of it, whatever the figures beside it say.

    Raises:
        CannotPlan: for a code that is not known.
    """
    code = timing.get("code")
    if code is None:
        return
    if code.text("text"):
        yield "timing code", code.text("text")
    for coding in code.each("coding"):
        abbreviation = coding.text("code")
        if abbreviation not in _HOW_OFTEN:
            raise Node(abbreviation, coding.place).wrong("a known code for how often, such as QD or BID")
        yield "timing code", _HOW_OFTEN[abbreviation]


def exceeded(dosage: Node, dose: Dose, daily: Dose, product: Product | None) -> Iterator[str]:
    """Each limit that a dosage states and its own doses are above; a limit over other times than a day is left aside."""
    once, period = dosage.get("maxDosePerAdministration"), dosage.get("maxDosePerPeriod")
    if once is not None and (most := dose_of(once, product)) < dose:
        yield f"its maxDosePerAdministration is {most}, its doseQuantity {dose}"
    over, under = (period.at("numerator"), period.at("denominator")) if period is not None else (None, None)
    if over is None or under is None:
        return
    length, unit = under.get("value"), under.text("code") or under.text("unit")
    if length is None or length.number() != {"d": 1, "day": 1, "h": 24}.get(unit):
        return
    if (most := dose_of(over, product)) < daily:
        yield f"its maxDosePerPeriod is {most} a day, its doses {daily}"
